-- A database as an older HolisticOS left it: its schema, cut to what the sync touches, and people nobody is.
-- Both names of the analysis time, duplicates, null times, fields that live in data only, foreign keys, an old
-- constraint that takes nulls for different, and a table the sync does not know.

CREATE TABLE users (
    id           uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    firebase_uid text NOT NULL UNIQUE,
    created_at   timestamp DEFAULT now()
);

CREATE TABLE profiles (
    id                text PRIMARY KEY,
    data              jsonb,
    created_at        timestamptz DEFAULT now(),
    updated_at        timestamptz DEFAULT now(),
    user_id           uuid REFERENCES users (id) ON DELETE CASCADE,
    sahha_external_id text,
    account_id        text,
    last_analysis_at  timestamptz,
    analysis_metadata jsonb DEFAULT '{}'
);
CREATE INDEX profiles_by_external_id ON profiles (sahha_external_id);

CREATE TABLE biomarkers (
    id                 uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    profile_id         text REFERENCES profiles (id),
    category           text,
    type               text,
    data               jsonb,
    start_date_time    timestamptz,
    end_date_time      timestamptz,
    created_at         timestamptz DEFAULT now(),
    updated_at         timestamptz DEFAULT now(),
    user_id            uuid REFERENCES users (id) ON DELETE CASCADE,
    sahha_biomarker_id text,
    value              text,
    unit               text,
    value_type         text,
    sync_date          date,
    is_latest_for_date boolean DEFAULT true
);
ALTER TABLE biomarkers ADD CONSTRAINT biomarkers_profile_cascade
    FOREIGN KEY (profile_id) REFERENCES profiles (id) ON DELETE CASCADE;
CREATE INDEX biomarkers_by_profile ON biomarkers (profile_id);

CREATE TABLE scores (
    id                 uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    profile_id         text REFERENCES profiles (id),
    type               text,
    score              double precision,
    data               jsonb,
    score_date_time    timestamptz,
    created_at         timestamptz DEFAULT now(),
    updated_at         timestamptz DEFAULT now(),
    user_id            uuid REFERENCES users (id) ON DELETE CASCADE,
    state              text,
    factors            jsonb,
    data_sources       text[],
    version            double precision,
    sync_date          date,
    is_latest_for_date boolean DEFAULT true,
    CONSTRAINT unique_score_entry UNIQUE (profile_id, type, score_date_time)
);

CREATE TABLE archetypes (
    id                 uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    profile_id         text REFERENCES profiles (id),
    name               text,
    periodicity        text,
    value              text,
    data               jsonb,
    start_date_time    timestamptz,
    end_date_time      timestamptz,
    created_at         timestamptz DEFAULT now(),
    updated_at         timestamptz DEFAULT now(),
    user_id            uuid REFERENCES users (id) ON DELETE CASCADE,
    sahha_archetype_id text,
    data_type          text,
    ordinality         integer,
    version            double precision DEFAULT 1.0
);

CREATE TABLE archetype_analysis_tracking (
    id                 serial PRIMARY KEY,
    user_id            text NOT NULL REFERENCES profiles (id),
    archetype          text,
    last_analysis_at   timestamptz NOT NULL,
    analysis_count     integer DEFAULT 1,
    created_at         timestamptz DEFAULT now(),
    updated_at         timestamptz DEFAULT now(),
    analysis_timestamp timestamptz,
    sahha_data_synced  boolean DEFAULT false,
    CONSTRAINT unique_user_archetype UNIQUE (user_id, archetype)
);
CREATE UNIQUE INDEX tracked_once ON archetype_analysis_tracking (archetype, user_id);

CREATE TABLE webhook_events (
    id         integer PRIMARY KEY,
    profile_id text REFERENCES profiles (id),
    payload    jsonb
);

INSERT INTO users (id, firebase_uid) VALUES ('00000000-0000-4000-8000-00000000000a', 'synthetic-lark');

-- owl's external id is the profile id of finch; twin-a and twin-b share one; the last breaks the pattern of ids.
INSERT INTO profiles (id, sahha_external_id, created_at, updated_at, user_id, data) VALUES
    ('lark', 'ext-lark', '2025-01-01T00:00:00Z', '2025-01-01T00:00:00Z', '00000000-0000-4000-8000-00000000000a',
     '{"name": "Synthetic Lark"}'),
    ('owl', 'finch', '2025-01-05T00:00:00Z', '2025-01-05T00:00:00Z', NULL, NULL),
    ('finch', NULL, '2025-01-02T00:00:00Z', '2025-01-02T00:00:00Z', NULL, NULL),
    ('twin-a', 'ext-twin', '2025-01-03T00:00:00Z', '2025-01-03T00:00:00Z', NULL, NULL),
    ('twin-b', 'ext-twin', '2025-01-04T00:00:00Z', '2025-01-04T00:00:00Z', NULL, NULL),
    ('heron', '', NULL, NULL, NULL, NULL),
    ('o''hara@example.invalid', NULL, '2025-01-06T00:00:00Z', '2025-01-06T00:00:00Z', NULL, NULL);

-- 01 and 02 are one reading, 03 and 04 one point in time of the same moment; 05 to 08 do not say which they are.
INSERT INTO biomarkers (id, profile_id, category, type, value, unit, start_date_time, end_date_time, created_at,
                        updated_at, data) VALUES
    ('00000000-0000-4000-8000-000000000001', 'lark', 'activity', 'steps', '100', 'count', '2025-02-01T00:00:00Z',
     '2025-02-02T00:00:00Z', '2025-02-02T01:00:00Z', '2025-02-02T01:00:00Z', NULL),
    ('00000000-0000-4000-8000-000000000002', 'lark', 'activity', 'steps', '200', 'count', '2025-02-01T00:00:00Z',
     '2025-02-02T00:00:00Z', '2025-02-02T02:00:00Z', '2025-02-03T02:00:00Z', '{"unit": "ignored", "value": "999"}'),
    ('00000000-0000-4000-8000-000000000003', 'lark', 'vitals', 'heart_rate', '61', 'bpm', '2025-02-01T06:00:00Z',
     NULL, '2025-02-01T06:05:00Z', NULL, NULL),
    ('00000000-0000-4000-8000-000000000004', 'lark', 'vitals', 'heart_rate', '62', 'bpm', '2025-02-01T06:00:00Z',
     NULL, '2025-02-01T06:05:00Z', NULL, NULL),
    ('00000000-0000-4000-8000-000000000005', 'lark', NULL, NULL, 'first', NULL, NULL, NULL, '2025-02-01T00:00:00Z',
     NULL, NULL),
    ('00000000-0000-4000-8000-000000000006', 'lark', NULL, NULL, 'second', NULL, NULL, NULL, '2025-02-02T00:00:00Z',
     NULL, NULL),
    ('00000000-0000-4000-8000-000000000007', NULL, NULL, 'steps', NULL, NULL, '2025-02-01T00:00:00Z', NULL, NULL,
     NULL, NULL),
    ('00000000-0000-4000-8000-000000000008', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
    ('00000000-0000-4000-8000-000000000009', 'owl', 'sleep', 'sleep_duration', NULL, NULL, '2025-02-01T22:00:00Z',
     '2025-02-02T06:00:00Z', '2025-02-02T07:00:00Z', '2025-02-02T08:00:00Z',
     '{"value": 480.0, "unit": "minute", "periodicity": "daily", "aggregation": "total", "valueType": "long",
       "sahha_id": "synthetic-9"}'),
    ('00000000-0000-4000-8000-000000000010', 'owl', 'sleep', 'sleep_debt', NULL, NULL, '2025-02-01T22:00:00Z',
     '2025-02-02T06:00:00Z', '2025-02-02T07:00:00Z', NULL,
     '{"value": {"deep": [1]}, "unit": null, "periodicity": ["daily"], "aggregation": true}'),
    ('00000000-0000-4000-8000-000000000011', 'owl', 'sleep', 'sleep_debt', NULL, NULL, '2025-02-02T22:00:00Z',
     '2025-02-03T06:00:00Z', NULL, NULL, '"{\"value\": 1}"'),
    ('00000000-0000-4000-8000-000000000012', 'owl', 'sleep', 'sleep_debt', NULL, NULL, '2025-02-03T22:00:00Z',
     '2025-02-04T06:00:00Z', '2025-02-04T07:00:00Z', NULL, '[1, 2]');

-- 21 and 22 differ under the old constraint only because a null never equals a null.
INSERT INTO scores (id, profile_id, type, score, state, score_date_time, created_at, updated_at, data) VALUES
    ('00000000-0000-4000-8000-000000000021', 'lark', 'sleep', 0.5, 'low', NULL, '2025-02-01T00:00:00Z', NULL, NULL),
    ('00000000-0000-4000-8000-000000000022', 'lark', 'sleep', 0.6, 'medium', NULL, '2025-02-02T00:00:00Z', NULL, NULL),
    ('00000000-0000-4000-8000-000000000023', 'lark', 'sleep', 0.7, 'medium', '2025-02-01T00:00:00Z',
     '2025-02-02T00:00:00Z', '2025-02-05T00:00:00Z',
     '{"factors": [{"name": "sleep_debt", "score": 1.0}], "dataSources": ["sleep", "activity"], "version": 1.5,
       "sahha_id": "synthetic-23", "createdAtUtc": "2025-02-02T00:10:07.44"}'),
    ('00000000-0000-4000-8000-000000000024', 'lark', 'sleep', 0.8, 'high', '2025-02-02T00:00:00Z',
     '2025-02-03T00:00:00Z', NULL,
     '{"factors": "none", "dataSources": ["sleep", 3], "version": "one", "sahha_id": {},
       "createdAtUtc": "2025-13-45T99:00"}'),
    ('00000000-0000-4000-8000-000000000025', 'lark', 'sleep', 0.9, 'high', '2025-02-03T00:00:00Z',
     '2025-02-04T00:00:00Z', NULL,
     '{"factors": null, "dataSources": {}, "version": 1e300, "sahha_id": 25, "createdAtUtc": "yesterday"}'),
    ('00000000-0000-4000-8000-000000000026', 'lark', 'sleep', 0.9, 'high', '2025-02-04T00:00:00Z', NULL, NULL, '7');

INSERT INTO archetypes (id, profile_id, name, periodicity, value, data_type, ordinality, start_date_time,
                        end_date_time, created_at, updated_at) VALUES
    ('00000000-0000-4000-8000-000000000031', 'lark', 'sleep_duration', 'weekly', 'short_sleeper', 'ordinal', 1,
     '2025-02-03T00:00:00Z', '2025-02-09T00:00:00Z', '2025-02-10T00:00:00Z', NULL),
    ('00000000-0000-4000-8000-000000000032', 'lark', 'sleep_duration', 'weekly', 'average_sleeper', 'ordinal', 2,
     '2025-02-03T00:00:00Z', '2025-02-09T00:00:00Z', '2025-02-11T00:00:00Z', '2025-02-12T00:00:00Z'),
    ('00000000-0000-4000-8000-000000000033', 'lark', NULL, 'weekly', 'nameless', NULL, NULL, '2025-02-03T00:00:00Z',
     NULL, '2025-02-11T00:00:00Z', NULL),
    ('00000000-0000-4000-8000-000000000034', 'lark', 'sleep_duration', 'weekly', 'timeless', NULL, NULL, NULL, NULL,
     '2025-02-11T00:00:00Z', NULL);

-- 1 is a null archetype, which means Foundation Builder, and so becomes the same as 2.
INSERT INTO archetype_analysis_tracking (id, user_id, archetype, last_analysis_at, analysis_timestamp, analysis_count,
                                         sahha_data_synced) VALUES
    (1, 'lark', NULL, '2025-02-01T00:00:00Z', '2025-02-07T00:00:00Z', 2, true),
    (2, 'lark', 'Foundation Builder', '2025-02-03T00:00:00Z', '2025-02-01T00:00:00Z', 3, NULL),
    (3, 'owl', 'Peak Performer', '2025-02-05T00:00:00Z', NULL, NULL, false);
SELECT setval('archetype_analysis_tracking_id_seq', 3);

INSERT INTO webhook_events (id, profile_id, payload) VALUES (1, 'lark', '{"synthetic": true}');
