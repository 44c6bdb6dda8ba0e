-- Takes the view and the second name of the user away. A column that was there before stays.

DROP VIEW IF EXISTS current_analyses;

DROP INDEX IF EXISTS archetype_analysis_tracking_by_profile;

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM hos_adoption WHERE subject = 'archetype_analysis_tracking.profile_id') THEN
        ALTER TABLE archetype_analysis_tracking DROP COLUMN IF EXISTS profile_id;
    END IF;
END
$$;
