-- Late days are found again by the overlap alone, and what was adopted into quarantine goes back to its table. Rows that
-- were set aside come back with the rollback of the adoption; archetypes of nobody stay in the former table alone.

ALTER TABLE sync_state
    DROP COLUMN IF EXISTS looks,
    DROP COLUMN IF EXISTS late_failed_on,
    DROP COLUMN IF EXISTS holes,
    DROP COLUMN IF EXISTS late_from,
    DROP COLUMN IF EXISTS newest_days;

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['biomarkers', 'scores', 'sahha_archetypes'] LOOP
        EXECUTE format('INSERT INTO %1$I SELECT (jsonb_populate_record(NULL::%1$I, payload::jsonb)).* FROM quarantine '
                       'WHERE stream = %1$L AND reason LIKE %2$L', name, format('adopted from %s:%%', name));
        DELETE FROM quarantine WHERE stream = name AND reason LIKE format('adopted from %s:%%', name);
    END LOOP;
END
$$;

DROP TABLE IF EXISTS sahha_archetypes_set_aside;
