-- Stale results go: they are made again from the readings.

UPDATE archetype_analysis_tracking SET fingerprint = NULL, status = NULL WHERE status = 'stale';
DELETE FROM analysis_results WHERE status = 'stale';

ALTER TABLE analysis_results
    DROP CONSTRAINT IF EXISTS analysis_results_status_known,
    ADD CONSTRAINT analysis_results_status_known CHECK (status IN ('ok', 'preliminary', 'insufficient_data'));

COMMENT ON COLUMN analysis_results.status IS 'ok, preliminary, or insufficient_data';
