-- Requests and what became of them are gone; what they brought about stays.

DROP TRIGGER IF EXISTS hos_forget_requests ON profiles;
DROP TRIGGER IF EXISTS hos_forget_requests_of_erased ON profiles;
DROP FUNCTION IF EXISTS hos_forget_requests();
DROP TABLE IF EXISTS request_progress;
DROP TABLE IF EXISTS request_batches;
DROP TABLE IF EXISTS analysis_requests;
DROP FUNCTION IF EXISTS hos_tell_news();
DROP FUNCTION IF EXISTS hos_note_progress();
DROP FUNCTION IF EXISTS hos_note_changed_requests();
DROP FUNCTION IF EXISTS hos_note_filed_requests();
DROP FUNCTION IF EXISTS hos_note_news(text);
DROP FUNCTION IF EXISTS hos_number_progress();
DROP FUNCTION IF EXISTS hos_bequeath_request();
DROP FUNCTION IF EXISTS hos_end_duplicates();
DROP FUNCTION IF EXISTS hos_find_heir(uuid);
DROP FUNCTION IF EXISTS hos_change_request();
DROP FUNCTION IF EXISTS hos_file_request();
DROP FUNCTION IF EXISTS hos_next_change();
DROP FUNCTION IF EXISTS hos_request_may_become(text, text);
DROP SEQUENCE IF EXISTS analysis_request_changes;
