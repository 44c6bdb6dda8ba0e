"""What must hold for the rows of adaptation, and the figures that tell whether it leaves people in peace and learns."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, LiteralString

from psycopg import Connection

# By check: a query for the number of rows that break it, given `now`. A day is judged by the run after it has settled,
# and a night's maintenance may lie between: three days.
ADAPTATION_VIOLATIONS: Mapping[str, LiteralString] = {
    "changes_are_judged": """
SELECT count(*) FROM adaptations AS a JOIN profiles AS p USING (profile_id)
WHERE a.standing = 'open' AND p.status = 'active' AND a.evaluate_on < %(now)s::timestamptz::date - 3
""",
    "one_change_at_a_time": """
SELECT count(*) FROM adaptations AS a JOIN adaptations AS b
    ON b.profile_id = a.profile_id AND b.to_version > a.to_version
WHERE a.metric IS NOT NULL AND b.metric IS NOT NULL AND coalesce(a.closed_on, 'infinity') > b.decided_on
""",
    "versions_without_gap": """
SELECT count(*) FROM (
    SELECT version, holds_from, lag(version) OVER own AS before, lag(holds_from) OVER own AS held_from
    FROM adaptation_states WINDOW own AS (PARTITION BY profile_id ORDER BY version)) AS told
WHERE version <> before + 1 OR holds_from < held_from
""",
    "changes_made_their_state": """
SELECT count(*) FROM adaptations AS a
WHERE a.metric IS NOT NULL AND a.standing = 'open'
  AND NOT EXISTS (SELECT FROM adaptation_states AS s
                  WHERE s.profile_id = a.profile_id AND s.version = a.to_version AND s.adaptation_id = a.adaptation_id)
""",
    "weeks_do_not_overlap": """
SELECT count(*) FROM adaptation_weeks AS w JOIN adaptation_weeks AS other USING (profile_id)
WHERE other.week_from > w.week_from AND other.week_from <= w.week_to
""",
}

FIGURES_DAYS = timedelta(days=28)
FIGURES = """
WITH adapted AS (
    SELECT profile_id FROM guidance_states AS s JOIN profiles AS p USING (profile_id)
    WHERE s.stage = 'adaptation' AND s.status IS NOT NULL AND p.status = 'active')
SELECT (SELECT count(*) FROM adapted),
       (SELECT count(*) FROM adaptations JOIN adapted USING (profile_id)
        WHERE metric IS NOT NULL AND standing <> 'withdrawn' AND decided_on > %(since)s),
       (SELECT count(*) FROM adaptation_evaluations JOIN adapted USING (profile_id)
        WHERE evaluated_on > %(since)s AND outcome <> 'extended'),
       (SELECT count(*) FROM adaptation_evaluations JOIN adapted USING (profile_id)
        WHERE evaluated_on > %(since)s AND outcome <> 'extended' AND verdict = 'inconclusive'),
       (SELECT coalesce(sum(planned_days), 0) FROM adaptation_weeks JOIN adapted USING (profile_id)
        WHERE week_to > %(since)s),
       (SELECT coalesce(sum(reported_days), 0) FROM adaptation_weeks JOIN adapted USING (profile_id)
        WHERE week_to > %(since)s)
"""


def adaptation_figures(connection: Connection[Any], now: datetime) -> dict[str, float]:
    """Of 28 days: changes a person, the share of judgements that settled nothing, and of plan days spoken of.

    What has nothing to be counted over is left out.
    """
    row = connection.execute(FIGURES, {"since": now.date() - FIGURES_DAYS}).fetchone()
    people, changes, judged, unsettled, planned, reported = row or (0,) * 6
    found = {
        "changes_per_person": (changes, people),
        "share_inconclusive": (unsettled, judged),
        "reporting_rate": (reported, planned),
    }
    return {name: float(part) / float(whole) for name, (part, whole) in found.items() if whole}
