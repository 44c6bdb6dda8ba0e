-- Back to one breaker for all addresses, closed; and to pauses at first sight.

ALTER TABLE sync_state DROP COLUMN IF EXISTS gone_since;

DO $$
BEGIN
    IF EXISTS (
        SELECT FROM pg_attribute
        WHERE attrelid = to_regclass('sahha_breaker') AND attname = 'base_url' AND NOT attisdropped
    ) THEN
        DROP TABLE sahha_breaker;
    END IF;
END
$$;

CREATE TABLE IF NOT EXISTS sahha_breaker (
    only_row  boolean NOT NULL DEFAULT true,
    opened_at timestamptz,
    retry_at  timestamptz,
    failures  integer NOT NULL DEFAULT 0,
    reason    text,
    CONSTRAINT sahha_breaker_pkey PRIMARY KEY (only_row),
    CONSTRAINT sahha_breaker_one_row CHECK (only_row),
    CONSTRAINT sahha_breaker_open_has_end CHECK ((opened_at IS NULL) = (retry_at IS NULL))
);

INSERT INTO sahha_breaker DEFAULT VALUES ON CONFLICT DO NOTHING;

COMMENT ON TABLE sahha_breaker IS 'Whether Sahha is asked at all. One row.';
COMMENT ON COLUMN sahha_breaker.only_row IS 'always true';
COMMENT ON COLUMN sahha_breaker.opened_at IS 'since when Sahha is taken to be down; UTC instant; null while it answers';
COMMENT ON COLUMN sahha_breaker.retry_at IS 'when it is tried again; UTC instant; null while it answers';
COMMENT ON COLUMN sahha_breaker.failures IS 'failed tries in a row';
COMMENT ON COLUMN sahha_breaker.reason IS 'what the last try met';
