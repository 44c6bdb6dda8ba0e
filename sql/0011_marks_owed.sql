-- What Dagster is yet to be told of a committed pull. A run may be killed between its commit and its report; the next
-- one finds here what is owed.

ALTER TABLE sync_state
    ADD COLUMN IF NOT EXISTS owed jsonb,
    ADD COLUMN IF NOT EXISTS owed_by text;

COMMENT ON COLUMN sync_state.owed IS
    'counts of the pulls whose materialisation Dagster has not been told of yet; null when nothing is owed';
COMMENT ON COLUMN sync_state.owed_by IS 'the run that was to tell it: Dagster''s run id';
