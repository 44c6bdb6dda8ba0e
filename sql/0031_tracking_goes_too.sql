-- What analyses have seen of somebody goes with their profile, as their results do: whoever is enrolled again is analysed
-- again. Rows of an older HolisticOS, of people who are not enrolled here, stay as they are.

CREATE OR REPLACE FUNCTION hos_forget_tracking() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
AS $$
BEGIN
    DELETE FROM archetype_analysis_tracking WHERE user_id = OLD.profile_id;
    RETURN NULL;
END
$$;
DO $$
BEGIN
    EXECUTE format('ALTER FUNCTION hos_forget_tracking() SET search_path = %I, pg_temp', current_schema());
END
$$;
CREATE OR REPLACE TRIGGER hos_forget_tracking AFTER DELETE ON profiles
    FOR EACH ROW EXECUTE FUNCTION hos_forget_tracking();

-- Of whom that was not so yet: results that are gone were seen by nobody.
UPDATE archetype_analysis_tracking AS t
SET fingerprint = NULL, status = NULL, data_through = NULL, rows_seen = 0, night_seen = NULL
WHERE t.fingerprint IS NOT NULL
  AND EXISTS (SELECT FROM profiles AS p WHERE p.profile_id = t.user_id)
  AND NOT EXISTS (SELECT FROM analysis_results AS r
                  WHERE r.profile_id = t.user_id AND r.analysis_type = t.analysis_type AND r.archetype = t.archetype
                    AND r.fingerprint = t.fingerprint);
