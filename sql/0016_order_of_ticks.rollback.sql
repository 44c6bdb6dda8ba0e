-- The newest tick is told by its instant again.

ALTER TABLE refresh_ticks DROP COLUMN IF EXISTS number;
