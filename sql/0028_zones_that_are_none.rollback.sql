ALTER TABLE profile_facts DROP CONSTRAINT IF EXISTS profile_facts_zone_is_a_place;
