"""The analyses of one profile as they are told: in lines for people, by their facts, and as JSON."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import click

from hos_pipelines.cli.fact_list import print_sections
from hos_pipelines.cli.labelled import print_lines
from hos_pipelines.cli.output import say
from hos_pipelines.domain.analysis_due import DueDecision
from hos_pipelines.domain.analysis_result import AnalysisResult
from hos_pipelines.domain.behavior.results import BehaviorResult
from hos_pipelines.domain.circadian.results import CircadianResult
from hos_pipelines.domain.count_text import count_text
from hos_pipelines.domain.day_text import day_text
from hos_pipelines.domain.fact_order import by_section
from hos_pipelines.domain.staleness import age_of
from hos_pipelines.postgres.analysis_store import StoredAnalysis
from hos_pipelines.report.brief import BriefInput, brief
from hos_pipelines.report.fact_lines import fact_sections
from hos_pipelines.report.first_screen import newest_text
from hos_pipelines.report.wording import age_text, capitalize

RULES, OPENAI = "rules", "openai"
SUBJECTS = {"circadian_analysis": "sleep and energy", "behavior_analysis": "habits"}
JUST_NOW = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class StandingAnalysis:
    """The analysis of one kind that stands: as it may be shown now, as it is stored, and why it was made or left.

    `requests` are those to a model just now; `fallback_reason` says why the rules wrote where a model was asked for.
    """

    seen: AnalysisResult
    stored: StoredAnalysis
    verdict: DueDecision
    requests: int
    fallback_reason: str | None

    def answer(self, now: datetime) -> dict[str, Any]:
        """The result, and beside it how it came about and how old it is."""
        stored, verdict = self.stored, self.verdict
        age = self.data_age(now)
        return {
            **self.seen.model_dump(mode="json"),
            "fact_sections": by_section(self.seen.facts),
            "engine": stored.engine,
            "model": stored.model,
            "prompt_version": stored.prompt_version,
            "tokens": stored.tokens,
            "cost": stored.cost_usd,
            "requests": self.requests,
            "violations": list(stored.violations),
            "fallback_reason": self.fallback_reason,
            "fingerprint": stored.fingerprint,
            "mode": stored.mode,
            "analyzed_at": stored.analyzed_at.isoformat(),
            "age_hours": _in_hours(self.age(now)),
            "data_through": stored.data_through,
            "data_source": stored.data_source,
            "data_age_hours": None if age is None else _in_hours(age),
            "decision": verdict.decision,
            "reason": verdict.reason,
            "threshold": verdict.threshold,
        }

    def age(self, now: datetime) -> timedelta:
        """How long ago it was made or confirmed."""
        return max(now - self.stored.analyzed_at, timedelta(0))

    def data_age(self, now: datetime) -> timedelta | None:
        """How old the newest reading beneath it is; None without any."""
        return None if self.stored.data_through is None else age_of(self.stored.data_through, now)


@dataclass(frozen=True, slots=True)
class AnalysedProfile:
    """One profile with the analyses asked for, at a moment; `data_source` is where data comes from at that moment."""

    profile_id: str
    external_id: str
    data_source: str
    now: datetime
    standing: Sequence[StandingAnalysis]

    def answer(self) -> dict[str, Any]:
        """All of it, by the names of the analyses, and who wrote it."""
        told = {str(one.stored.analysis_type): one.answer(self.now) for one in self.standing}
        whose = {"profile_id": self.profile_id, "external_id": self.external_id}
        return {**whose, **told, **_writing(list(told.values()))}

    def print_brief(self) -> None:
        """Prints who it is, and about ten lines."""
        results = [one.seen for one in self.standing]
        ages = [age for one in self.standing if (age := one.data_age(self.now)) is not None]
        data_age = min(ages, default=None)
        subject = BriefInput(
            next((one for one in results if isinstance(one, CircadianResult)), None),
            next((one for one in results if isinstance(one, BehaviorResult)), None),
            data_age,
            self.data_source,
        )
        click.echo(self._heading(data_age))
        print_lines([*brief(subject), ("How old", capitalize(" ".join(self._ages())))])
        for one in self.standing:
            if text := _writer_text(one):
                say(text)

    def print_facts(self) -> None:
        """Prints every fact, section by section."""
        print_sections(fact_sections(*(one.seen for one in self.standing)))

    def _heading(self, data_age: timedelta | None) -> str:
        name = self.profile_id if self.external_id == self.profile_id else f"{self.profile_id} ({self.external_id})"
        through = max(filter(None, (one.stored.data_through for one in self.standing)), default=None)
        up_to = "" if through is None else f"up to {day_text(through)}, "
        return f"{name}, {self.standing[0].seen.archetype}: {up_to}{newest_text(through, data_age)}"

    def _ages(self) -> Iterator[str]:
        """When each was made, of which data, and why it was made anew or not; of both at once where that is one."""
        said = [(SUBJECTS[str(one.stored.analysis_type)], self._age(one)) for one in self.standing]
        if len({age for _, age in said}) == 1:
            yield said[0][1]
            return
        for subject, age in said:
            yield f"{capitalize(subject)} {age}"

    def _age(self, one: StandingAnalysis) -> str:
        age = one.age(self.now)
        when = "just now" if age < JUST_NOW else f"{age_text(age)} ago"
        through = one.stored.data_through
        data = "on no data" if through is None else f"on data through {day_text(through)}"
        return f"analysed {when} {data} from {one.stored.data_source} ({one.verdict.reason})."


def _writer_text(one: StandingAnalysis) -> str:
    """Who wrote it, where a model was asked."""
    stored = one.stored
    if one.fallback_reason:
        return f"{stored.analysis_type}: written by rules: {one.fallback_reason}"
    if not stored.model:
        return ""
    return (
        f"{stored.analysis_type}: written by {stored.model} (prompt {stored.prompt_version}), "
        f"{count_text(one.requests, 'request')} now; {count_text(stored.tokens, 'token')}, "
        f"{count_text(len(stored.violations), 'violation')} mended."
    )


def _writing(told: list[dict[str, Any]]) -> dict[str, Any]:
    """Who wrote the results of a call and what that took, of all of them together."""
    costs = [one["cost"] for one in told if one["cost"] is not None]
    marks = [one["fingerprint"] for one in told]
    return {
        "engine": OPENAI if all(one["engine"] == OPENAI for one in told) else RULES,
        "model": next((one["model"] for one in told if one["model"]), None),
        "prompt_version": next((one["prompt_version"] for one in told if one["prompt_version"]), None),
        "fingerprint": marks[0] if len(marks) == 1 else hashlib.sha256("\n".join(marks).encode()).hexdigest(),
        "tokens": sum(one["tokens"] for one in told),
        "cost": sum(costs) if costs else None,
        "requests": sum(one["requests"] for one in told),
        "violations": [violation for one in told for violation in one["violations"]],
        "fallback_reason": next((one["fallback_reason"] for one in told if one["fallback_reason"]), None),
    }


def _in_hours(age: timedelta) -> float:
    return round(age / timedelta(hours=1), 3)
