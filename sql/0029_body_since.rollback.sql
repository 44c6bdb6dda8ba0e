ALTER TABLE adaptation_evaluations DROP COLUMN IF EXISTS body;
