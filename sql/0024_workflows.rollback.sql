-- What became of workflows is forgotten; what their stages made stays.

DROP TABLE IF EXISTS workflow_stages;
DROP TABLE IF EXISTS workflow_executions;
