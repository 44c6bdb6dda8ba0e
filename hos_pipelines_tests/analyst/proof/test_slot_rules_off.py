"""Each rule of slots, comparisons and bindings turned off: what it keeps from being said is said."""

import re
from collections.abc import Callable
from itertools import count
from typing import NamedTuple

import pytest

from hos_pipelines.analyst.evidence import Evidence, Passage
from hos_pipelines.analyst.proof import comparisons, offers, prove, slots
from hos_pipelines.analyst.proof.offers import own_offers
from hos_pipelines.analyst.proof.slots import Borne, render
from hos_pipelines.domain.facts import Fact, Interval
from hos_pipelines_tests.analyst.proof.claims import answer_of, claim, fact, of_facts, of_known, sentence_of

Turn = Callable[[pytest.MonkeyPatch], None]
NEVER = re.compile("(?!)")
NUMBERS = count()


class SlotRule(NamedTuple):
    """A rule: what turns it off, and a slot that its facts do not bear."""

    off: Turn
    expression: str
    facts: tuple[Fact, ...]


def set_to(module: object, name: str, value: object) -> Turn:
    """Turns a rule off by another value of what it goes by."""
    return lambda turned: turned.setattr(module, name, value)


def newest(latest: float, usual: float, z: float) -> tuple[Fact, ...]:
    return (
        fact("steps_latest", latest, "index"), fact("steps_median", usual, "index"), fact("steps_z", z, "z"),
    )  # fmt: skip


QUIET = "Let the day end quietly from 21:00 to 22:00."
DIM = "Keep light low and warm from 20:00 on: bright light in the last hours delays sleep."
FEW_APART = Interval(None, None, 2.0)
LEAST = "at least: free nights follow short ones"
RULES = {
    "close is within a tenth": SlotRule(set_to(slots, "CLOSE", 9.0), "steps_z.way", newest(20.0, 90.0, -0.4)),
    "above shows in the figures": SlotRule(
        set_to(slots, "value_text", lambda _: str(next(NUMBERS))), "steps_z.way", newest(0.804, 0.796, 0.9)
    ),
    "a difference that may be none": SlotRule(
        set_to(slots, "_may_be_none", lambda _: False),
        "sjl_rel.way",
        (fact("sjl_rel", 900.0, "second", (-60.0, 1800.0)),),
    ),
    "ten minutes at least": SlotRule(
        set_to(slots, "LEAST_HOURS", 0.0), "lie_in.way", (fact("lie_in", 0.1, "hour", (0.05, 0.15)),)
    ),
    "no bound below 0": SlotRule(
        set_to(slots, "is_least", lambda _: False),
        "sleep_debt_14",
        (fact("sleep_debt_14", -3.0, "hour", method=LEAST),),
    ),
    "no more than a bound": SlotRule(
        set_to(comparisons, "is_least", lambda _: False),
        "sleep_mean.versus.sleep_need",
        (fact("sleep_mean", 8.0, "hour"), fact("sleep_need", 7.0, "hour", method=LEAST)),
    ),
    "like with like": SlotRule(
        set_to(comparisons, "_kind", lambda _: ("duration", 1.0)),
        "sleep_mean.versus.wake_free",
        (fact("sleep_mean", 8.0, "hour"), fact("wake_free", 9.0, "local hour")),
    ),
    "the least that counts": SlotRule(
        set_to(comparisons, "_least_change", lambda *_: 0.0),
        "pulse_week.versus.pulse_week_before",
        (
            fact("pulse_week", 63.6, "bpm", interval=FEW_APART),
            fact("pulse_week_before", 63.0, "bpm", interval=FEW_APART),
        ),
    ),
}


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_rule_of_slots_turned_off_lets_its_falsehood_be_said(rule: SlotRule, monkeypatch: pytest.MonkeyPatch) -> None:
    of = Borne({one.id: one for one in rule.facts}, {})
    assert render(rule.expression, of) is None
    rule.off(monkeypatch)
    assert render(rule.expression, of) is not None


def test_without_the_rule_of_signs_a_difference_has_its_sign_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    of = Borne({"lie_in": fact("lie_in", -0.6, "hour", (-0.8, -0.4))}, {})
    assert (render("lie_in", of), render("lie_in.way", of)) == ("36 min", "earlier")
    monkeypatch.setattr(slots, "SIGNED", NEVER)
    assert render("lie_in", of) == "-36 min"


def two_peaks() -> Evidence:
    """The rules speak of the second zone; the first is cited before it, with its start alone."""
    text = "Put demanding work between 17:00 and 19:30, where your energy is expected to be highest."
    ids = ("zone_peak_2_end", "zone_peak_1_start", "zone_peak_2_start")
    hours = (19.5, 7.5, 17.0)
    facts = [fact(one, hour, "local hour") for one, hour in zip(ids, hours, strict=True)]
    return of_facts([Passage("recommendations/0", text, ids)], *facts)


def test_without_the_star_the_start_of_one_zone_goes_with_the_end_of_another(monkeypatch: pytest.MonkeyPatch) -> None:
    of = two_peaks()
    assert not [one.shown for one in own_offers(of.passages[0], of) if "07:30" in one.shown]
    fitting = offers._fitting
    monkeypatch.setattr(offers, "_fitting", lambda ids, rests_on, _: fitting(ids, rests_on, None))
    of = two_peaks()
    assert [one.shown for one in own_offers(of.passages[0], of) if "07:30" in one.shown and "19:30" in one.shown]


def test_without_its_rule_advice_is_joined_to_advice(monkeypatch: pytest.MonkeyPatch) -> None:
    def joined() -> tuple[list[str], Evidence]:
        of = of_facts(
            [
                Passage("recommendations/0", "Set an alarm.", ("a",)),
                Passage("recommendations/1", QUIET, ("advice_wind_down_start", "predicted_bed")),
                Passage("recommendations/2", DIM, ("advice_dim_start",)),
            ],
            fact("advice_wind_down_start", 21.0, "local hour"),
            fact("predicted_bed", 22.0, "local hour"),
            fact("advice_dim_start", 20.0, "local hour"),
        )  # fmt: skip
        return [sentence_of("recommendations/1", of), sentence_of("recommendations/2", of)], of

    texts, of = joined()
    assert answer_of([claim(" ".join(texts), "recommendations/1", of)], of).violations
    monkeypatch.setattr(offers, "JOINED", frozenset({"recommendations"}))
    texts, of = joined()
    assert answer_of([claim(" ".join(texts), "recommendations/1", of)], of).violations == []


def test_without_the_most_sentences_a_claim_is_a_flood(monkeypatch: pytest.MonkeyPatch) -> None:
    of = of_known()
    passage = next(one for one in of.passages if one.key == "sleep_pattern/new")
    said = list({one.saying: one.text for one in own_offers(passage, of)}.values())
    monkeypatch.setattr(prove, "MOST_SENTENCES", 2)
    text = " ".join(said[:3])
    assert len(said) > 2
    assert answer_of([claim(text, passage.key, of)], of).violations
    monkeypatch.setattr(prove, "MOST_SENTENCES", 3)
    assert answer_of([claim(text, passage.key, of)], of).violations == []
