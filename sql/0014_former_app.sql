-- The former system goes on writing to the tables that were taken over from it, and knows nothing of what is new in
-- them: what it leaves out is filled here, and what it brings a second time takes the place of the first. Does nothing
-- where nothing was taken over.

-- Of an id that breaks the pattern nothing is pulled; but the former system may write it, and change the row.
DO $$
BEGIN
    IF to_regclass('hos_adoption') IS NULL THEN
        RETURN;
    END IF;
    IF NOT EXISTS (SELECT FROM hos_adoption WHERE subject = 'profiles')
       OR EXISTS (SELECT FROM hos_adoption WHERE subject = 'constraint profiles_profile_id_pattern of profiles') THEN
        RETURN;
    END IF;
    ALTER TABLE profiles DROP CONSTRAINT IF EXISTS profiles_profile_id_pattern;
    ALTER TABLE profiles
        ADD CONSTRAINT profiles_profile_id_pattern
        CHECK (profile_id ~ '^[A-Za-z0-9_-]{1,100}$' OR status <> 'active') NOT VALID;
END
$$;

DO $adopted$
BEGIN
    IF NOT EXISTS (SELECT FROM hos_adoption WHERE subject = 'profiles') THEN
        RETURN;
    END IF;
    CREATE OR REPLACE FUNCTION hos_former_profile() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path FROM CURRENT
    AS $$
    DECLARE
        told   text := nullif(to_jsonb(NEW) ->> 'sahha_external_id', '');
        suffix integer := 1;
    BEGIN
        IF TG_OP = 'INSERT' THEN
            IF NEW.profile_id IS NULL THEN
                NEW.profile_id := to_jsonb(NEW) ->> 'id';
                IF NEW.profile_id !~ '^[A-Za-z0-9_-]{1,100}$' THEN
                    NEW.status := 'paused';
                    NEW.status_reason := 'profile id: has other characters than letters, digits, _ and -, or more than '
                                         '100; give the profile another id.';
                END IF;
            END IF;
            IF NEW.external_id IS NULL THEN
                NEW.external_id := coalesce(told, NEW.profile_id);
                WHILE EXISTS (SELECT FROM profiles
                              WHERE external_id = NEW.external_id AND profile_id <> NEW.profile_id) LOOP
                    NEW.external_id := CASE WHEN suffix = 1 THEN NEW.profile_id
                                            ELSE format('%s-%s', NEW.profile_id, suffix) END;
                    suffix := suffix + 1;
                END LOOP;
            END IF;
        ELSIF told IS NOT NULL AND told IS DISTINCT FROM to_jsonb(OLD) ->> 'sahha_external_id'
              AND NEW.external_id = OLD.external_id
              AND NOT EXISTS (SELECT FROM profiles WHERE external_id = told AND profile_id <> NEW.profile_id) THEN
            NEW.external_id := told;
        END IF;
        RETURN NEW;
    END
    $$;
    CREATE OR REPLACE TRIGGER hos_former_profile BEFORE INSERT ON profiles
        FOR EACH ROW EXECUTE FUNCTION hos_former_profile();
    IF EXISTS (SELECT FROM hos_adoption WHERE subject = 'profiles.sahha_external_id') THEN
        CREATE OR REPLACE TRIGGER hos_former_profile_renamed BEFORE UPDATE OF sahha_external_id ON profiles
            FOR EACH ROW EXECUTE FUNCTION hos_former_profile();
    END IF;
END
$adopted$;

-- Only rows of the former system come without observed_at. An open window does not replace a closed one; a row that
-- does not say which reading it is sets the older one aside. The row that is replaced hands on its id. Whoever writes
-- readings of a profile holds its row until the end: what another has not committed yet, a DELETE would not see.
DO $adopted$
BEGIN
    IF NOT EXISTS (SELECT FROM hos_adoption WHERE subject = 'biomarkers') THEN
        RETURN;
    END IF;
    CREATE TABLE IF NOT EXISTS biomarkers_set_aside (LIKE biomarkers INCLUDING DEFAULTS);
    CREATE OR REPLACE FUNCTION hos_former_biomarker() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path FROM CURRENT
    AS $$
    DECLARE
        plain  jsonb;
        stands biomarkers%ROWTYPE;
    BEGIN
        SELECT jsonb_object_agg(field.key, field.value) INTO plain
        FROM jsonb_each(CASE WHEN jsonb_typeof(NEW.data) = 'object' THEN NEW.data END) AS field
        WHERE jsonb_typeof(field.value) IN ('string', 'number');
        NEW.value := coalesce(NEW.value, plain ->> 'value');
        NEW.unit := coalesce(NEW.unit, plain ->> 'unit');
        NEW.periodicity := coalesce(NEW.periodicity, plain ->> 'periodicity');
        NEW.aggregation := coalesce(NEW.aggregation, plain ->> 'aggregation');
        NEW.value_type := coalesce(NEW.value_type, plain ->> 'valueType');
        NEW.sahha_biomarker_id := coalesce(NEW.sahha_biomarker_id, plain ->> 'sahha_id');
        NEW.observed_at := now();
        IF NEW.profile_id IS NOT NULL AND has_any_column_privilege('profiles', 'UPDATE') THEN
            PERFORM FROM profiles WHERE profile_id = NEW.profile_id FOR NO KEY UPDATE;
        END IF;
        IF NEW.profile_id IS NULL OR NEW.type IS NULL OR NEW.start_date_time IS NULL THEN
            DELETE FROM biomarkers
            WHERE profile_id IS NOT DISTINCT FROM NEW.profile_id AND type IS NOT DISTINCT FROM NEW.type
              AND start_date_time IS NOT DISTINCT FROM NEW.start_date_time
              AND end_date_time IS NOT DISTINCT FROM NEW.end_date_time
            RETURNING * INTO stands;
            IF FOUND THEN
                INSERT INTO biomarkers_set_aside
                SELECT * FROM jsonb_populate_record(NULL::biomarkers_set_aside, to_jsonb(stands));
            END IF;
            RETURN NEW;
        END IF;
        DELETE FROM biomarkers
        WHERE profile_id = NEW.profile_id AND type = NEW.type AND start_date_time = NEW.start_date_time
          AND (end_date_time = NEW.end_date_time OR end_date_time IS NULL AND NEW.end_date_time IS NULL)
        RETURNING * INTO stands;
        IF NOT FOUND THEN
            RETURN NEW;
        END IF;
        IF NEW.periodicity IS NOT DISTINCT FROM 'intraday' AND stands.periodicity IS DISTINCT FROM 'intraday' THEN
            RETURN stands;
        END IF;
        NEW.utc_offset_minutes := coalesce(NEW.utc_offset_minutes, stands.utc_offset_minutes);
        NEW.local_date := coalesce(NEW.local_date, stands.local_date);
        RETURN jsonb_populate_record(NEW, jsonb_strip_nulls(jsonb_build_object('id', to_jsonb(stands) -> 'id')));
    END
    $$;
    CREATE OR REPLACE TRIGGER hos_former_biomarker BEFORE INSERT ON biomarkers
        FOR EACH ROW WHEN (NEW.observed_at IS NULL) EXECUTE FUNCTION hos_former_biomarker();
END
$adopted$;

DO $adopted$
BEGIN
    IF NOT EXISTS (SELECT FROM hos_adoption WHERE subject = 'scores') THEN
        RETURN;
    END IF;
    CREATE TABLE IF NOT EXISTS scores_set_aside (LIKE scores INCLUDING DEFAULTS);
    CREATE OR REPLACE FUNCTION hos_former_score() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path FROM CURRENT
    AS $$
    DECLARE
        stands scores%ROWTYPE;
    BEGIN
        IF NEW.factors IS NULL AND jsonb_typeof(NEW.data -> 'factors') = 'array' THEN
            NEW.factors := NEW.data -> 'factors';
        END IF;
        IF NEW.version IS NULL AND NEW.data ->> 'version' ~ '^\d{1,15}(\.\d{1,15})?$' THEN
            NEW.version := (NEW.data ->> 'version')::double precision;
        END IF;
        IF NEW.sahha_score_id IS NULL AND jsonb_typeof(NEW.data -> 'sahha_id') IN ('string', 'number') THEN
            NEW.sahha_score_id := NEW.data ->> 'sahha_id';
        END IF;
        NEW.observed_at := now();
        IF NEW.profile_id IS NOT NULL AND has_any_column_privilege('profiles', 'UPDATE') THEN
            PERFORM FROM profiles WHERE profile_id = NEW.profile_id FOR NO KEY UPDATE;
        END IF;
        IF NEW.profile_id IS NULL OR NEW.type IS NULL OR NEW.score_date_time IS NULL THEN
            DELETE FROM scores
            WHERE profile_id IS NOT DISTINCT FROM NEW.profile_id AND type IS NOT DISTINCT FROM NEW.type
              AND score_date_time IS NOT DISTINCT FROM NEW.score_date_time
            RETURNING * INTO stands;
            IF FOUND THEN
                INSERT INTO scores_set_aside
                SELECT * FROM jsonb_populate_record(NULL::scores_set_aside, to_jsonb(stands));
            END IF;
            RETURN NEW;
        END IF;
        DELETE FROM scores
        WHERE profile_id = NEW.profile_id AND type = NEW.type AND score_date_time = NEW.score_date_time
        RETURNING * INTO stands;
        IF NOT FOUND THEN
            RETURN NEW;
        END IF;
        NEW.utc_offset_minutes := coalesce(NEW.utc_offset_minutes, stands.utc_offset_minutes);
        NEW.local_date := coalesce(NEW.local_date, stands.local_date);
        NEW.calculated_at := coalesce(NEW.calculated_at, stands.calculated_at);
        RETURN jsonb_populate_record(NEW, jsonb_strip_nulls(jsonb_build_object('id', to_jsonb(stands) -> 'id')));
    END
    $$;
    CREATE OR REPLACE TRIGGER hos_former_score BEFORE INSERT ON scores
        FOR EACH ROW WHEN (NEW.observed_at IS NULL) EXECUTE FUNCTION hos_former_score();
END
$adopted$;

-- The former system writes the time of an analysis by two names, or by the older alone; both stay equal.
DO $adopted$
BEGIN
    IF NOT EXISTS (SELECT FROM hos_adoption WHERE subject = 'archetype_analysis_tracking') THEN
        RETURN;
    END IF;
    ALTER TABLE archetype_analysis_tracking ALTER COLUMN analysis_type SET DEFAULT 'behavior_analysis';
    CREATE OR REPLACE FUNCTION hos_former_tracking() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path FROM CURRENT
    AS $$
    DECLARE
        former jsonb := to_jsonb(NEW);
    BEGIN
        NEW.archetype := coalesce(NEW.archetype, 'Foundation Builder');
        NEW.analysis_type := coalesce(NEW.analysis_type, 'behavior_analysis');
        NEW.analysis_count := coalesce(NEW.analysis_count, 1);
        NEW.sahha_data_synced := coalesce(NEW.sahha_data_synced, false);
        NEW.biomarkers_synced := coalesce(NEW.biomarkers_synced, false);
        NEW.scores_synced := coalesce(NEW.scores_synced, false);
        NEW.archetypes_synced := coalesce(NEW.archetypes_synced, false);
        IF NOT former ? 'last_analysis_at' THEN
            RETURN NEW;
        END IF;
        IF TG_OP = 'INSERT' THEN
            NEW.analysis_timestamp := coalesce(NEW.analysis_timestamp, (former ->> 'last_analysis_at')::timestamptz);
        ELSIF NEW.analysis_timestamp IS NOT DISTINCT FROM OLD.analysis_timestamp
              AND former -> 'last_analysis_at' IS DISTINCT FROM to_jsonb(OLD) -> 'last_analysis_at' THEN
            NEW.analysis_timestamp := (former ->> 'last_analysis_at')::timestamptz;
        END IF;
        RETURN jsonb_populate_record(NEW, jsonb_build_object('last_analysis_at', NEW.analysis_timestamp));
    END
    $$;
    CREATE OR REPLACE TRIGGER hos_former_tracking BEFORE INSERT OR UPDATE ON archetype_analysis_tracking
        FOR EACH ROW EXECUTE FUNCTION hos_former_tracking();
END
$adopted$;
