"""`hos adaptation`: how plans are made is told in words, with what is tried, or with what would help."""

from datetime import timedelta

import pytest

from hos_pipelines.environment import now
from hos_pipelines.postgres.connection import connect
from hos_pipelines_tests.cli.conftest import Hos

# Four weeks of four items a day; three are done each day, of the last week one.
PLANS = """
WITH item AS (
    INSERT INTO plan_items (id, profile_id, item_id, plan_date, title, recorded_at)
    SELECT md5(task || '-' || n)::uuid, 'anna', 'task' || task, %(today)s::date - n, 'A title',
           %(now)s::timestamptz - (n + 1) * interval '1 day'
    FROM generate_series(%(least)s::integer, %(most)s::integer) AS n CROSS JOIN generate_series(1, 4) AS task
    RETURNING id, item_id, plan_date)
INSERT INTO task_checkins (profile_id, plan_item_id, planned_date, completion_status, recorded_at)
SELECT 'anna', id, plan_date, CASE WHEN item_id <= 'task' || %(done)s::text THEN 'completed' ELSE 'skipped' END,
       (plan_date + time '20:00') AT TIME ZONE 'UTC'
FROM item
"""
ANOTHER = """
INSERT INTO adaptation_states
SELECT (jsonb_populate_record(s, '{"version": 3, "because": "A task rests.", "adaptation_id": null}')).*
FROM adaptation_states AS s WHERE version = 2
"""


@pytest.fixture
def planned(hos: Hos, deployed: str) -> str:
    """Anna, whose last week was too much; and Ben, without a plan."""
    hos("enroll", "anna", "ben").succeeded()
    with connect(deployed) as connection:
        for least, most, done in ((8, 28, 3), (1, 7, 1)):
            values = {"today": now().date(), "now": now(), "least": least, "most": most, "done": done}
            connection.execute(PLANS, values)
    return deployed


def test_what_is_tried_is_told_with_its_reason_and_the_day_it_is_judged_on(hos: Hos, planned: str) -> None:
    answer = hos("adaptation", "anna").succeeded()
    told = answer.json
    assert (told["status"], told["state"]["stage"], told["next"]["stage"]) == ("ok", "MAINTAIN", "SIMPLIFY")
    assert (told["open"]["trigger"], told["open"]["action"]) == ("poor_adherence", "simplify")
    assert told["open"]["watch"]["evaluate_on"] == str(now().date() + timedelta(days=9))
    assert "25 % of 28 items done in seven days" in answer.stdout.replace("\n", " ").replace("  ", " ")
    assert "It will be judged on" in answer.stdout
    assert hos("adaptation", "anna").succeeded().json == told


def test_all_that_holds_from_a_day_is_told_and_nothing_else(hos: Hos, planned: str) -> None:
    first = hos("adaptation", "anna").succeeded()
    assert "Plans begin as they are" not in first.stdout
    with connect(planned) as connection:
        connection.execute(ANOTHER)
    both = hos("adaptation", "anna").succeeded()
    assert both.json["next"]["because"] == f"{first.json['next']['because']} A task rests."
    assert both.stdout.count("From ") == first.stdout.count("From ") + 1


def test_who_has_no_plan_is_told_what_would_help(hos: Hos, planned: str) -> None:
    answer = hos("adaptation", "ben").succeeded()
    assert (answer.json["status"], answer.json["open"], answer.json["past"]) == (None, None, [])
    assert "it takes a plan to begin with; `hos plan ben` makes one." in answer.stderr


def test_who_is_unknown_gets_one_sentence(hos: Hos, deployed: str) -> None:
    hos("adaptation", "").refused_with("PROFILE: is empty; give a profile id or an external id.")
    hos("adaptation", "nobody").refused_with("PROFILE: nobody is not enrolled; run `hos enroll nobody`.")
