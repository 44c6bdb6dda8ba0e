-- Takes back the rules this step put on profiles that were there before. Its columns stay, with what they hold: the
-- readings of profiles enrolled since are filed under profile_id.

-- The former system knows a profile by id alone, and readings of the newly enrolled carry their profile_id.
DO $$
DECLARE
    newcomer text;
BEGIN
    IF to_regclass('hos_adoption') IS NULL THEN
        RETURN;
    END IF;
    IF NOT EXISTS (SELECT FROM hos_adoption WHERE subject = 'profiles.id') THEN
        RETURN;
    END IF;
    FOR newcomer IN
        SELECT profile_id FROM profiles AS p
        WHERE id::text <> profile_id
          AND created_at >= (SELECT adopted_at FROM hos_adoption WHERE subject = 'profiles')
          AND NOT EXISTS (SELECT FROM profiles AS o WHERE o.id::text = p.profile_id)
    LOOP
        BEGIN
            UPDATE profiles SET id = newcomer WHERE profile_id = newcomer;
        EXCEPTION WHEN foreign_key_violation OR datatype_mismatch THEN
            RAISE NOTICE 'profile % keeps its generated id: other rows refer to it', newcomer;
        END;
    END LOOP;
END
$$;

DO $$
DECLARE
    rule  text;
    field record;
BEGIN
    IF to_regclass('hos_adoption') IS NULL THEN
        RETURN;
    END IF;
    IF NOT EXISTS (SELECT FROM hos_adoption WHERE subject = 'profiles') THEN
        RETURN;
    END IF;
    FOREACH rule IN ARRAY ARRAY['profiles_profile_id_key', 'profiles_external_id_key', 'profiles_profile_id_pattern',
                                'profiles_status_known'] LOOP
        IF NOT EXISTS (SELECT FROM hos_adoption WHERE subject = format('constraint %s of profiles', rule)) THEN
            EXECUTE format('ALTER TABLE profiles DROP CONSTRAINT IF EXISTS %I', rule);
        END IF;
    END LOOP;
    FOR field IN
        SELECT attname AS name
        FROM pg_attribute
        WHERE attrelid = 'profiles'::regclass AND attnum > 0 AND NOT attisdropped
          AND attname IN ('id', 'profile_id', 'external_id', 'archetype', 'status', 'enrolled_at', 'created_at',
                          'updated_at')
    LOOP
        IF NOT EXISTS (SELECT FROM hos_adoption WHERE subject = format('default of profiles.%s', field.name)) THEN
            EXECUTE format('ALTER TABLE profiles ALTER COLUMN %I DROP DEFAULT', field.name);
        END IF;
        IF NOT EXISTS (SELECT FROM hos_adoption WHERE subject = format('not null of profiles.%s', field.name)) THEN
            EXECUTE format('ALTER TABLE profiles ALTER COLUMN %I DROP NOT NULL', field.name);
        END IF;
    END LOOP;
END
$$;

DROP TABLE IF EXISTS hos_adoption;
