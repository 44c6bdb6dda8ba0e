-- What came in late: from which day on to ask again, and which rows were seen again when. And what cannot be read of what
-- an older HolisticOS left.

ALTER TABLE sync_state
    ADD COLUMN IF NOT EXISTS newest_days jsonb,
    ADD COLUMN IF NOT EXISTS late_from date,
    ADD COLUMN IF NOT EXISTS holes jsonb,
    ADD COLUMN IF NOT EXISTS late_failed_on date,
    ADD COLUMN IF NOT EXISTS looks jsonb;

COMMENT ON COLUMN sync_state.newest_days IS
    'the newest local day of each type, and of each group of readings that one device delivers every day, up to which '
    'all was asked for; null before the first good pull';
COMMENT ON COLUMN sync_state.late_from IS
    'the next pull reaches back to this day: an answer has spoken of days that lie past others not asked for since';
COMMENT ON COLUMN sync_state.holes IS
    'days that a group has leapt over: its name, the first and the last of them, and the day that was last seen to change';
COMMENT ON COLUMN sync_state.late_failed_on IS
    'the day on which Sahha last gave no answer as far back as it was asked for: until it is over the overlap alone is';
COMMENT ON COLUMN sync_state.looks IS
    'when the good answers of the last two days were given, and the numbers (eight bytes each, in base64) of the stored '
    'rows that each was the last to say again';

-- A former database may hold times that no reading has: infinite, before Christ, or ten thousand years ahead. No client
-- can read such a row, so it goes to quarantine as it is; where nobody is enrolled under its profile, beside its table.
-- Times that are only about a row (when it was made, seen or calculated) are mended, and the row stays.
DO $$
DECLARE
    plan    record;
    unusual CONSTANT text := '%1$I < ''1900-01-01Z'' OR %1$I >= ''9000-01-01Z''';
    bad     text;
    said    text;
BEGIN
    FOR plan IN
        SELECT *
        FROM (VALUES ('biomarkers', ARRAY['start_date_time', 'end_date_time'], ARRAY['observed_at']),
                     ('scores', ARRAY['score_date_time'], ARRAY['observed_at', 'calculated_at']),
                     ('sahha_archetypes', ARRAY['start_date_time', 'end_date_time'], ARRAY['observed_at'])
             ) AS plans (name, times, about)
    LOOP
        SELECT string_agg('(' || format(unusual, field) || ')', ' OR ') INTO bad FROM unnest(plan.times) AS field;
        said := format('adopted from %s: %s is no time between the years 1900 and 9000.', plan.name,
                       array_to_string(plan.times, ' or '));
        EXECUTE format('INSERT INTO quarantine (profile_id, stream, payload_hash, payload, reason, first_seen_at, '
                       'last_seen_at) SELECT t.profile_id, %L, encode(sha256(convert_to(to_jsonb(t)::text, ''UTF8'')), '
                       '''hex''), to_jsonb(t)::text, %L, now(), now() FROM %I AS t WHERE (%s) AND t.profile_id IN '
                       '(SELECT p.profile_id FROM profiles AS p) ON CONFLICT DO NOTHING',
                       plan.name, said, plan.name, bad);
        EXECUTE format('DELETE FROM %I AS t WHERE (%s) AND t.profile_id IN (SELECT p.profile_id FROM profiles AS p)',
                       plan.name, bad);
        EXECUTE format('CREATE TEMP TABLE hos_timeless ON COMMIT DROP AS SELECT ctid AS place FROM %I WHERE %s',
                       plan.name, bad);
        IF EXISTS (SELECT FROM hos_timeless) THEN
            EXECUTE format('CREATE TABLE IF NOT EXISTS %I (LIKE %I INCLUDING DEFAULTS)', plan.name || '_set_aside',
                           plan.name);
            EXECUTE format('INSERT INTO %I SELECT t.* FROM %I AS t JOIN hos_timeless ON t.ctid = place',
                           plan.name || '_set_aside', plan.name);
            EXECUTE format('DELETE FROM %I AS t USING hos_timeless WHERE t.ctid = place', plan.name);
        END IF;
        DROP TABLE hos_timeless;
        EXECUTE (SELECT string_agg(format('UPDATE %I SET %I = NULL WHERE ', plan.name, field) || format(unusual, field),
                                   '; ')
                 FROM unnest(plan.about) AS field);
        EXECUTE format('UPDATE %I SET created_at = now() WHERE ', plan.name) || format(unusual, 'created_at');
    END LOOP;
END
$$;
