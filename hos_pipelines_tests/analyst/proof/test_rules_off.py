"""Each rule of the proof turned off: the falsehood that it alone makes impossible passes, so that no rule is idle."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import pytest

from hos_pipelines.analyst.answers import Claim
from hos_pipelines.analyst.evidence import Evidence, Passage
from hos_pipelines.analyst.passages import evidence_of
from hos_pipelines.analyst.proof import comparisons, offers, prove, slots
from hos_pipelines.analyst.proof.grammar import Grammar, Sentence
from hos_pipelines.analyst.proof.offers import own_offers
from hos_pipelines.analyst.proof.sayings import Saying
from hos_pipelines.domain.violations import ViolationKind
from hos_pipelines_tests.analyst.people import circadian
from hos_pipelines_tests.analyst.proof.claims import (
    answer_of,
    claim,
    coffee,
    fact,
    kinds,
    of_facts,
    of_known,
    sentence_of,
)
from hos_pipelines_tests.report.people import known

ADVICE = "recommendations/0"


class Rule(NamedTuple):
    """A rule: what turns it off, and an answer that is wrong in the one way it is for, made anew each time."""

    off: Callable[[pytest.MonkeyPatch], None]
    wrong: Callable[[], tuple[Sequence[Claim], Evidence]]


def fresh(of: Evidence) -> Evidence:
    """The same evidence as another one, of which nothing has been worked out yet."""
    return replace(of, passages=[replace(one) for one in of.passages])


def of_somebody_else() -> tuple[Sequence[Claim], Evidence]:
    theirs = evidence_of(circadian(known()), "zzzzz")
    return [claim(sentence_of("archetype/0", theirs), "archetype/0", theirs)], of_known()


def any_tag(turned: pytest.MonkeyPatch) -> None:
    turned.setattr(Evidence, "untag_id", lambda _, tagged: tagged.rpartition(".")[0])


def behavior_sheet(text: str, ids: tuple[str, ...], *facts: Any) -> Evidence:
    passages = [Passage("data_insights/0", text, ids), Passage("data_insights/new", "")]
    return replace(of_facts(passages, *facts), analysis="behavior_analysis")


def trend_that_is_none() -> tuple[Sequence[Claim], Evidence]:
    slope = fact("steps_trend_slope", 3.0, "count per day")
    of = behavior_sheet("Steps: rising over the last four weeks.", (slope.id,), slope)
    text = "Your {{steps_trend_slope.name}} showed a {{steps_trend_slope.way}} trend over the last four weeks."
    return [claim(text, "data_insights/0", of)], of


def any_way(turned: pytest.MonkeyPatch) -> None:
    turned.setitem(slots.SLOTS, "way", lambda *_: "rising")


def difference_within_chance() -> tuple[Sequence[Claim], Evidence]:
    facts = fact("sleep_mean", 7.4, "hour", (7.0, 7.8)), fact("sleep_need", 7.6, "hour", (7.0, 8.2))
    of = of_facts([Passage("sleep_pattern/new", "")], *facts)
    text = (
        "You sleep {{sleep_mean}} a day on average, {{sleep_mean.versus.sleep_need}} your estimated need of "
        "{{sleep_need}}."
    )
    return [claim(text, "sleep_pattern/new", of)], of


def no_chance(turned: pytest.MonkeyPatch) -> None:
    turned.setattr(comparisons, "_reach", lambda *_: (0.0, 0.0))


def share_that_is_none() -> tuple[Sequence[Claim], Evidence]:
    facts = [fact("exercise_adherence", 57.0, "minute")]
    of = behavior_sheet("", (), *facts)
    text = (
        "{{exercise_adherence.name}} shows {{exercise_adherence.often}}, on {{exercise_adherence}} of those recorded."
    )
    return [claim(text, "data_insights/new", of)], of


def any_share(turned: pytest.MonkeyPatch) -> None:
    turned.setitem(slots.SLOTS, "often", lambda *_: "on most days")


def what_is_not_known() -> tuple[Sequence[Claim], Evidence]:
    of = of_facts([Passage("sleep_pattern/new", "")])
    return [
        claim("You usually sleep for {{sleep_efficiency_median}} of your time in bed.", "sleep_pattern/new", of)
    ], of


def anything_known(turned: pytest.MonkeyPatch) -> None:
    turned.setattr(offers, "render", lambda *_: "91 %")


def advice_nobody_gave() -> tuple[Sequence[Claim], Evidence]:
    of = fresh(coffee())
    silent = replace(of, passages=[replace(of.passages[0], text="Drink enough water.")])
    return [claim("Let {{advice_caffeine_last}} be the latest time for coffee.", ADVICE, silent)], silent


def whatever_the_rules_say(turned: pytest.MonkeyPatch) -> None:
    def every(saying: Saying, passage: Passage, _: Evidence) -> Iterator[Mapping[str, str]]:
        bound = offers._bound(saying, passage)
        yield from [bound] if bound is not None else []

    turned.setattr(offers, "bindings", every)


def words_turned_round() -> tuple[Sequence[Claim], Evidence]:
    of = fresh(coffee())
    return [claim("Have the last coffee by {{caffeine_hours}} of bed.", ADVICE, of)], of


def any_order(turned: pytest.MonkeyPatch) -> None:
    def read(self: Grammar, _: str) -> tuple[list[Sentence], str]:
        return [Sentence(self._offers[0][1])], ""

    turned.setattr(Grammar, "read", read)


def sentence_in_the_place_of_another() -> tuple[Sequence[Claim], Evidence]:
    of = of_known()
    return [claim(sentence_of("evidence/1", of), "evidence/0", of)], of


def any_row(turned: pytest.MonkeyPatch) -> None:
    turned.setattr(prove, "_row", lambda *_: [])


def the_same_again() -> tuple[Sequence[Claim], Evidence]:
    of = of_known()
    joined = f"{sentence_of('evidence/0', of)} {sentence_of('evidence/1', of)}"
    return [claim(joined, "evidence/0", of), claim(sentence_of("evidence/1", of), "evidence/1", of)], of


def repeats(turned: pytest.MonkeyPatch) -> None:
    turned.setattr(prove, "_repeated", lambda _: [])


def a_passage_too_often() -> tuple[Sequence[Claim], Evidence]:
    of = of_known()
    passage = next(one for one in of.passages if one.key == "sleep_pattern/new")
    new = {one.saying: one.text for one in own_offers(passage, of)}
    return [claim(text, passage.key, of) for text in list(new.values())[:4]], of


def any_use(turned: pytest.MonkeyPatch) -> None:
    turned.setattr(prove, "_uses", lambda *_: [])


def a_flood() -> tuple[Sequence[Claim], Evidence]:
    of = fresh(coffee())
    return [claim(" " * 2000 + sentence_of(ADVICE, of), ADVICE, of)], of


def any_length(turned: pytest.MonkeyPatch) -> None:
    turned.setattr(prove, "_form", lambda _: [])


RULES = {
    "keys and slots are this person's": Rule(any_tag, of_somebody_else),
    "no way for what goes nowhere": Rule(any_way, trend_that_is_none),
    "no comparison within chance": Rule(no_chance, difference_within_chance),
    "no frequency without a share": Rule(any_share, share_that_is_none),
    "no slot of what is not known": Rule(anything_known, what_is_not_known),
    "only what the rules say": Rule(whatever_the_rules_say, advice_nobody_gave),
    "whole sentences": Rule(any_order, words_turned_round),
    "a sentence in its own place": Rule(any_row, sentence_in_the_place_of_another),
    "nothing said twice": Rule(repeats, the_same_again),
    "a passage as often as it may": Rule(any_use, a_passage_too_often),
    "no flood": Rule(any_length, a_flood),
}


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_rule_turned_off_lets_its_falsehood_pass(rule: Rule, monkeypatch: pytest.MonkeyPatch) -> None:
    claims, of = rule.wrong()
    assert answer_of(claims, fresh(of)).violations
    with monkeypatch.context() as turned:
        rule.off(turned)
        claims, of = rule.wrong()
        assert answer_of(claims, fresh(of)).violations == []


def test_without_the_rule_of_words_the_model_is_not_told_which_word_is_strange(monkeypatch: pytest.MonkeyPatch) -> None:
    of = coffee()
    assert kinds("Drink coffee.", ADVICE, of) == {ViolationKind.SENTENCE, ViolationKind.WORD}
    monkeypatch.setattr(Grammar, "strange", lambda *_: [])
    assert kinds("Drink coffee.", ADVICE, of) == {ViolationKind.SENTENCE}
