-- What a tick needs to plan for many profiles at once: who changed, who is leased to which batch, when a failed one is
-- tried again, what has been covered, and whether Sahha answers at all.

ALTER TABLE profiles
    ADD COLUMN IF NOT EXISTS data_received_at timestamptz,
    ADD COLUMN IF NOT EXISTS change_count bigint NOT NULL DEFAULT 0;

ALTER TABLE sync_state
    ALTER COLUMN last_outcome DROP NOT NULL,
    ALTER COLUMN last_attempt_at DROP NOT NULL,
    ADD COLUMN IF NOT EXISTS change_seen bigint NOT NULL DEFAULT 0,
    ADD COLUMN IF NOT EXISTS refusals integer NOT NULL DEFAULT 0,
    ADD COLUMN IF NOT EXISTS next_due_at timestamptz,
    ADD COLUMN IF NOT EXISTS lease text,
    ADD COLUMN IF NOT EXISTS lease_until timestamptz;

-- Every pull rewrites its row; none of the columns it changes is indexed, so that room on the page is all it needs.
ALTER TABLE sync_state SET (fillfactor = 70);
ALTER TABLE profiles SET (fillfactor = 80);

CREATE TABLE IF NOT EXISTS sync_coverage (
    profile_id text COLLATE "C" NOT NULL,
    stream     text NOT NULL,
    covered    tstzmultirange NOT NULL DEFAULT '{}',
    empty      tstzmultirange NOT NULL DEFAULT '{}',
    failed     tstzmultirange NOT NULL DEFAULT '{}',
    updated_at timestamptz NOT NULL,
    CONSTRAINT sync_coverage_pkey PRIMARY KEY (profile_id, stream),
    CONSTRAINT sync_coverage_profile_known FOREIGN KEY (profile_id) REFERENCES profiles (profile_id) ON DELETE CASCADE,
    CONSTRAINT sync_coverage_stream_known CHECK (stream IN ('biomarkers', 'scores', 'sahha_archetypes')),
    CONSTRAINT sync_coverage_empty_is_covered CHECK (empty <@ covered),
    CONSTRAINT sync_coverage_failed_is_open CHECK (NOT failed && covered)
) WITH (fillfactor = 70);

CREATE TABLE IF NOT EXISTS refresh_ticks (
    tick              text PRIMARY KEY,
    planned_at        timestamptz NOT NULL,
    data_source       text NOT NULL,
    source_reason     text,
    search_complete   boolean NOT NULL,
    search_requests   integer NOT NULL,
    profiles_listed   integer NOT NULL,
    listings_skipped  integer NOT NULL,
    profiles_changed  integer NOT NULL,
    profiles_active   integer NOT NULL,
    profiles_due      integer NOT NULL,
    requests_planned  integer NOT NULL,
    requests_saved    integer NOT NULL,
    CONSTRAINT refresh_ticks_source_known CHECK (data_source IN ('sahha', 'database_fallback'))
);

CREATE TABLE IF NOT EXISTS refresh_batches (
    batch_id    text PRIMARY KEY,
    tick        text NOT NULL,
    number      integer NOT NULL,
    profile_ids text[] NOT NULL,
    planned_at  timestamptz NOT NULL,
    started_at  timestamptz,
    finished_at timestamptz,
    CONSTRAINT refresh_batches_once_per_tick UNIQUE (tick, number),
    CONSTRAINT refresh_batches_tick_known FOREIGN KEY (tick) REFERENCES refresh_ticks (tick) ON DELETE CASCADE
);

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

-- A later step gives every address a row of its own.
DO $$
BEGIN
    IF EXISTS (
        SELECT FROM pg_attribute
        WHERE attrelid = to_regclass('sahha_breaker') AND attname = 'only_row' AND NOT attisdropped
    ) THEN
        INSERT INTO sahha_breaker DEFAULT VALUES ON CONFLICT DO NOTHING;
        COMMENT ON COLUMN sahha_breaker.only_row IS 'always true';
    END IF;
END
$$;

COMMENT ON COLUMN profiles.data_received_at IS
    'when Sahha last received data of the person, as the profile search lists it; UTC instant by Sahha''s clock';
COMMENT ON COLUMN profiles.change_count IS
    'goes up by one whenever the search or a webhook tells of new data; a stream that has seen less is due';

COMMENT ON COLUMN sync_state.last_outcome IS 'what the last attempt came to; null before the first';
COMMENT ON COLUMN sync_state.last_attempt_at IS 'UTC instant; null before the first';
COMMENT ON COLUMN sync_state.change_seen IS 'profiles.change_count when the last good pull began';
COMMENT ON COLUMN sync_state.refusals IS 'of the failed attempts, those Sahha refused outright; 0 after a good one';
COMMENT ON COLUMN sync_state.next_due_at IS 'not before this, after a failure; UTC instant; null after a good pull';
COMMENT ON COLUMN sync_state.lease IS 'the batch that is to pull it: refresh_batches.batch_id; null when nobody is';
COMMENT ON COLUMN sync_state.lease_until IS 'when the lease may be taken over; UTC instant';

COMMENT ON TABLE sync_coverage IS 'The ledger of what was pulled: why is Tuesday missing for this profile?';
COMMENT ON COLUMN sync_coverage.profile_id IS 'the profile it belongs to: profiles.profile_id';
COMMENT ON COLUMN sync_coverage.stream IS 'biomarkers, scores or sahha_archetypes';
COMMENT ON COLUMN sync_coverage.covered IS 'ranges pulled and committed; UTC instants';
COMMENT ON COLUMN sync_coverage.empty IS 'of the covered ranges, the days for which Sahha had nothing; UTC instants';
COMMENT ON COLUMN sync_coverage.failed IS 'ranges asked for in vain and not covered since; UTC instants';
COMMENT ON COLUMN sync_coverage.updated_at IS 'UTC instant';

COMMENT ON TABLE refresh_ticks IS 'The half-hourly refreshes: what each found out, and what it saved.';
COMMENT ON COLUMN refresh_ticks.tick IS 'the scheduled instant, or the name a person gave';
COMMENT ON COLUMN refresh_ticks.planned_at IS 'UTC instant';
COMMENT ON COLUMN refresh_ticks.data_source IS 'sahha, or database_fallback where Sahha was not to be asked';
COMMENT ON COLUMN refresh_ticks.source_reason IS 'why Sahha was not asked, or why its profile search broke off';
COMMENT ON COLUMN refresh_ticks.search_complete IS 'whether the profile search was read to its end';
COMMENT ON COLUMN refresh_ticks.search_requests IS 'requests the profile search took, login and repeats included';
COMMENT ON COLUMN refresh_ticks.profiles_listed IS 'profiles the search listed';
COMMENT ON COLUMN refresh_ticks.listings_skipped IS 'items of the search without an id or a readable date';
COMMENT ON COLUMN refresh_ticks.profiles_changed IS 'enrolled profiles with new data since the tick before';
COMMENT ON COLUMN refresh_ticks.profiles_active IS 'enrolled profiles with status active';
COMMENT ON COLUMN refresh_ticks.profiles_due IS 'profiles put into batches';
COMMENT ON COLUMN refresh_ticks.requests_planned IS 'requests the batches need when nothing is repeated';
COMMENT ON COLUMN refresh_ticks.requests_saved IS
    'requests not made because the search tells who is idle: biomarkers and scores of every active profile left alone, '
    'less the requests of the search';

COMMENT ON TABLE refresh_batches IS 'The profiles one run refreshes. Who is still to be done says sync_state.lease.';
COMMENT ON COLUMN refresh_batches.batch_id IS 'the tick and the number';
COMMENT ON COLUMN refresh_batches.tick IS 'refresh_ticks.tick';
COMMENT ON COLUMN refresh_batches.number IS 'from 0, stalest profiles first';
COMMENT ON COLUMN refresh_batches.profile_ids IS 'profiles.profile_id of each';
COMMENT ON COLUMN refresh_batches.planned_at IS 'UTC instant';
COMMENT ON COLUMN refresh_batches.started_at IS 'when a run took it up; UTC instant';
COMMENT ON COLUMN refresh_batches.finished_at IS 'when a run was through with it, well or not; UTC instant';

COMMENT ON TABLE sahha_breaker IS 'Whether Sahha is asked at all. One row.';
COMMENT ON COLUMN sahha_breaker.opened_at IS 'since when Sahha is taken to be down; UTC instant; null while it answers';
COMMENT ON COLUMN sahha_breaker.retry_at IS 'when it is tried again; UTC instant; null while it answers';
COMMENT ON COLUMN sahha_breaker.failures IS 'failed tries in a row';
COMMENT ON COLUMN sahha_breaker.reason IS 'what the last try met';
