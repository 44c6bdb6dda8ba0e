-- Brings the readings and the analysis tracking of an older HolisticOS into the shape of this one. Does nothing on a
-- database that was empty. Every row stays but the older of two duplicates; every column and table we do not know
-- stays. Old columns stay nullable, and utc_offset_minutes and local_date stay null: a timestamptz no longer tells at
-- which offset it was delivered.

ALTER TABLE biomarkers
    ADD COLUMN IF NOT EXISTS profile_id         text COLLATE "C",
    ADD COLUMN IF NOT EXISTS type               text COLLATE "C",
    ADD COLUMN IF NOT EXISTS start_date_time    timestamptz,
    ADD COLUMN IF NOT EXISTS end_date_time      timestamptz,
    ADD COLUMN IF NOT EXISTS category           text,
    ADD COLUMN IF NOT EXISTS periodicity        text,
    ADD COLUMN IF NOT EXISTS aggregation        text,
    ADD COLUMN IF NOT EXISTS value              text,
    ADD COLUMN IF NOT EXISTS unit               text,
    ADD COLUMN IF NOT EXISTS value_type         text,
    ADD COLUMN IF NOT EXISTS sahha_biomarker_id text,
    ADD COLUMN IF NOT EXISTS utc_offset_minutes smallint,
    ADD COLUMN IF NOT EXISTS local_date         date,
    ADD COLUMN IF NOT EXISTS data               jsonb,
    ADD COLUMN IF NOT EXISTS observed_at        timestamptz,
    ADD COLUMN IF NOT EXISTS created_at         timestamptz,
    ALTER COLUMN created_at SET DEFAULT now();

ALTER TABLE scores
    ADD COLUMN IF NOT EXISTS profile_id         text COLLATE "C",
    ADD COLUMN IF NOT EXISTS type               text COLLATE "C",
    ADD COLUMN IF NOT EXISTS score_date_time    timestamptz,
    ADD COLUMN IF NOT EXISTS score              double precision,
    ADD COLUMN IF NOT EXISTS state              text,
    ADD COLUMN IF NOT EXISTS factors            jsonb,
    ADD COLUMN IF NOT EXISTS data_sources       text[],
    ADD COLUMN IF NOT EXISTS version            double precision,
    ADD COLUMN IF NOT EXISTS calculated_at      timestamptz,
    ADD COLUMN IF NOT EXISTS sahha_score_id     text,
    ADD COLUMN IF NOT EXISTS utc_offset_minutes smallint,
    ADD COLUMN IF NOT EXISTS local_date         date,
    ADD COLUMN IF NOT EXISTS data               jsonb,
    ADD COLUMN IF NOT EXISTS observed_at        timestamptz,
    ADD COLUMN IF NOT EXISTS created_at         timestamptz,
    ALTER COLUMN created_at SET DEFAULT now();

-- These cost time on every row and kept readings out whose profile was not known yet; the former system dropped them
-- in its own last migrations, so the rollback does not bring them back.
DO $$
DECLARE
    link record;
BEGIN
    FOR link IN
        SELECT conrelid::regclass AS holder, conname
        FROM pg_constraint
        JOIN pg_class AS target ON target.oid = confrelid
        WHERE contype = 'f'
          AND conrelid IN (to_regclass('biomarkers'), to_regclass('scores'), to_regclass('archetypes'),
                           to_regclass('archetype_analysis_tracking'))
          AND target.relname IN ('profiles', 'users')
    LOOP
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', link.holder, link.conname);
    END LOOP;
END
$$;

-- Key columns sort by bytes, as in a new database: the upsert looks every row up by them. Costs the indexes on them to
-- be built again, once.
DO $$
DECLARE
    field record;
BEGIN
    FOR field IN
        SELECT attrelid::regclass AS holder, attname AS name
        FROM pg_attribute
        WHERE attrelid IN ('biomarkers'::regclass, 'scores'::regclass) AND attname IN ('profile_id', 'type')
          AND (atttypid <> 'text'::regtype OR attcollation <> '"C"'::regcollation)
    LOOP
        BEGIN
            EXECUTE format('ALTER TABLE %1$s ALTER COLUMN %2$I TYPE text COLLATE "C" USING %2$I::text', field.holder,
                           field.name);
        EXCEPTION WHEN feature_not_supported THEN
            RAISE NOTICE 'column % of % keeps its collation: a view or rule uses it', field.name, field.holder;
        END;
    END LOOP;
END
$$;

CREATE OR REPLACE FUNCTION pg_temp.hos_instant(written text) RETURNS timestamptz
LANGUAGE plpgsql
SET timezone TO 'UTC'
AS $$
BEGIN
    IF written ~ '^\d{4}-\d\d-\d\d[T ]\d\d:\d\d' THEN
        RETURN written::timestamptz;
    END IF;
    RETURN NULL;
EXCEPTION WHEN data_exception THEN
    RETURN NULL;
END
$$;

-- The former system wrote some fields into data only. What is not a plain value of the right kind there is left alone.
DO $$
DECLARE
    seen text;
BEGIN
    IF NOT EXISTS (SELECT FROM hos_adoption WHERE subject = 'biomarkers') THEN
        RETURN;
    END IF;
    seen := CASE WHEN EXISTS (SELECT FROM hos_adoption WHERE subject = 'biomarkers.updated_at')
                 THEN 'coalesce(old.updated_at, old.created_at)' ELSE 'old.created_at' END;
    EXECUTE format($fill$
        UPDATE biomarkers AS b
        SET value = filled.value, unit = filled.unit, periodicity = filled.periodicity,
            aggregation = filled.aggregation, value_type = filled.value_type,
            sahha_biomarker_id = filled.sahha_biomarker_id, observed_at = filled.observed_at
        FROM (SELECT old.ctid AS place,
                     coalesce(old.value, plain ->> 'value') AS value,
                     coalesce(old.unit, plain ->> 'unit') AS unit,
                     coalesce(old.periodicity, plain ->> 'periodicity') AS periodicity,
                     coalesce(old.aggregation, plain ->> 'aggregation') AS aggregation,
                     coalesce(old.value_type, plain ->> 'valueType') AS value_type,
                     coalesce(old.sahha_biomarker_id, plain ->> 'sahha_id') AS sahha_biomarker_id,
                     coalesce(old.observed_at, %s) AS observed_at
              FROM biomarkers AS old
              CROSS JOIN LATERAL (
                  SELECT jsonb_object_agg(field.key, field.value) AS plain
                  FROM jsonb_each(CASE WHEN jsonb_typeof(data) = 'object' THEN data END) AS field
                  WHERE jsonb_typeof(field.value) IN ('string', 'number')
              ) AS said) AS filled
        WHERE b.ctid = filled.place
          AND (b.value, b.unit, b.periodicity, b.aggregation, b.value_type, b.sahha_biomarker_id, b.observed_at)
              IS DISTINCT FROM (filled.value, filled.unit, filled.periodicity, filled.aggregation, filled.value_type,
                                filled.sahha_biomarker_id, filled.observed_at)
    $fill$, seen);
END
$$;

DO $$
DECLARE
    seen text;
BEGIN
    IF NOT EXISTS (SELECT FROM hos_adoption WHERE subject = 'scores') THEN
        RETURN;
    END IF;
    seen := CASE WHEN EXISTS (SELECT FROM hos_adoption WHERE subject = 'scores.updated_at')
                 THEN 'coalesce(old.updated_at, old.created_at)' ELSE 'old.created_at' END;
    EXECUTE format($fill$
        UPDATE scores AS s
        SET factors = filled.factors, data_sources = filled.data_sources, version = filled.version,
            sahha_score_id = filled.sahha_score_id, calculated_at = filled.calculated_at,
            observed_at = filled.observed_at
        FROM (SELECT old.ctid AS place,
                     coalesce(old.factors, CASE WHEN jsonb_typeof(data -> 'factors') = 'array'
                                                THEN data -> 'factors' END) AS factors,
                     coalesce(old.data_sources, sources.names) AS data_sources,
                     coalesce(old.version, CASE WHEN data ->> 'version' ~ '^\d{1,15}(\.\d{1,15})?$'
                                                THEN (data ->> 'version')::double precision END) AS version,
                     coalesce(old.sahha_score_id, CASE WHEN jsonb_typeof(data -> 'sahha_id') IN ('string', 'number')
                                                       THEN data ->> 'sahha_id' END) AS sahha_score_id,
                     coalesce(old.calculated_at, pg_temp.hos_instant(data ->> 'createdAtUtc')) AS calculated_at,
                     coalesce(old.observed_at, %s) AS observed_at
              FROM scores AS old
              CROSS JOIN LATERAL (
                  SELECT CASE WHEN bool_and(jsonb_typeof(source) = 'string')
                              THEN array_agg(source #>> '{}') END AS names
                  FROM jsonb_array_elements(CASE WHEN jsonb_typeof(data -> 'dataSources') = 'array'
                                                 THEN data -> 'dataSources' END) AS source
              ) AS sources) AS filled
        WHERE s.ctid = filled.place
          AND (s.factors, s.data_sources, s.version, s.sahha_score_id, s.calculated_at, s.observed_at)
              IS DISTINCT FROM (filled.factors, filled.data_sources, filled.version, filled.sahha_score_id,
                                filled.calculated_at, filled.observed_at)
    $fill$, seen);
END
$$;

-- Of duplicates the newest created_at stays, then the highest id. Nulls are equal in the key, as they are for the
-- constraint below. But a row without profile, type or start does not say which reading it is, so an equal key does not
-- make it a duplicate: the older ones are not deleted, they move to a table of their own, made where it is needed.
DO $$
DECLARE
    plan  record;
    ahead text;
BEGIN
    FOR plan IN
        SELECT *
        FROM (VALUES ('biomarkers', 'profile_id, type, start_date_time, end_date_time',
                      'profile_id IS NULL OR type IS NULL OR start_date_time IS NULL'),
                     ('scores', 'profile_id, type, score_date_time',
                      'profile_id IS NULL OR type IS NULL OR score_date_time IS NULL')) AS plans (name, key, nameless)
        JOIN hos_adoption ON subject = name
    LOOP
        ahead := CASE WHEN EXISTS (SELECT FROM hos_adoption WHERE subject = format('%s.id', plan.name))
                      THEN 'created_at DESC NULLS LAST, id DESC, ctid DESC'
                      ELSE 'created_at DESC NULLS LAST, ctid DESC' END;
        EXECUTE format('CREATE TEMP TABLE hos_doomed ON COMMIT DROP AS SELECT place, nameless FROM ('
                       'SELECT ctid AS place, %s AS nameless, row_number() OVER (PARTITION BY %s ORDER BY %s) AS rank '
                       'FROM %I) AS ranked WHERE rank > 1', plan.nameless, plan.key, ahead, plan.name);
        IF EXISTS (SELECT FROM hos_doomed WHERE nameless) THEN
            EXECUTE format('CREATE TABLE IF NOT EXISTS %I (LIKE %I INCLUDING DEFAULTS)', plan.name || '_set_aside',
                           plan.name);
            EXECUTE format('INSERT INTO %I SELECT t.* FROM %I AS t JOIN hos_doomed ON t.ctid = place WHERE nameless',
                           plan.name || '_set_aside', plan.name);
        END IF;
        EXECUTE format('DELETE FROM %I AS t USING hos_doomed WHERE t.ctid = place', plan.name);
        DROP TABLE hos_doomed;
    END LOOP;
END
$$;

-- A constraint or index of the same name that takes two nulls for different is replaced.
DO $$
DECLARE
    rule record;
BEGIN
    FOR rule IN
        SELECT *
        FROM (VALUES ('biomarkers', 'unique_biomarker_entry',
                      'UNIQUE NULLS NOT DISTINCT (profile_id, type, start_date_time, end_date_time)'),
                     ('scores', 'unique_score_entry',
                      'UNIQUE NULLS NOT DISTINCT (profile_id, type, score_date_time)')) AS rules (holder, name, meaning)
        WHERE NOT EXISTS (SELECT
                          FROM pg_constraint
                          WHERE conrelid = holder::regclass AND conname = name
                            AND pg_get_constraintdef(oid) = meaning)
    LOOP
        EXECUTE format('ALTER TABLE %I DROP CONSTRAINT IF EXISTS %I', rule.holder, rule.name);
        IF EXISTS (SELECT FROM pg_index
                   WHERE indexrelid = to_regclass(rule.name) AND indrelid = rule.holder::regclass) THEN
            EXECUTE format('DROP INDEX %I', rule.name);
        END IF;
        EXECUTE format('ALTER TABLE %I ADD CONSTRAINT %I %s', rule.holder, rule.name, rule.meaning);
    END LOOP;
END
$$;

-- Sahha's archetypes lay in a table named archetypes. It stays untouched, and rows that do not say whose they are, or
-- what, or since when, stay only there. Read through JSON, since not every database of old has every column.
DO $$
BEGIN
    IF (SELECT count(*) FROM pg_attribute
        WHERE attrelid = to_regclass('archetypes') AND attname IN ('profile_id', 'name', 'value', 'start_date_time')
          AND NOT attisdropped) < 4 THEN
        RETURN;  -- not there, or somebody else's
    END IF;
    INSERT INTO sahha_archetypes (profile_id, name, periodicity, start_date_time, end_date_time, value, data_type,
                                  ordinality, version, sahha_archetype_id, data, observed_at, created_at)
    SELECT r.profile_id, r.name, r.periodicity, r.start_date_time, r.end_date_time, r.value, r.data_type,
           r.ordinality, r.version, r.sahha_archetype_id, r.data,
           coalesce((to_jsonb(old) ->> 'updated_at')::timestamptz, r.created_at), coalesce(r.created_at, now())
    FROM archetypes AS old
    CROSS JOIN LATERAL jsonb_populate_record(NULL::sahha_archetypes, to_jsonb(old)) AS r
    WHERE r.profile_id IS NOT NULL AND r.name IS NOT NULL AND r.start_date_time IS NOT NULL
    ORDER BY r.created_at DESC NULLS LAST, to_jsonb(old) ->> 'id' DESC
    ON CONFLICT DO NOTHING;
END
$$;

-- The time of the last analysis has two names, of which a database has one, the other, both or neither. The former
-- system may write either and read the other, so the older name stays, free to be null.
DO $$
BEGIN
    ALTER TABLE archetype_analysis_tracking ADD COLUMN IF NOT EXISTS analysis_timestamp timestamptz;
    IF NOT EXISTS (SELECT FROM pg_attribute
                   WHERE attrelid = 'archetype_analysis_tracking'::regclass AND attname = 'last_analysis_at'
                     AND NOT attisdropped) THEN
        RETURN;
    END IF;
    ALTER TABLE archetype_analysis_tracking ALTER COLUMN last_analysis_at DROP NOT NULL;
    UPDATE archetype_analysis_tracking
    SET analysis_timestamp = greatest(analysis_timestamp, last_analysis_at),
        last_analysis_at = greatest(analysis_timestamp, last_analysis_at)
    WHERE analysis_timestamp IS DISTINCT FROM last_analysis_at;
END
$$;

ALTER TABLE archetype_analysis_tracking
    ADD COLUMN IF NOT EXISTS user_id            text,
    ADD COLUMN IF NOT EXISTS archetype          text,
    ADD COLUMN IF NOT EXISTS analysis_type      text,
    ADD COLUMN IF NOT EXISTS analysis_timestamp timestamptz,
    ADD COLUMN IF NOT EXISTS analysis_count     integer,
    ADD COLUMN IF NOT EXISTS sahha_data_synced  boolean,
    ADD COLUMN IF NOT EXISTS biomarkers_synced  boolean,
    ADD COLUMN IF NOT EXISTS scores_synced      boolean,
    ADD COLUMN IF NOT EXISTS archetypes_synced  boolean,
    ADD COLUMN IF NOT EXISTS sync_completed_at  timestamptz,
    ADD COLUMN IF NOT EXISTS sync_error         text,
    ADD COLUMN IF NOT EXISTS created_at         timestamptz,
    ADD COLUMN IF NOT EXISTS updated_at         timestamptz;

-- Two columns as the key blocked a second type of analysis. The former system dropped it under a name it never had, so
-- it is found by its columns.
DO $$
DECLARE
    rival record;
BEGIN
    FOR rival IN
        SELECT indexrelid::regclass AS name, conname
        FROM pg_index
        LEFT JOIN pg_constraint ON conindid = indexrelid AND conrelid = indrelid AND contype IN ('u', 'p')
        WHERE indrelid = 'archetype_analysis_tracking'::regclass AND indisunique
          AND (SELECT array_agg(attname::text ORDER BY attname)
               FROM pg_attribute
               WHERE attrelid = indrelid AND attnum = ANY (indkey)) = ARRAY['archetype', 'user_id']
    LOOP
        IF rival.conname IS NULL THEN
            EXECUTE format('DROP INDEX %s', rival.name);
        ELSE
            EXECUTE format('ALTER TABLE archetype_analysis_tracking DROP CONSTRAINT %I', rival.conname);
        END IF;
    END LOOP;
END
$$;

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM hos_adoption WHERE subject = 'archetype_analysis_tracking') THEN
        RETURN;
    END IF;
    IF NOT EXISTS (SELECT FROM hos_adoption WHERE subject = 'archetype_analysis_tracking.id') THEN
        ALTER TABLE archetype_analysis_tracking ADD COLUMN IF NOT EXISTS id bigint GENERATED BY DEFAULT AS IDENTITY;
    END IF;
    UPDATE archetype_analysis_tracking
    SET archetype = coalesce(archetype, 'Foundation Builder'),
        analysis_type = coalesce(analysis_type, 'behavior_analysis'),
        analysis_count = coalesce(analysis_count, 1),
        sahha_data_synced = coalesce(sahha_data_synced, false),
        biomarkers_synced = coalesce(biomarkers_synced, false),
        scores_synced = coalesce(scores_synced, false),
        archetypes_synced = coalesce(archetypes_synced, false)
    WHERE num_nulls(archetype, analysis_type, analysis_count, sahha_data_synced, biomarkers_synced, scores_synced,
                    archetypes_synced) > 0;
    ALTER TABLE archetype_analysis_tracking
        ALTER COLUMN archetype SET NOT NULL,
        ALTER COLUMN analysis_type SET NOT NULL,
        ALTER COLUMN analysis_timestamp DROP NOT NULL,
        ALTER COLUMN analysis_count SET NOT NULL,
        ALTER COLUMN analysis_count SET DEFAULT 1,
        ALTER COLUMN sahha_data_synced SET NOT NULL,
        ALTER COLUMN sahha_data_synced SET DEFAULT false,
        ALTER COLUMN biomarkers_synced SET NOT NULL,
        ALTER COLUMN biomarkers_synced SET DEFAULT false,
        ALTER COLUMN scores_synced SET NOT NULL,
        ALTER COLUMN scores_synced SET DEFAULT false,
        ALTER COLUMN archetypes_synced SET NOT NULL,
        ALTER COLUMN archetypes_synced SET DEFAULT false,
        ALTER COLUMN created_at SET DEFAULT now(),
        ALTER COLUMN updated_at SET DEFAULT now();
END
$$;

DO $$
BEGIN
    IF EXISTS (SELECT
               FROM pg_constraint
               WHERE conrelid = 'archetype_analysis_tracking'::regclass
                 AND conname = 'unique_user_archetype_analysis_type'
                 AND pg_get_constraintdef(oid) = 'UNIQUE (user_id, archetype, analysis_type)') THEN
        RETURN;
    END IF;
    CREATE TEMP TABLE hos_tracked ON COMMIT DROP AS
    SELECT id,
           row_number() OVER (PARTITION BY user_id, archetype, analysis_type
                              ORDER BY analysis_timestamp DESC NULLS LAST, id DESC) AS rank,
           sum(analysis_count) OVER (PARTITION BY user_id, archetype, analysis_type) AS total
    FROM archetype_analysis_tracking
    WHERE user_id IS NOT NULL;
    UPDATE archetype_analysis_tracking AS t
    SET analysis_count = total
    FROM hos_tracked
    WHERE t.id = hos_tracked.id AND rank = 1 AND analysis_count <> total;
    DELETE FROM archetype_analysis_tracking AS t USING hos_tracked WHERE t.id = hos_tracked.id AND rank > 1;
    ALTER TABLE archetype_analysis_tracking DROP CONSTRAINT IF EXISTS unique_user_archetype_analysis_type;
    IF EXISTS (SELECT FROM pg_index
               WHERE indexrelid = to_regclass('unique_user_archetype_analysis_type')
                 AND indrelid = 'archetype_analysis_tracking'::regclass) THEN
        DROP INDEX unique_user_archetype_analysis_type;
    END IF;
    ALTER TABLE archetype_analysis_tracking
        ADD CONSTRAINT unique_user_archetype_analysis_type UNIQUE (user_id, archetype, analysis_type);
END
$$;

-- Names drifted in the former system. A row with one we do not know is kept, and then the table goes without the rule;
-- so does a column that the former system writes.
DO $$
DECLARE
    rule    record;
    unknown boolean;
BEGIN
    FOR rule IN
        SELECT *
        FROM (VALUES ('profiles', 'profiles_archetype_known'),
                     ('archetype_analysis_tracking', 'archetype_analysis_tracking_archetype_known')
             ) AS rules (holder, name)
        WHERE NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = holder::regclass AND conname = name)
          AND NOT EXISTS (SELECT FROM hos_adoption WHERE subject = format('%s.archetype', holder))
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT archetype FROM %I EXCEPT SELECT archetype FROM archetype_catalogue)',
                       rule.holder) INTO unknown;
        IF NOT unknown THEN
            EXECUTE format('ALTER TABLE %I ADD CONSTRAINT %I FOREIGN KEY (archetype) '
                           'REFERENCES archetype_catalogue (archetype)', rule.holder, rule.name);
        END IF;
    END LOOP;
END
$$;

-- The session may be another client's next.
DROP FUNCTION pg_temp.hos_instant(text);
