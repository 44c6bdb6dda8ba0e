-- Results that a model has put into words: what each took, every request with the room put by for it, and the answers
-- themselves, so that nothing is asked or paid for twice.

ALTER TABLE analysis_results
    ADD COLUMN IF NOT EXISTS model text,
    ADD COLUMN IF NOT EXISTS prompt_version text,
    ADD COLUMN IF NOT EXISTS tokens bigint NOT NULL DEFAULT 0,
    ADD COLUMN IF NOT EXISTS cost_usd double precision,
    ADD COLUMN IF NOT EXISTS latency_s double precision NOT NULL DEFAULT 0,
    ADD COLUMN IF NOT EXISTS violations jsonb NOT NULL DEFAULT '[]',
    ADD COLUMN IF NOT EXISTS fallback_reason text;

CREATE TABLE IF NOT EXISTS model_calls (
    id              bigint GENERATED ALWAYS AS IDENTITY,
    profile_id      text COLLATE "C",
    analysis_type   text NOT NULL,
    fingerprint     text NOT NULL,
    model           text NOT NULL,
    prompt_version  text NOT NULL,
    round           integer NOT NULL,
    called_at       timestamptz NOT NULL,
    outcome         text,
    tokens          bigint NOT NULL,
    input_tokens    bigint NOT NULL DEFAULT 0,
    cached_tokens   bigint NOT NULL DEFAULT 0,
    output_tokens   bigint NOT NULL DEFAULT 0,
    cost_usd        double precision,
    latency_s       double precision NOT NULL DEFAULT 0,
    CONSTRAINT model_calls_pkey PRIMARY KEY (id),
    CONSTRAINT model_calls_profile_known FOREIGN KEY (profile_id) REFERENCES profiles (profile_id) ON DELETE SET NULL
);

CREATE INDEX IF NOT EXISTS model_calls_called_at ON model_calls (called_at);
CREATE INDEX IF NOT EXISTS model_calls_profile ON model_calls (profile_id);

CREATE TABLE IF NOT EXISTS model_answers (
    profile_id      text COLLATE "C" NOT NULL,
    analysis_type   text NOT NULL,
    fingerprint     text NOT NULL,
    model           text NOT NULL,
    prompt_version  text NOT NULL,
    answered_at     timestamptz NOT NULL,
    answer          jsonb,
    reason          text,
    input_tokens    bigint NOT NULL,
    cached_tokens   bigint NOT NULL,
    output_tokens   bigint NOT NULL,
    cost_usd        double precision,
    latency_s       double precision NOT NULL,
    requests        integer NOT NULL,
    violations      jsonb NOT NULL,
    CONSTRAINT model_answers_pkey PRIMARY KEY (profile_id, analysis_type, fingerprint),
    CONSTRAINT model_answers_profile_known FOREIGN KEY (profile_id) REFERENCES profiles (profile_id) ON DELETE CASCADE,
    CONSTRAINT model_answers_answer_or_reason CHECK ((answer IS NULL) <> (reason IS NULL))
);

COMMENT ON COLUMN analysis_results.engine IS
    'rules: as computed; openai: computed by the rules, put into words by a model, and proven';
COMMENT ON COLUMN analysis_results.fingerprint IS
    'SHA-256 of the readings, settings and method version it rests on, and of model and prompt where one wrote it';
COMMENT ON COLUMN analysis_results.model IS 'the model that wrote it, or was asked to; null where none was';
COMMENT ON COLUMN analysis_results.prompt_version IS 'version of the prompt; null where no model was asked';
COMMENT ON COLUMN analysis_results.tokens IS 'tokens its words took, all rounds together';
COMMENT ON COLUMN analysis_results.cost_usd IS 'US dollars they cost; null where no price is known';
COMMENT ON COLUMN analysis_results.latency_s IS 'seconds the model took, all rounds together';
COMMENT ON COLUMN analysis_results.violations IS
    'what was wrong with the answers: kind, passage and what. May quote them, so it holds health data';
COMMENT ON COLUMN analysis_results.fallback_reason IS
    'why the rules'' own words stand although a model was to write; null otherwise';

COMMENT ON TABLE model_calls IS
    'Requests to the model, each written before it is sent with the tokens and cost put by for it.';
COMMENT ON COLUMN model_calls.id IS 'in the order of asking';
COMMENT ON COLUMN model_calls.profile_id IS 'whose analysis it was about; null once that person is gone';
COMMENT ON COLUMN model_calls.analysis_type IS 'circadian_analysis or behavior_analysis';
COMMENT ON COLUMN model_calls.fingerprint IS 'of the result that was to be written';
COMMENT ON COLUMN model_calls.model IS 'the model asked';
COMMENT ON COLUMN model_calls.prompt_version IS 'version of the prompt';
COMMENT ON COLUMN model_calls.round IS '1, or 2 for the repair of an answer that could not be proven';
COMMENT ON COLUMN model_calls.called_at IS 'UTC instant';
COMMENT ON COLUMN model_calls.outcome IS 'answered, or the kind of error; null while under way or where the run was killed';
COMMENT ON COLUMN model_calls.tokens IS 'tokens taken; what was put by while outcome is null';
COMMENT ON COLUMN model_calls.input_tokens IS 'of them the prompt';
COMMENT ON COLUMN model_calls.cached_tokens IS 'of the prompt what the server had at hand';
COMMENT ON COLUMN model_calls.output_tokens IS 'of them the answer';
COMMENT ON COLUMN model_calls.cost_usd IS 'US dollars, as tokens; null where no price is known';
COMMENT ON COLUMN model_calls.latency_s IS 'seconds to the whole reply';

COMMENT ON TABLE model_answers IS
    'What was settled for a result: the proven answer, or that there is none. Never asked again. Holds health data.';
COMMENT ON COLUMN model_answers.profile_id IS 'the profile it belongs to: profiles.profile_id';
COMMENT ON COLUMN model_answers.analysis_type IS 'circadian_analysis or behavior_analysis';
COMMENT ON COLUMN model_answers.fingerprint IS 'of the result it was written for: analysis_results.fingerprint';
COMMENT ON COLUMN model_answers.model IS 'the model that answered';
COMMENT ON COLUMN model_answers.prompt_version IS 'version of the prompt';
COMMENT ON COLUMN model_answers.answered_at IS 'UTC instant';
COMMENT ON COLUMN model_answers.answer IS 'the proven answer; null where it failed its proof twice';
COMMENT ON COLUMN model_answers.reason IS 'why there is none; null where there is one';
COMMENT ON COLUMN model_answers.input_tokens IS 'tokens of the prompts, all rounds together';
COMMENT ON COLUMN model_answers.cached_tokens IS 'of these what the server had at hand';
COMMENT ON COLUMN model_answers.output_tokens IS 'tokens of the answers';
COMMENT ON COLUMN model_answers.cost_usd IS 'US dollars; null where no price is known';
COMMENT ON COLUMN model_answers.latency_s IS 'seconds, all rounds together';
COMMENT ON COLUMN model_answers.requests IS 'rounds';
COMMENT ON COLUMN model_answers.violations IS 'what was wrong with the answers, as in analysis_results';
