-- Late days are found again by the overlap alone.

ALTER TABLE sync_state
    DROP COLUMN IF EXISTS looks,
    DROP COLUMN IF EXISTS late_from,
    DROP COLUMN IF EXISTS newest_days;
