-- What every table and column means; psql shows it with \d+.

COMMENT ON TABLE hos_adoption IS
    'What was in this database before its first migration: tables, and their columns, not-null rules, defaults and '
    'constraints. A rollback leaves these alone.';
COMMENT ON COLUMN hos_adoption.subject IS 'a table by its name; a column as table.column; else what it is, and of what';
COMMENT ON COLUMN hos_adoption.adopted_at IS 'when it was noted; UTC instant';

COMMENT ON TABLE archetype_catalogue IS 'The six archetypes of HolisticOS.';
COMMENT ON COLUMN archetype_catalogue.archetype IS 'the name, as shown to people';
COMMENT ON COLUMN archetype_catalogue.data_complexity IS
    'how much data an analysis of this archetype draws on, 1 to 10';
COMMENT ON COLUMN archetype_catalogue.base_task_cap IS 'tasks a day before adaptation, 1 to 6';

COMMENT ON TABLE profiles IS 'The people whose data is kept fresh; one row is one Dagster partition.';
COMMENT ON COLUMN profiles.profile_id IS
    'our id of the person and the partition key: letters, digits, _ and -, at most 100';
COMMENT ON COLUMN profiles.external_id IS 'the id Sahha knows the person by';
COMMENT ON COLUMN profiles.archetype IS 'the person''s archetype in HolisticOS, not one of Sahha''s';
COMMENT ON COLUMN profiles.timezone IS 'IANA name of the zone the person lives in; null where unknown';
COMMENT ON COLUMN profiles.status IS
    'active: pulled; paused: not until something is mended; retired: left, rows kept; erased: rows gone, never '
    'enrolled again';
COMMENT ON COLUMN profiles.status_reason IS 'why the status is not active, and what to do';
COMMENT ON COLUMN profiles.enrolled_at IS 'when the person joined; UTC instant';
COMMENT ON COLUMN profiles.last_active_at IS 'when the person last did something that asks for fresh data; UTC instant';
COMMENT ON COLUMN profiles.created_at IS 'when the row was first stored; UTC instant';
COMMENT ON COLUMN profiles.updated_at IS 'when the profile last changed; UTC instant';

COMMENT ON TABLE biomarkers IS
    'Biomarkers as Sahha delivers them: one row for each type and window of a profile; a daily row replaces the '
    'intraday one of its window.';
COMMENT ON COLUMN biomarkers.profile_id IS 'the profile it belongs to: profiles.profile_id';
COMMENT ON COLUMN biomarkers.type IS 'Sahha''s name of the biomarker, such as steps';
COMMENT ON COLUMN biomarkers.start_date_time IS 'start of the window; UTC instant';
COMMENT ON COLUMN biomarkers.end_date_time IS 'end of the window; UTC instant; null for a point in time';
COMMENT ON COLUMN biomarkers.category IS 'Sahha''s category, such as activity or sleep';
COMMENT ON COLUMN biomarkers.periodicity IS 'intraday while the window is open, then daily';
COMMENT ON COLUMN biomarkers.aggregation IS 'how Sahha made the value: total, average, minimum, …';
COMMENT ON COLUMN biomarkers.value IS 'the value as delivered, text, in the unit beside it';
COMMENT ON COLUMN biomarkers.unit IS 'the unit of the value, as delivered';
COMMENT ON COLUMN biomarkers.value_type IS 'how to read the value: long, double, boolean, time, …';
COMMENT ON COLUMN biomarkers.sahha_biomarker_id IS 'Sahha''s id of the row';
COMMENT ON COLUMN biomarkers.utc_offset_minutes IS
    'minutes east of UTC, as the start was delivered; null where the delivery did not say';
COMMENT ON COLUMN biomarkers.local_date IS 'the user''s local day; a night belongs to the day it ends on';
COMMENT ON COLUMN biomarkers.data IS 'fields of the delivered row that have no column of their own';
COMMENT ON COLUMN biomarkers.observed_at IS 'when Sahha was last seen to say this; UTC instant';
COMMENT ON COLUMN biomarkers.created_at IS 'when the row was first stored; UTC instant';

COMMENT ON TABLE scores IS 'Scores as Sahha delivers them: one row for each type and day of a profile.';
COMMENT ON COLUMN scores.profile_id IS 'the profile it belongs to: profiles.profile_id';
COMMENT ON COLUMN scores.type IS 'Sahha''s name of the score, such as sleep or readiness';
COMMENT ON COLUMN scores.score_date_time IS 'the day the score is for, as delivered; UTC instant';
COMMENT ON COLUMN scores.score IS '0 to 1 as delivered';
COMMENT ON COLUMN scores.state IS 'Sahha''s band of the score: minimal, low, medium, high';
COMMENT ON COLUMN scores.factors IS 'what the score is made of, each with value, goal and score, as delivered';
COMMENT ON COLUMN scores.data_sources IS 'what kinds of readings the score rests on';
COMMENT ON COLUMN scores.version IS 'version of Sahha''s model';
COMMENT ON COLUMN scores.calculated_at IS 'when Sahha worked it out; UTC instant; a later one wins';
COMMENT ON COLUMN scores.sahha_score_id IS 'Sahha''s id of the row';
COMMENT ON COLUMN scores.utc_offset_minutes IS
    'minutes east of UTC, as the start was delivered; null where the delivery did not say';
COMMENT ON COLUMN scores.local_date IS 'the user''s local day; a night belongs to the day it ends on';
COMMENT ON COLUMN scores.data IS 'fields of the delivered row that have no column of their own';
COMMENT ON COLUMN scores.observed_at IS 'when Sahha was last seen to say this; UTC instant';
COMMENT ON COLUMN scores.created_at IS 'when the row was first stored; UTC instant';

COMMENT ON TABLE sahha_archetypes IS
    'Sahha''s archetypes of a person, such as a sleeper type; not the archetypes of HolisticOS.';
COMMENT ON COLUMN sahha_archetypes.profile_id IS 'the profile it belongs to: profiles.profile_id';
COMMENT ON COLUMN sahha_archetypes.name IS 'Sahha''s name of the trait, such as sleep_duration';
COMMENT ON COLUMN sahha_archetypes.periodicity IS 'weekly or monthly';
COMMENT ON COLUMN sahha_archetypes.start_date_time IS 'start of the window; UTC instant';
COMMENT ON COLUMN sahha_archetypes.end_date_time IS 'end of the window; UTC instant';
COMMENT ON COLUMN sahha_archetypes.value IS 'the trait''s value, as delivered';
COMMENT ON COLUMN sahha_archetypes.data_type IS 'how to read the value, as delivered: ordinal or categorical';
COMMENT ON COLUMN sahha_archetypes.ordinality IS
    'rank of the value among its kind, lowest first; null where there is no order';
COMMENT ON COLUMN sahha_archetypes.version IS 'version of Sahha''s model';
COMMENT ON COLUMN sahha_archetypes.sahha_archetype_id IS 'Sahha''s id of the row';
COMMENT ON COLUMN sahha_archetypes.utc_offset_minutes IS
    'minutes east of UTC, as the start was delivered; null where the delivery did not say';
COMMENT ON COLUMN sahha_archetypes.local_date IS 'the user''s local day on which the window starts';
COMMENT ON COLUMN sahha_archetypes.data IS 'fields of the delivered row that have no column of their own';
COMMENT ON COLUMN sahha_archetypes.observed_at IS 'when Sahha was last seen to say this; UTC instant';
COMMENT ON COLUMN sahha_archetypes.created_at IS 'when the row was first stored; UTC instant';

COMMENT ON TABLE sync_state IS
    'Where the pulls of each profile and stream stand. Written in the transaction of the rows it vouches for.';
COMMENT ON COLUMN sync_state.profile_id IS 'the profile it belongs to: profiles.profile_id';
COMMENT ON COLUMN sync_state.stream IS 'biomarkers, scores or sahha_archetypes';
COMMENT ON COLUMN sync_state.watermark IS
    'everything up to here was pulled; UTC instant; null before the first success';
COMMENT ON COLUMN sync_state.last_outcome IS 'what the last attempt came to';
COMMENT ON COLUMN sync_state.last_error IS 'why the last attempt failed, and what to do; null after a good one';
COMMENT ON COLUMN sync_state.attempts IS 'failed attempts in a row; 0 after a good one';
COMMENT ON COLUMN sync_state.last_attempt_at IS 'UTC instant';
COMMENT ON COLUMN sync_state.last_success_at IS 'UTC instant';
COMMENT ON COLUMN sync_state.newest_reading IS 'start of the newest reading stored; UTC instant';

COMMENT ON TABLE quarantine IS 'Rows of an answer that could not be stored. They hold health data.';
COMMENT ON COLUMN quarantine.profile_id IS 'the profile it belongs to: profiles.profile_id';
COMMENT ON COLUMN quarantine.stream IS 'biomarkers, scores or sahha_archetypes';
COMMENT ON COLUMN quarantine.payload_hash IS 'SHA-256 of the payload, hexadecimal: the same bad row counts once';
COMMENT ON COLUMN quarantine.payload IS 'the row as it came';
COMMENT ON COLUMN quarantine.reason IS 'what is wrong with it';
COMMENT ON COLUMN quarantine.first_seen_at IS 'UTC instant';
COMMENT ON COLUMN quarantine.last_seen_at IS 'UTC instant';
COMMENT ON COLUMN quarantine.times_seen IS 'how many answers held it';

COMMENT ON TABLE archetype_analysis_tracking IS
    'When each analysis of a user and archetype last ran, and whether the pull before it brought its data.';
COMMENT ON COLUMN archetype_analysis_tracking.id IS 'row number';
COMMENT ON COLUMN archetype_analysis_tracking.user_id IS 'the user: profiles.profile_id';
COMMENT ON COLUMN archetype_analysis_tracking.archetype IS 'the archetype of HolisticOS the analysis was for';
COMMENT ON COLUMN archetype_analysis_tracking.analysis_type IS 'such as behavior_analysis or circadian_analysis';
COMMENT ON COLUMN archetype_analysis_tracking.analysis_timestamp IS
    'when the analysis last ran, and from when the next one counts new data; UTC instant';
COMMENT ON COLUMN archetype_analysis_tracking.analysis_count IS 'how often it ran';
COMMENT ON COLUMN archetype_analysis_tracking.sahha_data_synced IS 'whether the pull before it succeeded';
COMMENT ON COLUMN archetype_analysis_tracking.biomarkers_synced IS 'whether that pull brought biomarkers';
COMMENT ON COLUMN archetype_analysis_tracking.scores_synced IS 'whether that pull brought scores';
COMMENT ON COLUMN archetype_analysis_tracking.archetypes_synced IS 'whether that pull brought Sahha archetypes';
COMMENT ON COLUMN archetype_analysis_tracking.sync_completed_at IS 'when that pull ended; UTC instant';
COMMENT ON COLUMN archetype_analysis_tracking.sync_error IS 'why that pull failed; null if it did not';
COMMENT ON COLUMN archetype_analysis_tracking.created_at IS 'when the row was first stored; UTC instant';
COMMENT ON COLUMN archetype_analysis_tracking.updated_at IS 'when the row last changed; UTC instant';
