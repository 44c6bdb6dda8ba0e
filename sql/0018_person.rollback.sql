-- Facts go with their table, and so do items, check-ins and journals where no older HolisticOS had them; where one had,
-- its tables keep every row and lose the rules of this step. Columns that were added stay, with what they hold.

DO $$
DECLARE
    made record;
BEGIN
    FOR made IN
        SELECT holder, name
        FROM (VALUES ('plan_items', 'hos_former_item'), ('task_checkins', 'hos_checkin_in_its_week'),
                     ('task_checkins', 'hos_day_is_plausible'), ('daily_journals', 'hos_day_is_plausible'),
                     ('task_checkins', 'hos_keep_version'), ('daily_journals', 'hos_keep_version'),
                     ('task_checkins', 'hos_forget_versions'), ('daily_journals', 'hos_forget_versions'))
             AS triggers (holder, name)
        WHERE to_regclass(holder) IS NOT NULL
    LOOP
        EXECUTE format('DROP TRIGGER IF EXISTS %I ON %I', made.name, made.holder);
    END LOOP;
END
$$;

DROP FUNCTION IF EXISTS hos_former_item();
DROP FUNCTION IF EXISTS hos_checkin_in_its_week();
DROP FUNCTION IF EXISTS hos_day_is_plausible();
DROP FUNCTION IF EXISTS hos_keep_version();
DROP FUNCTION IF EXISTS hos_forget_versions();
DROP TABLE IF EXISTS profile_facts;
DROP FUNCTION IF EXISTS hos_facts_are_added();
DROP FUNCTION IF EXISTS hos_fact_to_profile();
DROP FUNCTION IF EXISTS hos_fact_to_analyses();
DROP FUNCTION IF EXISTS hos_is_fact(text, jsonb);
DROP FUNCTION IF EXISTS hos_is_roster(jsonb);
DROP FUNCTION IF EXISTS hos_are_words(jsonb, text[]);
DROP FUNCTION IF EXISTS hos_are_hours(text);
DROP FUNCTION IF EXISTS hos_is_day(text);
DROP TABLE IF EXISTS task_checkin_versions;
DROP TABLE IF EXISTS daily_journal_versions;

-- From the one that refers to the others on; rules and defaults that were there before come back.
DO $$
DECLARE
    holder text;
    rule   record;
    field  record;
BEGIN
    IF to_regclass('hos_adoption') IS NULL THEN
        RETURN;
    END IF;
    FOREACH holder IN ARRAY ARRAY['task_checkins', 'daily_journals', 'plan_items'] LOOP
        IF to_regclass(holder) IS NULL THEN
            CONTINUE;
        END IF;
        IF NOT EXISTS (SELECT FROM hos_adoption WHERE subject = holder) THEN
            IF EXISTS (SELECT FROM hos_adoption WHERE subject = 'looked for plan_items') THEN
                EXECUTE format('DROP TABLE %I CASCADE', holder);
            END IF;
            CONTINUE;
        END IF;
        EXECUTE format('COMMENT ON TABLE %I IS NULL', holder);
        FOR rule IN
            SELECT conname AS name FROM pg_constraint
            WHERE conrelid = holder::regclass AND contype <> 'n'
              AND NOT EXISTS (SELECT FROM hos_adoption WHERE subject = format('constraint %s of %s', conname, holder))
        LOOP
            EXECUTE format('ALTER TABLE %I DROP CONSTRAINT %I', holder, rule.name);
        END LOOP;
        FOR field IN
            SELECT attname AS name, attnotnull AS is_filled, atthasdef AS has_default
            FROM pg_attribute WHERE attrelid = holder::regclass AND attnum > 0 AND NOT attisdropped
        LOOP
            EXECUTE format('COMMENT ON COLUMN %I.%I IS NULL', holder, field.name);
            IF field.has_default
               AND NOT EXISTS (SELECT FROM hos_adoption WHERE subject = format('default of %s.%s', holder, field.name)) THEN
                EXECUTE format('ALTER TABLE %I ALTER COLUMN %I DROP DEFAULT', holder, field.name);
            END IF;
            IF field.is_filled
               AND NOT EXISTS (SELECT FROM hos_adoption WHERE subject = format('not null of %s.%s', holder, field.name)) THEN
                EXECUTE format('ALTER TABLE %I ALTER COLUMN %I DROP NOT NULL', holder, field.name);
            END IF;
            IF NOT field.is_filled
               AND EXISTS (SELECT FROM hos_adoption WHERE subject = format('not null of %s.%s', holder, field.name)) THEN
                BEGIN
                    EXECUTE format('ALTER TABLE %I ALTER COLUMN %I SET NOT NULL', holder, field.name);
                EXCEPTION WHEN not_null_violation THEN
                    RAISE NOTICE '%.% may be null from now on: rows that were written meanwhile lack it', holder, field.name;
                END;
            END IF;
        END LOOP;
    END LOOP;
    DELETE FROM hos_adoption
    WHERE subject = 'looked for plan_items' OR subject ~ '(^|[ .])(plan_items|task_checkins|daily_journals)($|\.)';
END
$$;

DROP INDEX IF EXISTS plan_items_by_day;
DROP INDEX IF EXISTS task_checkins_by_day;
DROP FUNCTION IF EXISTS hos_clock();
