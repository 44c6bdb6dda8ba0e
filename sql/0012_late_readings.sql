-- What came in late: from which day on to ask again, and which days were looked at when.

ALTER TABLE sync_state
    ADD COLUMN IF NOT EXISTS newest_days jsonb,
    ADD COLUMN IF NOT EXISTS late_from date,
    ADD COLUMN IF NOT EXISTS looks jsonb;

COMMENT ON COLUMN sync_state.newest_days IS
    'the newest local day of each group of readings that one device delivers every day, up to which all was asked for; '
    'null before the first good pull';
COMMENT ON COLUMN sync_state.late_from IS
    'the next pull reaches back to this day: an answer has spoken of days that lie past others not asked for since';
COMMENT ON COLUMN sync_state.looks IS
    'the newest good answers: when each was given, and the first and last local day it spoke of';
