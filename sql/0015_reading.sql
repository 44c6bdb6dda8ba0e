-- What applications read: the same key in every table of a person's rows, and a view of the results that stand now.

ALTER TABLE archetype_analysis_tracking
    ADD COLUMN IF NOT EXISTS profile_id text COLLATE "C" GENERATED ALWAYS AS (user_id) STORED;

CREATE INDEX IF NOT EXISTS archetype_analysis_tracking_by_profile ON archetype_analysis_tracking (profile_id);

-- Ages are told at the moment of reading. A deployment on a virtual clock sets hos.now for its database.
CREATE OR REPLACE VIEW current_analyses AS
SELECT p.profile_id,
       p.external_id,
       r.archetype,
       r.analysis_type AS kind,
       CASE r.analysis_type WHEN 'circadian_analysis' THEN r.result #>> '{chronotype_assessment,primary_type}'
                            ELSE r.result #>> '{sophistication_assessment,category}' END AS type,
       CASE r.analysis_type WHEN 'circadian_analysis' THEN r.result #>> '{chronotype_assessment,confidence}'
                            ELSE r.result #>> '{facts,sophistication_score,confidence}' END AS confidence,
       CASE WHEN seen.is_stale THEN 'stale' ELSE r.status END AS status,
       r.engine,
       r.model,
       r.fallback_reason,
       r.analyzed_at AS computed_at,
       greatest(clock.now - r.analyzed_at, interval '0') AS age,
       r.data_through,
       seen.data_age,
       r.data_source,
       r.fetched_up_to,
       r.method_version,
       r.fingerprint,
       CASE WHEN seen.is_stale OR r.status = 'stale' THEN NULL
            WHEN r.analysis_type = 'circadian_analysis'
            THEN jsonb_build_object('energy_zone_analysis', r.result -> 'energy_zone_analysis',
                                    'schedule_recommendations', r.result -> 'schedule_recommendations',
                                    'integration_recommendations', r.result -> 'integration_recommendations',
                                    'energy_timeline', r.result -> 'energy_timeline',
                                    'timeline_metadata', r.result -> 'timeline_metadata',
                                    'summary', r.result -> 'summary', 'phase', r.result -> 'phase',
                                    'notes', r.result -> 'notes')
            ELSE jsonb_build_object('primary_goal', r.result -> 'primary_goal',
                                    'readiness_level', r.result -> 'readiness_level',
                                    'readiness', r.result -> 'readiness',
                                    'recommendations', r.result -> 'recommendations',
                                    'personalized_strategy', r.result -> 'personalized_strategy',
                                    'integration_recommendations', r.result -> 'integration_recommendations')
       END AS plan,
       r.result
FROM profiles AS p
JOIN archetype_analysis_tracking AS t ON t.user_id = p.profile_id AND t.archetype = p.archetype
JOIN analysis_results AS r ON r.profile_id = p.profile_id AND r.archetype = t.archetype
                          AND r.analysis_type = t.analysis_type AND r.fingerprint = t.fingerprint
CROSS JOIN LATERAL (SELECT coalesce(nullif(current_setting('hos.now', true), '')::timestamptz, now()) AS now) AS clock
CROSS JOIN LATERAL (
    SELECT data_age, data_age > interval '2 days' AND r.status <> 'insufficient_data' AS is_stale
    FROM (SELECT greatest(clock.now - (r.data_through + 1)::timestamp AT TIME ZONE 'UTC',
                          CASE WHEN r.data_through IS NOT NULL THEN interval '0' END)) AS aged (data_age)
) AS seen
WHERE p.status NOT IN ('retired', 'erased');

COMMENT ON COLUMN archetype_analysis_tracking.profile_id IS
    'the user, as every other table names it: user_id, by itself';

COMMENT ON VIEW current_analyses IS
    'The results that stand, one row for each person and kind, with their age at the moment of reading. Who has left is '
    'not in it. Holds health data. How to read it: docs/reading.md';
COMMENT ON COLUMN current_analyses.profile_id IS 'the person: profiles.profile_id';
COMMENT ON COLUMN current_analyses.external_id IS 'the id Sahha knows the person by';
COMMENT ON COLUMN current_analyses.archetype IS 'the archetype of HolisticOS it was made for, which is the person''s now';
COMMENT ON COLUMN current_analyses.kind IS 'circadian_analysis or behavior_analysis';
COMMENT ON COLUMN current_analyses.type IS
    'in a word: the five-level chronotype, or the level of self-regulation; null where it is not known';
COMMENT ON COLUMN current_analyses.confidence IS 'how sure the type is: none, low, medium or high';
COMMENT ON COLUMN current_analyses.status IS
    'ok, preliminary, insufficient_data, or stale: by now the newest reading is older than two days, so nothing in it is '
    'a plan for today';
COMMENT ON COLUMN current_analyses.engine IS 'who wrote the sentences: rules or openai';
COMMENT ON COLUMN current_analyses.model IS 'the model asked; null where none was';
COMMENT ON COLUMN current_analyses.fallback_reason IS 'why the rules'' words stand although a model was asked';
COMMENT ON COLUMN current_analyses.computed_at IS 'when it was made, or last found to be unchanged; UTC instant';
COMMENT ON COLUMN current_analyses.age IS 'how long ago that was';
COMMENT ON COLUMN current_analyses.data_through IS 'the newest local day with a reading; null without any';
COMMENT ON COLUMN current_analyses.data_age IS 'how long that day has been over, by UTC; null without any reading';
COMMENT ON COLUMN current_analyses.data_source IS 'sahha, or database_fallback where Sahha was not to be asked then';
COMMENT ON COLUMN current_analyses.fetched_up_to IS 'up to when readings were fetched then; UTC instant';
COMMENT ON COLUMN current_analyses.method_version IS 'version of the methods';
COMMENT ON COLUMN current_analyses.fingerprint IS 'the same readings, settings and methods give the same one; hexadecimal';
COMMENT ON COLUMN current_analyses.plan IS
    'the parts of the result that are of today: zones, advice, goal, readiness; null once it is stale';
COMMENT ON COLUMN current_analyses.result IS
    'the whole result as it was made; its schema is in docs/schemas. Read what is of today from plan';
