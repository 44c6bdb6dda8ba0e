"""How it is told that what people have said is no longer what it was: a text that moves with each row that comes, goes
or is corrected, in whatever order they are committed.

Expressions of SQL over `p.profile_id` and, for words, what was recorded until `%(now)s`; null of who has said nothing.
"""

from typing import LiteralString

# With the newest instant alone a word that is older than the newest, and comes after it, would be overlooked.
_SUM: LiteralString = "count(*) || '+' || extract(epoch FROM sum({at} - timestamptz '2000-01-01 00:00Z'))"

_WORDS: LiteralString = """(
    SELECT '{tag}' || {sum} FROM {table} AS word
    WHERE word.profile_id = p.profile_id AND word.recorded_at BETWEEN '1900-01-01' AND %(now)s)"""
CHECKIN_NEWS: LiteralString = _WORDS.format(
    tag="checkins=", sum=_SUM.format(at="word.recorded_at"), table="task_checkins"
)
JOURNAL_NEWS: LiteralString = _WORDS.format(
    tag="journals=", sum=_SUM.format(at="word.recorded_at"), table="daily_journals"
)
REACTION_NEWS: LiteralString = """(
    SELECT 'reactions=' || {sum} FROM user_insights AS i
    CROSS JOIN LATERAL unnest(ARRAY[i.applied_at, i.rated_at, i.ended_at]) AS word (said_at)
    WHERE i.profile_id = p.profile_id AND word.said_at IS NOT NULL)""".format(sum=_SUM.format(at="word.said_at"))  # noqa: S608  of this file
