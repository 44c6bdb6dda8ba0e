-- Where functions look for tables first stays: what looked elsewhere was a fault.

DROP TRIGGER IF EXISTS hos_when_request_was_filed ON analysis_requests;
DROP FUNCTION IF EXISTS hos_when_request_was_filed();
DROP FUNCTION IF EXISTS hos_clock_of_deployment();
COMMENT ON COLUMN workflow_executions.errors IS 'by stage that failed, why, in a sentence';
