-- What plans and their items say of themselves since adaptation has a say in them.

COMMENT ON COLUMN plans.plan IS
    'the plan by its contract: docs/plans.md; emptied of a superseded one once its day is two days past';
COMMENT ON COLUMN plan_items.reason IS 'habit, longer, shortened, easier, moved, added, chosen, or frame';
