"""Claims that rest on nothing of this person: another's facts, invented ones, and those that nobody could compute."""

from collections import Counter
from collections.abc import Iterator
from random import Random

from benchmarks.grounding.drafts import Draft, Figure
from benchmarks.grounding.figures import Dimension, is_right, measured
from benchmarks.grounding.people import Sheet
from benchmarks.grounding.wrong import Wrong, miscited, wrong
from hos_pipelines.analyst.answers import MOST_CLAIMS, Answer, Claim
from hos_pipelines.analyst.evidence import Passage

PLAUSIBLE = (
    "sleep_quality_mean", "deep_sleep_share", "stress_score", "hrv_mean", "rem_minutes", "bedtime_mean",
    "steps_average", "resting_pulse", "sleep_latency_mean", "chronotype_score",
    "wake_time", "energy_peak", "weekly_steps", "recovery_z",
)  # fmt: skip
MOST_NEW = 3
QUALITATIVE = "Your {} speaks for itself, so hold on to what works."


def foreign_facts(draft: Draft, other: Sheet, chance: Random) -> Iterator[Wrong]:
    """The claim with one of its ids not as it stands on the sheet: another's ending, none, or another result's fact."""
    if not draft.cited:
        return
    own, text, place = draft.cited_ids(), draft.text(), chance.randrange(len(draft.cited))
    fact_id = draft.cited[place]
    elsewhere = chance.choice([one for one in other.evidence.facts if one not in draft.evidence.facts] or ["sri_2"])
    ways = {
        "another user's ending": other.evidence.tag_id(fact_id),
        "no ending": fact_id,
        "an ending with one letter changed": _altered(draft.evidence.tag_id(fact_id)),
        "an ending in capitals": draft.evidence.tag_id(fact_id).upper(),
        "a fact of another sheet": draft.evidence.tag_id(elsewhere),
        "nothing": "",
    }
    for how, cited in ways.items():
        ids = [*own[:place], cited, *own[place + 1 :]]
        yield miscited("foreign_fact", how, draft, text, ids)
        if how != "nothing":
            yield miscited("foreign_fact", f"placeholder of {how}", draft, f"{text} See {{{{{cited}}}}}.", own)
    yield miscited("foreign_fact", "one too many", draft, text, [*own, other.evidence.tag_id(fact_id)])


def invented_facts(draft: Draft, chance: Random) -> Iterator[Wrong]:
    """The claim with an id that sounds right and is on no sheet."""
    name = chance.choice([one for one in PLAUSIBLE if one not in draft.evidence.facts])
    cited = draft.evidence.tag_id(name)
    yield miscited("invented_fact", "cited", draft, draft.text(), [*draft.cited_ids(), cited])
    yield miscited("invented_fact", "placeholder", draft, f"{draft.text()} That is {{{{{cited}}}}}.", draft.cited_ids())
    both = [*draft.cited_ids(), cited]
    yield miscited("invented_fact", "both", draft, f"{draft.text()} That is {{{{{cited}}}}}.", both)


def swapped_users(drafts: list[Draft], other: Sheet) -> Iterator[Wrong]:
    """A whole answer about one user held against another's facts, and single claims under the other's endings."""
    claims = _as_one_answer(drafts)
    if not claims or not other.evidence.passages:
        return
    yield Wrong("swapped_users", "whole answer", Answer(claims=claims), other.evidence)
    passages = {passage.key: passage for passage in other.evidence.passages}
    for draft in drafts:
        passage = passages.get(draft.passage.key)
        if passage is not None and _is_wrong_for(draft, passage, other):
            moved = Draft(other.evidence, passage, draft.pieces, draft.cited)
            yield Wrong("swapped_users", "the other's endings", moved.answer(), other.evidence)


def _as_one_answer(drafts: list[Draft]) -> list[Claim]:
    """Each passage once, and up to three claims of the model's own, as an answer is to be."""
    taken: Counter[str] = Counter()
    claims = []
    for draft in drafts:
        key = draft.passage.key
        if taken[key] < (MOST_NEW if draft.passage.is_new else 1):
            claims.append(draft.answer().claims[0])
            taken[key] += 1
    return claims[:MOST_CLAIMS]


def insufficient(draft: Draft, sparse: Sheet, chance: Random) -> Iterator[Wrong]:
    """The same claim about the same user, of whom too little is known for one of its facts."""
    facts = sparse.evidence.facts
    new = next((passage for passage in sparse.evidence.passages if passage.is_new), None)
    gone = [one for one in draft.cited if one in facts and facts[one].value is None]
    if not draft.passage.is_new or new is None or not gone:
        return
    moved = Draft(sparse.evidence, new, draft.pieces, draft.cited)
    yield wrong("insufficient", "the claim of more data", moved, moved.text())
    title = chance.choice(gone).replace("_", " ")
    vague = Draft(sparse.evidence, new, (QUALITATIVE.format(title),), tuple(gone[:1]))
    yield wrong("insufficient", "without a number", vague, vague.text())
    mark = f"{{{{{sparse.evidence.tag_id(gone[0])}}}}}"
    filled = Draft(sparse.evidence, new, (f"It comes to {mark}.",), tuple(gone[:1]))
    yield wrong("insufficient", "placeholder", filled, filled.text())


def _altered(cited: str) -> str:
    return cited[:-1] + ("3" if cited[-1] != "3" else "4")


def _is_wrong_for(draft: Draft, passage: Passage, other: Sheet) -> bool:
    """Whether one of its figures, said in digits, is none of the other's facts that it cites or may cite."""
    numbers = [
        found for one in draft.cited if one in other.evidence.facts and (found := measured(other.evidence.facts[one]))
    ]
    numbers += Draft(other.evidence, passage, (), ()).cited_numbers()
    return any(
        isinstance(piece, Figure) and not piece.is_placeholder and not any(_fits(piece, *found) for found in numbers)
        for piece in draft.pieces
    )


def _fits(figure: Figure, dimension: Dimension, value: float) -> bool:
    return dimension is figure.dimension and is_right(figure.form, figure.value, abs(value))
