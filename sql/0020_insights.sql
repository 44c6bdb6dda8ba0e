-- What is worth telling somebody, with what it rests on and what came back of it; and how far each stage of guidance has
-- looked, which is its watermark.

CREATE TABLE IF NOT EXISTS guidance_states (
    profile_id    text COLLATE "C" NOT NULL,
    stage         text NOT NULL,
    rule_version  text,
    fingerprint   text,
    status        text,
    summary       jsonb NOT NULL DEFAULT '{}',
    missing       text[] NOT NULL DEFAULT '{}',
    news_seen     text,
    checked_at    timestamptz,
    made_at       timestamptz,
    changes       bigint NOT NULL DEFAULT 0,
    failures      integer NOT NULL DEFAULT 0,
    next_due_at   timestamptz,
    CONSTRAINT guidance_states_pkey PRIMARY KEY (profile_id, stage),
    CONSTRAINT guidance_states_profile_known FOREIGN KEY (profile_id) REFERENCES profiles (profile_id) ON DELETE CASCADE,
    CONSTRAINT guidance_states_stage_known CHECK (stage IN ('insights', 'memory')),
    CONSTRAINT guidance_states_status_known CHECK (status IN ('ok', 'preliminary', 'stale', 'insufficient_data'))
);

CREATE TABLE IF NOT EXISTS user_insights (
    profile_id         text COLLATE "C" NOT NULL,
    insight_id         text COLLATE "C" NOT NULL,
    meaning            text NOT NULL,
    kind               text NOT NULL,
    category           text NOT NULL,
    subject            text NOT NULL,
    direction          text NOT NULL,
    band               text NOT NULL,
    title              text NOT NULL,
    content            text NOT NULL,
    action             text NOT NULL,
    effect             double precision NOT NULL,
    unit               text NOT NULL,
    interval_low       double precision NOT NULL,
    interval_high      double precision NOT NULL,
    least_change       double precision NOT NULL,
    p                  double precision NOT NULL,
    q                  double precision NOT NULL,
    n                  integer NOT NULL,
    window_from        date NOT NULL,
    window_to          date NOT NULL,
    rank               double precision NOT NULL,
    confidence         text NOT NULL,
    fact_ids           text[] NOT NULL,
    evidence           jsonb NOT NULL,
    rule_version       text NOT NULL,
    fingerprint        text NOT NULL,
    first_shown_at     timestamptz NOT NULL,
    last_confirmed_at  timestamptz NOT NULL,
    expires_at         timestamptz NOT NULL,
    stands             boolean NOT NULL DEFAULT true,
    ended_at           timestamptz,
    ended_as           text,
    acknowledged_at    timestamptz,
    applied_at         timestamptz,
    rating             smallint,
    rated_at           timestamptz,
    CONSTRAINT user_insights_pkey PRIMARY KEY (profile_id, insight_id),
    CONSTRAINT user_insights_profile_known FOREIGN KEY (profile_id) REFERENCES profiles (profile_id) ON DELETE CASCADE,
    CONSTRAINT user_insights_kind_known CHECK (kind IN ('recent', 'shift', 'trend', 'contrast', 'vital', 'concern', 'memory')),
    CONSTRAINT user_insights_direction_known CHECK (direction IN ('up', 'down')),
    CONSTRAINT user_insights_band_known CHECK (band IN ('small', 'medium', 'large')),
    CONSTRAINT user_insights_interval_in_order CHECK (interval_low <= interval_high),
    CONSTRAINT user_insights_window_in_order CHECK (window_from <= window_to),
    CONSTRAINT user_insights_evidence_cited CHECK (cardinality(fact_ids) > 0 AND evidence ?& fact_ids),
    CONSTRAINT user_insights_ended_as_known CHECK (ended_as IN ('expired', 'turned', 'superseded', 'outranked')),
    CONSTRAINT user_insights_ended_or_stands CHECK (stands = (ended_at IS NULL) AND stands = (ended_as IS NULL)),
    CONSTRAINT user_insights_rating_of_five CHECK (rating BETWEEN 1 AND 5),
    CONSTRAINT user_insights_rated_when CHECK ((rating IS NULL) = (rated_at IS NULL))
);

-- One of a meaning stands at a time, whoever writes.
CREATE UNIQUE INDEX IF NOT EXISTS user_insights_standing ON user_insights (profile_id, subject) WHERE stands;

-- Ages are told at the moment of reading. A deployment on a virtual clock sets hos.now for its database.
CREATE OR REPLACE VIEW current_insights AS
SELECT i.profile_id, p.external_id, i.insight_id, i.kind, i.category, i.subject, i.direction, i.band, i.title, i.content,
       CASE WHEN seen.is_stale THEN NULL ELSE i.action END AS action,
       i.effect, i.unit, i.interval_low, i.interval_high, i.q, i.n, i.window_from, i.window_to, i.rank, i.confidence,
       CASE WHEN seen.is_stale THEN 'stale' ELSE 'ok' END AS status,
       i.fact_ids, i.evidence, i.first_shown_at, i.last_confirmed_at, i.expires_at,
       i.acknowledged_at, i.applied_at, i.rating
FROM user_insights AS i
JOIN profiles AS p USING (profile_id)
CROSS JOIN LATERAL (SELECT coalesce(nullif(current_setting('hos.now', true), '')::timestamptz, now()) AS now) AS clock
CROSS JOIN LATERAL (
    SELECT clock.now - (greatest(i.window_to, max(t.data_through)) + 1)::timestamp AT TIME ZONE 'UTC'
           > interval '2 days' AS is_stale
    FROM archetype_analysis_tracking AS t
    WHERE t.user_id = i.profile_id AND t.archetype = p.archetype) AS seen
WHERE i.stands AND i.expires_at > clock.now AND p.status NOT IN ('retired', 'erased');

COMMENT ON TABLE guidance_states IS
    'How far each stage of guidance has looked for each profile: its watermark, and what it came to.';
COMMENT ON COLUMN guidance_states.profile_id IS 'the profile it belongs to: profiles.profile_id';
COMMENT ON COLUMN guidance_states.stage IS 'insights or memory';
COMMENT ON COLUMN guidance_states.rule_version IS 'version of the rules it was made by; another makes everybody due';
COMMENT ON COLUMN guidance_states.fingerprint IS 'SHA-256 of all that its rows were made from, hexadecimal';
COMMENT ON COLUMN guidance_states.status IS 'ok, preliminary, stale or insufficient_data; null before the first time';
COMMENT ON COLUMN guidance_states.summary IS 'what was looked at, in counts; no health value';
COMMENT ON COLUMN guidance_states.missing IS 'what is lacking, as phrases';
COMMENT ON COLUMN guidance_states.news_seen IS
    'what it rests on, as it was when it was last read; whoever''s is another by now is due';
COMMENT ON COLUMN guidance_states.checked_at IS 'when it was last looked at; UTC instant';
COMMENT ON COLUMN guidance_states.made_at IS 'when its rows were last made anew; UTC instant';
COMMENT ON COLUMN guidance_states.changes IS 'how often they were';
COMMENT ON COLUMN guidance_states.failures IS 'failed runs in a row';
COMMENT ON COLUMN guidance_states.next_due_at IS
    'not before this by itself, after a failure; UTC instant; null after a good run';

COMMENT ON TABLE user_insights IS
    'What stood out in somebody''s days and was told, with its evidence and what came back. Holds health data.';
COMMENT ON COLUMN user_insights.profile_id IS 'the profile it belongs to: profiles.profile_id';
COMMENT ON COLUMN user_insights.insight_id IS 'its name among those of the person, by meaning and first day';
COMMENT ON COLUMN user_insights.meaning IS
    'SHA-256 of kind, subject, direction, band and class of window, hexadecimal: the same numbers or not';
COMMENT ON COLUMN user_insights.kind IS
    'recent (last week against four), shift, trend, contrast (free and work days), vital, concern (of an analysis), or '
    'memory';
COMMENT ON COLUMN user_insights.category IS 'sleep, activity, recovery, feeling or memory';
COMMENT ON COLUMN user_insights.subject IS 'what it is about: one stands for each';
COMMENT ON COLUMN user_insights.direction IS 'up or down';
COMMENT ON COLUMN user_insights.band IS 'small, medium or large: the size of the effect';
COMMENT ON COLUMN user_insights.title IS 'in a few words';
COMMENT ON COLUMN user_insights.content IS 'in a sentence or two';
COMMENT ON COLUMN user_insights.action IS 'what to do; read it from current_insights, which knows when it is old';
COMMENT ON COLUMN user_insights.effect IS 'the size, in the unit';
COMMENT ON COLUMN user_insights.unit IS 'the unit of effect, interval and least change';
COMMENT ON COLUMN user_insights.interval_low IS 'lower end of the 95 % interval of the effect';
COMMENT ON COLUMN user_insights.interval_high IS 'upper end';
COMMENT ON COLUMN user_insights.least_change IS 'the smallest effect that would have been told, by the person''s own days';
COMMENT ON COLUMN user_insights.p IS 'how often chance does as much';
COMMENT ON COLUMN user_insights.q IS 'p after Benjamini and Hochberg over every test of the run';
COMMENT ON COLUMN user_insights.n IS 'days it rests on';
COMMENT ON COLUMN user_insights.window_from IS 'first local day looked at';
COMMENT ON COLUMN user_insights.window_to IS 'newest local day looked at';
COMMENT ON COLUMN user_insights.rank IS 'order among the person''s, 0 to 1';
COMMENT ON COLUMN user_insights.confidence IS 'of the weakest fact beneath it: low, medium or high';
COMMENT ON COLUMN user_insights.fact_ids IS 'the facts it cites, each a key of evidence';
COMMENT ON COLUMN user_insights.evidence IS 'these facts as they were: value, unit, n, window, method, interval';
COMMENT ON COLUMN user_insights.rule_version IS 'version of the rules';
COMMENT ON COLUMN user_insights.fingerprint IS 'of the run that made it, hexadecimal';
COMMENT ON COLUMN user_insights.first_shown_at IS 'UTC instant';
COMMENT ON COLUMN user_insights.last_confirmed_at IS 'when a run last found the same; UTC instant';
COMMENT ON COLUMN user_insights.expires_at IS 'it is told until then; UTC instant';
COMMENT ON COLUMN user_insights.stands IS 'whether it is among those that are told';
COMMENT ON COLUMN user_insights.ended_at IS 'UTC instant; null while it stands';
COMMENT ON COLUMN user_insights.ended_as IS 'expired, turned, superseded or outranked; null while it stands';
COMMENT ON COLUMN user_insights.acknowledged_at IS 'when the person said they had seen it; UTC instant';
COMMENT ON COLUMN user_insights.applied_at IS 'when the person said they had done it; UTC instant';
COMMENT ON COLUMN user_insights.rating IS 'by the person, 1 (of no use) to 5';
COMMENT ON COLUMN user_insights.rated_at IS 'UTC instant';

COMMENT ON VIEW current_insights IS
    'What is told now, at most five for each person, with its age at the moment of reading. Holds health data.';
COMMENT ON COLUMN current_insights.profile_id IS 'the profile it belongs to: profiles.profile_id';
COMMENT ON COLUMN current_insights.external_id IS 'the id Sahha knows the person by';
COMMENT ON COLUMN current_insights.insight_id IS 'its name among those of the person, by meaning and first day';
COMMENT ON COLUMN current_insights.kind IS
    'recent (last week against four), shift, trend, contrast (free and work days), vital, concern (of an analysis), or '
    'memory';
COMMENT ON COLUMN current_insights.category IS 'sleep, activity, recovery, feeling or memory';
COMMENT ON COLUMN current_insights.subject IS 'what it is about: one stands for each';
COMMENT ON COLUMN current_insights.direction IS 'up or down';
COMMENT ON COLUMN current_insights.band IS 'small, medium or large: the size of the effect';
COMMENT ON COLUMN current_insights.title IS 'in a few words';
COMMENT ON COLUMN current_insights.content IS 'in a sentence or two';
COMMENT ON COLUMN current_insights.action IS 'what to do; null once the person''s newest day is older than two days';
COMMENT ON COLUMN current_insights.effect IS 'the size, in the unit';
COMMENT ON COLUMN current_insights.unit IS 'the unit of effect, interval and least change';
COMMENT ON COLUMN current_insights.interval_low IS 'lower end of the 95 % interval of the effect';
COMMENT ON COLUMN current_insights.interval_high IS 'upper end';
COMMENT ON COLUMN current_insights.q IS 'p after Benjamini and Hochberg over every test of the run';
COMMENT ON COLUMN current_insights.n IS 'days it rests on';
COMMENT ON COLUMN current_insights.window_from IS 'first local day looked at';
COMMENT ON COLUMN current_insights.window_to IS 'newest local day looked at';
COMMENT ON COLUMN current_insights.rank IS 'order among the person''s, 0 to 1';
COMMENT ON COLUMN current_insights.confidence IS 'of the weakest fact beneath it: low, medium or high';
COMMENT ON COLUMN current_insights.status IS 'ok, or stale: the person''s newest day is older than two days';
COMMENT ON COLUMN current_insights.fact_ids IS 'the facts it cites, each a key of evidence';
COMMENT ON COLUMN current_insights.evidence IS 'these facts as they were: value, unit, n, window, method, interval';
COMMENT ON COLUMN current_insights.first_shown_at IS 'UTC instant';
COMMENT ON COLUMN current_insights.last_confirmed_at IS 'when a run last found the same; UTC instant';
COMMENT ON COLUMN current_insights.expires_at IS 'it is told until then; UTC instant';
COMMENT ON COLUMN current_insights.acknowledged_at IS 'when the person said they had seen it; UTC instant';
COMMENT ON COLUMN current_insights.applied_at IS 'when the person said they had done it; UTC instant';
COMMENT ON COLUMN current_insights.rating IS 'by the person, 1 (of no use) to 5';
