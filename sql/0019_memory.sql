-- What is remembered of a person, in four layers, and every step by which it came there. Words of a person never come in:
-- keys and values are short names of a closed vocabulary. No instant has a default: rows are compared, and they expire.

CREATE TABLE IF NOT EXISTS working_memory (
    profile_id    text COLLATE "C" NOT NULL,
    memory_key    text COLLATE "C" NOT NULL,
    value         text COLLATE "C" NOT NULL,
    source        text NOT NULL,
    evidence_ids  text[] NOT NULL,
    rule_version  text NOT NULL,
    valid_from    date NOT NULL,
    valid_to      date,
    recorded_at   timestamptz NOT NULL,
    expired_at    timestamptz NOT NULL,
    access_count  integer NOT NULL,
    CONSTRAINT working_memory_pkey PRIMARY KEY (profile_id, memory_key),
    CONSTRAINT working_memory_profile_known FOREIGN KEY (profile_id) REFERENCES profiles (profile_id) ON DELETE CASCADE,
    CONSTRAINT working_memory_key_form CHECK (memory_key ~ '^[a-z]{1,20}\.[a-z][a-z0-9_]{0,59}$'),
    CONSTRAINT working_memory_value_form CHECK (value ~ '^[a-z0-9][a-z0-9_]{0,63}$'),
    CONSTRAINT working_memory_source_known CHECK (source IN ('stated', 'learned')),
    CONSTRAINT working_memory_for_a_day CHECK (expired_at > recorded_at AND expired_at <= recorded_at + interval '24 hours'),
    CONSTRAINT working_memory_validity CHECK (valid_to >= valid_from),
    CONSTRAINT working_memory_access CHECK (access_count >= 0)
);

CREATE TABLE IF NOT EXISTS shortterm_memory (
    profile_id           text COLLATE "C" NOT NULL,
    memory_key           text COLLATE "C" NOT NULL,
    category             text NOT NULL,
    value                text COLLATE "C" NOT NULL,
    source               text NOT NULL,
    support_count        integer NOT NULL,
    contradiction_count  integer NOT NULL,
    strength             double precision NOT NULL,
    offered              text[] NOT NULL,
    exposure_count       integer NOT NULL,
    evidence             jsonb NOT NULL,
    evidence_ids         text[] NOT NULL,
    rule_version         text NOT NULL,
    valid_from           date NOT NULL,
    valid_to             date NOT NULL,
    recorded_at          timestamptz NOT NULL,
    expired_at           timestamptz NOT NULL,
    access_count         integer NOT NULL,
    CONSTRAINT shortterm_memory_pkey PRIMARY KEY (profile_id, memory_key),
    CONSTRAINT shortterm_memory_profile_known FOREIGN KEY (profile_id) REFERENCES profiles (profile_id) ON DELETE CASCADE,
    CONSTRAINT shortterm_memory_key_form CHECK (memory_key ~ '^[a-z]{1,20}\.[a-z][a-z0-9_]{0,59}$'),
    CONSTRAINT shortterm_memory_category_of_key CHECK (category = split_part(memory_key, '.', 1)),
    CONSTRAINT shortterm_memory_category_known CHECK (category IN (
        'timing', 'feeling', 'liking', 'barrier', 'habit', 'rhythm', 'strategy', 'insight')),
    CONSTRAINT shortterm_memory_value_form CHECK (value ~ '^[a-z0-9][a-z0-9_]{0,63}$'),
    CONSTRAINT shortterm_memory_source_known CHECK (source = 'learned'),
    CONSTRAINT shortterm_memory_counts CHECK (
        support_count >= 0 AND contradiction_count >= 0 AND exposure_count >= 0 AND access_count >= 0),
    CONSTRAINT shortterm_memory_strength CHECK (strength BETWEEN 0 AND 1),
    CONSTRAINT shortterm_memory_evidence CHECK (jsonb_typeof(evidence) = 'array' AND jsonb_array_length(evidence) > 0),
    CONSTRAINT shortterm_memory_validity CHECK (valid_to >= valid_from),
    CONSTRAINT shortterm_memory_for_thirty_days CHECK (
        expired_at > recorded_at AND expired_at <= recorded_at + interval '31 days')
);

CREATE TABLE IF NOT EXISTS longterm_memory (
    profile_id           text COLLATE "C" NOT NULL,
    memory_key           text COLLATE "C" NOT NULL,
    version              integer NOT NULL,
    category             text NOT NULL,
    value                text COLLATE "C" NOT NULL,
    source               text COLLATE "C" NOT NULL,
    standing             text NOT NULL,
    support_count        integer NOT NULL,
    contradiction_count  integer NOT NULL,
    support_days         date[] NOT NULL,
    contradiction_days   date[] NOT NULL,
    kinds                text[] NOT NULL,
    evidence_ids         text[] NOT NULL,
    confidence           double precision NOT NULL,
    judged_on            date NOT NULL,
    rule_version         text NOT NULL,
    valid_from           date NOT NULL,
    valid_to             date,
    last_confirmed       date NOT NULL,
    recorded_at          timestamptz NOT NULL,
    expired_at           timestamptz,
    access_count         integer NOT NULL,
    CONSTRAINT longterm_memory_pkey PRIMARY KEY (profile_id, memory_key, version),
    CONSTRAINT longterm_memory_profile_known FOREIGN KEY (profile_id) REFERENCES profiles (profile_id) ON DELETE CASCADE,
    CONSTRAINT longterm_memory_key_form CHECK (memory_key ~ '^[a-z]{1,20}\.[a-z][a-z0-9_]{0,59}$'),
    CONSTRAINT longterm_memory_category_of_key CHECK (category = split_part(memory_key, '.', 1)),
    CONSTRAINT longterm_memory_category_known CHECK (category IN (
        'timing', 'feeling', 'liking', 'barrier', 'habit', 'rhythm', 'strategy', 'insight',
        'restriction', 'goal', 'preference', 'health')),
    CONSTRAINT longterm_memory_value_form CHECK (value ~ '^[a-z0-9][a-z0-9_]{0,63}$'),
    CONSTRAINT longterm_memory_source_known CHECK (source IN ('stated', 'learned')),
    CONSTRAINT longterm_memory_said_is_stated CHECK (
        source = 'stated' OR category NOT IN ('restriction', 'goal', 'preference', 'health')),
    CONSTRAINT longterm_memory_standing_known CHECK (standing IN ('live', 'contested', 'superseded', 'archived')),
    CONSTRAINT longterm_memory_open_or_closed CHECK (
        (standing IN ('live', 'contested')) = (expired_at IS NULL)
        AND (standing IN ('live', 'contested')) = (valid_to IS NULL)),
    CONSTRAINT longterm_memory_counts CHECK (
        version > 0 AND support_count >= 0 AND contradiction_count >= 0 AND access_count >= 0
        AND support_count = cardinality(support_days) AND contradiction_count = cardinality(contradiction_days)),
    CONSTRAINT longterm_memory_confidence CHECK (confidence BETWEEN 0 AND 1),
    CONSTRAINT longterm_memory_validity CHECK (valid_to >= valid_from AND last_confirmed >= valid_from),
    CONSTRAINT longterm_memory_recorded CHECK (expired_at >= recorded_at)
);

-- One value of a key is held to be true at a time, and the same value is not held twice.
CREATE UNIQUE INDEX IF NOT EXISTS longterm_memory_one_live
    ON longterm_memory (profile_id, memory_key) WHERE standing = 'live';
CREATE UNIQUE INDEX IF NOT EXISTS longterm_memory_one_open
    ON longterm_memory (profile_id, memory_key, value) WHERE expired_at IS NULL;

-- The order of the core view: what was said, then what is surest, then what was confirmed last.
CREATE INDEX IF NOT EXISTS longterm_memory_core
    ON longterm_memory (profile_id, source DESC, confidence DESC, last_confirmed DESC, memory_key)
    WHERE standing = 'live';

CREATE TABLE IF NOT EXISTS meta_memory (
    profile_id        text COLLATE "C" NOT NULL,
    version           bigint NOT NULL,
    levers            jsonb NOT NULL,
    insights          jsonb NOT NULL,
    reporting_rate    double precision,
    task_tolerance    integer,
    learning_days     integer,
    second_confirmed  date,
    fifth_confirmed   date,
    rule_version      text NOT NULL,
    valid_from        date NOT NULL,
    recorded_at       timestamptz NOT NULL,
    CONSTRAINT meta_memory_pkey PRIMARY KEY (profile_id),
    CONSTRAINT meta_memory_profile_known FOREIGN KEY (profile_id) REFERENCES profiles (profile_id) ON DELETE CASCADE,
    CONSTRAINT meta_memory_version CHECK (version > 0),
    CONSTRAINT meta_memory_rate CHECK (reporting_rate BETWEEN 0 AND 1),
    CONSTRAINT meta_memory_figures CHECK (task_tolerance >= 0 AND learning_days >= 0),
    CONSTRAINT meta_memory_parts CHECK (jsonb_typeof(levers) = 'object' AND jsonb_typeof(insights) = 'object'),
    CONSTRAINT meta_memory_confirmed CHECK (fifth_confirmed <= second_confirmed)
);

CREATE TABLE IF NOT EXISTS memory_consolidation (
    id            bigint GENERATED ALWAYS AS IDENTITY,
    profile_id    text COLLATE "C" NOT NULL,
    key_hash      text COLLATE "C" NOT NULL,
    memory_key    text COLLATE "C",
    operation     text NOT NULL,
    layer_from    text,
    layer_to      text,
    before        jsonb,
    after         jsonb,
    reason        text NOT NULL,
    rule_version  text NOT NULL,
    recorded_at   timestamptz NOT NULL,
    CONSTRAINT memory_consolidation_pkey PRIMARY KEY (id),
    CONSTRAINT memory_consolidation_profile_known
        FOREIGN KEY (profile_id) REFERENCES profiles (profile_id) ON DELETE CASCADE,
    CONSTRAINT memory_consolidation_operation_known CHECK (
        operation IN ('promote', 'merge', 'decay', 'archive', 'forget', 'contest', 'supersede')),
    CONSTRAINT memory_consolidation_layers_known CHECK (
        layer_from IN ('statement', 'shortterm', 'longterm') AND layer_to = 'longterm'),
    CONSTRAINT memory_consolidation_hash_form CHECK (key_hash ~ '^[0-9a-f]{64}$'),
    CONSTRAINT memory_consolidation_forgets_all CHECK (
        operation <> 'forget'
        OR (memory_key IS NULL AND before IS NULL AND after IS NULL AND layer_to IS NULL))
);

CREATE INDEX IF NOT EXISTS memory_consolidation_of_key ON memory_consolidation (profile_id, key_hash, id);
CREATE UNIQUE INDEX IF NOT EXISTS memory_consolidation_forgotten_once
    ON memory_consolidation (profile_id, key_hash) WHERE operation = 'forget';

CREATE OR REPLACE VIEW core_memory AS
SELECT profile_id, memory_key, category, value, source, confidence, support_count, contradiction_count, valid_from,
       last_confirmed, version
FROM (SELECT m.*, row_number() OVER (
                 PARTITION BY profile_id
                 ORDER BY source DESC, confidence DESC, last_confirmed DESC, memory_key) AS place
      FROM longterm_memory AS m
      WHERE standing = 'live') AS ranked
WHERE place <= 20;

COMMENT ON TABLE working_memory IS 'What is of use today: one row for each thing, for 24 hours at most. Holds health data.';
COMMENT ON COLUMN working_memory.profile_id IS 'the profile it belongs to: profiles.profile_id';
COMMENT ON COLUMN working_memory.memory_key IS 'what is remembered, category.subject';
COMMENT ON COLUMN working_memory.value IS 'a level or a name of a closed vocabulary';
COMMENT ON COLUMN working_memory.source IS 'stated by the person, or learned';
COMMENT ON COLUMN working_memory.evidence_ids IS 'what it was read from';
COMMENT ON COLUMN working_memory.rule_version IS 'version of the rules that made the row';
COMMENT ON COLUMN working_memory.valid_from IS 'the local day it is of';
COMMENT ON COLUMN working_memory.valid_to IS 'the last local day it is of; null where that is open';
COMMENT ON COLUMN working_memory.recorded_at IS 'when it was noted; UTC instant';
COMMENT ON COLUMN working_memory.expired_at IS 'from when on it counts for nothing; UTC instant';
COMMENT ON COLUMN working_memory.access_count IS 'how often it was read, which is no evidence';

COMMENT ON TABLE shortterm_memory IS
    'What the last 30 days showed, one row for each key, with the evidence day by day. Holds health data.';
COMMENT ON COLUMN shortterm_memory.profile_id IS 'the profile it belongs to: profiles.profile_id';
COMMENT ON COLUMN shortterm_memory.memory_key IS 'what is remembered, category.subject';
COMMENT ON COLUMN shortterm_memory.category IS 'the first part of the key';
COMMENT ON COLUMN shortterm_memory.value IS 'what most days show: a level or a name of a closed vocabulary';
COMMENT ON COLUMN shortterm_memory.source IS 'always learned: what a person says goes to long-term memory at once';
COMMENT ON COLUMN shortterm_memory.support_count IS 'local days that show the value';
COMMENT ON COLUMN shortterm_memory.contradiction_count IS 'local days that show another, or that it did not hold';
COMMENT ON COLUMN shortterm_memory.strength IS '1 on the day of the newest evidence, halved every 3, 7 or 14 days; as of recorded_at';
COMMENT ON COLUMN shortterm_memory.offered IS 'the values that were on offer: of one alone no preference is learned';
COMMENT ON COLUMN shortterm_memory.exposure_count IS 'how often something was offered, which is no evidence';
COMMENT ON COLUMN shortterm_memory.evidence IS 'day, value, kind of source, id, and whether it supports the value';
COMMENT ON COLUMN shortterm_memory.evidence_ids IS 'the ids of the evidence, each once';
COMMENT ON COLUMN shortterm_memory.rule_version IS 'version of the rules that made the row';
COMMENT ON COLUMN shortterm_memory.valid_from IS 'the first local day of its evidence';
COMMENT ON COLUMN shortterm_memory.valid_to IS 'the last local day of its evidence';
COMMENT ON COLUMN shortterm_memory.recorded_at IS 'when its evidence last changed; UTC instant';
COMMENT ON COLUMN shortterm_memory.expired_at IS 'from when on it counts for nothing; UTC instant';
COMMENT ON COLUMN shortterm_memory.access_count IS 'how often it was read, which is no evidence';

COMMENT ON TABLE longterm_memory IS
    'What is held to be true of a person, one row for each version of each key; older ones stay. Holds health data.';
COMMENT ON COLUMN longterm_memory.profile_id IS 'the profile it belongs to: profiles.profile_id';
COMMENT ON COLUMN longterm_memory.memory_key IS 'what is remembered, category.subject';
COMMENT ON COLUMN longterm_memory.version IS 'counts the rows of a key, from 1';
COMMENT ON COLUMN longterm_memory.category IS 'the first part of the key';
COMMENT ON COLUMN longterm_memory.value IS 'a level or a name of a closed vocabulary, never words of the person';
COMMENT ON COLUMN longterm_memory.source IS 'stated by the person, which never fades, or learned';
COMMENT ON COLUMN longterm_memory.standing IS
    'live; contested by another value of its key, and then used by nobody; superseded; archived';
COMMENT ON COLUMN longterm_memory.support_count IS 'local days of the last 180 that show the value';
COMMENT ON COLUMN longterm_memory.contradiction_count IS 'local days of the last 180 that speak against it';
COMMENT ON COLUMN longterm_memory.support_days IS 'those days';
COMMENT ON COLUMN longterm_memory.contradiction_days IS 'those days';
COMMENT ON COLUMN longterm_memory.kinds IS 'the kinds of source that support it';
COMMENT ON COLUMN longterm_memory.evidence_ids IS 'what supports it, the newest 20';
COMMENT ON COLUMN longterm_memory.confidence IS
    '(S + 1) / (S + C + 2) over days that halve every 60 days, halved every 90 days without support; 1 where stated; as of judged_on';
COMMENT ON COLUMN longterm_memory.judged_on IS 'the local day the confidence is as of';
COMMENT ON COLUMN longterm_memory.rule_version IS 'version of the rules that made the row as it is';
COMMENT ON COLUMN longterm_memory.valid_from IS 'the local day from which it held';
COMMENT ON COLUMN longterm_memory.valid_to IS 'the local day up to which it held; null while it does';
COMMENT ON COLUMN longterm_memory.last_confirmed IS 'the newest local day that supports it';
COMMENT ON COLUMN longterm_memory.recorded_at IS 'when this version came in; UTC instant';
COMMENT ON COLUMN longterm_memory.expired_at IS 'when it was superseded or archived; UTC instant; null while it stands';
COMMENT ON COLUMN longterm_memory.access_count IS 'how often it was read, which is no evidence';

COMMENT ON TABLE meta_memory IS 'What works with a person, one row each, overwritten by version. Holds health data.';
COMMENT ON COLUMN meta_memory.profile_id IS 'the profile it belongs to: profiles.profile_id';
COMMENT ON COLUMN meta_memory.version IS 'goes up whenever anything of the person''s memory changes';
COMMENT ON COLUMN meta_memory.levers IS 'by lever: how often it worked and how often not';
COMMENT ON COLUMN meta_memory.insights IS 'by subject of insights: how many were applied and how many not';
COMMENT ON COLUMN meta_memory.reporting_rate IS 'share of the days with a plan of the last 28 on which anything was reported';
COMMENT ON COLUMN meta_memory.task_tolerance IS 'most items a day of which three of four are done; null without enough days';
COMMENT ON COLUMN meta_memory.learning_days IS 'median days from the first evidence of what was learned to its promotion';
COMMENT ON COLUMN meta_memory.second_confirmed IS 'the second newest confirmation among sure live rows: memory is developing';
COMMENT ON COLUMN meta_memory.fifth_confirmed IS 'the fifth newest confirmation among sure live rows: memory is rich';
COMMENT ON COLUMN meta_memory.rule_version IS 'version of the rules that made the row';
COMMENT ON COLUMN meta_memory.valid_from IS 'the local day it is as of';
COMMENT ON COLUMN meta_memory.recorded_at IS 'when it last changed; UTC instant';

COMMENT ON TABLE memory_consolidation IS
    'Every step of consolidation: replayed in order they give long-term memory as it is. Holds health data.';
COMMENT ON COLUMN memory_consolidation.id IS 'the order of the steps';
COMMENT ON COLUMN memory_consolidation.profile_id IS 'the profile it belongs to: profiles.profile_id';
COMMENT ON COLUMN memory_consolidation.key_hash IS 'SHA-256 of profile and key, hexadecimal: what is left of a forgotten key';
COMMENT ON COLUMN memory_consolidation.memory_key IS 'the key; null once it is forgotten';
COMMENT ON COLUMN memory_consolidation.operation IS 'promote, merge, decay, archive, forget, contest or supersede';
COMMENT ON COLUMN memory_consolidation.layer_from IS 'where it came from';
COMMENT ON COLUMN memory_consolidation.layer_to IS 'where it went; null where it left memory';
COMMENT ON COLUMN memory_consolidation.before IS 'the row as it was; null where there was none';
COMMENT ON COLUMN memory_consolidation.after IS 'the row as it is since; null where there is none';
COMMENT ON COLUMN memory_consolidation.reason IS 'which rule, and by which counts';
COMMENT ON COLUMN memory_consolidation.rule_version IS 'version of the rules';
COMMENT ON COLUMN memory_consolidation.recorded_at IS 'UTC instant';

COMMENT ON VIEW core_memory IS 'The 20 rows of each person to start from: said first, then surest. Holds health data.';
COMMENT ON COLUMN core_memory.profile_id IS 'the profile it belongs to: profiles.profile_id';
COMMENT ON COLUMN core_memory.memory_key IS 'what is remembered, category.subject';
COMMENT ON COLUMN core_memory.category IS 'the first part of the key';
COMMENT ON COLUMN core_memory.value IS 'a level or a name of a closed vocabulary';
COMMENT ON COLUMN core_memory.source IS 'stated by the person, or learned';
COMMENT ON COLUMN core_memory.confidence IS 'how sure it is, 0 to 1; 1 where stated';
COMMENT ON COLUMN core_memory.support_count IS 'local days that show it';
COMMENT ON COLUMN core_memory.contradiction_count IS 'local days that speak against it';
COMMENT ON COLUMN core_memory.valid_from IS 'the local day from which it held';
COMMENT ON COLUMN core_memory.last_confirmed IS 'the newest local day that supports it';
COMMENT ON COLUMN core_memory.version IS 'counts the rows of its key, from 1';

-- Whoever said something since memory last looked is found along these.
CREATE INDEX IF NOT EXISTS task_checkins_by_word ON task_checkins (profile_id, recorded_at);
CREATE INDEX IF NOT EXISTS daily_journals_by_word ON daily_journals (profile_id, recorded_at);
CREATE INDEX IF NOT EXISTS profile_facts_by_word ON profile_facts (profile_id, recorded_at);
