-- Who wrote the sentence of an insight: the rules, or a model that chose among ours.

ALTER TABLE user_insights
    ADD COLUMN IF NOT EXISTS engine text NOT NULL DEFAULT 'rules',
    ADD COLUMN IF NOT EXISTS model_used text,
    ADD COLUMN IF NOT EXISTS fallback_reason text;

ALTER TABLE user_insights DROP CONSTRAINT IF EXISTS user_insights_engine_known;
ALTER TABLE user_insights ADD CONSTRAINT user_insights_engine_known CHECK (engine IN ('rules', 'openai'));

COMMENT ON COLUMN user_insights.engine IS 'who wrote content: rules or openai';
COMMENT ON COLUMN user_insights.model_used IS 'the model asked; null where none was';
COMMENT ON COLUMN user_insights.fallback_reason IS
    'why the rules'' words stand although a model was asked; null where none was, or its words stand';

COMMENT ON COLUMN model_calls.analysis_type IS 'circadian_analysis, behavior_analysis or insights';
COMMENT ON COLUMN model_answers.analysis_type IS 'circadian_analysis, behavior_analysis or insights';
COMMENT ON COLUMN model_answers.fingerprint IS
    'of the result it was written for: analysis_results.fingerprint; of insights, of what is told';
