"""What twelve simulated people are told, beside what version 1 of the methods told them, and a whole result of one.

`python -m hos_pipelines_tests.cli.what_is_told` writes docs/what-is-told.md, docs/examples and docs/schemas anew.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from hos_pipelines.project import PROJECT_ROOT
from hos_pipelines.simulator.people import KINDS, Kind
from hos_pipelines.stages.analysis.methods import RESULTS
from hos_pipelines_tests.cli.models_words import models_words
from hos_pipelines_tests.cli.test_simulated_people import Known, known

DOCS = PROJECT_ROOT / "docs"
PAGE = DOCS / "what-is-told.md"
BEFORE = DOCS / "examples" / "told_by_version_1.json"
EXAMPLE: Kind = "weekend_shifted"
MOST_ADVICE = 4
NONE = "(nothing)"
HEAD = """# What twelve people are told

The first of each kind of the simulator's people, 28 nights up to 2 November 2026, in the words of the rules: as
version 1 of the methods told them, and as they are told now. A test holds the right column to the code.
"""
Told = Mapping[str, Sequence[str]]


def page() -> str:
    """The whole page."""
    before: Mapping[str, Told] = json.loads(BEFORE.read_text())
    parts = [HEAD]
    for index, kind in enumerate(KINDS):
        name = kind.replace("_", " ")
        parts.append(f"\n## {name.capitalize()}\n\n| | version 1 | now |\n|---|---|---|\n")
        parts += _rows(before[name], told_of(known(index)))
    return "".join(parts)


def told_of(one: Known) -> dict[str, list[str]]:
    """The sentences of both results by their subject."""
    circadian, behavior = one.circadian, one.behavior
    kind = (circadian.chronotype_assessment.primary_type or "none told").replace("_", " ").capitalize()
    goal = behavior.primary_goal
    motives = behavior.motivation_profile
    labels = [*motives.primary_drivers, motives.engagement_style, motives.response_to_setbacks]
    return {
        "Type": [f"{kind}.", *(said.text for said in circadian.chronotype_assessment.supporting_evidence)],
        "Sleep": [said.text for said in circadian.biomarker_insights.sleep_pattern_analysis.statements],
        "First advice on timing": [
            advice.text for advice in circadian.schedule_recommendations.recommendations[:MOST_ADVICE]
        ],
        "To know": [said.text for said in (*circadian.red_flags, *circadian.notes)],
        "Rhythm": [behavior.behavioral_signature.signature_summary or "none told"],
        "Changes and associations": [said.text for said in behavior.data_insights],
        "Goal": [goal.goal] if goal else [],
        "Habits to work on": [f"{advice.recommendation} {advice.reason}" for advice in behavior.recommendations],
        "Labels": [str(label) for label in (*labels, behavior.behavioral_signature.primary_motivation) if label],
    }


def _rows(before: Told, now: Told) -> Iterator[str]:
    for subject in now:
        one, other = (" ".join(told.get(subject, ())) or NONE for told in (before, now))
        if one != other or one != NONE:
            yield f"| {subject} | {one} | {other} |\n"


def files() -> dict[Path, str]:
    """What the documentation holds that the code can say: the page, an example of each result, and the schemas."""
    one = known(KINDS.index(EXAMPLE))
    made = {PAGE: page(), DOCS / "examples" / "a_models_words.md": models_words()}
    for result in (one.circadian, one.behavior):
        example = DOCS / "examples" / f"{result.analysis_metadata.analysis_type}.json"
        made[example] = _json(result.model_dump(mode="json"))
    for kind, form in RESULTS.items():
        made[DOCS / "schemas" / f"{kind}.json"] = _json(form.model_json_schema(mode="serialization"), sort_keys=True)
    return made


def _json(value: object, *, sort_keys: bool = False) -> str:
    return json.dumps(value, indent=1, sort_keys=sort_keys, ensure_ascii=sort_keys) + "\n"


if __name__ == "__main__":
    for path, text in files().items():
        path.write_text(text)
