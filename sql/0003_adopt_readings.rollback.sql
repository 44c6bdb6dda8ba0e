-- Takes back the rules this step put on tables that were there before, and gives the time of the last analysis its old
-- name, too. Rows, tables and the columns with what they hold stay. Dropped duplicates, foreign keys and the two-column
-- key of the tracking table do not come back: rows written since may break them.

DO $$
DECLARE
    aside text;
BEGIN
    FOREACH aside IN ARRAY ARRAY['biomarkers', 'scores'] LOOP
        IF to_regclass(aside || '_set_aside') IS NOT NULL THEN
            EXECUTE format('ALTER TABLE %I DROP CONSTRAINT IF EXISTS %I', aside,
                           format('unique_%s_entry', rtrim(aside, 's')));
            EXECUTE format('INSERT INTO %I SELECT * FROM %I', aside, aside || '_set_aside');
            EXECUTE format('DROP TABLE %I', aside || '_set_aside');
        END IF;
    END LOOP;
END
$$;

-- An older constraint of the same name was looser, so it fits whatever the stricter one let in.
DO $$
DECLARE
    rule record;
BEGIN
    FOR rule IN
        SELECT holder, name, looser,
               EXISTS (SELECT FROM hos_adoption
                       WHERE subject = format('constraint %s of %s', name, holder)) AS was_there
        FROM (VALUES ('biomarkers', 'unique_biomarker_entry',
                      'UNIQUE (profile_id, type, start_date_time, end_date_time)'),
                     ('scores', 'unique_score_entry', 'UNIQUE (profile_id, type, score_date_time)'),
                     ('archetype_analysis_tracking', 'unique_user_archetype_analysis_type',
                      'UNIQUE (user_id, archetype, analysis_type)'),
                     ('archetype_analysis_tracking', 'archetype_analysis_tracking_archetype_known', NULL),
                     ('profiles', 'profiles_archetype_known', NULL)) AS rules (holder, name, looser)
        JOIN hos_adoption ON subject = holder
    LOOP
        CONTINUE WHEN rule.was_there AND rule.looser IS NULL;
        EXECUTE format('ALTER TABLE %I DROP CONSTRAINT IF EXISTS %I', rule.holder, rule.name);
        IF rule.was_there THEN
            EXECUTE format('ALTER TABLE %I ADD CONSTRAINT %I %s', rule.holder, rule.name, rule.looser);
        END IF;
    END LOOP;
END
$$;

DO $$
DECLARE
    field record;
BEGIN
    FOR field IN
        SELECT subject AS holder, attname AS name
        FROM hos_adoption
        JOIN pg_attribute ON attrelid = to_regclass(subject) AND attnum > 0 AND NOT attisdropped AND attidentity = ''
        WHERE (subject IN ('biomarkers', 'scores') AND attname = 'created_at')
           OR (subject = 'archetype_analysis_tracking'
               AND attname IN ('archetype', 'analysis_type', 'analysis_count', 'sahha_data_synced',
                               'biomarkers_synced', 'scores_synced', 'archetypes_synced', 'created_at', 'updated_at'))
    LOOP
        IF NOT EXISTS (SELECT FROM hos_adoption
                       WHERE subject = format('default of %s.%s', field.holder, field.name)) THEN
            EXECUTE format('ALTER TABLE %I ALTER COLUMN %I DROP DEFAULT', field.holder, field.name);
        END IF;
        IF NOT EXISTS (SELECT FROM hos_adoption
                       WHERE subject = format('not null of %s.%s', field.holder, field.name)) THEN
            EXECUTE format('ALTER TABLE %I ALTER COLUMN %I DROP NOT NULL', field.holder, field.name);
        END IF;
    END LOOP;
END
$$;

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM hos_adoption WHERE subject = 'archetype_analysis_tracking.last_analysis_at') THEN
        RETURN;
    END IF;
    UPDATE archetype_analysis_tracking
    SET last_analysis_at = analysis_timestamp
    WHERE last_analysis_at IS DISTINCT FROM analysis_timestamp;
    IF EXISTS (SELECT FROM hos_adoption WHERE subject = 'not null of archetype_analysis_tracking.last_analysis_at')
       AND NOT EXISTS (SELECT FROM archetype_analysis_tracking WHERE last_analysis_at IS NULL) THEN
        ALTER TABLE archetype_analysis_tracking ALTER COLUMN last_analysis_at SET NOT NULL;
    END IF;
END
$$;
