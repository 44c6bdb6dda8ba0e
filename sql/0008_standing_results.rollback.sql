-- The result that stands is told by the newest row again.

ALTER TABLE archetype_analysis_tracking
    DROP COLUMN IF EXISTS fingerprint,
    DROP COLUMN IF EXISTS status;

COMMENT ON TABLE analysis_results IS
    'Results of the analyses, one row for each that differs; the current one is the one analyzed last.';
