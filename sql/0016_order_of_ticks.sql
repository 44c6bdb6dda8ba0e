-- Ticks in the order they were planned, which their instants do not tell where a clock stands still or was put back.

DO $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM pg_attribute
        WHERE attrelid = to_regclass('refresh_ticks') AND attname = 'number' AND NOT attisdropped
    ) THEN
        ALTER TABLE refresh_ticks ADD COLUMN number bigint;
        UPDATE refresh_ticks AS t SET number = placed.number
        FROM (SELECT tick, row_number() OVER (ORDER BY planned_at, tick) AS number FROM refresh_ticks) AS placed
        WHERE placed.tick = t.tick;
        ALTER TABLE refresh_ticks ALTER COLUMN number SET NOT NULL;
        ALTER TABLE refresh_ticks ALTER COLUMN number ADD GENERATED ALWAYS AS IDENTITY;
        PERFORM setval(
            pg_get_serial_sequence('refresh_ticks', 'number'),
            (SELECT coalesce(max(number), 0) + 1 FROM refresh_ticks),
            false
        );
    END IF;
END
$$;

COMMENT ON COLUMN refresh_ticks.number IS 'goes up with every tick planned: the greatest is the newest tick';
