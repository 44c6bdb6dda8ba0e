COMMENT ON COLUMN plans.plan IS 'the plan by its contract: docs/plans.md';
COMMENT ON COLUMN plan_items.reason IS 'habit, shortened, easier, moved, chosen, or frame';
