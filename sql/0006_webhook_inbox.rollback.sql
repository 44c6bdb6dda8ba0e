-- Bodies that were not consumed go with the table; the daily full sweep covers what they told.

DROP TABLE IF EXISTS webhook_inbox;
