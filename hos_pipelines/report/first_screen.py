"""What the first screen says: who sleeps and lives how, what stands out, what to do today, how sure all that is."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import NamedTuple

from hos_pipelines.domain.analysis_result import AnalysisResult, DataQuality
from hos_pipelines.domain.behavior.results import BehaviorResult
from hos_pipelines.domain.circadian.results import CircadianResult, TimingRecommendation
from hos_pipelines.domain.day_text import day_text
from hos_pipelines.domain.facts import Fact
from hos_pipelines.domain.facts_text import display, interval_text
from hos_pipelines.domain.gates import Confidence, Status, surest
from hos_pipelines.domain.work_week import WEEKDAYS
from hos_pipelines.report.wording import age_text, capitalize, join_words, lacking_text, sentence_text

MOST = 3
MOST_LACKING = 3
STALE_FROM = timedelta(days=2)

LIVES: Mapping[str, str] = {
    "by night": "Sleeps by night",
    "by day": "Sleeps by day",
    "changing": "Sleep lies at changing times",
    "drifting": "Sleep drifts on from day to day",
    "moved": "Sleep has moved by hours within these weeks",
    "irregular": "Sleeps at no usual hours",
    "on journey": "Is on a journey and not yet settled to the new clock",
}
# Of these, neither usual hours nor a type are told.
WITHOUT_HOURS = frozenset({"changing", "drifting", "moved", "irregular", "on journey"})
# Of these, what is not told lacks data; of others, it cannot be told.
ORDINARY = frozenset({"unknown", "by night", "irregular"})
STEADY: Mapping[str, str] = {"high": "steady", "medium": "fairly steady", "low": "changeable"}
LEVELS = (Confidence.HIGH, Confidence.MEDIUM, Confidence.LOW)
# What is told on this screen, by the facts of which the first known says how sure it is.
TOPICS: Mapping[str, tuple[str, ...]] = {
    "hours of sleep": ("sleep_mean", "duration_mean"),
    "usual times": ("onset_mean", "onset_work", "mode_1_onset"),
    "regularity": ("regularity_plain", "onset_sd"),
    "type": ("chronotype",),
    "sleep needed": ("sleep_need",),
    "energy": ("energy_curve",),
}
FALLBACK = "database_fallback"
TOO_LITTLE = "Too little is recorded to tell."
UNREMARKABLE = "Nothing: no credible change, and no warning."
NO_OLD_PLAN = "Nothing is planned from old data."
NO_ADVICE = "Nothing to advise from these data."


class ToldSentence(NamedTuple):
    """A sentence, the result it is of, and the facts it rests on."""

    text: str
    result: AnalysisResult
    fact_ids: tuple[str, ...]


class KeyFigure(NamedTuple):
    """A number worth a place of its own; `below` qualifies it."""

    label: str
    value: str
    below: str
    result: AnalysisResult
    fact_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FirstScreen:
    """All there is on it. `lacking` is what keeps more from being said; `today` is empty of a stale result.

    `warnings` are sentences by the word they begin with; `unremarkable` and `unplanned` stand where nothing stands out
    or is to be done.
    """

    warnings: tuple[tuple[str, str], ...]
    who: tuple[ToldSentence, ...]
    figures: tuple[KeyFigure, ...]
    lacking: tuple[str, ...]
    stands_out: tuple[ToldSentence, ...]
    unremarkable: str
    today: tuple[ToldSentence, ...]
    unplanned: str
    overall: Confidence
    sure: str
    recorded: str
    free_days: str
    is_stale: bool


def first_screen(
    circadian: CircadianResult | None, behavior: BehaviorResult | None, data_age: timedelta | None, data_source: str
) -> FirstScreen:
    """The first screen of both results, or of the one there is.

    `data_age` is the age of the newest reading, None without any.
    """
    results = [one for one in (circadian, behavior) if one is not None]
    stale = is_stale(results, data_age)
    topics = {} if circadian is None else _topics(circadian.facts)
    # The curve is a model at best; it does not make the rest less sure.
    told = [level for topic, level in topics.items() if topic != "energy"]
    too_little = any(one.status is Status.INSUFFICIENT for one in results)
    return FirstScreen(
        warnings=tuple(_warnings(data_age if stale else None, data_source, is_stale=stale)),
        who=() if circadian is None else tuple(_who(circadian, behavior)),
        figures=() if circadian is None else tuple(_figures(circadian)),
        lacking=() if stale or circadian is None else tuple(_lacking(circadian)),
        stands_out=tuple(islice(_distinct(_stands_out(circadian, behavior)), MOST)),
        unremarkable=TOO_LITTLE if too_little else UNREMARKABLE,
        today=() if stale else tuple(islice(_distinct(_today(circadian, behavior)), MOST)),
        unplanned=NO_OLD_PLAN if stale else NO_ADVICE,
        overall=surest(*told) if told else Confidence.NONE,
        sure=_sure_text(topics),
        recorded=_recorded_text((behavior or results[0]).analysis_metadata.data_quality),
        free_days="" if circadian is None else _free_days_text(circadian),
        is_stale=stale,
    )


def _warnings(data_age: timedelta | None, data_source: str, *, is_stale: bool) -> Iterator[tuple[str, str]]:
    if is_stale:
        age = "days" if data_age is None else age_text(data_age)
        yield "Stale", f"the newest reading is {age} old. This says how it was then, and plans nothing."
    if data_source == FALLBACK:
        yield FALLBACK, "Sahha was not asked or did not answer. Newer data may exist that are not in here."


def has_usual_hours(circadian: CircadianResult) -> bool:
    """Whether one hour of falling asleep can be told as the usual one."""
    return living_of(circadian) not in WITHOUT_HOURS and first_known(circadian.facts, "mode_1_onset") is None


def is_stale(results: Iterable[AnalysisResult], data_age: timedelta | None) -> bool:
    """Whether the newest reading is too old to plan from."""
    return any(one.status is Status.STALE for one in results) or (data_age is not None and data_age > STALE_FROM)


def first_known(facts: Mapping[str, Fact], *fact_ids: str) -> Fact | None:
    """The first of some facts that says something."""
    return next((facts[one] for one in fact_ids if one in facts and facts[one].value is not None), None)


def label_of(facts: Mapping[str, Fact], fact_id: str) -> str:
    fact = first_known(facts, fact_id)
    return str(fact.value).replace("_", " ") if fact is not None else ""


def living_of(circadian: CircadianResult) -> str:
    """The way of living; of results without one, whether sleep lies at changing hours."""
    told = label_of(circadian.facts, "living")
    if told:
        return told
    return "changing" if label_of(circadian.facts, "shift_work") == "yes" else "unknown"


def _who(circadian: CircadianResult, behavior: BehaviorResult | None) -> Iterator[ToldSentence]:
    living = living_of(circadian)
    usual = first_known(circadian.facts, "onset_mean", "onset_work", "mode_1_onset")
    lives = LIVES.get(living, "Sleeps" if usual is not None else "")
    if not lives:
        return
    steadiness, rests_on = _steadiness(circadian, behavior)
    says_hours = living not in WITHOUT_HOURS
    if says_hours and steadiness:
        yield ToldSentence(f"{lives} at {steadiness} hours.", circadian, ("living", "regularity_plain", "onset_sd"))
    elif lives != "Sleeps":
        yield ToldSentence(f"{lives}.", circadian, ("living", "drift", *rests_on))
    kind = first_known(circadian.facts, "chronotype")
    if kind is not None and living not in WITHOUT_HOURS:
        yield _type(circadian, kind)


def _steadiness(circadian: CircadianResult, behavior: BehaviorResult | None) -> tuple[str, tuple[str, ...]]:
    plain = label_of(circadian.facts, "regularity_plain")
    if plain:
        return plain, ("regularity_plain",)
    band = "" if behavior is None else label_of(behavior.facts, "regularity_band")
    return STEADY.get(band, ""), ()


def _type(circadian: CircadianResult, kind: Fact) -> ToldSentence:
    name = str(kind.value).replace("_", " ")
    maybe = interval_text(kind)
    article = "An" if name[:1] in "aeiou" else "A"
    text = f"{article} {name} type" + (f" ({maybe})" if maybe else "")
    percentile = first_known(circadian.facts, "chronotype_percentile")
    if percentile is not None:
        text += f": {_percent(percentile)} of people have their midsleep earlier"
    return ToldSentence(f"{text}.", circadian, ("chronotype", "chronotype_percentile", "msf_sc"))


def _percent(fact: Fact) -> str:
    """Whole per cent of people: more digits than that no sample has."""
    value = fact.value if isinstance(fact.value, float) else 0.0
    return f"{value:.0f} %" if value >= 1 else "fewer than 1 %"


def _figures(circadian: CircadianResult) -> Iterator[KeyFigure]:
    facts = circadian.facts
    yield from _hours_of_the_clock(circadian)
    slept = first_known(facts, "sleep_mean", "duration_mean")
    if slept is not None:
        label = "Asleep a day" if slept.id == "sleep_mean" else "Main sleep"
        yield KeyFigure(label, display(slept), interval_text(slept), circadian, (slept.id,))
    need = first_known(facts, "sleep_need")
    if need is not None:
        yield KeyFigure("Sleep needed", display(need), interval_text(need), circadian, (need.id,))


def _hours_of_the_clock(circadian: CircadianResult) -> Iterator[KeyFigure]:
    """Two groups of nights where there are two, else work and free days, else the mean of all nights."""
    facts, living = circadian.facts, living_of(circadian)
    if first_known(facts, "mode_1_onset") is not None:
        one, other = (first_known(facts, f"mode_{place}_nights") for place in (1, 2))
        is_tie = one is not None and other is not None and one.value == other.value
        for place, label in (("mode_1", "Half of the nights" if is_tie else "Most nights"), ("mode_2", "Other nights")):
            yield from _span(circadian, label, f"{place}_onset", f"{place}_wake", f"{place}_nights")
        return
    if living in WITHOUT_HOURS:
        return
    sides = [
        *_span(circadian, "Work days", "onset_work", "wake_work", "work_nights"),
        *_span(circadian, "Free days", "onset_free", "wake_free", "free_nights"),
    ]
    yield from sides or _span(circadian, "Usual hours", "onset_mean", "wake_mean", "nights")


def _span(circadian: CircadianResult, label: str, onset: str, wake: str, nights: str) -> Iterator[KeyFigure]:
    begins, ends, count = (first_known(circadian.facts, one) for one in (onset, wake, nights))
    if begins is not None and ends is not None:
        value = f"{display(begins)}–{display(ends)}"  # noqa: RUF001  from to, as clocks are written
        yield KeyFigure(label, value, "" if count is None else display(count), circadian, (onset, wake, nights))


def _lacking(circadian: CircadianResult) -> Iterator[str]:
    """What keeps hours, type or plan from being told, each once; of a way of living that has none it says enough."""
    if living_of(circadian) not in ORDINARY:
        return
    parts = (circadian.chronotype_assessment, circadian.energy_zone_analysis, circadian.regularity)
    missing = [one for part in parts if part.status is Status.INSUFFICIENT for one in part.missing]
    yield from list(dict.fromkeys(map(lacking_text, missing)))[:MOST_LACKING]


def _stands_out(circadian: CircadianResult | None, behavior: BehaviorResult | None) -> Iterator[ToldSentence]:
    """Red flags, then today's body, sleep owed, credible changes, the season, and what goes together."""
    if circadian is not None:
        for one in getattr(circadian, "red_flags", []):
            yield ToldSentence(one.text, circadian, tuple(one.fact_ids))
    if behavior is not None:
        yield from _body(behavior)
    if circadian is not None:
        yield from tell_owed(circadian)
    if behavior is not None:
        yield from _insights(behavior, are_changes=True)
    if circadian is not None:
        for one in getattr(circadian, "notes", []):
            yield ToldSentence(one.text, circadian, tuple(one.fact_ids))
    if behavior is not None:
        yield from _insights(behavior, are_changes=False)


def _insights(behavior: BehaviorResult, *, are_changes: bool) -> Iterator[ToldSentence]:
    for insight in behavior.data_insights:
        if any(_is_change(fact_id) for fact_id in insight.fact_ids) is are_changes:
            yield ToldSentence(insight.text, behavior, tuple(insight.fact_ids))


def _body(behavior: BehaviorResult) -> Iterator[ToldSentence]:
    """Why readiness is low, from the heart."""
    if behavior.readiness.level != "Low":
        return
    off = {
        fact_id
        for fact_id, usual in (("rhr_flag", "usual"), ("hrv_state", "within"))
        if label_of(behavior.facts, fact_id) not in ("", usual)
    }
    for one in behavior.readiness.reasons:
        if off.intersection(one.fact_ids):
            yield ToldSentence(one.text, behavior, tuple(one.fact_ids))


def tell_owed(circadian: CircadianResult) -> Iterator[ToldSentence]:
    """A balance whose whole interval is owed, of who sleeps too little; without an interval it says nothing."""
    balance = first_known(circadian.facts, "sleep_debt_14")
    if balance is None or balance.interval is None or balance.interval.low is None or balance.interval.low <= 0:
        return
    if circadian.sleep_need.standing != "short":
        return
    text = f"Over the last 14 nights sleep falls short of the need by {display(balance)} ({interval_text(balance)})."
    yield ToldSentence(text, circadian, (balance.id, "sleep_need"))


def _is_change(fact_id: str) -> bool:
    return "_change_" in fact_id or "_trend_" in fact_id


def _today(circadian: CircadianResult | None, behavior: BehaviorResult | None) -> Iterator[ToldSentence]:
    """Advice in the order of its weight: the body's first where it is strained, then times, then habits."""
    advised = [] if behavior is None else behavior.recommendations
    is_strained = behavior is not None and behavior.readiness.level == "Low"
    urgent = [one for one in advised if one.priority == "high" and is_strained]
    if behavior is not None:
        for advice in urgent:
            yield ToldSentence(advice.recommendation, behavior, tuple(advice.fact_ids))
    if circadian is not None:
        for timed in _apart(circadian.schedule_recommendations.recommendations):
            yield ToldSentence(timed.text, circadian, tuple(timed.fact_ids))
    if behavior is not None:
        for advice in advised:
            if advice not in urgent:
                yield ToldSentence(advice.recommendation, behavior, tuple(advice.fact_ids))


def _apart(advice: Sequence[TimingRecommendation]) -> Iterator[TimingRecommendation]:
    """One piece of a kind, and none that begins when another does: nobody trains and works at once."""
    taken: set[str] = set()
    for one in advice:
        if one.kind not in taken and one.start not in taken:
            taken.update([one.kind, *filter(None, [one.start])])
            yield one


def _distinct(told: Iterator[ToldSentence]) -> Iterator[ToldSentence]:
    seen: set[str] = set()
    for one in told:
        if one.text not in seen:
            seen.add(one.text)
            yield one._replace(text=sentence_text(one.text))


def _topics(facts: Mapping[str, Fact]) -> dict[str, Confidence]:
    """How sure each topic is that something is known of."""
    found = {topic: first_known(facts, *fact_ids) for topic, fact_ids in TOPICS.items()}
    if label_of(facts, "living") in WITHOUT_HOURS and first_known(facts, "mode_1_onset") is None:
        found["usual times"] = None
    return {topic: fact.confidence for topic, fact in found.items() if fact is not None}


def _sure_text(topics: Mapping[str, Confidence]) -> str:
    """`High for hours of sleep and regularity; medium for type.`"""
    parts = [
        f"{level} for {join_words([topic for topic, sure in topics.items() if sure is level])}"
        for level in LEVELS
        if level in topics.values()
    ]
    return capitalize("; ".join(parts)) + "." if parts else ""


def _recorded_text(quality: DataQuality) -> str:
    """How many nights of how many days, counted from the first reading within the window."""
    if quality.first_day is None or quality.through is None:
        return "No night recorded yet."
    days = (quality.through - quality.first_day).days + 1
    nights = "night" if days == 1 else "nights"
    return f"{quality.nights} of {days} {nights} recorded since {day_text(quality.first_day)}."


def _free_days_text(circadian: CircadianResult) -> str:
    """Which days are taken to be free, where anything rests on it."""
    if first_known(circadian.facts, "onset_free", "onset_work", "chronotype") is None:
        return ""
    told, _, days = circadian.analysis_metadata.free_days.partition(": ")
    for name in WEEKDAYS:
        days = days.replace(name, name.title())
    return f"Free days are {told} ({days})."


def newest_text(through: date | None, data_age: timedelta | None) -> str:
    """How old the newest reading is."""
    if through is None or data_age is None:
        return "no reading yet"
    return f"newest reading {age_text(data_age)} old"
