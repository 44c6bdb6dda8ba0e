-- A result whose newest reading is days old says so, and plans nothing.

ALTER TABLE analysis_results
    DROP CONSTRAINT IF EXISTS analysis_results_status_known,
    ADD CONSTRAINT analysis_results_status_known
        CHECK (status IN ('ok', 'preliminary', 'stale', 'insufficient_data'));

COMMENT ON COLUMN analysis_results.status IS
    'ok, preliminary, stale (the newest reading was older than two days: no plan in it), or insufficient_data';
