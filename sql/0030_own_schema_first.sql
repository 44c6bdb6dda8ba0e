-- Two holes that an app's session could use.

-- When an app files a request is the deployment's clock: a session may set hos.now for itself, a database is set once.
CREATE OR REPLACE FUNCTION hos_clock_of_deployment() RETURNS timestamptz
LANGUAGE sql STABLE
AS $$
SELECT coalesce(max(split_part(setting, '=', 2))::timestamptz, now())
FROM pg_db_role_setting AS held
JOIN pg_database AS d ON d.oid = held.setdatabase AND d.datname = current_database()
CROSS JOIN LATERAL unnest(held.setconfig) AS setting
WHERE held.setrole = 0 AND setting LIKE 'hos.now=%'
$$;

CREATE OR REPLACE FUNCTION hos_when_request_was_filed() RETURNS trigger
LANGUAGE plpgsql
SET search_path FROM CURRENT
AS $$
BEGIN
    IF NOT has_column_privilege(TG_RELID, 'batch_id', 'UPDATE') THEN
        NEW.requested_at := hos_clock_of_deployment();
        NEW.completed_at := CASE WHEN NEW.completed_at IS NOT NULL THEN NEW.requested_at END;
    END IF;
    RETURN NEW;
END
$$;
-- After hos_file_request, by its name.
CREATE OR REPLACE TRIGGER hos_when_request_was_filed BEFORE INSERT ON analysis_requests
    FOR EACH ROW EXECUTE FUNCTION hos_when_request_was_filed();

-- Functions that run as their owner look for tables in their own schema, and among a session's temporary ones last: a
-- temporary table of the same name, with a trigger of its own, would else be written to by them as their owner.

DO $$
DECLARE
    one regprocedure;
BEGIN
    FOR one IN
        SELECT oid::regprocedure FROM pg_proc
        WHERE pronamespace = quote_ident(current_schema())::regnamespace AND proname LIKE 'hos\_%'
          AND EXISTS (SELECT FROM unnest(proconfig) AS setting WHERE setting LIKE 'search\_path=%')
    LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = %I, pg_temp', one, current_schema());
    END LOOP;
END
$$;

COMMENT ON COLUMN workflow_executions.errors IS
    'by stage that failed, why, in a sentence; `request` where the request it answers was given up';
