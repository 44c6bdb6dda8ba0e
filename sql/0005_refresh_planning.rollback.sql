-- Back to the plain sync state. A profile that was planned for and never pulled has no state then.

DROP TABLE IF EXISTS sahha_breaker, refresh_batches, refresh_ticks, sync_coverage;

DELETE FROM sync_state WHERE last_outcome IS NULL OR last_attempt_at IS NULL;

ALTER TABLE sync_state
    DROP COLUMN IF EXISTS lease_until,
    DROP COLUMN IF EXISTS lease,
    DROP COLUMN IF EXISTS next_due_at,
    DROP COLUMN IF EXISTS refusals,
    DROP COLUMN IF EXISTS change_seen,
    ALTER COLUMN last_attempt_at SET NOT NULL,
    ALTER COLUMN last_outcome SET NOT NULL,
    RESET (fillfactor);

ALTER TABLE profiles
    DROP COLUMN IF EXISTS change_count,
    DROP COLUMN IF EXISTS data_received_at,
    RESET (fillfactor);

COMMENT ON COLUMN sync_state.last_outcome IS 'what the last attempt came to';
COMMENT ON COLUMN sync_state.last_attempt_at IS 'UTC instant';
