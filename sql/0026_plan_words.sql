-- Who chose the words of a plan and of each of its items: the rules, or a model that chose among our sentences.

ALTER TABLE plans
    ADD COLUMN IF NOT EXISTS engine text NOT NULL DEFAULT 'rules',
    ADD COLUMN IF NOT EXISTS model_used text,
    ADD COLUMN IF NOT EXISTS fallback_reason text;
ALTER TABLE plans DROP CONSTRAINT IF EXISTS plans_engine_known;
ALTER TABLE plans ADD CONSTRAINT plans_engine_known CHECK (engine IN ('rules', 'openai'));

ALTER TABLE plan_items ADD COLUMN IF NOT EXISTS engine text;
ALTER TABLE plan_items DROP CONSTRAINT IF EXISTS plan_items_engine_known;
ALTER TABLE plan_items ADD CONSTRAINT plan_items_engine_known CHECK (engine IN ('rules', 'openai'));

-- What is put by passage may be proven in part: then there is an answer, and why the rest of it is none.
ALTER TABLE model_answers DROP CONSTRAINT IF EXISTS model_answers_answer_or_reason;
ALTER TABLE model_answers
    ADD CONSTRAINT model_answers_answer_or_reason CHECK (answer IS NOT NULL OR reason IS NOT NULL);

COMMENT ON COLUMN plans.engine IS 'who chose titles, reasons and tips: rules or openai';
COMMENT ON COLUMN plans.model_used IS 'the model asked; null where none was';
COMMENT ON COLUMN plans.fallback_reason IS
    'why the rules'' words stand, or some of them, although a model was asked; null where none was, or its words stand';
COMMENT ON COLUMN plan_items.engine IS 'who chose title or reason: rules or openai; null in items of an app';
COMMENT ON COLUMN model_answers.reason IS 'why there is no proven answer, or no whole one; null where there is';
COMMENT ON COLUMN model_answers.analysis_type IS
    'circadian_analysis, behavior_analysis, insights, routine_plan or nutrition_plan';
COMMENT ON COLUMN model_calls.analysis_type IS
    'circadian_analysis, behavior_analysis, insights, routine_plan or nutrition_plan';
