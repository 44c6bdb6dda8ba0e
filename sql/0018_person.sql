-- What people say of themselves and what they do: facts with validity, the items of plans, check-ins and journals. Apps
-- write them by plain SQL, so what may stand in them is held here. Tables of an older HolisticOS are taken over with
-- their rows.

-- The present as this database has it: a deployment on a virtual clock sets hos.now. Only the default of recorded_at.
CREATE OR REPLACE FUNCTION hos_clock() RETURNS timestamptz
LANGUAGE sql STABLE
AS $$ SELECT coalesce(nullif(current_setting('hos.now', true), '')::timestamptz, now()) $$;

-- Whether a text is a day of the calendar, as YYYY-MM-DD.
CREATE OR REPLACE FUNCTION hos_is_day(written text) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE
AS $$
BEGIN
    IF written IS NULL OR written !~ '^(19|20|21)\d\d-\d\d-\d\d$' THEN
        RETURN false;
    END IF;
    PERFORM make_date(left(written, 4)::integer, substr(written, 6, 2)::integer, right(written, 2)::integer);
    RETURN true;
EXCEPTION WHEN data_exception THEN
    RETURN false;
END
$$;

-- Whether a value is a list of such words, each once.
CREATE OR REPLACE FUNCTION hos_are_words(value jsonb, known text[]) RETURNS boolean
LANGUAGE sql IMMUTABLE
AS $$
    SELECT jsonb_typeof(value) = 'array' AND (
        SELECT count(*) = count(DISTINCT word) AND coalesce(bool_and(jsonb_typeof(word) = 'string'
                                                                    AND word #>> '{}' = ANY(known)), true)
        FROM jsonb_array_elements(CASE WHEN jsonb_typeof(value) = 'array' THEN value ELSE '[]' END) AS listed (word))
$$;

-- Whether a text is hours of a day, as HH:MM-HH:MM; they may go past midnight.
CREATE OR REPLACE FUNCTION hos_are_hours(written text) RETURNS boolean
LANGUAGE sql IMMUTABLE
AS $$
    SELECT coalesce(written ~ '^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$' AND left(written, 5) <> right(written, 5),
                    false)
$$;

-- Whether a value is a roster: kinds of shift in a pattern that repeats from a day on, by date, or both.
CREATE OR REPLACE FUNCTION hos_is_roster(value jsonb) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE
SET search_path FROM CURRENT
AS $$
DECLARE
    kinds text[] := ARRAY['early', 'day', 'late', 'night', 'off'];
BEGIN
    IF jsonb_typeof(value) <> 'object' OR octet_length(value::text) > 20000 OR NOT (value ? 'pattern' OR value ? 'dates')
       OR (value ? 'pattern') <> (value ? 'starts')
       OR EXISTS (SELECT FROM jsonb_object_keys(value) AS k WHERE k NOT IN ('pattern', 'starts', 'dates', 'hours')) THEN
        RETURN false;
    END IF;
    IF value ? 'pattern' THEN
        IF jsonb_typeof(value -> 'pattern') <> 'array' OR jsonb_array_length(value -> 'pattern') NOT BETWEEN 1 AND 60
           OR NOT hos_is_day(value ->> 'starts')
           OR EXISTS (SELECT FROM jsonb_array_elements(value -> 'pattern') AS shift
                      WHERE jsonb_typeof(shift) <> 'string' OR shift #>> '{}' <> ALL(kinds)) THEN
            RETURN false;
        END IF;
    END IF;
    IF value ? 'dates' THEN
        IF jsonb_typeof(value -> 'dates') <> 'object' THEN
            RETURN false;
        END IF;
        IF (SELECT count(*) NOT BETWEEN 1 AND 400 OR bool_or(NOT hos_is_day(day) OR shift IS NULL
                                                             OR shift <> ALL(kinds))
            FROM jsonb_each_text(value -> 'dates') AS dated (day, shift)) THEN
            RETURN false;
        END IF;
    END IF;
    IF value ? 'hours' THEN
        IF jsonb_typeof(value -> 'hours') <> 'object' THEN
            RETURN false;
        END IF;
        RETURN NOT EXISTS (SELECT FROM jsonb_each_text(value -> 'hours') AS lasts (shift, hours)
                           WHERE shift <> ALL(kinds) OR shift = 'off' OR NOT hos_are_hours(hours));
    END IF;
    RETURN true;
END
$$;

-- Whether a fact has a key and a value that are known: the same rules as domain/person, which says what is wrong. Null
-- takes back what was said before.
CREATE OR REPLACE FUNCTION hos_is_fact(fact_key text, value jsonb) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE
SET search_path FROM CURRENT
AS $$
DECLARE
    kind      text := jsonb_typeof(value);
    said      text := value #>> '{}';
    allergies text[] := ARRAY['milk', 'egg', 'fish', 'crustacean', 'mollusc', 'shellfish', 'seafood', 'tree_nut',
                              'peanut', 'nuts', 'wheat', 'gluten', 'soy', 'sesame', 'celery', 'mustard', 'lupin',
                              'sulphites', 'coconut', 'almond', 'walnut', 'cashew', 'hazelnut', 'pecan', 'pistachio',
                              'brazil_nut', 'pine_nut'];
    diets     text[] := ARRAY['vegan', 'vegetarian', 'pescatarian', 'halal', 'kosher', 'hindu', 'jain', 'gluten_free',
                              'gluten_free_certified', 'keto'];
    tastes    text[] := ARRAY['low_sodium', 'dash', 'mediterranean', 'high_dairy'];
    ailments  text[] := ARRAY['coeliac', 'lactose_free', 'low_lactose', 'low_fodmap'];
    choices   text[] := ARRAY['no_meat', 'no_red_meat', 'no_pork', 'no_poultry', 'no_honey', 'no_alcohol',
                              'no_caffeine'];
    span      numrange;
BEGIN
    span := CASE fact_key WHEN 'height' THEN numrange(90, 260, '[]')
                          WHEN 'weight' THEN numrange(20, 400, '[]')
                          WHEN 'body_fat' THEN numrange(2, 75, '[]')
                          WHEN 'lean_mass' THEN numrange(10, 200, '[]')
                          WHEN 'resting_energy' THEN numrange(400, 5000, '[]') END;
    RETURN coalesce(CASE
        WHEN span IS NOT NULL THEN kind = 'null' OR kind = 'number' AND (said::numeric <@ span)
        WHEN fact_key = 'birth_date' THEN kind = 'null' OR kind = 'string' AND (said = 'adult' OR hos_is_day(said))
        WHEN fact_key = 'sex' THEN kind = 'null' OR said IN ('female', 'male', 'unknown')
        WHEN fact_key = 'goal' THEN kind = 'null' OR said IN (
            'lose_weight', 'maintain_weight', 'build_muscle', 'sleep_better', 'more_energy', 'less_stress', 'move_more',
            'eat_better')
        WHEN fact_key = 'diet' THEN kind = 'null' OR hos_are_words(value, diets || ailments || tastes)
        WHEN fact_key = 'restrictions' THEN kind = 'null' OR hos_are_words(
            value, allergies || diets || tastes || ailments || choices)
        WHEN fact_key = 'allergies' THEN kind = 'null' OR hos_are_words(value, allergies || ailments)
        WHEN fact_key = 'health_flags' THEN kind = 'null' OR hos_are_words(value, ARRAY[
            'pregnancy', 'lactation', 'bariatric_surgery', 'kidney_disease', 'liver_disease', 'heart_failure',
            'fluid_limit', 'diabetes_on_medicine', 'pku', 'cancer_treatment', 'eating_disorder', 'blood_thinner',
            'mao_inhibitor', 'thyroid_medicine', 'injury'])
        WHEN fact_key IN ('wake_time_work', 'wake_time_free', 'sleep_time_work', 'sleep_time_free')
        THEN kind = 'null' OR kind = 'string' AND said ~ '^([01]\d|2[0-3]):[0-5]\d$'
        WHEN fact_key = 'work_hours' THEN kind = 'null' OR kind = 'string' AND hos_are_hours(said)
        WHEN fact_key = 'work_days' THEN kind = 'null' OR hos_are_words(value, ARRAY[
            'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'])
        WHEN fact_key = 'roster' THEN kind = 'null' OR hos_is_roster(value)
        WHEN fact_key = 'country' THEN kind = 'null' OR kind = 'string' AND said ~ '^[A-Z]{2}$'
        WHEN fact_key = 'timezone' THEN kind = 'null' OR kind = 'string' AND said ~ '^[A-Za-z][A-Za-z0-9_+/-]{0,63}$'
        WHEN fact_key IN ('opt_out_of_numbers', 'allow_switch') THEN kind IN ('null', 'boolean')
        ELSE false END, false);
END
$$;

CREATE TABLE IF NOT EXISTS profile_facts (
    id           bigint GENERATED BY DEFAULT AS IDENTITY,
    profile_id   text COLLATE "C" NOT NULL,
    fact_key     text NOT NULL,
    value        jsonb NOT NULL,
    source       text NOT NULL,
    valid_from   timestamptz NOT NULL,
    valid_to     timestamptz,
    recorded_at  timestamptz NOT NULL DEFAULT hos_clock(),
    CONSTRAINT profile_facts_pkey PRIMARY KEY (id),
    CONSTRAINT profile_facts_profile_known FOREIGN KEY (profile_id) REFERENCES profiles (profile_id) ON DELETE CASCADE,
    CONSTRAINT profile_facts_value_fits CHECK (hos_is_fact(fact_key, value)),
    CONSTRAINT profile_facts_source_known CHECK (source IN ('stated', 'measured', 'delivered')),
    CONSTRAINT profile_facts_validity_ordered CHECK (valid_to > valid_from),
    CONSTRAINT profile_facts_validity_plausible
        CHECK (valid_from BETWEEN '1900-01-01T00:00:00Z' AND recorded_at + interval '2 years'),
    CONSTRAINT profile_facts_times_readable CHECK (recorded_at < '9000-01-01T00:00:00Z' AND valid_to < '9000-01-01T00:00:00Z'),
    CONSTRAINT profile_facts_birth_not_ahead CHECK (
        fact_key <> 'birth_date' OR jsonb_typeof(value) <> 'string' OR value = '"adult"' OR
        value #>> '{}' <= to_char(recorded_at AT TIME ZONE 'UTC' + interval '14 hours', 'YYYY-MM-DD'))
);
CREATE INDEX IF NOT EXISTS profile_facts_newest
    ON profile_facts (profile_id, fact_key, source, valid_from DESC, recorded_at DESC, id DESC);

CREATE OR REPLACE FUNCTION hos_facts_are_added() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    RAISE EXCEPTION 'profile_facts: a fact is never changed; insert a new one, which takes its place'
        USING ERRCODE = 'restrict_violation';
END
$$;
CREATE OR REPLACE TRIGGER hos_facts_are_added BEFORE UPDATE ON profile_facts
    FOR EACH ROW EXECUTE FUNCTION hos_facts_are_added();

-- Zone and country are what the profile says, and everything goes by that: a newer word of the person changes it, and
-- of a new zone all that is stored is asked for again, since its days and offsets are told by it.
CREATE OR REPLACE FUNCTION hos_fact_to_profile() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
DECLARE
    said     text := NEW.value #>> '{}';
    readings text;
BEGIN
    IF EXISTS (SELECT FROM profile_facts WHERE profile_id = NEW.profile_id AND fact_key = NEW.fact_key
               AND source = 'stated' AND valid_from > NEW.valid_from) THEN
        RETURN NULL;
    END IF;
    IF NEW.fact_key = 'country' THEN
        UPDATE profiles SET country = said, updated_at = now()
        WHERE profile_id = NEW.profile_id AND country IS DISTINCT FROM said;
        RETURN NULL;
    END IF;
    -- As it is spelt there: a rule such as X+5, an abbreviation and another case are read by PostgreSQL alone.
    IF NOT EXISTS (SELECT FROM pg_timezone_names WHERE name = said AND name NOT IN ('Factory', 'localtime')) THEN
        RAISE EXCEPTION 'profile_facts: value of timezone is no zone that is known; give an IANA name'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'hos_fact_to_profile', TABLE = 'profile_facts';
    END IF;
    UPDATE profiles SET timezone = said, updated_at = now()
    WHERE profile_id = NEW.profile_id AND timezone IS DISTINCT FROM said;
    IF FOUND THEN
        FOREACH readings IN ARRAY ARRAY['biomarkers', 'scores', 'sahha_archetypes'] LOOP
            EXECUTE format($again$
                UPDATE sync_state AS s
                SET late_from = least(s.late_from, held.since, (lower(c.covered) AT TIME ZONE 'UTC')::date)
                FROM (SELECT min(local_date) AS since, count(*) AS stored FROM %I WHERE profile_id = $1) AS held
                LEFT JOIN sync_coverage AS c ON c.profile_id = $1 AND c.stream = $2
                WHERE s.profile_id = $1 AND s.stream = $2 AND held.stored > 0
            $again$, readings) USING NEW.profile_id, readings;
        END LOOP;
    END IF;
    RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER hos_fact_to_profile AFTER INSERT ON profile_facts
    FOR EACH ROW WHEN (NEW.fact_key IN ('timezone', 'country') AND NEW.source = 'stated' AND NEW.value <> 'null'
                       AND NEW.valid_from <= NEW.recorded_at)
    EXECUTE FUNCTION hos_fact_to_profile();

-- Analyses go by some facts, and are due anew when one is said: less than none of the readings has been seen with it.
CREATE OR REPLACE FUNCTION hos_fact_to_analyses() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
BEGIN
    UPDATE archetype_analysis_tracking SET rows_seen = -1 WHERE user_id = NEW.profile_id AND rows_seen >= 0;
    RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER hos_fact_to_analyses AFTER INSERT ON profile_facts
    FOR EACH ROW WHEN (NEW.fact_key IN ('birth_date', 'health_flags', 'roster', 'work_days') AND NEW.source = 'stated')
    EXECUTE FUNCTION hos_fact_to_analyses();

-- What an older HolisticOS left, noted once: run again, it would take our own tables for adopted ones.
DO $$
BEGIN
    IF EXISTS (SELECT FROM hos_adoption WHERE subject = 'looked for plan_items') THEN
        RETURN;
    END IF;
    INSERT INTO hos_adoption (subject)
    WITH found AS (
        SELECT pg_class.oid, relname
        FROM pg_class
        JOIN pg_namespace ON pg_namespace.oid = relnamespace
        WHERE nspname = current_schema() AND relkind = 'r'
          AND relname IN ('plan_items', 'task_checkins', 'daily_journals')
    )
    SELECT 'looked for plan_items'
    UNION
    SELECT relname::text FROM found
    UNION
    SELECT format(note, relname, attname)
    FROM found
    JOIN pg_attribute ON attrelid = found.oid AND attnum > 0 AND NOT attisdropped
    CROSS JOIN LATERAL (VALUES ('%s.%s', true),
                               ('not null of %s.%s', attnotnull),
                               ('default of %s.%s', atthasdef OR attidentity <> '')) AS notes (note, holds)
    WHERE holds
    UNION
    SELECT format('constraint %s of %s', conname, relname)
    FROM found
    JOIN pg_constraint ON conrelid = found.oid AND contype <> 'n'
    ON CONFLICT DO NOTHING;
END
$$;

CREATE TABLE IF NOT EXISTS plan_items (
    id                          uuid DEFAULT gen_random_uuid(),
    profile_id                  text COLLATE "C" NOT NULL,
    analysis_result_id          uuid,
    item_id                     text NOT NULL,
    plan_date                   date NOT NULL,
    time_block                  text,
    title                       text NOT NULL,
    description                 text,
    scheduled_time              time,
    scheduled_end_time          time,
    estimated_duration_minutes  integer,
    task_type                   text,
    category                    text,
    subcategory                 text,
    variation_group             text,
    source                      text,
    is_trackable                boolean DEFAULT true,
    priority_level              text DEFAULT 'medium',
    time_block_order            integer DEFAULT 0,
    task_order_in_block         integer DEFAULT 0,
    superseded_at               timestamptz,
    recorded_at                 timestamptz NOT NULL DEFAULT hos_clock(),
    CONSTRAINT plan_items_pkey PRIMARY KEY (id),
    CONSTRAINT plan_items_profile_known FOREIGN KEY (profile_id) REFERENCES profiles (profile_id) ON DELETE CASCADE
);

CREATE TABLE IF NOT EXISTS task_checkins (
    id                      uuid DEFAULT gen_random_uuid(),
    profile_id              text COLLATE "C" NOT NULL,
    plan_item_id            uuid NOT NULL,
    analysis_result_id      uuid,
    planned_date            date NOT NULL,
    planned_time            time,
    completion_status       text NOT NULL,
    completed_at            timestamptz,
    actual_completion_time  timestamptz,
    satisfaction_rating     integer,
    continue_preference     text,
    skip_reason             text,
    user_notes              text,
    created_at              timestamptz DEFAULT hos_clock(),
    recorded_at             timestamptz NOT NULL DEFAULT hos_clock(),
    CONSTRAINT task_checkins_pkey PRIMARY KEY (id),
    CONSTRAINT unique_task_checkin_per_day UNIQUE (profile_id, plan_item_id, planned_date),
    CONSTRAINT task_checkins_profile_known FOREIGN KEY (profile_id) REFERENCES profiles (profile_id) ON DELETE CASCADE
);

CREATE TABLE IF NOT EXISTS daily_journals (
    id                              uuid DEFAULT gen_random_uuid(),
    profile_id                      text COLLATE "C" NOT NULL,
    journal_date                    date NOT NULL,
    energy_level                    integer,
    mood_rating                     integer,
    sleep_quality                   integer,
    stress_level                    integer,
    nutrition_satisfaction          integer,
    meal_timing_satisfaction        integer,
    hydration_glasses               integer,
    breathing_exercises_completed   boolean,
    sunlight_exposure_completed     boolean,
    mindfulness_practice_completed  boolean,
    is_ill                          boolean,
    has_pain                        boolean,
    is_travelling                   boolean,
    is_on_holiday                   boolean,
    what_went_well                  text,
    what_was_challenging            text,
    tomorrow_intentions             text,
    gratitude_notes                 text[],
    voice_note_url                  text,
    voice_note_duration_seconds     integer,
    completed_at                    timestamptz,
    time_to_complete_seconds        integer,
    recorded_at                     timestamptz NOT NULL DEFAULT hos_clock(),
    CONSTRAINT daily_journals_pkey PRIMARY KEY (id),
    CONSTRAINT unique_journal_per_day UNIQUE (profile_id, journal_date),
    CONSTRAINT daily_journals_profile_known FOREIGN KEY (profile_id) REFERENCES profiles (profile_id) ON DELETE CASCADE
);

-- Whichever version of them an older HolisticOS had, they get what it lacks.
ALTER TABLE plan_items
    ADD COLUMN IF NOT EXISTS analysis_result_id         uuid,
    ADD COLUMN IF NOT EXISTS plan_date                  date,
    ADD COLUMN IF NOT EXISTS time_block                 text,
    ADD COLUMN IF NOT EXISTS description                text,
    ADD COLUMN IF NOT EXISTS scheduled_time             time,
    ADD COLUMN IF NOT EXISTS scheduled_end_time         time,
    ADD COLUMN IF NOT EXISTS estimated_duration_minutes integer,
    ADD COLUMN IF NOT EXISTS task_type                  text,
    ADD COLUMN IF NOT EXISTS category                   text,
    ADD COLUMN IF NOT EXISTS subcategory                text,
    ADD COLUMN IF NOT EXISTS variation_group            text,
    ADD COLUMN IF NOT EXISTS source                     text,
    ADD COLUMN IF NOT EXISTS is_trackable               boolean DEFAULT true,
    ADD COLUMN IF NOT EXISTS priority_level             text DEFAULT 'medium',
    ADD COLUMN IF NOT EXISTS time_block_order           integer DEFAULT 0,
    ADD COLUMN IF NOT EXISTS task_order_in_block        integer DEFAULT 0,
    ADD COLUMN IF NOT EXISTS superseded_at              timestamptz,
    ADD COLUMN IF NOT EXISTS recorded_at                timestamptz,
    ALTER COLUMN analysis_result_id DROP NOT NULL,
    ALTER COLUMN time_block DROP NOT NULL,
    ALTER COLUMN recorded_at SET DEFAULT hos_clock();

ALTER TABLE task_checkins
    ADD COLUMN IF NOT EXISTS analysis_result_id     uuid,
    ADD COLUMN IF NOT EXISTS planned_time           time,
    ADD COLUMN IF NOT EXISTS completed_at           timestamptz,
    ADD COLUMN IF NOT EXISTS actual_completion_time timestamptz,
    ADD COLUMN IF NOT EXISTS satisfaction_rating    integer,
    ADD COLUMN IF NOT EXISTS continue_preference    text,
    ADD COLUMN IF NOT EXISTS skip_reason            text,
    ADD COLUMN IF NOT EXISTS user_notes             text,
    ADD COLUMN IF NOT EXISTS created_at             timestamptz,
    ADD COLUMN IF NOT EXISTS recorded_at            timestamptz,
    ALTER COLUMN analysis_result_id DROP NOT NULL,
    ALTER COLUMN recorded_at SET DEFAULT hos_clock();

ALTER TABLE daily_journals
    ADD COLUMN IF NOT EXISTS energy_level                   integer,
    ADD COLUMN IF NOT EXISTS mood_rating                    integer,
    ADD COLUMN IF NOT EXISTS sleep_quality                  integer,
    ADD COLUMN IF NOT EXISTS stress_level                   integer,
    ADD COLUMN IF NOT EXISTS nutrition_satisfaction         integer,
    ADD COLUMN IF NOT EXISTS meal_timing_satisfaction       integer,
    ADD COLUMN IF NOT EXISTS hydration_glasses              integer,
    ADD COLUMN IF NOT EXISTS breathing_exercises_completed  boolean,
    ADD COLUMN IF NOT EXISTS sunlight_exposure_completed    boolean,
    ADD COLUMN IF NOT EXISTS mindfulness_practice_completed boolean,
    ADD COLUMN IF NOT EXISTS is_ill                         boolean,
    ADD COLUMN IF NOT EXISTS has_pain                       boolean,
    ADD COLUMN IF NOT EXISTS is_travelling                  boolean,
    ADD COLUMN IF NOT EXISTS is_on_holiday                  boolean,
    ADD COLUMN IF NOT EXISTS what_went_well                 text,
    ADD COLUMN IF NOT EXISTS what_was_challenging           text,
    ADD COLUMN IF NOT EXISTS tomorrow_intentions            text,
    ADD COLUMN IF NOT EXISTS gratitude_notes                text[],
    ADD COLUMN IF NOT EXISTS voice_note_url                 text,
    ADD COLUMN IF NOT EXISTS voice_note_duration_seconds    integer,
    ADD COLUMN IF NOT EXISTS completed_at                   timestamptz,
    ADD COLUMN IF NOT EXISTS time_to_complete_seconds       integer,
    ADD COLUMN IF NOT EXISTS recorded_at                    timestamptz,
    ALTER COLUMN recorded_at SET DEFAULT hos_clock();

-- Keys sort by bytes, as in a new database.
DO $$
DECLARE
    field record;
BEGIN
    FOR field IN
        SELECT attrelid::regclass AS holder, attname AS name
        FROM pg_attribute
        WHERE attrelid IN ('plan_items'::regclass, 'task_checkins'::regclass, 'daily_journals'::regclass)
          AND attname = 'profile_id' AND (atttypid <> 'text'::regtype OR attcollation <> '"C"'::regcollation)
    LOOP
        BEGIN
            EXECUTE format('ALTER TABLE %1$s ALTER COLUMN %2$I TYPE text COLLATE "C" USING %2$I::text', field.holder,
                           field.name);
        EXCEPTION WHEN feature_not_supported OR datatype_mismatch THEN
            RAISE NOTICE 'column % of % keeps its type and collation: a view, policy or key uses it', field.name,
                         field.holder;
        END;
    END LOOP;
END
$$;

-- When a row of old was written: what it says of that, else what is nearest to it.
UPDATE plan_items AS old
SET recorded_at = coalesce((to_jsonb(old) ->> 'extracted_at')::timestamptz, (plan_date::timestamp AT TIME ZONE 'UTC'),
                           hos_clock())
WHERE recorded_at IS NULL;
UPDATE plan_items SET plan_date = (recorded_at AT TIME ZONE 'UTC')::date WHERE plan_date IS NULL;
UPDATE task_checkins
SET recorded_at = coalesce(created_at, completed_at, planned_date::timestamp AT TIME ZONE 'UTC')
WHERE recorded_at IS NULL;
UPDATE daily_journals AS old
SET recorded_at = coalesce(completed_at, (to_jsonb(old) ->> 'created_at')::timestamptz,
                           journal_date::timestamp AT TIME ZONE 'UTC')
WHERE recorded_at IS NULL;
ALTER TABLE plan_items ALTER COLUMN recorded_at SET NOT NULL;
ALTER TABLE task_checkins ALTER COLUMN recorded_at SET NOT NULL;
ALTER TABLE daily_journals ALTER COLUMN recorded_at SET NOT NULL;

-- What a row said before it was corrected, or, where an older word came in after a newer one, what that older one was.
CREATE TABLE IF NOT EXISTS task_checkin_versions (
    id           bigint GENERATED BY DEFAULT AS IDENTITY,
    profile_id   text COLLATE "C" NOT NULL,
    row_id       uuid NOT NULL,
    recorded_at  timestamptz NOT NULL,
    content      jsonb NOT NULL,
    CONSTRAINT task_checkin_versions_pkey PRIMARY KEY (id)
);
CREATE INDEX IF NOT EXISTS task_checkin_versions_of_row ON task_checkin_versions (row_id, recorded_at);
CREATE INDEX IF NOT EXISTS task_checkin_versions_of_profile ON task_checkin_versions (profile_id);

CREATE TABLE IF NOT EXISTS daily_journal_versions (
    id           bigint GENERATED BY DEFAULT AS IDENTITY,
    profile_id   text COLLATE "C" NOT NULL,
    row_id       uuid NOT NULL,
    recorded_at  timestamptz NOT NULL,
    content      jsonb NOT NULL,
    CONSTRAINT daily_journal_versions_pkey PRIMARY KEY (id)
);
CREATE INDEX IF NOT EXISTS daily_journal_versions_of_row ON daily_journal_versions (row_id, recorded_at);
CREATE INDEX IF NOT EXISTS daily_journal_versions_of_profile ON daily_journal_versions (profile_id);

-- Of two rows of old with one key the newest stays, and the other is what it said before.
DO $$
DECLARE
    plan record;
BEGIN
    FOR plan IN
        SELECT *
        FROM (VALUES ('task_checkins', 'task_checkin_versions', 'profile_id, plan_item_id, planned_date',
                      'unique_task_checkin_per_day'),
                     ('daily_journals', 'daily_journal_versions', 'profile_id, journal_date',
                      'unique_journal_per_day')) AS plans (holder, versions, key, rule)
        WHERE NOT EXISTS (SELECT FROM pg_constraint
                          WHERE conrelid = holder::regclass AND contype = 'u'
                            AND pg_get_constraintdef(oid) = format('UNIQUE (%s)', key))
    LOOP
        EXECUTE format($fill$
            WITH ranked AS (
                SELECT id, first_value(id) OVER newest AS stands, row_number() OVER newest AS place
                FROM %1$I WINDOW newest AS (PARTITION BY %3$s ORDER BY recorded_at DESC, id DESC)),
            gone AS (
                DELETE FROM %1$I AS old USING ranked WHERE ranked.id = old.id AND place > 1
                RETURNING old.profile_id, ranked.stands, old.recorded_at, to_jsonb(old) AS content)
            INSERT INTO %2$I (profile_id, row_id, recorded_at, content) SELECT * FROM gone
        $fill$, plan.holder, plan.versions, plan.key);
        EXECUTE format('ALTER TABLE %I DROP CONSTRAINT IF EXISTS %I', plan.holder, plan.rule);
        EXECUTE format('ALTER TABLE %I ADD CONSTRAINT %I UNIQUE (%s)', plan.holder, plan.rule, plan.key);
    END LOOP;
END
$$;

-- What may stand in a row. Rows of old stay as they are, whatever is in them; new ones are held to it everywhere. Two
-- keys together keep a check-in on an item of the same person.
DO $$
DECLARE
    rule record;
BEGIN
    FOR rule IN
        SELECT *
        FROM (VALUES
            ('plan_items', 'plan_items_of_profile', 'UNIQUE (profile_id, id)'),
            ('plan_items', 'plan_items_texts_bounded',
             'CHECK (octet_length(item_id) <= 400 AND octet_length(title) <= 2000 AND octet_length(description) <= 8000)'),
            ('plan_items', 'plan_items_priority_known',
             'CHECK (priority_level IN (''low'', ''medium'', ''high'', ''critical''))'),
            ('plan_items', 'plan_items_duration_plausible',
             'CHECK (estimated_duration_minutes BETWEEN 0 AND 1440)'),
            ('plan_items', 'plan_items_times_readable',
             'CHECK (plan_date BETWEEN ''1900-01-01'' AND ''9000-01-01'' AND recorded_at BETWEEN ''1900-01-01'' AND '
             '''9000-01-01'' AND superseded_at BETWEEN ''1900-01-01'' AND ''9000-01-01'')'),
            ('task_checkins', 'task_checkins_times_readable',
             'CHECK (recorded_at BETWEEN ''1900-01-01'' AND ''9000-01-01'' AND created_at BETWEEN ''1900-01-01'' AND '
             '''9000-01-01'')'),
            ('daily_journals', 'daily_journals_times_readable',
             'CHECK (recorded_at BETWEEN ''1900-01-01'' AND ''9000-01-01'' AND completed_at BETWEEN ''1900-01-01'' AND '
             '''9000-01-01'')'),
            ('task_checkins', 'task_checkins_of_own_item',
             'FOREIGN KEY (profile_id, plan_item_id) REFERENCES plan_items (profile_id, id) ON DELETE CASCADE'),
            ('task_checkins', 'task_checkins_status_known',
             'CHECK (completion_status IN (''completed'', ''partial'', ''skipped''))'),
            ('task_checkins', 'task_checkins_satisfaction_plausible', 'CHECK (satisfaction_rating BETWEEN 1 AND 5)'),
            ('task_checkins', 'task_checkins_continue_known',
             'CHECK (continue_preference IN (''yes'', ''no'', ''maybe''))'),
            ('task_checkins', 'task_checkins_skip_reason_known',
             'CHECK (skip_reason IN (''no_time'', ''too_hard'', ''too_easy'', ''not_well'', ''not_wanted'', ''forgot'', '
             '''travelling'', ''other''))'),
            ('task_checkins', 'task_checkins_time_plausible',
             'CHECK (completed_at <= recorded_at + interval ''1 hour'' AND completed_at AT TIME ZONE ''UTC'' '
             'BETWEEN planned_date - interval ''1 day'' AND planned_date + interval ''9 days'')'),
            ('task_checkins', 'task_checkins_real_time_plausible',
             'CHECK (actual_completion_time <= recorded_at + interval ''1 hour'' AND actual_completion_time '
             'AT TIME ZONE ''UTC'' BETWEEN planned_date - interval ''1 day'' AND planned_date + interval ''9 days'')'),
            ('task_checkins', 'task_checkins_note_bounded', 'CHECK (octet_length(user_notes) <= 8000)'),
            ('daily_journals', 'daily_journals_scales_plausible',
             'CHECK (energy_level BETWEEN 1 AND 5 AND mood_rating BETWEEN 1 AND 5 AND sleep_quality BETWEEN 1 AND 5 '
             'AND stress_level BETWEEN 1 AND 5 AND nutrition_satisfaction BETWEEN 1 AND 5 '
             'AND meal_timing_satisfaction BETWEEN 1 AND 5 AND hydration_glasses BETWEEN 0 AND 50)'),
            ('daily_journals', 'daily_journals_time_plausible',
             'CHECK (completed_at <= recorded_at + interval ''1 hour'')'),
            ('daily_journals', 'daily_journals_texts_bounded',
             'CHECK (octet_length(what_went_well) <= 8000 AND octet_length(what_was_challenging) <= 8000 '
             'AND octet_length(tomorrow_intentions) <= 8000 AND octet_length(voice_note_url) <= 2000)'),
            ('daily_journals', 'daily_journals_gratitude_bounded',
             'CHECK (cardinality(gratitude_notes) <= 20 AND octet_length(array_to_string(gratitude_notes, '''')) <= 8000)')
        ) AS rules (holder, name, meaning)
        WHERE NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = holder::regclass AND conname = name)
        ORDER BY meaning NOT LIKE 'UNIQUE%', name
    LOOP
        EXECUTE format('ALTER TABLE %I ADD CONSTRAINT %I %s%s', rule.holder, rule.name, rule.meaning,
                       CASE WHEN rule.meaning NOT LIKE 'UNIQUE%'
                             AND EXISTS (SELECT FROM hos_adoption WHERE subject = rule.holder) THEN ' NOT VALID'
                            ELSE '' END);
    END LOOP;
END
$$;

CREATE INDEX IF NOT EXISTS plan_items_by_day ON plan_items (profile_id, plan_date);
CREATE INDEX IF NOT EXISTS task_checkins_by_day ON task_checkins (profile_id, planned_date);

-- The older app does not know the day of an item in every version of it.
DO $adopted$
BEGIN
    IF NOT EXISTS (SELECT FROM hos_adoption WHERE subject = 'plan_items') THEN
        ALTER TABLE plan_items ALTER COLUMN plan_date SET NOT NULL;
        RETURN;
    END IF;
    CREATE OR REPLACE FUNCTION hos_former_item() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
    BEGIN
        NEW.plan_date := (NEW.recorded_at AT TIME ZONE 'UTC')::date;
        RETURN NEW;
    END
    $$;
    CREATE OR REPLACE TRIGGER hos_former_item BEFORE INSERT ON plan_items
        FOR EACH ROW WHEN (NEW.plan_date IS NULL) EXECUTE FUNCTION hos_former_item();
END
$adopted$;

-- The day of a check-in or a journal lies around the moment it is first told: in the last 60 days, and not ahead
-- anywhere on Earth. What is corrected later stays of its day.
CREATE OR REPLACE FUNCTION hos_day_is_plausible() RETURNS trigger
LANGUAGE plpgsql
AS $$
DECLARE
    day  date := (to_jsonb(NEW) ->> TG_ARGV[0])::date;
    told timestamp := NEW.recorded_at AT TIME ZONE 'UTC';
BEGIN
    IF TG_OP = 'UPDATE' AND day = (to_jsonb(OLD) ->> TG_ARGV[0])::date THEN
        RETURN NEW;
    END IF;
    IF day NOT BETWEEN told::date - 60 AND (told + interval '14 hours')::date THEN
        RAISE EXCEPTION '%: % is no day of the last 60, or has not come yet', TG_TABLE_NAME, TG_ARGV[0]
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_TABLE_NAME || '_day_plausible', TABLE = TG_TABLE_NAME,
                  HINT = 'give the person''s local day, and look after the clock of the device';
    END IF;
    RETURN NEW;
END
$$;
CREATE OR REPLACE TRIGGER hos_day_is_plausible BEFORE INSERT OR UPDATE ON task_checkins
    FOR EACH ROW EXECUTE FUNCTION hos_day_is_plausible('planned_date');
CREATE OR REPLACE TRIGGER hos_day_is_plausible BEFORE INSERT OR UPDATE ON daily_journals
    FOR EACH ROW EXECUTE FUNCTION hos_day_is_plausible('journal_date');

-- A plan is of one day, and may be repeated for a week. The older app's repeat as long as they are shown. Of an item of
-- somebody else nothing is told here.
CREATE OR REPLACE FUNCTION hos_checkin_in_its_week() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
DECLARE
    day date;
BEGIN
    EXECUTE format('SELECT plan_date FROM %I.plan_items WHERE id = $1 AND profile_id = $2', TG_TABLE_SCHEMA)
    INTO day USING NEW.plan_item_id, NEW.profile_id;
    IF NEW.planned_date NOT BETWEEN day AND day + 6 THEN
        RAISE EXCEPTION 'task_checkins: planned_date % is not of the week of its item, whose day is %', NEW.planned_date, day
            USING ERRCODE = 'check_violation', CONSTRAINT = 'hos_checkin_in_its_week', TABLE = 'task_checkins',
                  HINT = 'give the day the item was planned for';
    END IF;
    RETURN NEW;
END
$$;
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM hos_adoption WHERE subject = 'plan_items') THEN
        CREATE OR REPLACE TRIGGER hos_checkin_in_its_week BEFORE INSERT OR UPDATE ON task_checkins
            FOR EACH ROW EXECUTE FUNCTION hos_checkin_in_its_week();
    END IF;
END
$$;

-- The same again changes nothing. A correction moves what was before into the table of versions; a word that is older
-- than the one that stands goes there itself. Who does not say when it was recorded records it now.
CREATE OR REPLACE FUNCTION hos_keep_version() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
DECLARE
    beside  text[] := ARRAY['recorded_at', 'updated_at', 'time_to_complete_seconds'];
    clock   timestamptz := coalesce(nullif(current_setting('hos.now', true), '')::timestamptz, now());
    content jsonb;
BEGIN
    IF TG_TABLE_NAME = 'daily_journals' THEN
        beside := beside || 'completed_at'::text;
    END IF;
    IF to_jsonb(NEW) - beside = to_jsonb(OLD) - beside THEN
        RETURN OLD;
    END IF;
    IF NEW.recorded_at = OLD.recorded_at THEN
        NEW.recorded_at := greatest(clock, OLD.recorded_at);
    END IF;
    content := CASE WHEN NEW.recorded_at < OLD.recorded_at THEN to_jsonb(NEW) ELSE to_jsonb(OLD) END;
    EXECUTE format('INSERT INTO %1$I.%2$I (profile_id, row_id, recorded_at, content) SELECT $1, $2, $3, $4 '
                   'WHERE NOT EXISTS (SELECT FROM %1$I.%2$I WHERE row_id = $2 AND recorded_at = $3 AND content = $4)',
                   TG_TABLE_SCHEMA, TG_ARGV[0])
    USING OLD.profile_id, OLD.id, least(NEW.recorded_at, OLD.recorded_at), content;
    RETURN CASE WHEN NEW.recorded_at < OLD.recorded_at THEN OLD ELSE NEW END;
END
$$;
CREATE OR REPLACE TRIGGER hos_keep_version BEFORE UPDATE ON task_checkins
    FOR EACH ROW EXECUTE FUNCTION hos_keep_version('task_checkin_versions');
CREATE OR REPLACE TRIGGER hos_keep_version BEFORE UPDATE ON daily_journals
    FOR EACH ROW EXECUTE FUNCTION hos_keep_version('daily_journal_versions');

-- Whoever deletes a row deletes what it said before.
CREATE OR REPLACE FUNCTION hos_forget_versions() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
BEGIN
    EXECUTE format('DELETE FROM %I.%I WHERE row_id = $1', TG_TABLE_SCHEMA, TG_ARGV[0]) USING OLD.id;
    RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER hos_forget_versions AFTER DELETE ON task_checkins
    FOR EACH ROW EXECUTE FUNCTION hos_forget_versions('task_checkin_versions');
CREATE OR REPLACE TRIGGER hos_forget_versions AFTER DELETE ON daily_journals
    FOR EACH ROW EXECUTE FUNCTION hos_forget_versions('daily_journal_versions');

COMMENT ON TABLE profile_facts IS
    'What is known of a person besides readings: said, measured or delivered, each with its validity. Rows are added and '
    'never changed; of the best source the newest that is valid holds. Holds health data. How to write it: docs/person.md';
COMMENT ON COLUMN profile_facts.id IS 'number of the row';
COMMENT ON COLUMN profile_facts.profile_id IS 'the person: profiles.profile_id';
COMMENT ON COLUMN profile_facts.fact_key IS 'what it is about; docs/person.md lists the keys';
COMMENT ON COLUMN profile_facts.value IS
    'in the unit of its key (kg, cm, %, kcal a day); null takes back what this source said before';
COMMENT ON COLUMN profile_facts.source IS 'stated by the person, measured by a device, or delivered by Sahha';
COMMENT ON COLUMN profile_facts.valid_from IS 'since when it holds in the person''s life; UTC instant';
COMMENT ON COLUMN profile_facts.valid_to IS 'until when, that instant not included; null: until something newer';
COMMENT ON COLUMN profile_facts.recorded_at IS 'when it was recorded here; UTC instant';

COMMENT ON COLUMN archetype_analysis_tracking.rows_seen IS
    'sync_state.rows_changed of biomarkers and scores together, when it last read; -1 since something it goes by was said';

COMMENT ON TABLE plan_items IS 'What a plan asks of a person on one day, item by item.';
COMMENT ON COLUMN plan_items.id IS 'what check-ins refer to';
COMMENT ON COLUMN plan_items.profile_id IS 'the person: profiles.profile_id';
COMMENT ON COLUMN plan_items.analysis_result_id IS 'of which plan of the older HolisticOS; null in plans of this one';
COMMENT ON COLUMN plan_items.item_id IS 'name of the item within its plan';
COMMENT ON COLUMN plan_items.plan_date IS 'the local day it is planned for';
COMMENT ON COLUMN plan_items.time_block IS 'the part of the day it stands in';
COMMENT ON COLUMN plan_items.title IS 'as shown to the person';
COMMENT ON COLUMN plan_items.description IS 'as shown to the person';
COMMENT ON COLUMN plan_items.scheduled_time IS 'local time of its start';
COMMENT ON COLUMN plan_items.scheduled_end_time IS 'local time of its end';
COMMENT ON COLUMN plan_items.estimated_duration_minutes IS 'minutes it takes';
COMMENT ON COLUMN plan_items.task_type IS 'what kind of task it is';
COMMENT ON COLUMN plan_items.category IS 'of the library of tasks';
COMMENT ON COLUMN plan_items.subcategory IS 'of the library of tasks';
COMMENT ON COLUMN plan_items.variation_group IS 'items of one group take turns';
COMMENT ON COLUMN plan_items.source IS 'where it comes from: a library, a plan, or the person';
COMMENT ON COLUMN plan_items.is_trackable IS 'whether it counts: what is not is the frame of a day';
COMMENT ON COLUMN plan_items.priority_level IS 'low, medium, high or critical';
COMMENT ON COLUMN plan_items.time_block_order IS 'place of its block in the day';
COMMENT ON COLUMN plan_items.task_order_in_block IS 'its place in the block';
COMMENT ON COLUMN plan_items.superseded_at IS 'since when another plan stands for it; null while it stands; UTC instant';
COMMENT ON COLUMN plan_items.recorded_at IS 'when it was recorded here; UTC instant';

COMMENT ON TABLE task_checkins IS
    'What became of an item of a plan, as the person says: one row for each item and day. Corrected by an update, which '
    'keeps what was before in task_checkin_versions. Holds health data. How to write it: docs/person.md';
COMMENT ON COLUMN task_checkins.id IS 'number of the row';
COMMENT ON COLUMN task_checkins.profile_id IS 'the person: profiles.profile_id';
COMMENT ON COLUMN task_checkins.plan_item_id IS 'the item, one of the same person''s: plan_items.id';
COMMENT ON COLUMN task_checkins.analysis_result_id IS 'of which plan of the older HolisticOS; null in plans of this one';
COMMENT ON COLUMN task_checkins.planned_date IS 'the local day it was planned for';
COMMENT ON COLUMN task_checkins.planned_time IS 'the local time it was planned for';
COMMENT ON COLUMN task_checkins.completion_status IS 'completed, partial or skipped';
COMMENT ON COLUMN task_checkins.completed_at IS 'when it was really done; null where not told; UTC instant';
COMMENT ON COLUMN task_checkins.actual_completion_time IS 'the same, as the older app names it; goes before completed_at';
COMMENT ON COLUMN task_checkins.satisfaction_rating IS '1 to 5';
COMMENT ON COLUMN task_checkins.continue_preference IS 'whether the person wants it again: yes, no or maybe';
COMMENT ON COLUMN task_checkins.skip_reason IS
    'no_time, too_hard, too_easy, not_well, not_wanted, forgot, travelling or other';
COMMENT ON COLUMN task_checkins.user_notes IS 'the person''s own words, at most 8,000 bytes; never logged';
COMMENT ON COLUMN task_checkins.created_at IS 'when it was first told; UTC instant';
COMMENT ON COLUMN task_checkins.recorded_at IS 'when what stands here was recorded; UTC instant';

COMMENT ON TABLE task_checkin_versions IS 'What check-ins said before they were corrected. Holds health data.';
COMMENT ON COLUMN task_checkin_versions.id IS 'number of the row';
COMMENT ON COLUMN task_checkin_versions.profile_id IS 'the person: profiles.profile_id';
COMMENT ON COLUMN task_checkin_versions.row_id IS 'the check-in: task_checkins.id';
COMMENT ON COLUMN task_checkin_versions.recorded_at IS 'when it was recorded; UTC instant';
COMMENT ON COLUMN task_checkin_versions.content IS 'the row as it was';

COMMENT ON TABLE daily_journals IS
    'How a day was, as the person says: one row for each day. Corrected by an update, which keeps what was before in '
    'daily_journal_versions. Holds health data. How to write it: docs/person.md';
COMMENT ON COLUMN daily_journals.id IS 'number of the row';
COMMENT ON COLUMN daily_journals.profile_id IS 'the person: profiles.profile_id';
COMMENT ON COLUMN daily_journals.journal_date IS 'the local day';
COMMENT ON COLUMN daily_journals.energy_level IS '1 to 5';
COMMENT ON COLUMN daily_journals.mood_rating IS '1 to 5';
COMMENT ON COLUMN daily_journals.sleep_quality IS '1 to 5';
COMMENT ON COLUMN daily_journals.stress_level IS '1 to 5; 5 is most';
COMMENT ON COLUMN daily_journals.nutrition_satisfaction IS '1 to 5';
COMMENT ON COLUMN daily_journals.meal_timing_satisfaction IS '1 to 5';
COMMENT ON COLUMN daily_journals.hydration_glasses IS 'glasses of water';
COMMENT ON COLUMN daily_journals.breathing_exercises_completed IS 'whether they were done';
COMMENT ON COLUMN daily_journals.sunlight_exposure_completed IS 'whether the person was in daylight';
COMMENT ON COLUMN daily_journals.mindfulness_practice_completed IS 'whether it was done';
COMMENT ON COLUMN daily_journals.is_ill IS 'whether the person felt ill';
COMMENT ON COLUMN daily_journals.has_pain IS 'whether the person had pain';
COMMENT ON COLUMN daily_journals.is_travelling IS 'whether the person was on a journey';
COMMENT ON COLUMN daily_journals.is_on_holiday IS 'whether the person was on holiday';
COMMENT ON COLUMN daily_journals.what_went_well IS 'the person''s own words, at most 8,000 bytes; never logged';
COMMENT ON COLUMN daily_journals.what_was_challenging IS 'the person''s own words, at most 8,000 bytes; never logged';
COMMENT ON COLUMN daily_journals.tomorrow_intentions IS 'the person''s own words, at most 8,000 bytes; never logged';
COMMENT ON COLUMN daily_journals.gratitude_notes IS
    'the person''s own words, at most 20 notes and 8,000 bytes together; never logged';
COMMENT ON COLUMN daily_journals.voice_note_url IS 'where the older app keeps a voice note';
COMMENT ON COLUMN daily_journals.voice_note_duration_seconds IS 'seconds it lasts';
COMMENT ON COLUMN daily_journals.completed_at IS 'when the person wrote it; UTC instant';
COMMENT ON COLUMN daily_journals.time_to_complete_seconds IS 'seconds the writing took';
COMMENT ON COLUMN daily_journals.recorded_at IS 'when what stands here was recorded; UTC instant';

COMMENT ON TABLE daily_journal_versions IS 'What journals said before they were corrected. Holds health data.';
COMMENT ON COLUMN daily_journal_versions.id IS 'number of the row';
COMMENT ON COLUMN daily_journal_versions.profile_id IS 'the person: profiles.profile_id';
COMMENT ON COLUMN daily_journal_versions.row_id IS 'the journal: daily_journals.id';
COMMENT ON COLUMN daily_journal_versions.recorded_at IS 'when it was recorded; UTC instant';
COMMENT ON COLUMN daily_journal_versions.content IS 'the row as it was';
