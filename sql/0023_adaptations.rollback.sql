-- Adaptation goes, with every change and its evaluations; plans are made as for whoever has no state.

DROP TABLE IF EXISTS adaptation_states;
DROP TABLE IF EXISTS adaptation_weeks;
DROP TABLE IF EXISTS adaptation_evaluations;
DROP TABLE IF EXISTS adaptations;

DELETE FROM guidance_states WHERE stage = 'adaptation';
ALTER TABLE guidance_states DROP CONSTRAINT IF EXISTS guidance_states_stage_known;
ALTER TABLE guidance_states
    ADD CONSTRAINT guidance_states_stage_known CHECK (stage IN ('insights', 'memory', 'routine_plan', 'nutrition_plan'));
COMMENT ON COLUMN guidance_states.stage IS 'insights, memory, routine_plan or nutrition_plan';
