-- Insights and the states of guidance are gone; they can be made again, but for what people said of them.

DROP VIEW IF EXISTS current_insights;
DROP TABLE IF EXISTS user_insights;
DROP TABLE IF EXISTS guidance_states;
