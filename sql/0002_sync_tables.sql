-- The tables of the incremental sync. Tables of an older HolisticOS are left as they are here; the next step brings
-- them along.

CREATE TABLE IF NOT EXISTS archetype_catalogue (
    archetype       text PRIMARY KEY,
    data_complexity smallint NOT NULL CHECK (data_complexity BETWEEN 1 AND 10),
    base_task_cap   smallint NOT NULL CHECK (base_task_cap BETWEEN 1 AND 6)
);

INSERT INTO archetype_catalogue (archetype, data_complexity, base_task_cap)
VALUES ('Foundation Builder', 3, 2),
       ('Resilience Rebuilder', 4, 2),
       ('Connected Explorer', 5, 3),
       ('Transformation Seeker', 6, 4),
       ('Systematic Improver', 8, 4),
       ('Peak Performer', 9, 5)
ON CONFLICT DO NOTHING;

CREATE TABLE IF NOT EXISTS profiles (
    profile_id     text COLLATE "C" NOT NULL,
    external_id    text NOT NULL,
    archetype      text NOT NULL DEFAULT 'Foundation Builder',
    timezone       text,
    status         text NOT NULL DEFAULT 'active',
    status_reason  text,
    enrolled_at    timestamptz NOT NULL DEFAULT now(),
    last_active_at timestamptz,
    created_at     timestamptz NOT NULL DEFAULT now(),
    updated_at     timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT profiles_pkey PRIMARY KEY (profile_id),
    CONSTRAINT profiles_external_id_key UNIQUE (external_id),
    CONSTRAINT profiles_profile_id_pattern CHECK (profile_id ~ '^[A-Za-z0-9_-]{1,100}$'),
    CONSTRAINT profiles_status_known CHECK (status IN ('active', 'paused', 'retired', 'erased')),
    CONSTRAINT profiles_archetype_known FOREIGN KEY (archetype) REFERENCES archetype_catalogue (archetype)
);

CREATE TABLE IF NOT EXISTS biomarkers (
    profile_id         text COLLATE "C" NOT NULL,
    type               text COLLATE "C" NOT NULL,
    start_date_time    timestamptz NOT NULL,
    end_date_time      timestamptz,
    category           text,
    periodicity        text,
    aggregation        text,
    value              text,
    unit               text,
    value_type         text,
    sahha_biomarker_id text,
    utc_offset_minutes smallint,
    local_date         date,
    data               jsonb,
    observed_at        timestamptz,
    created_at         timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT unique_biomarker_entry UNIQUE NULLS NOT DISTINCT (profile_id, type, start_date_time, end_date_time)
) WITH (fillfactor = 60);

CREATE TABLE IF NOT EXISTS scores (
    profile_id         text COLLATE "C" NOT NULL,
    type               text COLLATE "C" NOT NULL,
    score_date_time    timestamptz NOT NULL,
    score              double precision,
    state              text,
    factors            jsonb,
    data_sources       text[],
    version            double precision,
    calculated_at      timestamptz,
    sahha_score_id     text,
    utc_offset_minutes smallint,
    local_date         date,
    data               jsonb,
    observed_at        timestamptz,
    created_at         timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT unique_score_entry UNIQUE NULLS NOT DISTINCT (profile_id, type, score_date_time)
) WITH (fillfactor = 60);

CREATE TABLE IF NOT EXISTS sahha_archetypes (
    profile_id         text COLLATE "C" NOT NULL,
    name               text COLLATE "C" NOT NULL,
    periodicity        text COLLATE "C",
    start_date_time    timestamptz NOT NULL,
    end_date_time      timestamptz,
    value              text,
    data_type          text,
    ordinality         integer,
    version            double precision,
    sahha_archetype_id text,
    utc_offset_minutes smallint,
    local_date         date,
    data               jsonb,
    observed_at        timestamptz,
    created_at         timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT unique_sahha_archetype_entry UNIQUE NULLS NOT DISTINCT (profile_id, name, periodicity, start_date_time)
) WITH (fillfactor = 60);

CREATE TABLE IF NOT EXISTS sync_state (
    profile_id      text COLLATE "C" NOT NULL,
    stream          text NOT NULL,
    watermark       timestamptz,
    last_outcome    text NOT NULL,
    last_error      text,
    attempts        integer NOT NULL DEFAULT 0,
    last_attempt_at timestamptz NOT NULL,
    last_success_at timestamptz,
    newest_reading  timestamptz,
    CONSTRAINT sync_state_pkey PRIMARY KEY (profile_id, stream),
    CONSTRAINT sync_state_profile_known FOREIGN KEY (profile_id) REFERENCES profiles (profile_id) ON DELETE CASCADE,
    CONSTRAINT sync_state_stream_known CHECK (stream IN ('biomarkers', 'scores', 'sahha_archetypes')),
    CONSTRAINT sync_state_outcome_known CHECK (last_outcome IN ('updated', 'unchanged', 'empty', 'not_due',
                                                                'rate_limited', 'failed', 'gone', 'quarantined'))
);

CREATE TABLE IF NOT EXISTS quarantine (
    profile_id    text COLLATE "C" NOT NULL,
    stream        text NOT NULL,
    payload_hash  text NOT NULL,
    payload       text NOT NULL,
    reason        text NOT NULL,
    first_seen_at timestamptz NOT NULL,
    last_seen_at  timestamptz NOT NULL,
    times_seen    integer NOT NULL DEFAULT 1,
    CONSTRAINT quarantine_pkey PRIMARY KEY (profile_id, stream, payload_hash),
    CONSTRAINT quarantine_profile_known FOREIGN KEY (profile_id) REFERENCES profiles (profile_id) ON DELETE CASCADE
);

CREATE TABLE IF NOT EXISTS archetype_analysis_tracking (
    id                 bigint GENERATED BY DEFAULT AS IDENTITY,
    user_id            text NOT NULL,
    archetype          text NOT NULL,
    analysis_type      text NOT NULL,
    analysis_timestamp timestamptz,
    analysis_count     integer NOT NULL DEFAULT 1,
    sahha_data_synced  boolean NOT NULL DEFAULT false,
    biomarkers_synced  boolean NOT NULL DEFAULT false,
    scores_synced      boolean NOT NULL DEFAULT false,
    archetypes_synced  boolean NOT NULL DEFAULT false,
    sync_completed_at  timestamptz,
    sync_error         text,
    created_at         timestamptz NOT NULL DEFAULT now(),
    updated_at         timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT archetype_analysis_tracking_pkey PRIMARY KEY (id),
    CONSTRAINT unique_user_archetype_analysis_type UNIQUE (user_id, archetype, analysis_type),
    CONSTRAINT archetype_analysis_tracking_archetype_known
        FOREIGN KEY (archetype) REFERENCES archetype_catalogue (archetype)
);
