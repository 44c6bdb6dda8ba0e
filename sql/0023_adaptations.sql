-- How demanding plans are, from which day on, and by which changes it came there: each change with what was expected of
-- it, each evaluation of it, each judged week of plans. No instant has a default: rows are compared.

CREATE TABLE IF NOT EXISTS adaptations (
    adaptation_id  uuid NOT NULL,
    profile_id     text COLLATE "C" NOT NULL,
    decided_on     date NOT NULL,
    trigger        text NOT NULL,
    action         text NOT NULL,
    lever          text COLLATE "C" NOT NULL,
    because        text NOT NULL,
    question       text,
    fact_ids       text[] NOT NULL,
    metric         text,
    expected       double precision,
    baseline_from  date,
    baseline_to    date,
    baseline_done  double precision,
    baseline_due   integer,
    holds_from     date,
    monitor_from   date,
    monitor_to     date,
    is_extended    boolean NOT NULL,
    rollback_when  text,
    evaluate_on    date,
    from_version   integer NOT NULL,
    to_version     integer NOT NULL,
    from_archetype text,
    to_archetype   text,
    standing       text NOT NULL,
    closed_on      date,
    rule_version   text NOT NULL,
    recorded_at    timestamptz NOT NULL,
    CONSTRAINT adaptations_pkey PRIMARY KEY (adaptation_id),
    CONSTRAINT adaptations_of_person UNIQUE (profile_id, adaptation_id),
    CONSTRAINT adaptations_profile_known FOREIGN KEY (profile_id) REFERENCES profiles (profile_id) ON DELETE CASCADE,
    CONSTRAINT adaptations_trigger_known CHECK (trigger IN (
        'safety', 'poor_adherence', 'engagement_decline', 'engagement_recovered', 'recovered', 'slipped',
        'ready_for_more', 'progress_plateau', 'schedule_conflict', 'user_feedback', 'goal_change', 'archetype_change',
        'strategy_ineffective')),
    CONSTRAINT adaptations_action_known CHECK (action IN (
        'simplify', 'maintain', 'progress', 'intensify', 'fewer_items', 'restore_items', 'move', 'rest', 'longer',
        'replan', 'switch_archetype')),
    CONSTRAINT adaptations_standing_known CHECK (standing IN (
        'open', 'closed', 'rolled_back', 'withdrawn', 'overtaken', 'proposed', 'noted')),
    CONSTRAINT adaptations_metric_known CHECK (metric IN ('completion', 'reporting', 'task_completion')),
    CONSTRAINT adaptations_rest_on_facts CHECK (cardinality(fact_ids) > 0),
    CONSTRAINT adaptations_open_is_judged CHECK (standing <> 'open' OR (
        metric IS NOT NULL AND expected IS NOT NULL AND evaluate_on IS NOT NULL AND rollback_when IS NOT NULL
        AND baseline_due IS NOT NULL AND baseline_done IS NOT NULL)),
    CONSTRAINT adaptations_windows_in_order CHECK (
        baseline_from <= baseline_to AND baseline_to < holds_from AND decided_on < holds_from
        AND holds_from < monitor_from AND monitor_from < monitor_to AND monitor_to < evaluate_on),
    CONSTRAINT adaptations_baseline_counts CHECK (baseline_done BETWEEN 0 AND baseline_due)
);

-- One change at a time.
CREATE UNIQUE INDEX IF NOT EXISTS adaptations_one_open ON adaptations (profile_id) WHERE standing = 'open';
CREATE INDEX IF NOT EXISTS adaptations_by_day ON adaptations (profile_id, decided_on);

CREATE TABLE IF NOT EXISTS adaptation_evaluations (
    adaptation_id       uuid NOT NULL,
    attempt             smallint NOT NULL,
    profile_id          text COLLATE "C" NOT NULL,
    evaluated_on        date NOT NULL,
    monitor_from        date NOT NULL,
    monitor_to          date NOT NULL,
    verdict             text NOT NULL,
    difference          double precision,
    interval_low        double precision,
    interval_high       double precision,
    done                double precision NOT NULL,
    due                 integer NOT NULL,
    satisfaction        double precision,
    low_readiness_days  smallint NOT NULL,
    rollback_reason     text,
    outcome             text NOT NULL,
    because             text NOT NULL,
    reopened            integer NOT NULL,
    rule_version        text NOT NULL,
    recorded_at         timestamptz NOT NULL,
    CONSTRAINT adaptation_evaluations_pkey PRIMARY KEY (adaptation_id, attempt),
    CONSTRAINT adaptation_evaluations_of_own_change FOREIGN KEY (profile_id, adaptation_id)
        REFERENCES adaptations (profile_id, adaptation_id) ON DELETE CASCADE,
    CONSTRAINT adaptation_evaluations_attempt_known CHECK (attempt IN (1, 2)),
    CONSTRAINT adaptation_evaluations_verdict_known CHECK (verdict IN ('better', 'worse', 'inconclusive')),
    CONSTRAINT adaptation_evaluations_outcome_known CHECK (
        outcome IN ('kept', 'extended', 'closed', 'rolled_back')),
    CONSTRAINT adaptation_evaluations_rollback_known CHECK (
        rollback_reason IN ('worse', 'fell', 'satisfaction', 'readiness')),
    CONSTRAINT adaptation_evaluations_rolled_back_for_a_reason CHECK (
        outcome <> 'rolled_back' OR rollback_reason IS NOT NULL),
    CONSTRAINT adaptation_evaluations_interval CHECK (
        num_nonnulls(difference, interval_low, interval_high) IN (0, 3)
        AND interval_low <= difference AND difference <= interval_high),
    CONSTRAINT adaptation_evaluations_counts CHECK (done BETWEEN 0 AND due AND low_readiness_days >= 0)
);

CREATE INDEX IF NOT EXISTS adaptation_evaluations_by_day ON adaptation_evaluations (profile_id, evaluated_on);

CREATE TABLE IF NOT EXISTS adaptation_weeks (
    profile_id          text COLLATE "C" NOT NULL,
    week_from           date NOT NULL,
    week_to             date NOT NULL,
    judged_on           date NOT NULL,
    state_version       integer NOT NULL,
    stage               text NOT NULL,
    planned_days        smallint NOT NULL,
    reported_days       smallint NOT NULL,
    due                 integer NOT NULL,
    done                double precision NOT NULL,
    completion          double precision,
    fortnight_completion double precision,
    low_readiness_days  smallint NOT NULL,
    is_ill_or_in_pain   boolean NOT NULL,
    decision            text NOT NULL,
    reason              text NOT NULL,
    because             text NOT NULL,
    adaptation_id       uuid,
    reopened            integer NOT NULL,
    rule_version        text NOT NULL,
    recorded_at         timestamptz NOT NULL,
    CONSTRAINT adaptation_weeks_pkey PRIMARY KEY (profile_id, week_from),
    CONSTRAINT adaptation_weeks_profile_known FOREIGN KEY (profile_id) REFERENCES profiles (profile_id)
        ON DELETE CASCADE,
    CONSTRAINT adaptation_weeks_seven_days CHECK (week_to = week_from + 6 AND judged_on > week_to),
    CONSTRAINT adaptation_weeks_stage_known CHECK (stage IN ('SIMPLIFY', 'MAINTAIN', 'PROGRESS', 'INTENSIFY')),
    CONSTRAINT adaptation_weeks_decision_known CHECK (decision IN ('changed', 'kept', 'waiting', 'skipped')),
    CONSTRAINT adaptation_weeks_counts CHECK (
        reported_days BETWEEN 0 AND planned_days AND done BETWEEN 0 AND due AND reopened >= 0),
    CONSTRAINT adaptation_weeks_shares CHECK (
        completion BETWEEN 0 AND 1 AND fortnight_completion BETWEEN 0 AND 1)
);

CREATE TABLE IF NOT EXISTS adaptation_states (
    profile_id     text COLLATE "C" NOT NULL,
    version        integer NOT NULL,
    decided_on     date NOT NULL,
    holds_from     date NOT NULL,
    archetype      text NOT NULL,
    reason         text NOT NULL,
    because        text NOT NULL,
    state          jsonb NOT NULL,
    adaptation_id  uuid,
    rule_version   text NOT NULL,
    recorded_at    timestamptz NOT NULL,
    CONSTRAINT adaptation_states_pkey PRIMARY KEY (profile_id, version),
    CONSTRAINT adaptation_states_profile_known FOREIGN KEY (profile_id) REFERENCES profiles (profile_id)
        ON DELETE CASCADE,
    CONSTRAINT adaptation_states_version_counts CHECK (version > 0),
    CONSTRAINT adaptation_states_next_day CHECK (holds_from > decided_on),
    CONSTRAINT adaptation_states_stage_known CHECK (
        state ->> 'stage' IN ('SIMPLIFY', 'MAINTAIN', 'PROGRESS', 'INTENSIFY'))
);

CREATE INDEX IF NOT EXISTS adaptation_states_by_day ON adaptation_states (profile_id, holds_from, version);

ALTER TABLE guidance_states DROP CONSTRAINT IF EXISTS guidance_states_stage_known;
ALTER TABLE guidance_states
    ADD CONSTRAINT guidance_states_stage_known
    CHECK (stage IN ('insights', 'memory', 'routine_plan', 'nutrition_plan', 'adaptation'));

COMMENT ON TABLE adaptations IS 'A change of how plans of one person are made, why, and how it will be judged; or another archetype proposed. Holds health data.';
COMMENT ON COLUMN adaptations.adaptation_id IS 'made of profile, what set it off and when, action and lever';
COMMENT ON COLUMN adaptations.profile_id IS 'the person: profiles.profile_id';
COMMENT ON COLUMN adaptations.decided_on IS 'local day on which it was decided';
COMMENT ON COLUMN adaptations.trigger IS 'what set it off: docs/adaptation.md';
COMMENT ON COLUMN adaptations.action IS 'what changes: docs/adaptation.md';
COMMENT ON COLUMN adaptations.lever IS 'what is pulled, for locks: a rolled back lever is not pulled for 28 days';
COMMENT ON COLUMN adaptations.because IS 'why, in a sentence';
COMMENT ON COLUMN adaptations.question IS 'what the person is asked; null where nothing is';
COMMENT ON COLUMN adaptations.fact_ids IS 'the measures, days and tasks it rests on';
COMMENT ON COLUMN adaptations.metric IS 'completion, reporting or task_completion; null where nothing is judged';
COMMENT ON COLUMN adaptations.expected IS 'the share the metric is expected to reach, or to keep, 0 to 1';
COMMENT ON COLUMN adaptations.baseline_from IS 'first day of the 28 before the week that set it off';
COMMENT ON COLUMN adaptations.baseline_to IS 'last day before the week that set it off';
COMMENT ON COLUMN adaptations.baseline_done IS 'what was done of what was due in those days; halves count';
COMMENT ON COLUMN adaptations.baseline_due IS 'what was due in those days';
COMMENT ON COLUMN adaptations.holds_from IS 'first local day whose plan is made by it';
COMMENT ON COLUMN adaptations.monitor_from IS 'first day it is judged by, after one day of washout';
COMMENT ON COLUMN adaptations.monitor_to IS 'last day it is judged by; a week later where the judgement was extended';
COMMENT ON COLUMN adaptations.is_extended IS 'whether the first judgement settled nothing and a second is due';
COMMENT ON COLUMN adaptations.rollback_when IS 'under which conditions it is taken back, in a sentence';
COMMENT ON COLUMN adaptations.evaluate_on IS 'local day on which it is judged; null of what is not';
COMMENT ON COLUMN adaptations.from_version IS 'the state before: adaptation_states.version, 0 of whoever had none';
COMMENT ON COLUMN adaptations.to_version IS 'the state it made: adaptation_states.version';
COMMENT ON COLUMN adaptations.from_archetype IS 'the coaching archetype before; null where it stays';
COMMENT ON COLUMN adaptations.to_archetype IS 'the coaching archetype proposed or changed to; null where it stays';
COMMENT ON COLUMN adaptations.standing IS 'open (under evaluation), closed, rolled_back, withdrawn (its week was judged anew), overtaken (by safety or the person), proposed, or noted';
COMMENT ON COLUMN adaptations.closed_on IS 'local day on which it left evaluation; null while it is open or proposed';
COMMENT ON COLUMN adaptations.rule_version IS 'version of the rules';
COMMENT ON COLUMN adaptations.recorded_at IS 'when this row was written; UTC instant';
COMMENT ON TABLE adaptation_evaluations IS 'Whether a change was for the better: one row for each judgement. Holds health data.';
COMMENT ON COLUMN adaptation_evaluations.adaptation_id IS 'the change: adaptations.adaptation_id';
COMMENT ON COLUMN adaptation_evaluations.attempt IS '1, or 2 after an extension';
COMMENT ON COLUMN adaptation_evaluations.profile_id IS 'the person: profiles.profile_id';
COMMENT ON COLUMN adaptation_evaluations.evaluated_on IS 'local day of the judgement';
COMMENT ON COLUMN adaptation_evaluations.monitor_from IS 'first day it goes by';
COMMENT ON COLUMN adaptation_evaluations.monitor_to IS 'last day it goes by';
COMMENT ON COLUMN adaptation_evaluations.verdict IS 'better, worse or inconclusive, by the interval';
COMMENT ON COLUMN adaptation_evaluations.difference IS 'share of these days less that of the baseline; null where either has nothing due';
COMMENT ON COLUMN adaptation_evaluations.interval_low IS 'lower end of its 95 % interval (Newcombe)';
COMMENT ON COLUMN adaptation_evaluations.interval_high IS 'upper end of its 95 % interval (Newcombe)';
COMMENT ON COLUMN adaptation_evaluations.done IS 'what was done of what was due; halves count';
COMMENT ON COLUMN adaptation_evaluations.due IS 'what was due in these days';
COMMENT ON COLUMN adaptation_evaluations.satisfaction IS 'mean of at least three ratings of 1 to 5 in these days; null with fewer';
COMMENT ON COLUMN adaptation_evaluations.low_readiness_days IS 'on how many of the last seven of these days readiness was low';
COMMENT ON COLUMN adaptation_evaluations.rollback_reason IS 'worse, fell, satisfaction or readiness; null where nothing speaks for taking it back';
COMMENT ON COLUMN adaptation_evaluations.outcome IS 'kept, extended, closed (nothing can be told) or rolled_back';
COMMENT ON COLUMN adaptation_evaluations.because IS 'why, in a sentence';
COMMENT ON COLUMN adaptation_evaluations.reopened IS 'how often late check-ins changed this row';
COMMENT ON COLUMN adaptation_evaluations.rule_version IS 'version of the rules';
COMMENT ON COLUMN adaptation_evaluations.recorded_at IS 'when this row was written last; UTC instant';
COMMENT ON TABLE adaptation_weeks IS 'Seven days of plans of one person as they were judged. Holds health data.';
COMMENT ON COLUMN adaptation_weeks.profile_id IS 'the person: profiles.profile_id';
COMMENT ON COLUMN adaptation_weeks.week_from IS 'first local day, one with a plan';
COMMENT ON COLUMN adaptation_weeks.week_to IS 'last local day';
COMMENT ON COLUMN adaptation_weeks.judged_on IS 'local day on which it was judged';
COMMENT ON COLUMN adaptation_weeks.state_version IS 'the state it was judged in: adaptation_states.version';
COMMENT ON COLUMN adaptation_weeks.stage IS 'how demanding plans were';
COMMENT ON COLUMN adaptation_weeks.planned_days IS 'days with items that count';
COMMENT ON COLUMN adaptation_weeks.reported_days IS 'days of which anything was said';
COMMENT ON COLUMN adaptation_weeks.due IS 'items of the days of which anything was said';
COMMENT ON COLUMN adaptation_weeks.done IS 'what was done of them; halves count';
COMMENT ON COLUMN adaptation_weeks.completion IS 'share done; null where fewer than half of the days were reported';
COMMENT ON COLUMN adaptation_weeks.fortnight_completion IS 'the same over up to fourteen days at this stage';
COMMENT ON COLUMN adaptation_weeks.low_readiness_days IS 'days with low readiness';
COMMENT ON COLUMN adaptation_weeks.is_ill_or_in_pain IS 'whether a journal said so';
COMMENT ON COLUMN adaptation_weeks.decision IS 'changed, kept, waiting (a change is under evaluation) or skipped (days unlike others)';
COMMENT ON COLUMN adaptation_weeks.reason IS 'why, as a code';
COMMENT ON COLUMN adaptation_weeks.because IS 'why, in a sentence';
COMMENT ON COLUMN adaptation_weeks.adaptation_id IS 'the change it led to: adaptations.adaptation_id; null where none';
COMMENT ON COLUMN adaptation_weeks.reopened IS 'how often late check-ins changed this row';
COMMENT ON COLUMN adaptation_weeks.rule_version IS 'version of the rules';
COMMENT ON COLUMN adaptation_weeks.recorded_at IS 'when this row was written last; UTC instant';
COMMENT ON TABLE adaptation_states IS 'How plans of one person are made from a day on; what holds on a day is the newest version of that day or before. Holds health data.';
COMMENT ON COLUMN adaptation_states.profile_id IS 'the person: profiles.profile_id';
COMMENT ON COLUMN adaptation_states.version IS 'counts from 1';
COMMENT ON COLUMN adaptation_states.decided_on IS 'local day on which it was decided';
COMMENT ON COLUMN adaptation_states.holds_from IS 'first local day whose plan is made by it: the day after';
COMMENT ON COLUMN adaptation_states.archetype IS 'the coaching archetype it was decided under';
COMMENT ON COLUMN adaptation_states.reason IS 'why it was made, as a code';
COMMENT ON COLUMN adaptation_states.because IS 'why it was made, in a sentence';
COMMENT ON COLUMN adaptation_states.state IS 'stage and what goes with it: docs/adaptation.md';
COMMENT ON COLUMN adaptation_states.adaptation_id IS 'the change that made it, or that it takes back; null of a hold';
COMMENT ON COLUMN adaptation_states.rule_version IS 'version of the rules';
COMMENT ON COLUMN adaptation_states.recorded_at IS 'when it was written; UTC instant';
COMMENT ON COLUMN guidance_states.stage IS 'insights, memory, routine_plan, nutrition_plan or adaptation';
