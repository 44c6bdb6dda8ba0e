"""Honest claims with a direction turned, a trend where there is none, or a label that is somebody else's."""

import re
from collections.abc import Iterator, Mapping
from random import Random

from benchmarks.grounding.drafts import Draft, Named, Turn
from benchmarks.grounding.people import Sheet
from benchmarks.grounding.wrong import Wrong, wrong

# In the engine's own sentences, each direction and its opposite.
OPPOSITES: Mapping[str, str] = {
    "later": "earlier", "rising": "falling", "improving": "declining", "above": "below", "longer": "shorter",
    "higher": "lower", "more": "fewer", "raised": "lowered",
}  # fmt: skip
TURNED = {**OPPOSITES, **{opposite: word for word, opposite in OPPOSITES.items()}, "less": "more"}
# Advice says where to go, not where anything went: turning it would be bad advice, not a false statement of fact.
FACTUAL = ("evidence", "sleep_pattern", "signature", "data_insights")
NO_TREND_WORDS = re.compile(r"shows no clear trend|has been holding steady|is neither rising nor falling|is stable")
STEADY_WORDS = ("has been holding steady", "is neither rising nor falling", "is stable")
TRENDS = (
    "has been rising", "is falling", "is improving", "has been declining", "keeps climbing", "is going up",
    "is trending downward", "has dropped lately", "has been increasing", "is not steady but rising",
    "gets worse week after week", "is on an upward trend",
)  # fmt: skip
# Each zone of the day said in words, and another zone.
ZONES: Mapping[str, str] = {
    "energy peak": "recovery window", "A second peak": "A low", "are peak time": "are recovery time",
    "tends to peak": "tends to be lowest", "expected to be highest": "expected to be lowest",
    "expected to be lower": "expected to be highest", "Energy tends to dip": "Energy tends to peak",
}  # fmt: skip
# Nobody can see from the hours of sleep why they lie where they do.
WHY = ("You seem to work shifts.", "That is shift work.", "Your night shifts show in this.")
BANDS = {"steady": "changeable", "fairly steady": "changeable", "changeable": "steady"}


def turned_directions(draft: Draft, sheet: Sheet, chance: Random) -> Iterator[Wrong]:
    """The claim with its direction turned, denied, or made up."""
    for place in draft.places(Turn):
        turn = draft.pieces[place]
        assert isinstance(turn, Turn)  # noqa: S101  `places` looks for nothing else
        yield wrong("direction", "turned", draft, draft.text(place, turn.wrong))
    if draft.denied is not None:
        yield wrong("direction", "denied", draft, draft.with_pieces(draft.denied).text())
    yield from _made_up(draft, sheet, chance)
    yield from _own_sentence_turned(draft)


def _made_up(draft: Draft, sheet: Sheet, chance: Random) -> Iterator[Wrong]:
    """A trend where none was found, and steadiness where nobody knows of any."""
    text = draft.text()
    series = [one.removesuffix("_trend_q") for one in draft.cited if one.endswith("_trend_q")]
    if not series or not NO_TREND_WORDS.search(text):
        return
    yield wrong("direction", "made up", draft, NO_TREND_WORDS.sub(chance.choice(TRENDS), text))
    if all(sheet.trend(one) is None for one in series):
        steady = NO_TREND_WORDS.sub(chance.choice(STEADY_WORDS), text)
        yield wrong("direction", "steadiness made up", draft, steady)


def _own_sentence_turned(draft: Draft) -> Iterator[Wrong]:
    """Of the sentences that state something, with their only word of direction turned."""
    text = draft.text()
    if draft.passage.is_new or text != draft.passage.text or draft.passage.section not in FACTUAL:
        return
    found = list(re.finditer(rf"\b({'|'.join(TURNED)})\b", text))
    # Where rises go together with rises, falls go with falls: of two words, only one may be turned.
    if found:
        word = found[-1]
        changed = text[: word.start()] + TURNED[word[0]] + text[word.end() :]
        yield wrong("direction", "own sentence turned", draft, changed)


def other_labels(draft: Draft, chance: Random) -> Iterator[Wrong]:
    """The claim with the words for another value of its label."""
    for place in draft.places(Named):
        named = draft.pieces[place]
        assert isinstance(named, Named)  # noqa: S101  `places` looks for nothing else
        yield wrong("label", named.fact_id, draft, draft.text(place, chance.choice(named.wrong)))
    text = draft.text()
    if "shift_work" in draft.cited:
        yield wrong("label", "why", draft, f"{text} {chance.choice(WHY)}")
    if text == draft.passage.text and draft.passage.section == "signature":
        for band, other in BANDS.items():
            if f"Bedtimes are {band}," in text:
                yield wrong("label", "band of the signature", draft, text.replace(f"are {band},", f"are {other},"))
    for said, other in ZONES.items():
        if said in text and any(one.startswith("zone_") for one in draft.cited):
            yield wrong("label", "zone", draft, text.replace(said, other))
