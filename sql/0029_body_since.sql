-- How sleep and steps have moved since a change, beside the verdict that goes by what was done.

ALTER TABLE adaptation_evaluations ADD COLUMN IF NOT EXISTS body jsonb NOT NULL DEFAULT '[]';
ALTER TABLE adaptation_evaluations DROP CONSTRAINT IF EXISTS adaptation_evaluations_body_is_a_list;
ALTER TABLE adaptation_evaluations ADD CONSTRAINT adaptation_evaluations_body_is_a_list
    CHECK (jsonb_typeof(body) = 'array' AND (attempt = 2 OR body = '[]'));
COMMENT ON COLUMN adaptation_evaluations.body IS
    'what of sleep (hours) and steps lies elsewhere since, of a judgement over a fortnight: shift with its 95 % interval, days before and since';
