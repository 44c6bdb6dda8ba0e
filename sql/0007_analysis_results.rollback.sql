-- Results and reports go with their tables; they can be computed again from the readings.

DROP TABLE IF EXISTS analysis_reports;
DROP TABLE IF EXISTS analysis_results;

ALTER TABLE archetype_analysis_tracking
    DROP COLUMN IF EXISTS analyzed_at,
    DROP COLUMN IF EXISTS rows_seen,
    DROP COLUMN IF EXISTS night_seen,
    DROP COLUMN IF EXISTS data_through,
    DROP COLUMN IF EXISTS failures,
    DROP COLUMN IF EXISTS next_due_at;

ALTER TABLE sync_state
    DROP COLUMN IF EXISTS rows_changed,
    DROP COLUMN IF EXISTS newest_night;

ALTER TABLE profiles DROP COLUMN IF EXISTS country;
