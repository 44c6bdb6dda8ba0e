-- Words that a model chose stay; who chose them is no longer known, and what was proven in part is asked anew.

COMMENT ON COLUMN model_calls.analysis_type IS 'circadian_analysis, behavior_analysis or insights';
COMMENT ON COLUMN model_answers.analysis_type IS 'circadian_analysis, behavior_analysis or insights';
COMMENT ON COLUMN model_answers.reason IS 'why there is none; null where there is one';

DELETE FROM model_answers WHERE answer IS NOT NULL AND reason IS NOT NULL;
ALTER TABLE model_answers DROP CONSTRAINT IF EXISTS model_answers_answer_or_reason;
ALTER TABLE model_answers
    ADD CONSTRAINT model_answers_answer_or_reason CHECK ((answer IS NULL) <> (reason IS NULL));

ALTER TABLE plan_items DROP COLUMN IF EXISTS engine;

ALTER TABLE plans
    DROP COLUMN IF EXISTS fallback_reason,
    DROP COLUMN IF EXISTS model_used,
    DROP COLUMN IF EXISTS engine;
