"""How many are due for an analysis: the rule of `domain.analysis_due`, asked once for all who are alike in its eyes."""

from datetime import datetime, timedelta
from typing import Any

from psycopg import Connection, sql
from psycopg.rows import dict_row

from hos_pipelines.domain.analysis_due import AGING_AFTER, HIGHEST, OLD_AFTER, STALE_AFTER, AnalysisState, decide
from hos_pipelines.domain.analysis_scope import AnalysisType
from hos_pipelines.domain.memory.quality import CONFIRMED_WITHIN
from hos_pipelines.postgres.analysis_store import STATES

MOST_COUNTED = 5  # more past analyses than these make no difference
SECOND = timedelta(seconds=1)

# Of each group one standing that stands for all: ages as old as need be to be judged alike.
ALIKE = sql.SQL("""
SELECT min(profile_id) AS profile_id, rows_changed, has_new_night, is_told_anew, analyzed_at,
       max(data_through) AS data_through, next_due_at, data_complexity, behavior_count, circadian_count,
       second_confirmed, fifth_confirmed, count(*)::integer AS people
FROM (SELECT profile_id, least(rows_changed, %(most_rows)s) AS rows_changed, has_new_night, is_told_anew,
             data_through,
             CASE WHEN %(now)s - analyzed_at > %(stale)s THEN %(now)s - %(stale)s - %(second)s
                  WHEN %(now)s - analyzed_at >= %(old)s THEN %(now)s - %(old)s
                  WHEN %(now)s - analyzed_at >= %(aging)s THEN %(now)s - %(aging)s
                  WHEN analyzed_at IS NOT NULL THEN %(now)s END AS analyzed_at,
             CASE WHEN next_due_at > %(now)s THEN %(now)s + %(second)s END AS next_due_at, data_complexity,
             least(behavior_count, %(most_counted)s) AS behavior_count,
             least(circadian_count, %(most_counted)s) AS circadian_count,
             CASE WHEN second_confirmed >= %(confirmed_since)s THEN %(confirmed_since)s END AS second_confirmed,
             CASE WHEN fifth_confirmed >= %(confirmed_since)s THEN %(confirmed_since)s END AS fifth_confirmed
      FROM ({standings}) AS standing) AS seen
GROUP BY rows_changed, has_new_night, is_told_anew, analyzed_at, next_due_at, data_complexity, behavior_count,
         circadian_count, second_confirmed, fifth_confirmed
""")


def count_due(connection: Connection[Any], analysis_type: AnalysisType, now: datetime) -> int:
    """How many active people are due for one kind of analysis now."""
    values = {
        "type": analysis_type,
        "profile_ids": None,
        "now": now,
        "stale": STALE_AFTER,
        "old": OLD_AFTER,
        "aging": AGING_AFTER,
        "second": SECOND,
        "most_rows": HIGHEST,
        "most_counted": MOST_COUNTED,
        "confirmed_since": now.date() - CONFIRMED_WITHIN,
    }
    query = ALIKE.format(standings=sql.SQL(STATES))
    with connection.cursor(row_factory=dict_row) as cursor:
        groups = [(row.pop("people"), AnalysisState(**row)) for row in cursor.execute(query, values)]
    return sum(people for people, standing in groups if decide(standing, now).is_due)
