-- Answers and the ledger of requests go with their tables. Results keep the words they have; who wrote them is in them.

DROP TABLE IF EXISTS model_answers;
DROP TABLE IF EXISTS model_calls;

ALTER TABLE analysis_results
    DROP COLUMN IF EXISTS model,
    DROP COLUMN IF EXISTS prompt_version,
    DROP COLUMN IF EXISTS tokens,
    DROP COLUMN IF EXISTS cost_usd,
    DROP COLUMN IF EXISTS latency_s,
    DROP COLUMN IF EXISTS violations,
    DROP COLUMN IF EXISTS fallback_reason;

COMMENT ON COLUMN analysis_results.engine IS 'rules: computed, not written by a model';
COMMENT ON COLUMN analysis_results.fingerprint IS
    'SHA-256 of the readings, settings and method version it rests on, hexadecimal';
