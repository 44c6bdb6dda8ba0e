-- Complete workflows: all stages of one person, one after another, under an id by which they go on where they stopped.
-- A row for each workflow and one for each stage of it: what became of it and why, never what was found.

CREATE TABLE IF NOT EXISTS workflow_executions (
    workflow_id   uuid NOT NULL,
    profile_id    text COLLATE "C" NOT NULL,
    batch_id      text,
    run_id        text,
    trigger       text NOT NULL,
    stages        text[] NOT NULL,
    is_forced     boolean NOT NULL,
    status        text NOT NULL,
    success       boolean,
    errors        jsonb NOT NULL,
    fingerprint   text NOT NULL,
    attempt       integer NOT NULL,
    as_of         timestamptz NOT NULL,
    started_at    timestamptz NOT NULL,
    attempted_at  timestamptz NOT NULL,
    completed_at  timestamptz,
    CONSTRAINT workflow_executions_pkey PRIMARY KEY (workflow_id),
    CONSTRAINT workflow_executions_of_profile UNIQUE (workflow_id, profile_id),
    CONSTRAINT workflow_executions_profile_known
        FOREIGN KEY (profile_id) REFERENCES profiles (profile_id) ON DELETE CASCADE,
    CONSTRAINT workflow_executions_trigger_known CHECK (trigger IN ('due', 'named', 'everyone', 'command', 'request')),
    CONSTRAINT workflow_executions_status_known
        CHECK (status IN ('running', 'done', 'unchanged', 'partial', 'refused', 'failed')),
    CONSTRAINT workflow_executions_over_or_running
        CHECK ((status = 'running') = (completed_at IS NULL) AND (status = 'running') = (success IS NULL)),
    CONSTRAINT workflow_executions_attempted CHECK (attempt > 0)
);

CREATE INDEX IF NOT EXISTS workflow_executions_by_profile ON workflow_executions (profile_id, started_at);
CREATE INDEX IF NOT EXISTS workflow_executions_by_batch ON workflow_executions (batch_id) WHERE batch_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS workflow_executions_running ON workflow_executions (attempted_at) WHERE status = 'running';

CREATE TABLE IF NOT EXISTS workflow_stages (
    workflow_id   uuid NOT NULL,
    profile_id    text COLLATE "C" NOT NULL,
    stage         text NOT NULL,
    status        text NOT NULL,
    reason        text NOT NULL,
    error         text,
    results       jsonb NOT NULL,
    fingerprint   text NOT NULL,
    attempt       integer NOT NULL,
    started_at    timestamptz NOT NULL,
    completed_at  timestamptz NOT NULL,
    CONSTRAINT workflow_stages_pkey PRIMARY KEY (workflow_id, stage),
    CONSTRAINT workflow_stages_of_its_person FOREIGN KEY (workflow_id, profile_id)
        REFERENCES workflow_executions (workflow_id, profile_id) ON DELETE CASCADE,
    CONSTRAINT workflow_stages_status_known CHECK (status IN ('done', 'unchanged', 'skipped', 'failed', 'refused')),
    CONSTRAINT workflow_stages_failed_for_an_error CHECK ((status = 'failed') = (error IS NOT NULL))
);

COMMENT ON TABLE workflow_executions IS
    'Complete workflows: all stages of one person under one id. Holds states and reasons, no health data.';
COMMENT ON COLUMN workflow_executions.workflow_id IS 'by which it is gone on with';
COMMENT ON COLUMN workflow_executions.profile_id IS 'the person: profiles.profile_id';
COMMENT ON COLUMN workflow_executions.batch_id IS 'those begun together; null where it is one alone';
COMMENT ON COLUMN workflow_executions.run_id IS 'Dagster''s run of the latest attempt; null outside of Dagster';
COMMENT ON COLUMN workflow_executions.trigger IS 'due, named, everyone, command or request';
COMMENT ON COLUMN workflow_executions.stages IS 'the stages asked for, in order';
COMMENT ON COLUMN workflow_executions.is_forced IS 'whether stages were asked for that have not moved';
COMMENT ON COLUMN workflow_executions.status IS 'running, done, unchanged, partial, refused or failed';
COMMENT ON COLUMN workflow_executions.success IS 'whether every stage has all it could have; null while it runs';
COMMENT ON COLUMN workflow_executions.errors IS 'by stage that failed, why, in a sentence';
COMMENT ON COLUMN workflow_executions.fingerprint IS 'SHA-256 of what all stages rest on, when it began; hexadecimal';
COMMENT ON COLUMN workflow_executions.attempt IS 'how often it was begun or gone on with';
COMMENT ON COLUMN workflow_executions.as_of IS 'the instant its stages are made for, whenever they are made; UTC instant';
COMMENT ON COLUMN workflow_executions.started_at IS 'when it began; UTC instant';
COMMENT ON COLUMN workflow_executions.attempted_at IS 'when it was last begun or gone on with; UTC instant';
COMMENT ON COLUMN workflow_executions.completed_at IS 'when it ended; UTC instant; null while it runs';
COMMENT ON TABLE workflow_stages IS
    'What became of each stage of a workflow. Their rows are in their own tables; here are states and counts.';
COMMENT ON COLUMN workflow_stages.workflow_id IS 'the workflow: workflow_executions.workflow_id';
COMMENT ON COLUMN workflow_stages.profile_id IS 'the person: profiles.profile_id';
COMMENT ON COLUMN workflow_stages.stage IS 'the name of its asset';
COMMENT ON COLUMN workflow_stages.status IS 'done, unchanged, skipped, failed or refused';
COMMENT ON COLUMN workflow_stages.reason IS 'why, in a sentence';
COMMENT ON COLUMN workflow_stages.error IS 'what failed, in a sentence; null where it did not';
COMMENT ON COLUMN workflow_stages.results IS 'counts, and the fingerprint of the rows that stand; no health value';
COMMENT ON COLUMN workflow_stages.fingerprint IS 'SHA-256 of what the stage rests on, when it began; hexadecimal';
COMMENT ON COLUMN workflow_stages.attempt IS 'the attempt of the workflow that settled it';
COMMENT ON COLUMN workflow_stages.started_at IS 'when it began; UTC instant';
COMMENT ON COLUMN workflow_stages.completed_at IS 'when it ended; UTC instant';
