-- Drops what this step created. A table that was there before belongs to an older HolisticOS and stays.

DO $$
DECLARE
    created text;
BEGIN
    FOREACH created IN ARRAY ARRAY['archetype_analysis_tracking', 'quarantine', 'sync_state', 'sahha_archetypes',
                                   'scores', 'biomarkers', 'profiles', 'archetype_catalogue']
    LOOP
        IF NOT EXISTS (SELECT 1 FROM hos_adoption WHERE subject = created) THEN
            EXECUTE format('DROP TABLE IF EXISTS %I', created);
        END IF;
    END LOOP;
END
$$;

