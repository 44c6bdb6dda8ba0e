-- Memory goes with its tables. What was learned is learned again from what is left of its sources; forgotten keys are not
-- known to be forgotten any more.

DROP INDEX IF EXISTS task_checkins_by_word;
DROP INDEX IF EXISTS daily_journals_by_word;
DROP INDEX IF EXISTS profile_facts_by_word;
DROP VIEW IF EXISTS core_memory;
DROP TABLE IF EXISTS memory_consolidation;
DROP TABLE IF EXISTS meta_memory;
DROP TABLE IF EXISTS longterm_memory;
DROP TABLE IF EXISTS shortterm_memory;
DROP TABLE IF EXISTS working_memory;
