-- Requests: what apps ask for by plain SQL, and what becomes of it. The rules are held here, since nothing but this stands
-- between an app and the table: what may be asked for, which state follows which, that nothing asked for is changed
-- later, and that whoever listens is told once a transaction.

CREATE SEQUENCE IF NOT EXISTS analysis_request_changes;

-- The states that may follow a state. The same as domain/requests/states.
CREATE OR REPLACE FUNCTION hos_request_may_become(was text, is_now text) RETURNS boolean
LANGUAGE sql IMMUTABLE
AS $$
    SELECT coalesce(is_now = ANY(CASE was
        WHEN 'requested' THEN ARRAY['claimed', 'duplicate', 'refused', 'cancelled']
        WHEN 'claimed' THEN ARRAY['running', 'requested', 'refused', 'failed', 'cancelled']
        WHEN 'running' THEN ARRAY['done', 'partial', 'failed', 'refused', 'requested']
        WHEN 'duplicate' THEN ARRAY['done', 'partial', 'failed', 'refused', 'requested', 'cancelled']
    END), false)
$$;

CREATE TABLE IF NOT EXISTS analysis_requests (
    id               uuid NOT NULL DEFAULT gen_random_uuid(),
    profile_id       text COLLATE "C" NOT NULL,
    kind             text NOT NULL,
    archetype        text,
    preferences      jsonb,
    timezone         text,
    force            boolean NOT NULL DEFAULT false,
    requested_for    date,
    idempotency_key  text,
    priority         smallint NOT NULL DEFAULT 0,
    request_hash     text NOT NULL,
    duplicate_of     uuid,
    status           text NOT NULL DEFAULT 'requested',
    refusal_code     text,
    refusal          text,
    error            text,
    attempt          integer NOT NULL DEFAULT 0,
    lease_until      timestamptz,
    not_before       timestamptz,
    batch_id         uuid,
    workflow_id      uuid,
    requested_at     timestamptz NOT NULL DEFAULT hos_clock(),
    started_at       timestamptz,
    completed_at     timestamptz,
    updated_seq      bigint NOT NULL,
    CONSTRAINT analysis_requests_pkey PRIMARY KEY (id),
    CONSTRAINT analysis_requests_kind_known CHECK (
        kind IN ('behavior', 'circadian', 'insights', 'nutrition', 'routine', 'complete', 'refresh')),
    CONSTRAINT analysis_requests_profile_id_has_1_to_100_characters CHECK (length(profile_id) BETWEEN 1 AND 100),
    CONSTRAINT analysis_requests_archetype_has_1_to_100_characters CHECK (length(archetype) BETWEEN 1 AND 100),
    CONSTRAINT analysis_requests_timezone_has_1_to_100_characters CHECK (length(timezone) BETWEEN 1 AND 100),
    CONSTRAINT analysis_requests_key_has_1_to_200_characters CHECK (length(idempotency_key) BETWEEN 1 AND 200),
    CONSTRAINT analysis_requests_preferences_are_an_object CHECK (jsonb_typeof(preferences) = 'object'),
    CONSTRAINT analysis_requests_preferences_have_16384_bytes_at_most CHECK (octet_length(preferences::text) <= 16384),
    CONSTRAINT analysis_requests_priority_is_from_minus_10_to_10 CHECK (priority BETWEEN -10 AND 10),
    CONSTRAINT analysis_requests_status_known CHECK (
        status IN ('requested', 'claimed', 'running', 'done', 'partial', 'failed', 'refused', 'duplicate',
                   'cancelled')),
    CONSTRAINT analysis_requests_refused_for_a_reason CHECK (
        (status = 'refused') = (refusal_code IS NOT NULL) AND (refusal_code IS NULL) = (refusal IS NULL)),
    CONSTRAINT analysis_requests_duplicates_have_an_original CHECK (status <> 'duplicate' OR duplicate_of IS NOT NULL),
    CONSTRAINT analysis_requests_ended_at_some_time CHECK (
        (status IN ('done', 'partial', 'failed', 'refused', 'cancelled')) = (completed_at IS NOT NULL)),
    CONSTRAINT analysis_requests_under_way_are_of_a_batch CHECK (
        status NOT IN ('claimed', 'running') OR batch_id IS NOT NULL AND lease_until IS NOT NULL),
    CONSTRAINT analysis_requests_instants_are_finite CHECK (
        isfinite(lease_until) AND isfinite(not_before) AND isfinite(requested_at) AND isfinite(started_at)
        AND isfinite(completed_at)),
    -- At the end of the transaction: what becomes of duplicates whose original is deleted, hos_bequeath_request says.
    CONSTRAINT analysis_requests_original FOREIGN KEY (duplicate_of) REFERENCES analysis_requests (id)
        DEFERRABLE INITIALLY DEFERRED
);

-- Whatever else goes wrong: under one key one request is worked on.
CREATE UNIQUE INDEX IF NOT EXISTS analysis_requests_one_per_key
    ON analysis_requests (profile_id, idempotency_key)
    WHERE duplicate_of IS NULL AND status IN ('claimed', 'running', 'done', 'partial', 'failed');
CREATE INDEX IF NOT EXISTS analysis_requests_by_key
    ON analysis_requests (profile_id, idempotency_key) WHERE idempotency_key IS NOT NULL;
CREATE INDEX IF NOT EXISTS analysis_requests_by_hash ON analysis_requests (profile_id, request_hash);
CREATE INDEX IF NOT EXISTS analysis_requests_waiting
    ON analysis_requests (priority DESC, requested_at, id) WHERE status = 'requested';
CREATE INDEX IF NOT EXISTS analysis_requests_under_way
    ON analysis_requests (profile_id) WHERE status IN ('claimed', 'running');
CREATE INDEX IF NOT EXISTS analysis_requests_of_batch ON analysis_requests (batch_id) WHERE batch_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS analysis_requests_of_original
    ON analysis_requests (duplicate_of) WHERE duplicate_of IS NOT NULL;
CREATE INDEX IF NOT EXISTS analysis_requests_changed ON analysis_requests (updated_seq);
CREATE INDEX IF NOT EXISTS analysis_requests_ended ON analysis_requests (completed_at) WHERE completed_at IS NOT NULL;

CREATE TABLE IF NOT EXISTS request_batches (
    batch_id     uuid NOT NULL,
    attempt      integer NOT NULL DEFAULT 1,
    requests     integer NOT NULL,
    claimed_at   timestamptz NOT NULL,
    started_at   timestamptz,
    finished_at  timestamptz,
    CONSTRAINT request_batches_pkey PRIMARY KEY (batch_id)
);
CREATE INDEX IF NOT EXISTS request_batches_open ON request_batches (claimed_at) WHERE finished_at IS NULL;

CREATE TABLE IF NOT EXISTS request_progress (
    request_id   uuid NOT NULL,
    stage        text NOT NULL,
    place        smallint NOT NULL,
    status       text NOT NULL,
    outcome      text,
    reason       text,
    attempt      integer NOT NULL,
    started_at   timestamptz,
    ended_at     timestamptz,
    updated_seq  bigint NOT NULL,
    CONSTRAINT request_progress_pkey PRIMARY KEY (request_id, stage),
    CONSTRAINT request_progress_status_known CHECK (
        status IN ('waiting', 'running', 'done', 'unchanged', 'skipped', 'refused', 'failed')),
    CONSTRAINT request_progress_of_request FOREIGN KEY (request_id) REFERENCES analysis_requests (id) ON DELETE CASCADE
);
CREATE INDEX IF NOT EXISTS request_progress_changed ON request_progress (updated_seq);

-- Whoever may change a request need not have the sequence.
CREATE OR REPLACE FUNCTION hos_next_change() RETURNS bigint
LANGUAGE sql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$ SELECT nextval('analysis_request_changes') $$;

-- What an app files begins at the beginning, whatever it says of states and instants; a key that was used before decides at once, and
-- so does the same request while it is open. Two that are filed in the same instant do not see each other here: whoever
-- claims them does.
CREATE OR REPLACE FUNCTION hos_file_request() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
DECLARE
    original analysis_requests%ROWTYPE;
BEGIN
    NEW.status := 'requested';
    NEW.duplicate_of := NULL;
    NEW.refusal_code := NULL;
    NEW.refusal := NULL;
    NEW.error := NULL;
    NEW.attempt := 0;
    NEW.lease_until := NULL;
    NEW.not_before := NULL;
    NEW.batch_id := NULL;
    NEW.workflow_id := NULL;
    NEW.requested_at := hos_clock();
    NEW.started_at := NULL;
    NEW.completed_at := NULL;
    NEW.updated_seq := nextval('analysis_request_changes');
    NEW.request_hash := encode(sha256(convert_to(jsonb_build_object(
        'kind', NEW.kind, 'archetype', NEW.archetype, 'preferences', coalesce(NEW.preferences, '{}'),
        'timezone', NEW.timezone, 'force', NEW.force, 'requested_for', NEW.requested_for)::text, 'UTF8')), 'hex');
    IF NEW.idempotency_key IS NULL THEN
        SELECT * INTO original FROM analysis_requests
        WHERE profile_id = NEW.profile_id AND request_hash = NEW.request_hash AND duplicate_of IS NULL
          AND status IN ('requested', 'claimed', 'running')
        ORDER BY requested_at, id LIMIT 1;
    ELSE
        SELECT * INTO original FROM analysis_requests
        WHERE profile_id = NEW.profile_id AND idempotency_key = NEW.idempotency_key AND duplicate_of IS NULL
          AND status NOT IN ('refused', 'cancelled')
        ORDER BY requested_at, id LIMIT 1;
    END IF;
    IF original.id IS NULL THEN
        RETURN NEW;
    END IF;
    IF original.request_hash <> NEW.request_hash THEN
        NEW.status := 'refused';
        NEW.refusal_code := 'key_reused';
        NEW.refusal := 'idempotency_key: was used for another request of this person; choose a new key for a new request.';
        NEW.completed_at := hos_clock();
        RETURN NEW;
    END IF;
    NEW.duplicate_of := original.id;
    NEW.status := 'duplicate';
    IF original.completed_at IS NOT NULL THEN
        NEW.status := original.status;
        NEW.error := original.error;
        NEW.workflow_id := original.workflow_id;
        NEW.completed_at := hos_clock();
    END IF;
    RETURN NEW;
END
$$;
CREATE OR REPLACE TRIGGER hos_file_request BEFORE INSERT ON analysis_requests
    FOR EACH ROW EXECUTE FUNCTION hos_file_request();

-- What was asked for stays as it was asked, and states follow each other in order. It runs as whoever changes the
-- request: who may not write batches is an app, and an app cancels alone.
CREATE OR REPLACE FUNCTION hos_change_request() RETURNS trigger
LANGUAGE plpgsql
SET search_path FROM CURRENT
AS $$
BEGIN
    IF (NEW.id, NEW.profile_id, NEW.kind, NEW.archetype, NEW.preferences, NEW.timezone, NEW.force, NEW.requested_for,
        NEW.idempotency_key, NEW.request_hash, NEW.requested_at)
       IS DISTINCT FROM
       (OLD.id, OLD.profile_id, OLD.kind, OLD.archetype, OLD.preferences, OLD.timezone, OLD.force, OLD.requested_for,
        OLD.idempotency_key, OLD.request_hash, OLD.requested_at) THEN
        RAISE EXCEPTION 'analysis_requests: what was asked for is never changed; cancel the request and file another'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'analysis_requests_are_not_rewritten',
                  TABLE = 'analysis_requests';
    END IF;
    IF NEW.status IS DISTINCT FROM OLD.status AND NOT hos_request_may_become(OLD.status, NEW.status) THEN
        RAISE EXCEPTION 'analysis_requests: a request that is % cannot become %; only what has not begun can be cancelled',
                        OLD.status, NEW.status
            USING ERRCODE = 'check_violation', CONSTRAINT = 'analysis_requests_states_in_order',
                  TABLE = 'analysis_requests';
    END IF;
    IF NEW.status IS DISTINCT FROM OLD.status AND NEW.status <> 'cancelled'
       AND (NOT has_column_privilege(TG_RELID, 'batch_id', 'UPDATE')
            OR NEW.status IN ('done', 'partial', 'failed', 'refused') AND NEW.batch_id IS NULL
               AND NEW.duplicate_of IS NULL AND NEW.refusal_code IS DISTINCT FROM 'key_reused') THEN
        RAISE EXCEPTION 'analysis_requests: only a run of its batch makes a request %; an app may cancel it', NEW.status
            USING ERRCODE = 'check_violation', CONSTRAINT = 'analysis_requests_are_only_cancelled_by_apps',
                  TABLE = 'analysis_requests';
    END IF;
    IF NEW.status IN ('done', 'partial', 'failed', 'refused', 'cancelled') THEN
        NEW.lease_until := NULL;
        NEW.completed_at := coalesce(NEW.completed_at, hos_clock());
    END IF;
    IF (NEW.status, NEW.attempt, NEW.duplicate_of, NEW.workflow_id, NEW.priority, NEW.not_before)
       IS DISTINCT FROM
       (OLD.status, OLD.attempt, OLD.duplicate_of, OLD.workflow_id, OLD.priority, OLD.not_before) THEN
        NEW.updated_seq := hos_next_change();
    END IF;
    RETURN NEW;
END
$$;
CREATE OR REPLACE TRIGGER hos_change_request BEFORE UPDATE ON analysis_requests
    FOR EACH ROW EXECUTE FUNCTION hos_change_request();

-- Where a request is gone that others wait for somebody still wants it: the oldest takes its place.
CREATE OR REPLACE FUNCTION hos_find_heir(gone uuid) RETURNS void
LANGUAGE plpgsql
SET search_path FROM CURRENT
AS $$
DECLARE
    heir uuid;
BEGIN
    SELECT id INTO heir FROM analysis_requests
    WHERE duplicate_of = gone AND status = 'duplicate' ORDER BY requested_at, id LIMIT 1;
    UPDATE analysis_requests SET status = 'requested', duplicate_of = NULL WHERE id = heir;
    UPDATE analysis_requests SET duplicate_of = heir
    WHERE heir IS NOT NULL AND duplicate_of = gone AND status = 'duplicate';
END
$$;

-- Duplicates end with their original, but for one that was cancelled.
CREATE OR REPLACE FUNCTION hos_end_duplicates() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
BEGIN
    IF NEW.status <> 'cancelled' THEN
        UPDATE analysis_requests
        SET status = NEW.status, refusal_code = NEW.refusal_code, refusal = NEW.refusal, error = NEW.error,
            workflow_id = NEW.workflow_id, completed_at = NEW.completed_at
        WHERE duplicate_of = NEW.id AND status = 'duplicate';
        RETURN NULL;
    END IF;
    PERFORM hos_find_heir(NEW.id);
    RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER hos_end_duplicates AFTER UPDATE ON analysis_requests
    FOR EACH ROW WHEN (OLD.status <> NEW.status AND NEW.completed_at IS NOT NULL)
    EXECUTE FUNCTION hos_end_duplicates();

-- With a request that is deleted go the duplicates that have ended as it did; what is open is still wanted.
CREATE OR REPLACE FUNCTION hos_bequeath_request() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
BEGIN
    PERFORM hos_find_heir(OLD.id);
    DELETE FROM analysis_requests WHERE duplicate_of = OLD.id;
    RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER hos_bequeath_request AFTER DELETE ON analysis_requests
    FOR EACH ROW EXECUTE FUNCTION hos_bequeath_request();

CREATE OR REPLACE FUNCTION hos_number_progress() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
BEGIN
    NEW.updated_seq := nextval('analysis_request_changes');
    RETURN NEW;
END
$$;
CREATE OR REPLACE TRIGGER hos_number_progress BEFORE INSERT OR UPDATE ON request_progress
    FOR EACH ROW EXECUTE FUNCTION hos_number_progress();

-- Listeners are told once a transaction, when it is committed, of ids and states alone: every NOTIFY takes a lock of the
-- whole server, and a payload holds less than 8,000 bytes. Of many it says only that.
CREATE OR REPLACE FUNCTION hos_note_news(news text) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    noted text := coalesce(current_setting('hos.requests_changed', true), '');
BEGIN
    IF news IS NULL OR noted = 'many' THEN
        RETURN;
    END IF;
    IF length(noted) + length(news) > 7000 THEN
        noted := 'many';
    ELSE
        noted := concat_ws(',', nullif(noted, ''), news);
    END IF;
    PERFORM set_config('hos.requests_changed', noted, true);
END
$$;

CREATE OR REPLACE FUNCTION hos_note_filed_requests() RETURNS trigger
LANGUAGE plpgsql
SET search_path FROM CURRENT
AS $$
BEGIN
    PERFORM hos_note_news((SELECT string_agg(id || ' ' || status, ',')
                           FROM (SELECT id, status FROM filed ORDER BY updated_seq LIMIT 200) AS first_ones));
    RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER hos_note_filed_requests AFTER INSERT ON analysis_requests
    REFERENCING NEW TABLE AS filed FOR EACH STATEMENT EXECUTE FUNCTION hos_note_filed_requests();

CREATE OR REPLACE FUNCTION hos_note_changed_requests() RETURNS trigger
LANGUAGE plpgsql
SET search_path FROM CURRENT
AS $$
BEGIN
    PERFORM hos_note_news((SELECT string_agg(id || ' ' || status, ',')
                           FROM (SELECT changed.id, changed.status FROM changed JOIN before USING (id)
                                 WHERE changed.updated_seq <> before.updated_seq
                                 ORDER BY changed.updated_seq LIMIT 200) AS first_ones));
    RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER hos_note_changed_requests AFTER UPDATE ON analysis_requests
    REFERENCING OLD TABLE AS before NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION hos_note_changed_requests();

CREATE OR REPLACE FUNCTION hos_note_progress() RETURNS trigger
LANGUAGE plpgsql
SET search_path FROM CURRENT
AS $$
BEGIN
    PERFORM hos_note_news((SELECT string_agg(DISTINCT request_id || ' progress', ',')
                           FROM (SELECT request_id FROM moved ORDER BY updated_seq LIMIT 200) AS first_ones));
    RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER hos_note_new_progress AFTER INSERT ON request_progress
    REFERENCING NEW TABLE AS moved FOR EACH STATEMENT EXECUTE FUNCTION hos_note_progress();
CREATE OR REPLACE TRIGGER hos_note_moved_progress AFTER UPDATE ON request_progress
    REFERENCING NEW TABLE AS moved FOR EACH STATEMENT EXECUTE FUNCTION hos_note_progress();

CREATE OR REPLACE FUNCTION hos_tell_news() RETURNS trigger
LANGUAGE plpgsql
AS $$
DECLARE
    noted text := coalesce(current_setting('hos.requests_changed', true), '');
BEGIN
    IF noted <> '' THEN
        PERFORM pg_notify('hos_requests', noted);
        PERFORM set_config('hos.requests_changed', '', true);
    END IF;
    RETURN NULL;
END
$$;
DROP TRIGGER IF EXISTS hos_tell_filed_requests ON analysis_requests;
CREATE CONSTRAINT TRIGGER hos_tell_filed_requests AFTER INSERT ON analysis_requests
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION hos_tell_news();
DROP TRIGGER IF EXISTS hos_tell_changed_requests ON analysis_requests;
CREATE CONSTRAINT TRIGGER hos_tell_changed_requests AFTER UPDATE ON analysis_requests
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.updated_seq <> NEW.updated_seq) EXECUTE FUNCTION hos_tell_news();
DROP TRIGGER IF EXISTS hos_tell_progress ON request_progress;
CREATE CONSTRAINT TRIGGER hos_tell_progress AFTER INSERT OR UPDATE ON request_progress
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION hos_tell_news();

-- Requests are of people who may not be there, so no foreign key takes them along.
CREATE OR REPLACE FUNCTION hos_forget_requests() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT
AS $$
BEGIN
    DELETE FROM analysis_requests WHERE profile_id = OLD.profile_id;
    RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER hos_forget_requests AFTER DELETE ON profiles
    FOR EACH ROW EXECUTE FUNCTION hos_forget_requests();
CREATE OR REPLACE TRIGGER hos_forget_requests_of_erased AFTER UPDATE OF status ON profiles
    FOR EACH ROW WHEN (NEW.status = 'erased' AND OLD.status <> 'erased') EXECUTE FUNCTION hos_forget_requests();

COMMENT ON TABLE analysis_requests IS
    'What is asked for of a person, by an app in plain SQL or by hos request, and what became of it. Holds health data. '
    'How to write it: docs/requests.md';
COMMENT ON COLUMN analysis_requests.id IS 'the request; an app may choose it';
COMMENT ON COLUMN analysis_requests.profile_id IS 'the person: profiles.profile_id, who may not be there';
COMMENT ON COLUMN analysis_requests.kind IS
    'behavior, circadian, insights, nutrition, routine, complete (all of them) or refresh (pull from Sahha)';
COMMENT ON COLUMN analysis_requests.archetype IS 'the coaching archetype the person has from now on; null: as it is';
COMMENT ON COLUMN analysis_requests.preferences IS
    'what the person says of themselves with it, by the keys of profile_facts; at most 16,384 bytes; never logged';
COMMENT ON COLUMN analysis_requests.timezone IS 'the IANA zone the person lives in from now on; null: as it is';
COMMENT ON COLUMN analysis_requests.force IS 'whether an analysis runs though too little has changed';
COMMENT ON COLUMN analysis_requests.requested_for IS
    'the local day it is for: waits until that day begins, and is refused once it is over; null: as soon as may be';
COMMENT ON COLUMN analysis_requests.idempotency_key IS 'under one key of a person one request is worked on';
COMMENT ON COLUMN analysis_requests.priority IS '-10 to 10; the higher goes first';
COMMENT ON COLUMN analysis_requests.request_hash IS 'SHA-256 of what is asked for, hexadecimal; made here';
COMMENT ON COLUMN analysis_requests.duplicate_of IS 'the request that is worked on for this one';
COMMENT ON COLUMN analysis_requests.status IS
    'requested, claimed, running, done, partial, failed, refused, duplicate (its original is open) or cancelled';
COMMENT ON COLUMN analysis_requests.refusal_code IS 'why it was refused, for readers';
COMMENT ON COLUMN analysis_requests.refusal IS 'why it was refused, with the field and the remedy';
COMMENT ON COLUMN analysis_requests.error IS 'what failed of it, in a sentence without health values';
COMMENT ON COLUMN analysis_requests.attempt IS 'how often it was claimed; what an earlier attempt writes is not taken';
COMMENT ON COLUMN analysis_requests.lease_until IS 'until when its attempt holds it; UTC instant';
COMMENT ON COLUMN analysis_requests.not_before IS 'not claimed earlier; UTC instant';
COMMENT ON COLUMN analysis_requests.batch_id IS 'the batch of its newest attempt: request_batches.batch_id';
COMMENT ON COLUMN analysis_requests.workflow_id IS 'the workflow that answered it: workflow_executions';
COMMENT ON COLUMN analysis_requests.requested_at IS 'when it was filed; UTC instant';
COMMENT ON COLUMN analysis_requests.started_at IS 'when its newest attempt began to work; UTC instant';
COMMENT ON COLUMN analysis_requests.completed_at IS 'when it ended; UTC instant';
COMMENT ON COLUMN analysis_requests.updated_seq IS 'a number that is higher after each change';

COMMENT ON TABLE request_batches IS 'Requests that one run works on.';
COMMENT ON COLUMN request_batches.batch_id IS 'the batch; with the attempt it is the key of its run';
COMMENT ON COLUMN request_batches.attempt IS 'the number of its run; the next where one died before it began';
COMMENT ON COLUMN request_batches.requests IS 'how many requests it was made of';
COMMENT ON COLUMN request_batches.claimed_at IS 'when it was made; UTC instant';
COMMENT ON COLUMN request_batches.started_at IS 'when a run took it up; UTC instant';
COMMENT ON COLUMN request_batches.finished_at IS 'when nothing of it was left to do; UTC instant';

COMMENT ON TABLE request_progress IS 'What has become of the stages of a request: one row for each.';
COMMENT ON COLUMN request_progress.request_id IS 'the request: analysis_requests.id';
COMMENT ON COLUMN request_progress.stage IS 'the stage, by the name of its asset';
COMMENT ON COLUMN request_progress.place IS 'its place in the order';
COMMENT ON COLUMN request_progress.status IS
    'waiting, running, done, unchanged, skipped, refused or failed';
COMMENT ON COLUMN request_progress.outcome IS 'the status of its result, such as ok or insufficient_data';
COMMENT ON COLUMN request_progress.reason IS 'why it was skipped, refused or failed, in a sentence';
COMMENT ON COLUMN request_progress.attempt IS 'the attempt of the request it is of';
COMMENT ON COLUMN request_progress.started_at IS 'when it began; UTC instant';
COMMENT ON COLUMN request_progress.ended_at IS 'when it ended; UTC instant';
COMMENT ON COLUMN request_progress.updated_seq IS 'a number that is higher after each change, shared with requests';
