from collections import Counter

from hos_pipelines.domain.behavior.results import BehaviorResult
from hos_pipelines.report.habit_calendar import draw_habit_calendar
from hos_pipelines_tests.report import svg
from hos_pipelines_tests.report.people import hardly_known, history_of, known, report_of, unknown


def drawn(result: BehaviorResult) -> str:
    picture = draw_habit_calendar(result)
    assert picture is not None
    return picture


def test_every_day_of_every_behavior_has_one_of_three_marks() -> None:
    behavior = known().behavior
    counts = Counter(one["done"] for one in behavior.habit_analysis.calendar)
    picture = drawn(behavior)
    assert svg.marks(picture, "done") == counts[True]
    assert svg.marks(picture, "missed") == counts[False]
    fields = 28 * len(behavior.habit_analysis.behaviors)
    assert svg.marks(picture, "not-recorded") == fields - counts.total()


def test_the_marks_differ_in_shape_and_are_named() -> None:
    picture = drawn(known().behavior)
    shapes = set()
    for mark in ("done", "missed", "not-recorded"):
        group = next(one for one in svg.parsed(picture).iter() if one.get("id") == f"habits-{mark}")
        shapes.add(next(group.iter(f"{svg.SVG}path")).get("d"))
    assert len(shapes) == 3
    assert {"done", "missed", "not recorded"} <= set(svg.texts(picture))


def test_a_row_ends_with_adherence_and_its_interval() -> None:
    facts = known().behavior.facts
    rate, low, high = (facts[f"exercise_adherence{end}"].value for end in ("", "_low", "_high"))
    assert isinstance(rate, float)
    assert isinstance(low, float)
    assert isinstance(high, float)
    said = f"{round(100 * rate)} % ({round(100 * low)} to {round(100 * high)}, preliminary)"
    assert said in svg.texts(drawn(known().behavior))


def test_with_every_day_recorded_adherence_is_not_preliminary() -> None:
    texts = svg.texts(drawn(report_of(history_of(56, missing=())).behavior))
    assert not any("preliminary" in text for text in texts)
    assert sum(" % (" in text for text in texts) == 5


def test_without_enough_days_a_row_ends_without_a_number() -> None:
    texts = svg.texts(drawn(hardly_known().behavior))
    assert texts.count("not enough data") == 5
    assert not any("%" in text for text in texts)


def test_without_a_calendar_there_is_no_picture() -> None:
    assert draw_habit_calendar(unknown().behavior) is None


def test_a_title_cannot_become_markup_or_a_formula() -> None:
    behavior = known().behavior
    habits = behavior.habit_analysis
    rows = [row.model_copy(update={"title": "<script>$x_1$</script>"}) for row in habits.behaviors]
    hostile = behavior.model_copy(update={"habit_analysis": habits.model_copy(update={"behaviors": rows})})
    assert svg.texts(drawn(hostile)).count("<script>$x_1$</script>") == len(rows)


def test_the_same_result_gives_the_same_bytes() -> None:
    assert drawn(known().behavior) == drawn(known().behavior)
