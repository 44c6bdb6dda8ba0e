-- Results and pages are compressed by lz4 where the server was built with it: storing a result then takes half the time,
-- at the same size. Elsewhere the columns stay as they are. What is stored already is compressed anew once it is written.

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_settings WHERE name = 'default_toast_compression' AND 'lz4' = ANY (enumvals)) THEN
        EXECUTE 'ALTER TABLE analysis_results ALTER COLUMN result SET COMPRESSION lz4';
        EXECUTE 'ALTER TABLE analysis_reports ALTER COLUMN html SET COMPRESSION lz4';
    END IF;
END
$$;
