-- Takes every comment of this step away; one that an adopted table had of old went when it was replaced.

DO $$
DECLARE
    spot record;
BEGIN
    FOR spot IN
        SELECT table_name AS holder, column_name AS name
        FROM information_schema.columns
        WHERE table_schema = current_schema()
          AND table_name IN ('hos_adoption', 'archetype_catalogue', 'profiles', 'biomarkers', 'scores',
                             'sahha_archetypes', 'sync_state', 'quarantine', 'archetype_analysis_tracking')
        ORDER BY table_name, ordinal_position
    LOOP
        EXECUTE format('COMMENT ON TABLE %I IS NULL', spot.holder);
        EXECUTE format('COMMENT ON COLUMN %I.%I IS NULL', spot.holder, spot.name);
    END LOOP;
END
$$;
