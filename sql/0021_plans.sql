-- Plans of days: one of each kind stands for a day; what it was before stays. Their items are rows of plan_items, which
-- check-ins refer to. A stage of guidance says until when what it made is good.

CREATE TABLE IF NOT EXISTS plans (
    plan_id          uuid NOT NULL,
    profile_id       text COLLATE "C" NOT NULL,
    kind             text NOT NULL,
    plan_date        date NOT NULL,
    status           text NOT NULL,
    refusal_code     text,
    refusal          text,
    zone             text NOT NULL,
    wakes_at         timestamptz,
    beds_at          timestamptz,
    notes            text[] NOT NULL,
    plan             jsonb NOT NULL,
    rule_version     text NOT NULL,
    library_version  text NOT NULL,
    fingerprint      text NOT NULL,
    made_at          timestamptz NOT NULL,
    superseded_at    timestamptz,
    CONSTRAINT plans_pkey PRIMARY KEY (plan_id),
    CONSTRAINT plans_profile_known FOREIGN KEY (profile_id) REFERENCES profiles (profile_id) ON DELETE CASCADE,
    CONSTRAINT plans_kind_known CHECK (kind IN ('routine', 'nutrition')),
    CONSTRAINT plans_status_known CHECK (status IN ('ok', 'partial', 'refused')),
    CONSTRAINT plans_refused_for_a_reason CHECK ((status = 'refused') = (refusal IS NOT NULL)
                                                 AND (refusal IS NULL) = (refusal_code IS NULL)),
    CONSTRAINT plans_day_in_order CHECK (wakes_at < beds_at)
);

CREATE UNIQUE INDEX IF NOT EXISTS plans_standing ON plans (profile_id, kind, plan_date) WHERE superseded_at IS NULL;
CREATE INDEX IF NOT EXISTS plans_by_day ON plans (profile_id, plan_date);

ALTER TABLE plan_items
    ADD COLUMN IF NOT EXISTS plan_id uuid,
    ADD COLUMN IF NOT EXISTS starts_at timestamptz,
    ADD COLUMN IF NOT EXISTS because text,
    ADD COLUMN IF NOT EXISTS fact_ids text[],
    ADD COLUMN IF NOT EXISTS reason text,
    ADD COLUMN IF NOT EXISTS library_id text,
    ADD COLUMN IF NOT EXISTS library_version text;

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_constraint
                   WHERE conname = 'plan_items_rest_on_facts' AND conrelid = 'plan_items'::regclass) THEN
        ALTER TABLE plan_items
            ADD CONSTRAINT plan_items_rest_on_facts CHECK (plan_id IS NULL OR cardinality(fact_ids) > 0);
    END IF;
END
$$;

ALTER TABLE guidance_states ADD COLUMN IF NOT EXISTS good_until timestamptz;
ALTER TABLE guidance_states DROP CONSTRAINT IF EXISTS guidance_states_stage_known;
ALTER TABLE guidance_states
    ADD CONSTRAINT guidance_states_stage_known CHECK (stage IN ('insights', 'memory', 'routine_plan', 'nutrition_plan'));
ALTER TABLE guidance_states DROP CONSTRAINT IF EXISTS guidance_states_status_known;
ALTER TABLE guidance_states
    ADD CONSTRAINT guidance_states_status_known
    CHECK (status IN ('ok', 'preliminary', 'stale', 'insufficient_data', 'partial', 'refused'));

-- What stands for each day, with the kind of day it was planned as.
CREATE OR REPLACE VIEW current_plans AS
SELECT l.profile_id, p.external_id, l.kind, l.plan_date, l.status, l.refusal_code, l.refusal, l.zone, l.wakes_at,
       l.beds_at, l.notes, l.plan, l.rule_version, l.library_version, l.made_at
FROM plans AS l
JOIN profiles AS p USING (profile_id)
WHERE l.superseded_at IS NULL AND p.status NOT IN ('retired', 'erased');

COMMENT ON TABLE plans IS 'A plan of one day of one person, or why there is none. Older ones stay, superseded. Holds health data.';
COMMENT ON COLUMN plans.plan_id IS 'made of profile, kind, day and fingerprint';
COMMENT ON COLUMN plans.profile_id IS 'the person: profiles.profile_id';
COMMENT ON COLUMN plans.kind IS 'routine or nutrition';
COMMENT ON COLUMN plans.plan_date IS 'the local date of the waking that begins the day';
COMMENT ON COLUMN plans.status IS 'ok, partial (something asked for is left out, and said), or refused';
COMMENT ON COLUMN plans.refusal_code IS 'why there is none, for readers; null where there is one';
COMMENT ON COLUMN plans.refusal IS 'why there is none, and what would help, in a sentence';
COMMENT ON COLUMN plans.zone IS 'the time zone it was made in';
COMMENT ON COLUMN plans.wakes_at IS 'when the day begins; UTC instant';
COMMENT ON COLUMN plans.beds_at IS 'when it ends; UTC instant';
COMMENT ON COLUMN plans.notes IS 'what the plan could not follow, or rests on for lack of better, as codes';
COMMENT ON COLUMN plans.plan IS 'the plan by its contract: docs/plans.md';
COMMENT ON COLUMN plans.rule_version IS 'version of the rules it was made by';
COMMENT ON COLUMN plans.library_version IS 'version of the library its items are from';
COMMENT ON COLUMN plans.fingerprint IS 'SHA-256 of all it depends on, hexadecimal';
COMMENT ON COLUMN plans.made_at IS 'when it was made; UTC instant';
COMMENT ON COLUMN plans.superseded_at IS 'since when another stands for the day; UTC instant; null while it stands';
COMMENT ON COLUMN plan_items.plan_id IS 'the plan it is of: plans.plan_id; null in items of an older HolisticOS';
COMMENT ON COLUMN plan_items.starts_at IS 'when it begins; UTC instant';
COMMENT ON COLUMN plan_items.because IS 'why it is in the plan, in a sentence';
COMMENT ON COLUMN plan_items.fact_ids IS 'the facts it rests on';
COMMENT ON COLUMN plan_items.reason IS 'habit, shortened, easier, moved, chosen, or frame';
COMMENT ON COLUMN plan_items.library_id IS 'its entry in the library; null of the frame of a day';
COMMENT ON COLUMN plan_items.library_version IS 'version of the library it is from';
COMMENT ON COLUMN guidance_states.stage IS 'insights, memory, routine_plan or nutrition_plan';
COMMENT ON COLUMN guidance_states.status IS
    'ok, preliminary, stale, insufficient_data, partial or refused; null before the first time';
COMMENT ON COLUMN guidance_states.good_until IS
    'due again from then on, whatever has moved; UTC instant; null where only news makes it so';
COMMENT ON VIEW current_plans IS 'The plans that stand, of everybody enrolled.';
