-- Notes what an older HolisticOS left here and gives its profiles the shape that the tables of the next step refer to.
-- Does nothing on an empty database. Columns stay nullable where old rows cannot fill them.

-- Noted once, when hos_adoption is created: run again later, it would take our own tables for adopted ones.
DO $$
BEGIN
    IF to_regclass('hos_adoption') IS NOT NULL THEN
        RETURN;
    END IF;
    CREATE TABLE hos_adoption (
        subject    text PRIMARY KEY,
        adopted_at timestamptz NOT NULL DEFAULT now()
    );
    CREATE TEMP TABLE hos_found ON COMMIT DROP AS
    SELECT pg_class.oid, relname
    FROM pg_class
    JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE nspname = current_schema()
      AND relkind IN ('r', 'p')
      AND relname IN ('profiles', 'biomarkers', 'scores', 'sahha_archetypes', 'sync_state', 'quarantine',
                      'archetype_catalogue', 'archetype_analysis_tracking');
    INSERT INTO hos_adoption (subject)
    SELECT relname::text FROM hos_found
    UNION
    SELECT format(note, relname, attname)
    FROM hos_found
    JOIN pg_attribute ON attrelid = hos_found.oid AND attnum > 0 AND NOT attisdropped
    CROSS JOIN LATERAL (VALUES ('%s.%s', true),
                               ('not null of %s.%s', attnotnull),
                               ('default of %s.%s', atthasdef OR attidentity <> '')) AS notes (note, holds)
    WHERE holds
    UNION
    SELECT format('constraint %s of %s', conname, relname)
    FROM hos_found
    JOIN pg_constraint ON conrelid = hos_found.oid AND contype <> 'n';
END
$$;

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM hos_adoption WHERE subject = 'profiles') THEN
        RETURN;
    END IF;
    ALTER TABLE profiles
        ADD COLUMN IF NOT EXISTS profile_id     text COLLATE "C",
        ADD COLUMN IF NOT EXISTS external_id    text,
        ADD COLUMN IF NOT EXISTS archetype      text,
        ADD COLUMN IF NOT EXISTS timezone       text,
        ADD COLUMN IF NOT EXISTS status         text,
        ADD COLUMN IF NOT EXISTS status_reason  text,
        ADD COLUMN IF NOT EXISTS enrolled_at    timestamptz,
        ADD COLUMN IF NOT EXISTS last_active_at timestamptz,
        ADD COLUMN IF NOT EXISTS created_at     timestamptz,
        ADD COLUMN IF NOT EXISTS updated_at     timestamptz;
    -- Read through JSON, since neither legacy column need be there.
    UPDATE profiles AS p
    SET profile_id = coalesce(profile_id, to_jsonb(p) ->> 'id'),
        archetype = coalesce(archetype, 'Foundation Builder'),
        status = coalesce(status, 'active'),
        enrolled_at = coalesce(enrolled_at, created_at, now())
    WHERE profile_id IS NULL OR archetype IS NULL OR status IS NULL OR enrolled_at IS NULL;
    ALTER TABLE profiles
        ALTER COLUMN profile_id SET NOT NULL,
        ALTER COLUMN archetype SET NOT NULL,
        ALTER COLUMN archetype SET DEFAULT 'Foundation Builder',
        ALTER COLUMN status SET NOT NULL,
        ALTER COLUMN status SET DEFAULT 'active',
        ALTER COLUMN enrolled_at SET NOT NULL,
        ALTER COLUMN enrolled_at SET DEFAULT now(),
        ALTER COLUMN created_at SET DEFAULT now(),
        ALTER COLUMN updated_at SET DEFAULT now();
END
$$;

-- Two profiles may name the same external id, and one's external id may be the other's profile id: the newest keeps
-- it, the others go by their profile id, or where that is taken too by it and a number.
DO $$
DECLARE
    loser     text;
    candidate text;
    suffix    integer;
BEGIN
    IF NOT EXISTS (SELECT FROM hos_adoption WHERE subject = 'profiles') THEN
        RETURN;
    END IF;
    UPDATE profiles AS p
    SET external_id = claim.wanted
    FROM (SELECT DISTINCT ON (wanted) profile_id, wanted
          FROM (SELECT profile_id, created_at,
                       coalesce(nullif(to_jsonb(old) ->> 'sahha_external_id', ''), profile_id) AS wanted
                FROM profiles AS old
                WHERE external_id IS NULL) AS claims
          ORDER BY wanted, created_at DESC NULLS LAST, profile_id DESC) AS claim
    WHERE p.profile_id = claim.profile_id
      AND NOT EXISTS (SELECT FROM profiles AS taken WHERE taken.external_id = claim.wanted);
    UPDATE profiles AS p
    SET external_id = profile_id
    WHERE external_id IS NULL AND NOT EXISTS (SELECT FROM profiles AS taken WHERE taken.external_id = p.profile_id);
    FOR loser IN SELECT profile_id FROM profiles WHERE external_id IS NULL ORDER BY profile_id LOOP
        suffix := 1;
        LOOP
            suffix := suffix + 1;
            candidate := format('%s-%s', loser, suffix);
            EXIT WHEN NOT EXISTS (SELECT FROM profiles WHERE external_id = candidate);
        END LOOP;
        UPDATE profiles SET external_id = candidate WHERE profile_id = loser;
    END LOOP;
    ALTER TABLE profiles ALTER COLUMN external_id SET NOT NULL;
END
$$;

-- Foreign keys and ON CONFLICT need each of these columns to be unique by itself; any unique index of old will do.
DO $$
DECLARE
    key text;
BEGIN
    IF NOT EXISTS (SELECT FROM hos_adoption WHERE subject = 'profiles') THEN
        RETURN;
    END IF;
    FOREACH key IN ARRAY ARRAY['profile_id', 'external_id'] LOOP
        IF NOT EXISTS (
            SELECT
            FROM pg_index
            JOIN pg_attribute ON attrelid = indrelid AND attnum = indkey[0]
            WHERE indrelid = 'profiles'::regclass AND indisunique AND indimmediate AND indisvalid
              AND indnkeyatts = 1 AND indpred IS NULL AND attname = key
        ) THEN
            EXECUTE format('ALTER TABLE profiles ADD CONSTRAINT %I UNIQUE (%I)', format('profiles_%s_key', key), key);
        END IF;
    END LOOP;
END
$$;

-- Old ids that break the pattern stay as they are, but nothing is pulled for them. The check is for new rows: it is
-- not valid for the old ones, and must come after the last change to them, since it would refuse that.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM hos_adoption WHERE subject = 'profiles')
       OR EXISTS (SELECT FROM pg_constraint
                  WHERE conrelid = to_regclass('profiles') AND conname = 'profiles_profile_id_pattern') THEN
        RETURN;
    END IF;
    UPDATE profiles
    SET status = 'paused',
        status_reason = 'profile id: has other characters than letters, digits, _ and -, or more than 100; '
                        'give the profile another id.'
    WHERE profile_id !~ '^[A-Za-z0-9_-]{1,100}$';
    ALTER TABLE profiles
        ADD CONSTRAINT profiles_profile_id_pattern CHECK (profile_id ~ '^[A-Za-z0-9_-]{1,100}$') NOT VALID;
END
$$;

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM hos_adoption WHERE subject = 'profiles')
       OR EXISTS (SELECT FROM pg_constraint
                  WHERE conrelid = to_regclass('profiles') AND conname = 'profiles_status_known') THEN
        RETURN;
    END IF;
    IF NOT EXISTS (SELECT FROM profiles WHERE status NOT IN ('active', 'paused', 'retired', 'erased')) THEN
        ALTER TABLE profiles
            ADD CONSTRAINT profiles_status_known CHECK (status IN ('active', 'paused', 'retired', 'erased'));
    END IF;
END
$$;

-- New profiles know nothing of the old key: it fills itself.
DO $$
DECLARE
    id_type text;
BEGIN
    IF NOT EXISTS (SELECT FROM hos_adoption WHERE subject = 'profiles') THEN
        RETURN;
    END IF;
    SELECT format_type(atttypid, NULL) INTO id_type
    FROM pg_attribute
    WHERE attrelid = 'profiles'::regclass AND attname = 'id' AND NOT atthasdef AND attidentity = '';
    IF id_type IN ('text', 'character varying', 'uuid') THEN
        EXECUTE format('ALTER TABLE profiles ALTER COLUMN id SET DEFAULT gen_random_uuid()::%s', id_type);
    END IF;
END
$$;
