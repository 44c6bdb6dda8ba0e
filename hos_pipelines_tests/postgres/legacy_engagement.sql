-- What an older HolisticOS kept of plans, check-ins and journals, cut to what is taken over, with rows nobody would store
-- today: a check-in for somebody else's item, one long after its plan, a rating out of range, and a journal of many words.

CREATE TABLE plan_items (
    id                         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    analysis_result_id         uuid NOT NULL,
    profile_id                 text NOT NULL,
    item_id                    varchar(100) NOT NULL,
    time_block                 varchar(100) NOT NULL,
    title                      text NOT NULL,
    description                text,
    scheduled_time             time,
    estimated_duration_minutes integer,
    is_trackable               boolean DEFAULT true,
    priority_level             varchar(10) DEFAULT 'medium',
    extracted_at               timestamptz DEFAULT now(),
    plan_date                  date NOT NULL,
    task_library_id            uuid,
    CONSTRAINT unique_item_per_analysis UNIQUE (analysis_result_id, item_id)
);
CREATE TABLE task_checkins (
    id                     uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    profile_id             text NOT NULL,
    plan_item_id           uuid NOT NULL REFERENCES plan_items (id) ON DELETE CASCADE,
    analysis_result_id     uuid NOT NULL,
    completion_status      varchar(20) NOT NULL,
    completed_at           timestamptz,
    satisfaction_rating    integer,
    planned_date           date NOT NULL,
    planned_time           time,
    actual_completion_time timestamptz,
    user_notes             text,
    created_at             timestamptz DEFAULT now(),
    enjoyed                boolean,
    CONSTRAINT unique_task_checkin_per_day UNIQUE (profile_id, plan_item_id, planned_date)
);
CREATE TABLE daily_journals (
    id                uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    profile_id        text NOT NULL,
    journal_date      date NOT NULL,
    energy_level      integer,
    hydration_glasses integer DEFAULT 0,
    what_went_well    text,
    gratitude_notes   text[],
    completed_at      timestamptz DEFAULT now()
);
CREATE VIEW task_feedback_complete AS SELECT c.profile_id, i.title FROM task_checkins AS c
JOIN plan_items AS i ON i.id = c.plan_item_id;

INSERT INTO plan_items (id, analysis_result_id, profile_id, item_id, time_block, title, extracted_at, plan_date) VALUES
    ('00000000-0000-4000-8000-000000000101', '00000000-0000-4000-8000-000000000001', 'lark', 'walk', 'Morning', 'Walk',
     '2025-02-01T05:00:00Z', '2025-02-01'),
    ('00000000-0000-4000-8000-000000000102', '00000000-0000-4000-8000-000000000002', 'nobody', 'walk', 'Morning', 'Walk',
     NULL, '2025-02-01');
INSERT INTO task_checkins (id, profile_id, plan_item_id, analysis_result_id, completion_status, satisfaction_rating,
                           planned_date, actual_completion_time, created_at) VALUES
    ('00000000-0000-4000-8000-000000000201', 'lark', '00000000-0000-4000-8000-000000000101',
     '00000000-0000-4000-8000-000000000001', 'completed', 4, '2025-02-01', '2025-02-01T07:00:00Z',
     '2025-02-01T08:00:00Z'),
    ('00000000-0000-4000-8000-000000000202', 'owl', '00000000-0000-4000-8000-000000000101',
     '00000000-0000-4000-8000-000000000001', 'done', 9, '2025-04-01', NULL, '2025-04-01T08:00:00Z'),
    ('00000000-0000-4000-8000-000000000203', 'nobody', '00000000-0000-4000-8000-000000000102',
     '00000000-0000-4000-8000-000000000002', 'skipped', NULL, '2025-02-01', NULL, NULL);
INSERT INTO daily_journals (id, profile_id, journal_date, energy_level, what_went_well, completed_at) VALUES
    ('00000000-0000-4000-8000-000000000301', 'lark', '2025-02-01', 3, 'first', '2025-02-01T20:00:00Z'),
    ('00000000-0000-4000-8000-000000000302', 'lark', '2025-02-01', 5, 'second', '2025-02-01T22:00:00Z'),
    ('00000000-0000-4000-8000-000000000303', 'owl', '2019-01-01', 0, repeat('x', 9000), NULL);
