"""What people did, as it was known at an instant: items, check-ins and journals of many profiles, a query each.

Whatever was recorded after the instant is left out, a correction too: what it corrected is read in its place. Rows of
an older HolisticOS may have times that no program reads (24:00, infinity): they are read without, or left out.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any, LiteralString, TypeVar

from psycopg import Connection
from psycopg.rows import args_row, class_row

from hos_pipelines.domain.person.checkin import Again, Checkin, Completion, SkipReason
from hos_pipelines.domain.person.engagement import Engagement
from hos_pipelines.domain.person.journal import Journal
from hos_pipelines.domain.person.plan_item import PlanItem
from hos_pipelines.postgres.word_news import CHECKIN_NEWS, JOURNAL_NEWS

Word = TypeVar("Word", Checkin, Journal)

# An older HolisticOS left other words and other scales: those are left out.
RATINGS = range(1, 6)
AGAIN = {str(one): one for one in Again}
REASONS = {str(one): one for one in SkipReason}

# Words that are read once for several stages are read as far back as any of them takes.
FURTHEST = timedelta(days=60)

# The columns are in the order of the fields of an item: by name a row takes half as long again.
ITEMS = """
SELECT profile_id, id, item_id, plan_date, title, category,
       least(scheduled_time, '23:59:59') AS scheduled_time, coalesce(is_trackable, true) AS is_counted,
       recorded_at,
       CASE WHEN superseded_at <= %(as_of)s THEN greatest(superseded_at, '1900-01-01') END AS superseded_at
FROM plan_items AS i
WHERE profile_id = ANY(%(profile_ids)s) AND plan_date BETWEEN %(since)s::date - 6 AND %(until)s
  AND recorded_at BETWEEN '1900-01-01' AND %(as_of)s
ORDER BY profile_id, plan_date, time_block_order, task_order_in_block, id
"""

# Without what nobody was asked for and said nothing of: the frame of a day and its meals, three items of four, and
# items another plan stood for.
ASKED_ITEMS = ITEMS.replace(
    "ORDER BY",
    """
  AND (coalesce(is_trackable, true) AND (superseded_at IS NULL OR superseded_at > %(as_of)s)
       OR EXISTS (SELECT FROM task_checkins AS c WHERE c.profile_id = i.profile_id AND c.plan_item_id = i.id))
ORDER BY""",
)

CHECKINS = """
SELECT profile_id, id, plan_item_id, planned_date, completion_status,
       CASE WHEN coalesce(actual_completion_time, completed_at) BETWEEN '1900-01-01' AND '9000-01-01'
            THEN coalesce(actual_completion_time, completed_at) END AS done_at,
       satisfaction_rating, continue_preference, skip_reason, coalesce(user_notes, '') <> '' AS has_note,
       min(recorded_at) OVER (PARTITION BY profile_id, plan_item_id, planned_date) AS told_at, recorded_at
FROM (
    SELECT profile_id, id, plan_item_id, planned_date, completion_status, actual_completion_time, completed_at,
           satisfaction_rating, continue_preference, skip_reason, user_notes, recorded_at,
           9223372036854775807 AS place
    FROM task_checkins
    WHERE profile_id = ANY(%(profile_ids)s) AND planned_date BETWEEN %(since)s AND %(until)s
    UNION ALL
    SELECT v.profile_id, v.row_id, r.plan_item_id, r.planned_date, r.completion_status, r.actual_completion_time,
           r.completed_at, r.satisfaction_rating, r.continue_preference, r.skip_reason, r.user_notes, v.recorded_at,
           v.id
    FROM task_checkin_versions AS v
    CROSS JOIN LATERAL jsonb_to_record(v.content) AS r (
        plan_item_id uuid, planned_date date, completion_status text, actual_completion_time timestamptz,
        completed_at timestamptz, satisfaction_rating integer, continue_preference text, skip_reason text,
        user_notes text)
    WHERE v.profile_id = ANY(%(profile_ids)s) AND r.planned_date BETWEEN %(since)s AND %(until)s
) AS words
WHERE recorded_at BETWEEN '1900-01-01' AND %(as_of)s AND completion_status IN ('completed', 'partial', 'skipped')
ORDER BY profile_id, plan_item_id, planned_date, recorded_at DESC, place DESC
"""

JOURNALS = """
SELECT profile_id, id, journal_date, energy_level, mood_rating, sleep_quality, stress_level, nutrition_satisfaction,
       meal_timing_satisfaction, hydration_glasses, breathing_exercises_completed, sunlight_exposure_completed,
       mindfulness_practice_completed, is_ill, has_pain, is_travelling, is_on_holiday, has_text,
       min(recorded_at) OVER (PARTITION BY profile_id, journal_date) AS told_at, recorded_at
FROM (
    SELECT profile_id, id, journal_date, energy_level, mood_rating, sleep_quality, stress_level,
           nutrition_satisfaction, meal_timing_satisfaction, hydration_glasses, breathing_exercises_completed,
           sunlight_exposure_completed, mindfulness_practice_completed, is_ill, has_pain, is_travelling, is_on_holiday,
           num_nonnulls(what_went_well, what_was_challenging, tomorrow_intentions, gratitude_notes) > 0 AS has_text,
           recorded_at, 9223372036854775807 AS place
    FROM daily_journals
    WHERE profile_id = ANY(%(profile_ids)s) AND journal_date BETWEEN %(since)s AND %(until)s
    UNION ALL
    SELECT v.profile_id, v.row_id, r.journal_date, r.energy_level, r.mood_rating, r.sleep_quality, r.stress_level,
           r.nutrition_satisfaction, r.meal_timing_satisfaction, r.hydration_glasses, r.breathing_exercises_completed,
           r.sunlight_exposure_completed, r.mindfulness_practice_completed, r.is_ill, r.has_pain, r.is_travelling,
           r.is_on_holiday,
           num_nonnulls(r.what_went_well, r.what_was_challenging, r.tomorrow_intentions, r.gratitude_notes) > 0,
           v.recorded_at, v.id
    FROM daily_journal_versions AS v
    CROSS JOIN LATERAL jsonb_to_record(v.content) AS r (
        journal_date date, energy_level integer, mood_rating integer, sleep_quality integer, stress_level integer,
        nutrition_satisfaction integer, meal_timing_satisfaction integer, hydration_glasses integer,
        breathing_exercises_completed boolean, sunlight_exposure_completed boolean,
        mindfulness_practice_completed boolean, is_ill boolean, has_pain boolean, is_travelling boolean,
        is_on_holiday boolean, what_went_well text, what_was_challenging text, tomorrow_intentions text,
        gratitude_notes text[])
    WHERE v.profile_id = ANY(%(profile_ids)s) AND r.journal_date BETWEEN %(since)s AND %(until)s
) AS words
WHERE recorded_at BETWEEN '1900-01-01' AND %(as_of)s
ORDER BY profile_id, journal_date, recorded_at DESC, place DESC
"""

# When the days end that people had a plan of: who works at night is not judged before they are in bed.
BEDS = """
SELECT profile_id, plan_date, beds_at FROM plans
WHERE profile_id = ANY(%(profile_ids)s) AND plan_date BETWEEN %(since)s AND %(until)s AND kind = 'routine'
  AND beds_at IS NOT NULL AND made_at <= %(as_of)s AND (superseded_at IS NULL OR superseded_at > %(as_of)s)
"""

WORDS_NEWS: LiteralString = f"""
SELECT p.profile_id, concat_ws(' ', {CHECKIN_NEWS}, {JOURNAL_NEWS})
FROM unnest(%(profile_ids)s::text[]) AS p (profile_id)
"""  # noqa: S608  of these files


class HeardWords:
    """Check-ins and journals of people as of one instant, read once for all who go by some of the same days, as long as
    they are what they were: what is committed late, and was said before that instant, is read.
    """

    def __init__(self) -> None:
        self._spans: dict[str, tuple[str, datetime, date, date]] = {}
        self._checkins: dict[str, list[Checkin]] = {}
        self._journals: dict[str, list[Journal]] = {}

    def read(self, connection: Connection[Any], span: Mapping[str, Any]) -> tuple[list[Checkin], list[Journal]]:
        """Those of the days and people asked for."""
        since, until, as_of = span["since"], span["until"], span["as_of"]
        news = dict(connection.execute(WORDS_NEWS, {**span, "now": as_of}).fetchall())
        lacking = [key for key in span["profile_ids"] if not self._holds(key, news[key], span)]
        if lacking:
            first = min(since, until - FURTHEST)
            wide = {**span, "profile_ids": lacking, "since": first}
            self._checkins |= _by_person(lacking, _read_checkins(connection, wide))
            self._journals |= _by_person(lacking, _read_journals(connection, wide))
            self._spans |= {key: (news[key], as_of, first, until) for key in lacking}
        return (
            [one for key in span["profile_ids"] for one in self._checkins[key] if since <= one.planned_date <= until],
            [one for key in span["profile_ids"] for one in self._journals[key] if since <= one.journal_date <= until],
        )

    def _holds(self, key: str, news: str, span: Mapping[str, Any]) -> bool:
        held, as_of, first, last = self._spans.get(key, (None, None, date.max, date.min))
        is_same = (held, as_of) == (news, span["as_of"])
        return is_same and first <= span["since"] and span["until"] <= last


_heard: ContextVar[HeardWords | None] = ContextVar("heard", default=None)


@contextmanager
def hearing_once() -> Iterator[None]:
    """Within the block the words of the same people as of the same instant are read once, however many go by them.

    For stages that follow each other within seconds. Items of plans, which stages write, are read each time.
    """
    before = _heard.set(HeardWords())
    try:
        yield
    finally:
        _heard.reset(before)


def read_engagement(
    connection: Connection[Any], profile_ids: Sequence[str], since: date, until: date, as_of: datetime
) -> dict[str, Engagement]:
    """What was known at `as_of` (UTC) of the local days from `since` to `until`; an entry for everybody asked for.

    Asking for a person who is not there gives an empty entry.
    """
    return _engagement(connection, _span(profile_ids, since, until, as_of), ITEMS)


def read_what_was_asked(
    connection: Connection[Any], profile_ids: Sequence[str], since: date, until: date, as_of: datetime
) -> dict[str, Engagement]:
    """The same without items that nobody was asked for and nothing was said of."""
    return _engagement(connection, _span(profile_ids, since, until, as_of), ASKED_ITEMS)


def _engagement(connection: Connection[Any], span: dict[str, Any], items: LiteralString) -> dict[str, Engagement]:
    beds: dict[str, dict[date, datetime]] = {profile_id: {} for profile_id in span["profile_ids"]}
    for profile_id, day, bed in connection.execute(BEDS, span):
        beds[profile_id][day] = bed
    found = {profile_id: Engagement(beds=known) for profile_id, known in beds.items()}
    with connection.cursor(row_factory=args_row(PlanItem)) as cursor:
        for item in cursor.execute(items, span).fetchall():
            found[item.profile_id].items.append(item)
    heard = _heard.get()
    if heard is None:
        checkins, journals = _read_checkins(connection, span), _read_journals(connection, span)
    else:
        checkins, journals = heard.read(connection, span)
    for checkin in checkins:
        found[checkin.profile_id].checkins.append(checkin)
    for journal in journals:
        found[journal.profile_id].journals.append(journal)
    return found


def _by_person(profile_ids: Sequence[str], words: Sequence[Word]) -> dict[str, list[Word]]:
    found: dict[str, list[Word]] = {key: [] for key in profile_ids}
    for one in words:
        found[one.profile_id].append(one)
    return found


def _read_checkins(connection: Connection[Any], span: dict[str, Any]) -> list[Checkin]:
    """What was said of items planned for these days; what an older HolisticOS left with another status is left out."""
    words = map(_checkin, connection.execute(CHECKINS, span).fetchall())
    return _newest(words, lambda one: (one.profile_id, one.plan_item_id.int, one.planned_date))


def _read_journals(connection: Connection[Any], span: dict[str, Any]) -> list[Journal]:
    """The journals of these days, without the person's own words."""
    with connection.cursor(row_factory=class_row(Journal)) as cursor:
        words = cursor.execute(JOURNALS, span).fetchall()
    return _newest(words, lambda one: (one.profile_id, one.journal_date))


def _newest(words: Iterable[Word], key: Callable[[Word], tuple[object, ...]]) -> list[Word]:
    """What stands of each, with what it corrects; `words` are in the order of keys, the newest first."""
    found: list[Word] = []
    for _, told in groupby(words, key):
        versions: list[Word] = list(told)
        newest = versions[0]
        found.append(replace(newest, former=tuple[Word, ...](versions[1:])) if versions[1:] else newest)
    return found


def _checkin(row: Sequence[Any]) -> Checkin:
    """Of the columns in their order: by name each of some thousand rows of a chunk takes twice as long."""
    profile_id, row_id, item_id, day, status, done_at, satisfaction, again, reason, has_note, told_at, recorded_at = row
    return Checkin(
        profile_id=profile_id,
        id=row_id,
        plan_item_id=item_id,
        planned_date=day,
        status=Completion(status),
        done_at=done_at,
        satisfaction=satisfaction if satisfaction in RATINGS else None,
        again=AGAIN.get(again),
        skip_reason=REASONS.get(reason),
        has_note=has_note,
        recorded_at=recorded_at,
        told_at=told_at,
    )


def _span(profile_ids: Sequence[str], since: date, until: date, as_of: datetime) -> dict[str, Any]:
    return {"profile_ids": list(profile_ids), "since": since, "until": until, "as_of": as_of}
