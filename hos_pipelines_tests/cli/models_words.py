"""Ten texts as the rules write them and as a model chooses them: a page for `docs/examples/`."""

from collections.abc import Iterator, Sequence

from hos_pipelines.analyst.answers import read_answer
from hos_pipelines.analyst.passages import evidence_of
from hos_pipelines.analyst.prompt import conversation
from hos_pipelines.analyst.proof.prove import ProvenClaim, prove
from hos_pipelines.domain.behavior.results import BehaviorResult
from hos_pipelines.domain.circadian.results import CircadianResult
from hos_pipelines.domain.profiles import Archetype
from hos_pipelines.simulator.model.claims import as_text, honest_claims
from hos_pipelines.simulator.model.prompt import read_prompt
from hos_pipelines.simulator.people import KINDS, Kind
from hos_pipelines_tests.cli.test_simulated_people import known

TAG = "k7q2m"
SEED = 7
TEXTS: tuple[tuple[Kind, str, Archetype], ...] = (
    ("lark", "circadian", Archetype.FOUNDATION_BUILDER),
    ("owl", "circadian", Archetype.PEAK_PERFORMER),
    ("intermediate", "behavior", Archetype.SYSTEMATIC_IMPROVER),
    ("shift_worker", "circadian", Archetype.RESILIENCE_REBUILDER),
    ("weekend_shifted", "circadian", Archetype.CONNECTED_EXPLORER),
    ("weekend_shifted", "behavior", Archetype.TRANSFORMATION_SEEKER),
    ("irregular", "behavior", Archetype.RESILIENCE_REBUILDER),
    ("traveller", "circadian", Archetype.SYSTEMATIC_IMPROVER),
    ("napper", "circadian", Archetype.TRANSFORMATION_SEEKER),
    ("wearable", "behavior", Archetype.CONNECTED_EXPLORER),
)
TITLES = {
    "evidence": "What the type rests on",
    "sleep_pattern": "Sleep",
    "recommendations": "What to do",
    "signature": "Rhythm",
    "data_insights": "Changes and associations",
}
HEAD = """# Ten texts, as the rules write them and as a model chooses them

People of the simulator, 28 nights up to 2 November 2026. On the left every sentence of the rules engine, on the right
what is shown where a model has chosen: here the stand-in, which follows the prompt in an order and a choice of its own.
All words and figures on both sides are ours ([how so](../model.md)). A test holds the page to the code.
"""


def models_words() -> str:
    """The whole page."""
    return "".join((HEAD, *(part for one in TEXTS for part in _text(*one))))


def _text(kind: Kind, area: str, archetype: Archetype) -> Iterator[str]:
    person = known(KINDS.index(kind))
    told: CircadianResult | BehaviorResult = person.circadian if area == "circadian" else person.behavior
    result = told.model_copy(update={"archetype": archetype})
    evidence = evidence_of(result, TAG)
    messages = conversation(archetype, evidence)
    proof = prove(read_answer(as_text(honest_claims(read_prompt(messages[-1].text), SEED))), evidence)
    assert not proof.violations
    yield f"\n## {kind.replace('_', ' ').capitalize()}, {archetype}: {area}\n\n"
    yield "| | the rules | a model's choice |\n|---|---|---|\n"
    for section, title in TITLES.items():
        before = " ".join(one.text for one in evidence.passages if one.section == section and one.text)
        if before:
            yield f"| {title} | {before} | {_chosen(proof.claims, section) or '(as the rules)'} |\n"


def _chosen(claims: Sequence[ProvenClaim], section: str) -> str:
    return " ".join(one.text for one in claims if one.passage.partition("/")[0] == section)
