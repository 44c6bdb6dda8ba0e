-- Signed webhook bodies as they came in, each once; a sensor turns them into due profiles.

CREATE TABLE IF NOT EXISTS webhook_inbox (
    id           bigint GENERATED ALWAYS AS IDENTITY,
    body_hash    text NOT NULL,
    event_type   text NOT NULL,
    external_id  text NOT NULL,
    body         bytea NOT NULL,
    received_at  timestamptz NOT NULL,
    times_seen   integer NOT NULL DEFAULT 1,
    consumed_at  timestamptz,
    consumed_as  text,
    CONSTRAINT webhook_inbox_pkey PRIMARY KEY (id),
    CONSTRAINT webhook_inbox_once UNIQUE (body_hash),
    CONSTRAINT webhook_inbox_consumed_whole CHECK ((consumed_at IS NULL) = (consumed_as IS NULL)),
    CONSTRAINT webhook_inbox_consumed_known CHECK (consumed_as IN ('due', 'unknown_kind', 'unknown_profile', 'unreadable'))
);

CREATE INDEX IF NOT EXISTS webhook_inbox_waiting ON webhook_inbox (id) WHERE consumed_at IS NULL;

COMMENT ON TABLE webhook_inbox IS 'Verified webhook bodies, each once. They hold health data.';
COMMENT ON COLUMN webhook_inbox.id IS 'in order of arrival';
COMMENT ON COLUMN webhook_inbox.body_hash IS
    'SHA-256 over event type, external id and body, hexadecimal: a replay is the same row';
COMMENT ON COLUMN webhook_inbox.event_type IS 'header X-Event-Type';
COMMENT ON COLUMN webhook_inbox.external_id IS 'header X-External-Id';
COMMENT ON COLUMN webhook_inbox.body IS 'the body, byte for byte as it was signed';
COMMENT ON COLUMN webhook_inbox.received_at IS 'when it first came in; UTC instant';
COMMENT ON COLUMN webhook_inbox.times_seen IS 'how often it came in';
COMMENT ON COLUMN webhook_inbox.consumed_at IS 'when the sensor took it; UTC instant; null while it waits';
COMMENT ON COLUMN webhook_inbox.consumed_as IS
    'due: its profile was marked; unknown_kind: kept and counted; unknown_profile: nobody enrolled; unreadable: no JSON '
    'object';
