"""What insights are on the page: what was found, what to do, and how sure it is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hos_pipelines.report.first_screen import ToldSentence

# By subject: how the ids of the facts begin that an analysis tells of the same days.
SAME_DAYS = {
    "sleep_duration": ("sleep_duration_",),
    "sleep_efficiency": ("sleep_efficiency_",),
    "steps": ("steps_",),
    "active_duration": ("active_duration_",),
    "resting_heart_rate": ("heart_rate_resting_", "rhr_"),
    "hrv": ("hrv_",),
}


@dataclass(frozen=True, slots=True)
class ToldOnPage:
    """One insight as the page shows it; `action` is None once its newest day is old."""

    subject: str
    title: str
    content: str
    action: str | None
    confidence: str
    days: int


def without_the_same(sentences: Iterable[ToldSentence], insights: Sequence[ToldOnPage]) -> list[ToldSentence]:
    """The sentences of the analyses that say nothing of what an insight says already."""
    told = tuple(begin for one in insights for begin in SAME_DAYS.get(one.subject, ()))
    return [one for one in sentences if not (told and any(name.startswith(told) for name in one.fact_ids))]
