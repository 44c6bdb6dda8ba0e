"""What a well-behaved model claims: every passage in nearly its own words, and one new claim for each new passage."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

import orjson

from hos_pipelines.simulator.chance import draws
from hos_pipelines.simulator.model.prompt import Prompt, ShownFact, ShownPassage

# A clock time, a duration, a count with its unit: what reads well after "is".
_PLAIN_VALUE = re.compile(r"[+\u2212-]?\d[\d.,:]*(?: ?[%°\w/]+){0,4}")
_PREFIX = "In short: "
_PREFIXED_SHARE = 0.4
# Longer texts might grow beyond what a caller takes.
_LONGEST_PREFIXED = 400


@dataclass(frozen=True, slots=True)
class DraftClaim:
    """One claim of an answer."""

    passage: str
    text: str
    fact_ids: Sequence[str]


def as_text(claims: Iterable[DraftClaim]) -> str:
    """The JSON text of an answer."""
    return orjson.dumps({"claims": [asdict(claim) for claim in claims]}).decode()


def honest_claims(prompt: Prompt, seed: int) -> list[DraftClaim]:
    """The claims of a well-behaved model: passages in their order, but for one swap, so that prioritising shows."""
    spoken_for = {cited for passage in prompt.passages for cited in passage.rests_on}
    unused = iter([fact for fact in prompt.facts if _is_plain(fact) and fact.fact_id not in spoken_for])
    claims = []
    for passage in prompt.passages:
        if not passage.is_new:
            claims.append(_reword(passage, prompt, seed))
        elif fact := next(unused, None):
            claims.append(_new(passage, fact))
    return _reorder([claim for claim in claims if claim.text], seed)


def _is_plain(fact: ShownFact) -> bool:
    return _PLAIN_VALUE.fullmatch(fact.shown) is not None


def _new(passage: ShownPassage, fact: ShownFact) -> DraftClaim:
    return DraftClaim(passage.key, f"Worth knowing: your {fact.what} is {{{{{fact.fact_id}}}}}.", (fact.fact_id,))


def _reword(passage: ShownPassage, prompt: Prompt, seed: int) -> DraftClaim:
    cited = passage.rests_on or tuple(fact.fact_id for fact in prompt.facts[:1])
    is_prefixed = draws(f"{seed}|words|{passage.key}|{passage.text}", 1)[0] < _PREFIXED_SHARE
    if passage.text and is_prefixed and len(passage.text) <= _LONGEST_PREFIXED:
        return DraftClaim(passage.key, _PREFIX + passage.text, cited)
    return DraftClaim(passage.key, passage.text, cited)


def _reorder(claims: list[DraftClaim], seed: int) -> list[DraftClaim]:
    neighbours = range(len(claims) - 1)
    # A swap across sections would not show where sections are read one by one.
    within = [at for at in neighbours if _section(claims[at]) == _section(claims[at + 1])] or list(neighbours)
    if not within:
        return claims
    at = within[int(draws(f"{seed}|order|{as_text(claims)}", 1)[0] * len(within))]
    return [*claims[:at], claims[at + 1], claims[at], *claims[at + 2 :]]


def _section(claim: DraftClaim) -> str:
    return claim.passage.partition("/")[0]
