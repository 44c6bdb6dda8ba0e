-- Plans go; items that were of a plan of this system go with them, others stay.

DROP VIEW IF EXISTS current_plans;

DO $$
BEGIN
    IF to_regclass('plan_items') IS NOT NULL
       AND EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'plan_items'::regclass AND attname = 'plan_id'
                                              AND NOT attisdropped) THEN
        DELETE FROM plan_items WHERE plan_id IS NOT NULL;
        ALTER TABLE plan_items DROP CONSTRAINT IF EXISTS plan_items_rest_on_facts;
        ALTER TABLE plan_items
            DROP COLUMN IF EXISTS plan_id, DROP COLUMN IF EXISTS starts_at, DROP COLUMN IF EXISTS because,
            DROP COLUMN IF EXISTS fact_ids, DROP COLUMN IF EXISTS reason, DROP COLUMN IF EXISTS library_id,
            DROP COLUMN IF EXISTS library_version;
    END IF;
END
$$;

DROP TABLE IF EXISTS plans;

DELETE FROM guidance_states WHERE stage IN ('routine_plan', 'nutrition_plan') OR status IN ('partial', 'refused');
ALTER TABLE guidance_states DROP COLUMN IF EXISTS good_until;
ALTER TABLE guidance_states DROP CONSTRAINT IF EXISTS guidance_states_stage_known;
ALTER TABLE guidance_states ADD CONSTRAINT guidance_states_stage_known CHECK (stage IN ('insights', 'memory'));
ALTER TABLE guidance_states DROP CONSTRAINT IF EXISTS guidance_states_status_known;
ALTER TABLE guidance_states
    ADD CONSTRAINT guidance_states_status_known CHECK (status IN ('ok', 'preliminary', 'stale', 'insufficient_data'));
COMMENT ON COLUMN guidance_states.stage IS 'insights or memory';
COMMENT ON COLUMN guidance_states.status IS 'ok, preliminary, stale or insufficient_data; null before the first time';
