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
    assert svg.drawn(picture, "done") == counts[True]
    assert svg.drawn(picture, "missed") == counts[False]
    fields = 28 * len({one["behavior"] for one in behavior.habit_analysis.calendar})
    assert svg.drawn(picture, "unknown") == fields - counts.total()


def test_the_marks_differ_in_shape_and_are_named() -> None:
    picture = drawn(known().behavior)
    shapes = {
        (one.tag, one.get("r"))
        for one in svg.parsed(picture).iter()
        if one.get("class") in ("done", "missed", "unknown")
    }
    assert len(shapes) == 3
    assert {"done", "missed", "not recorded"} <= set(svg.texts(picture))


def test_a_row_says_how_often_with_its_interval() -> None:
    facts = known().behavior.facts
    rate, low, high = (facts[f"exercise_adherence{end}"].value for end in ("", "_low", "_high"))
    assert isinstance(rate, float)
    assert isinstance(low, float)
    assert isinstance(high, float)
    said = f"{round(100 * rate)} % of days ({round(100 * low)} to {round(100 * high)})"
    assert said in svg.texts(drawn(known().behavior))


def test_of_every_behavior_it_says_how_often() -> None:
    texts = svg.texts(drawn(report_of(history_of(56, missing=())).behavior))
    assert sum(" % of days (" in text for text in texts) == 5


def test_without_enough_days_a_row_has_no_number() -> None:
    texts = svg.texts(drawn(hardly_known().behavior))
    assert texts.count("too few days") == 5
    assert not any("%" in text for text in texts)


def test_without_a_calendar_there_is_no_picture() -> None:
    assert draw_habit_calendar(unknown().behavior) is None


def test_a_title_cannot_become_markup() -> None:
    behavior = known().behavior
    habits = behavior.habit_analysis
    rows = [row.model_copy(update={"title": "<script>$x_1$</script>"}) for row in habits.behaviors]
    hostile = behavior.model_copy(update={"habit_analysis": habits.model_copy(update={"behaviors": rows})})
    assert svg.texts(drawn(hostile)).count("<script>$x_1$</script>") == len(rows)


def test_the_same_result_gives_the_same_bytes() -> None:
    assert drawn(known().behavior) == drawn(known().behavior)
