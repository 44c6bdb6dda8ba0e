-- Sentences that a model chose stay; who chose them is no longer known.

COMMENT ON COLUMN model_answers.fingerprint IS 'of the result it was written for: analysis_results.fingerprint';
COMMENT ON COLUMN model_answers.analysis_type IS 'circadian_analysis or behavior_analysis';
COMMENT ON COLUMN model_calls.analysis_type IS 'circadian_analysis or behavior_analysis';

ALTER TABLE user_insights
    DROP COLUMN IF EXISTS fallback_reason,
    DROP COLUMN IF EXISTS model_used,
    DROP COLUMN IF EXISTS engine;
