-- What the analyses find, how far each has looked, and the reports people read. How many rows of a stream ever changed
-- is counted where they are written, so that news is told from rows merely seen again without reading a reading.

ALTER TABLE profiles ADD COLUMN IF NOT EXISTS country text;

ALTER TABLE sync_state
    ADD COLUMN IF NOT EXISTS rows_changed bigint NOT NULL DEFAULT 0,
    ADD COLUMN IF NOT EXISTS newest_night date;

ALTER TABLE archetype_analysis_tracking
    ADD COLUMN IF NOT EXISTS analyzed_at timestamptz,
    ADD COLUMN IF NOT EXISTS rows_seen bigint NOT NULL DEFAULT 0,
    ADD COLUMN IF NOT EXISTS night_seen date,
    ADD COLUMN IF NOT EXISTS data_through date,
    ADD COLUMN IF NOT EXISTS failures integer NOT NULL DEFAULT 0,
    ADD COLUMN IF NOT EXISTS next_due_at timestamptz;

CREATE TABLE IF NOT EXISTS analysis_results (
    profile_id      text COLLATE "C" NOT NULL,
    archetype       text NOT NULL,
    analysis_type   text NOT NULL,
    fingerprint     text NOT NULL,
    analyzed_at     timestamptz NOT NULL,
    status          text NOT NULL,
    engine          text NOT NULL,
    method_version  text NOT NULL,
    mode            text NOT NULL,
    news_since      date,
    data_through    date,
    data_source     text NOT NULL,
    fetched_up_to   timestamptz,
    result          jsonb NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT analysis_results_pkey PRIMARY KEY (profile_id, analysis_type, archetype, fingerprint),
    CONSTRAINT analysis_results_profile_known FOREIGN KEY (profile_id) REFERENCES profiles (profile_id) ON DELETE CASCADE,
    CONSTRAINT analysis_results_type_known CHECK (analysis_type IN ('circadian_analysis', 'behavior_analysis')),
    CONSTRAINT analysis_results_status_known CHECK (status IN ('ok', 'preliminary', 'insufficient_data')),
    CONSTRAINT analysis_results_mode_known CHECK (mode IN ('initial', 'follow_up')),
    CONSTRAINT analysis_results_source_known CHECK (data_source IN ('sahha', 'database_fallback'))
);

CREATE TABLE IF NOT EXISTS analysis_reports (
    profile_id   text COLLATE "C" NOT NULL,
    fingerprint  text NOT NULL,
    made_at      timestamptz NOT NULL,
    html         text NOT NULL,
    CONSTRAINT analysis_reports_pkey PRIMARY KEY (profile_id),
    CONSTRAINT analysis_reports_profile_known FOREIGN KEY (profile_id) REFERENCES profiles (profile_id) ON DELETE CASCADE
);

COMMENT ON COLUMN profiles.country IS
    'ISO 3166-1 alpha-2 code: whose weekend and public holidays count as free days; null: the deployment''s';

COMMENT ON COLUMN sync_state.rows_changed IS 'how many rows its pulls have inserted or changed so far';
COMMENT ON COLUMN sync_state.newest_night IS 'the newest local day on which a stored night ends; null without any';

COMMENT ON COLUMN archetype_analysis_tracking.analyzed_at IS 'when it last ran; UTC instant';
COMMENT ON COLUMN archetype_analysis_tracking.rows_seen IS
    'sync_state.rows_changed of biomarkers and scores together, when it last read';
COMMENT ON COLUMN archetype_analysis_tracking.night_seen IS 'sync_state.newest_night when it last read';
COMMENT ON COLUMN archetype_analysis_tracking.data_through IS 'the newest local day of the readings it last used';

COMMENT ON COLUMN archetype_analysis_tracking.failures IS 'failed runs in a row';
COMMENT ON COLUMN archetype_analysis_tracking.next_due_at IS
    'not before this by itself, after a failure; UTC instant; null after a good run';

COMMENT ON TABLE analysis_results IS
    'Results of the analyses, one row for each that differs; the current one is the one analyzed last.';
COMMENT ON COLUMN analysis_results.profile_id IS 'the profile it belongs to: profiles.profile_id';
COMMENT ON COLUMN analysis_results.archetype IS 'the archetype of HolisticOS it was made for';
COMMENT ON COLUMN analysis_results.analysis_type IS 'circadian_analysis or behavior_analysis';
COMMENT ON COLUMN analysis_results.fingerprint IS
    'SHA-256 of the readings, settings and method version it rests on, hexadecimal';
COMMENT ON COLUMN analysis_results.analyzed_at IS 'when these readings were last analyzed; UTC instant';
COMMENT ON COLUMN analysis_results.status IS 'ok, preliminary, or insufficient_data';
COMMENT ON COLUMN analysis_results.engine IS 'rules: computed, not written by a model';
COMMENT ON COLUMN analysis_results.method_version IS 'version of the methods';
COMMENT ON COLUMN analysis_results.mode IS 'initial, or follow_up of an analysis not older than a week';
COMMENT ON COLUMN analysis_results.news_since IS 'the newest local day the analysis before had used; null when initial';
COMMENT ON COLUMN analysis_results.data_through IS 'the newest local day of its readings; null without any';
COMMENT ON COLUMN analysis_results.data_source IS 'sahha, or database_fallback where Sahha was not to be asked';
COMMENT ON COLUMN analysis_results.fetched_up_to IS
    'up to when both streams were fetched at the time: the data''s age is analyzed_at less this; UTC instant';
COMMENT ON COLUMN analysis_results.result IS 'the result; its schema is in docs/schemas. Holds health data';
COMMENT ON COLUMN analysis_results.created_at IS 'when the row was first stored; UTC instant';

COMMENT ON TABLE analysis_reports IS 'The newest report of each profile: one HTML page. Holds health data.';
COMMENT ON COLUMN analysis_reports.profile_id IS 'the profile it belongs to: profiles.profile_id';
COMMENT ON COLUMN analysis_reports.fingerprint IS 'SHA-256 over the fingerprints of the results it shows, hexadecimal';
COMMENT ON COLUMN analysis_reports.made_at IS 'UTC instant';
COMMENT ON COLUMN analysis_reports.html IS 'the page, self-contained';
