-- Which result stands is said where the watermark is, in the same row: of two results analysed at the same instant, or of
-- one that became true again, the newest row of analysis_results could not tell.

ALTER TABLE archetype_analysis_tracking
    ADD COLUMN IF NOT EXISTS fingerprint text,
    ADD COLUMN IF NOT EXISTS status text;

UPDATE archetype_analysis_tracking AS t SET fingerprint = newest.fingerprint, status = newest.status
FROM (SELECT DISTINCT ON (profile_id, analysis_type, archetype) profile_id, analysis_type, archetype, fingerprint, status
      FROM analysis_results
      ORDER BY profile_id, analysis_type, archetype, analyzed_at DESC, created_at DESC) AS newest
WHERE t.user_id = newest.profile_id AND t.analysis_type = newest.analysis_type AND t.archetype = newest.archetype
  AND t.fingerprint IS NULL;

COMMENT ON COLUMN archetype_analysis_tracking.fingerprint IS
    'the result that stands: analysis_results.fingerprint; null before the first';
COMMENT ON COLUMN archetype_analysis_tracking.status IS 'analysis_results.status of that result; null before the first';
COMMENT ON TABLE analysis_results IS
    'Results of the analyses, one row for each that differs; archetype_analysis_tracking says which one stands.';
