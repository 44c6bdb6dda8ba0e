-- Results and pages are compressed by whatever the server takes by default again.

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_settings WHERE name = 'default_toast_compression' AND 'lz4' = ANY (enumvals)) THEN
        EXECUTE 'ALTER TABLE analysis_results ALTER COLUMN result SET COMPRESSION default';
        EXECUTE 'ALTER TABLE analysis_reports ALTER COLUMN html SET COMPRESSION default';
    END IF;
END
$$;
