"""Rounds of a fault test: what each begins with, and where its worker was when it was struck."""

from datetime import UTC, datetime, timedelta

from hos_pipelines_tests.faults.deployment import Deployment

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
A_DAY_LATER = NOON + timedelta(hours=26)
LEASES_OVER = timedelta(minutes=31)

PLANNING, WITHIN_A_RUN, BETWEEN_RUNS, DONE = "planning", "within a run", "between runs", "done"

BATCHES = """
SELECT batch_id, started_at IS NOT NULL, finished_at IS NOT NULL FROM refresh_batches WHERE tick = %s ORDER BY number
"""


def next_round(deployment: Deployment, number: int) -> datetime:
    """First contact with everyone, and in every other round everyone's next day on top of it; gives the present."""
    if number % 2 == 0:
        deployment.start_over(NOON)
        return NOON
    deployment.move_sahha(A_DAY_LATER)
    return A_DAY_LATER


def requests_of_a_tick(deployment: Deployment) -> int:
    """How often Sahha is asked for data when nobody disturbs a tick over everyone."""
    return 3 * len(deployment.people)


def unfinished_batches(deployment: Deployment, tick: str) -> list[str]:
    """The batches of a tick that were begun in vain, or not at all."""
    return [batch_id for batch_id, _, is_finished in deployment.rows(BATCHES, tick) if not is_finished]


def where_struck(deployment: Deployment, tick: str) -> str:
    """What the worker of a tick was about when it ended."""
    batches = deployment.rows(BATCHES, tick)
    if not batches:
        return PLANNING
    if any(is_begun and not is_finished for _, is_begun, is_finished in batches):
        return WITHIN_A_RUN
    return DONE if all(is_finished for *_, is_finished in batches) else BETWEEN_RUNS
