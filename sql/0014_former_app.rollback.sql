-- Takes back what fills in for the former system. What was set aside meanwhile comes back with the step that has the
-- tables taken over.

DO $$
DECLARE
    made record;
BEGIN
    FOR made IN
        SELECT holder, name
        FROM (VALUES ('profiles', 'hos_former_profile'), ('profiles', 'hos_former_profile_renamed'),
                     ('biomarkers', 'hos_former_biomarker'), ('scores', 'hos_former_score'),
                     ('archetype_analysis_tracking', 'hos_former_tracking')) AS triggers (holder, name)
        WHERE to_regclass(holder) IS NOT NULL
    LOOP
        EXECUTE format('DROP TRIGGER IF EXISTS %I ON %I', made.name, made.holder);
    END LOOP;
END
$$;

DROP FUNCTION IF EXISTS hos_former_profile();
DROP FUNCTION IF EXISTS hos_former_biomarker();
DROP FUNCTION IF EXISTS hos_former_score();
DROP FUNCTION IF EXISTS hos_former_tracking();

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
        ADD CONSTRAINT profiles_profile_id_pattern CHECK (profile_id ~ '^[A-Za-z0-9_-]{1,100}$') NOT VALID;
END
$$;
