-- Zones that PostgreSQL lists and that name no place: that none was set, and whatever the server's own clock goes by.
-- Rows that are there already stay; `zone_of` reads them as no zone.

ALTER TABLE profile_facts DROP CONSTRAINT IF EXISTS profile_facts_zone_is_a_place;
ALTER TABLE profile_facts ADD CONSTRAINT profile_facts_zone_is_a_place
    CHECK (fact_key <> 'timezone' OR value #>> '{}' IS NULL OR value #>> '{}' NOT IN ('Factory', 'localtime')) NOT VALID;
