-- A breaker for each address of Sahha, so that a simulator's outage is not production's; and since when somebody is
-- unknown to Sahha, so that one sighting pauses nobody. What the one breaker said is not worth keeping: it does not say
-- of whom.

DO $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM pg_attribute
        WHERE attrelid = to_regclass('sahha_breaker') AND attname = 'base_url' AND NOT attisdropped
    ) THEN
        DROP TABLE IF EXISTS sahha_breaker;
    END IF;
END
$$;

CREATE TABLE IF NOT EXISTS sahha_breaker (
    base_url  text COLLATE "C",
    opened_at timestamptz,
    retry_at  timestamptz,
    failures  integer NOT NULL DEFAULT 0,
    reason    text,
    CONSTRAINT sahha_breaker_pkey PRIMARY KEY (base_url),
    CONSTRAINT sahha_breaker_open_has_end CHECK ((opened_at IS NULL) = (retry_at IS NULL))
);

ALTER TABLE sync_state ADD COLUMN IF NOT EXISTS gone_since timestamptz;

COMMENT ON TABLE sahha_breaker IS 'Whether Sahha is asked at all. One row per address that was ever found silent.';
COMMENT ON COLUMN sahha_breaker.base_url IS 'the address, as SAHHA_API_BASE_URL names it';
COMMENT ON COLUMN sahha_breaker.opened_at IS 'since when Sahha is taken to be down; UTC instant; null while it answers';
COMMENT ON COLUMN sahha_breaker.retry_at IS
    'until when batches leave it alone; ticks ask once all the same; UTC instant; null while it answers';
COMMENT ON COLUMN sahha_breaker.failures IS 'failed tries in a row';
COMMENT ON COLUMN sahha_breaker.reason IS 'what the last try met';
COMMENT ON COLUMN sync_state.gone_since IS
    'since when every answer has been that Sahha does not know the profile; UTC instant; null where one was another';
