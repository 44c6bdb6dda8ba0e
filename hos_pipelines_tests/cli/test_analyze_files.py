"""`hos analyze` of files: the facts of sleep windows and of hourly activity, told without any database."""

import cmath
import math
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from hos_pipelines_tests.cli.answers import Answer
from hos_pipelines_tests.cli.conftest import Hos

FIRST = date(2026, 10, 7)  # a Wednesday, so that four weeks hold four whole weekends
CLOSED_PORT = "postgresql://nobody:secret@127.0.0.1:1/nothing"
TIMED = ("msw", "msf", "msf_sc", "sjl_rel", "sd_week", "onset_sd", "offset_sd", "midpoint_sd", "cpd", "sri")

Window = tuple[str, str]
Facts = dict[str, Any]


@pytest.fixture(autouse=True)
def no_database(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterable[None]:
    """The database is where nobody answers, and none may be started in its place."""
    monkeypatch.setenv("HOS_DATABASE_URL", CLOSED_PORT)
    monkeypatch.setenv("HOS_DAGSTER_DATABASE_URL", CLOSED_PORT)
    yield
    assert not (tmp_path / "hos-home").exists()


@pytest.fixture
def analyzed(hos: Hos, tmp_path: Path) -> Callable[..., Answer]:
    """Analyses what is given as the text of a file."""

    def run(option: str, text: str | bytes, *arguments: str) -> Answer:
        file = tmp_path / "recorded.csv"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return hos("analyze", option, str(file), *arguments)

    return run


def slept(day: date, bed: float, hours: float, *offsets: str) -> Window:
    """A night that ends on this day; `bed` in clock hours from the midnight it begins with, offsets of both ends."""
    start = datetime(day.year, day.month, day.day) + timedelta(hours=bed)  # noqa: DTZ001 - offsets are appended
    both = offsets or ("", "")
    return start.isoformat() + both[0], (start + timedelta(hours=hours)).isoformat() + both[1]


def month(
    of_day: Callable[[int], tuple[float, float]], first: date = FIRST, offset: str = "", nights: int = 28
) -> list[Window]:
    """Nights that end on `nights` days; `of_day` gives bed time and hours by the number of the day."""
    return [slept(first + timedelta(days=one), *of_day(one), offset, offset) for one in range(nights)]


def table(windows: Iterable[Window]) -> str:
    return "\n".join(["start,end", *map(",".join, windows), ""])


def values(answer: Answer) -> Facts:
    return {fact_id: fact["value"] for fact_id, fact in answer.succeeded().json["facts"].items()}


def circular_sd(hours: Iterable[float]) -> float:
    """sqrt(-2 ln R) in hours (Mardia 1972)."""
    points = [cmath.exp(2j * math.pi * hour / 24) for hour in hours]
    return math.sqrt(-2 * math.log(abs(sum(points)) / len(points))) * 24 / (2 * math.pi)


def is_weekend(day: int) -> bool:
    return day % 7 in (3, 4)


def late_weekends(day: int) -> tuple[float, float]:
    """23:00 to 06:00 on work days, 00:30 to 09:30 on free days."""
    return (0.5, 9) if is_weekend(day) else (-1, 7)


PLAIN = month(late_weekends)


@pytest.mark.parametrize("offset", ["", "+02:00", "-09:30", "Z"])
def test_four_weeks_give_the_figures_computed_by_hand(analyzed: Callable[..., Answer], offset: str) -> None:
    """Work days 7 h, free days 9 h: SDweek (5 x 7 + 2 x 9) / 7 h, MSFsc 05:00 - (9 h - SDweek) / 2."""
    answer = analyzed("--windows", table(month(late_weekends, offset=offset)))
    facts = values(answer)
    assert facts["msw"] == pytest.approx(9000)
    assert facts["msf"] == pytest.approx(18000)
    assert facts["msf_sc"] == pytest.approx(15428.571, abs=0.001)
    assert facts["sjl_rel"] == pytest.approx(9000)
    assert facts["sd_week"] == pytest.approx(27257.143, abs=0.001)
    assert facts["sri"] == pytest.approx(87.6543, abs=0.0001)
    assert facts["onset_sd"] == pytest.approx(circular_sd([23] * 20 + [0.5] * 8))
    assert facts["offset_sd"] == pytest.approx(circular_sd([6] * 20 + [9.5] * 8))
    assert facts["midpoint_sd"] == pytest.approx(circular_sd([2.5] * 20 + [5] * 8))
    away, still = 15428.571 / 3600 - 2.5, 5 - 15428.571 / 3600
    changed = math.hypot(away, 2.5) + math.hypot(still, 2.5)
    assert facts["cpd"] == pytest.approx((4 * changed + 15 * away + 4 * still) / 27, abs=1e-6)
    assert {name: answer.json[name] for name in ("nights", "naps", "set_aside")} == {
        "nights": 28, "naps": 0, "set_aside": 0,
    }  # fmt: skip


def test_the_answer_is_the_last_line_and_every_fact_says_what_it_rests_on(analyzed: Callable[..., Answer]) -> None:
    answer = analyzed("--windows", table(PLAIN)).succeeded()
    assert answer.json["free_days"] == "estimated"
    for fact_id in TIMED:
        fact = answer.json["facts"][fact_id]
        assert fact["id"] == fact_id
        assert fact["status"] == "ok"
        assert fact["window"] == "2026-10-07/2026-11-03"
        assert fact["n"] > 0
        assert fact["method"]
        assert fact["confidence"] in ("medium", "high")
    units = {fact_id: answer.json["facts"][fact_id]["unit"] for fact_id in TIMED}
    assert {units[name] for name in ("onset_sd", "offset_sd", "midpoint_sd", "cpd")} == {"hour"}
    assert {units[name] for name in ("sd_week", "sjl_rel")} == {"second"}
    assert "msf_sc" in answer.stdout.rpartition("{")[0], "people read a table"


@pytest.mark.parametrize(
    ("windows", "index"),
    [
        (month(lambda day: (1 if is_weekend(day) else -1, 8)), 90.1235),
        (month(lambda day: (0 if day % 2 else -1, 8)), 83.3333),
        (month(lambda day: ((-1) ** day - 1, 8)), 66.6667),
        (month(lambda day: (day / 4 - 4, 8)), 95.8333),
        (month(lambda _: (-1, 8)), 100),
    ],
    ids=["weekend 2 h later", "every other night 1 h later", "every other night 2 h later", "15 min a day", "same"],
)
def test_the_sleep_regularity_index_is_that_of_the_analytic_cases(
    analyzed: Callable[..., Answer], windows: list[Window], index: float
) -> None:
    """Changed minutes over all minutes: a shift of d hours changes 2 d of 24 hours, which takes 200 x 2 d / 24."""
    assert values(analyzed("--windows", table(windows)))["sri"] == pytest.approx(index, abs=0.0001)


def test_the_order_of_rows_and_rows_given_twice_change_nothing(analyzed: Callable[..., Answer]) -> None:
    plain = analyzed("--windows", table(PLAIN)).succeeded().json
    assert analyzed("--windows", table([*reversed(PLAIN), *PLAIN[:9]])).succeeded().json == plain


def test_times_with_and_without_offset_may_stand_side_by_side(analyzed: Callable[..., Answer]) -> None:
    named = month(late_weekends, offset="+02:00")
    expected = values(analyzed("--windows", table(named)))
    every_third = [
        plain if place % 3 == 0 else row for place, (plain, row) in enumerate(zip(PLAIN, named, strict=True))
    ]
    half_rows = [(plain[0], row[1]) for plain, row in zip(PLAIN, named, strict=True)]
    for mixed in (every_third, half_rows):
        facts = values(analyzed("--windows", table(mixed)))
        assert {name: facts[name] for name in TIMED} == pytest.approx({name: expected[name] for name in TIMED})
        assert (facts["free_nights"], facts["work_nights"]) == (8, 20), "no row is taken for a journey"
        assert values(analyzed("--windows", table(mixed), "--timezone", "Europe/Kyiv"))["msf_sc"] is not None


def test_an_offset_may_stand_in_a_column_of_its_own(analyzed: Callable[..., Answer]) -> None:
    apart = "Start,End,Offset\n" + "".join(f"{start},{end},+02:00\n" for start, end in PLAIN)
    assert values(analyzed("--windows", apart, "--json")) == values(
        analyzed("--windows", table(month(late_weekends, offset="+02:00")), "--json")
    )
    for offset in ("two hours", "99", ".5"):
        strange = f"{apart}2026-11-10T23:00,2026-11-11T07:00,{offset}\n"
        aside = analyzed("--windows", strange, "--json").succeeded().json["set_aside_first"]
        assert aside == [{"line": 30, "reason": "offset is none such as +02:00"}]


@pytest.mark.parametrize(
    ("changes", "before", "after", "length"),
    [(date(2026, 10, 25), "+02:00", "+01:00", 9), (date(2026, 3, 29), "+01:00", "+02:00", 7)],
    ids=["autumn", "spring"],
)
def test_a_zone_knows_the_hour_that_a_change_of_clocks_gives_or_takes(
    analyzed: Callable[..., Answer], changes: date, before: str, after: str, length: int
) -> None:
    first = changes - timedelta(days=13)
    plain = month(lambda _: (-1, 8), first, nights=28)
    in_zone = values(analyzed("--windows", table(plain), "--timezone", "Europe/Berlin"))
    assert in_zone["duration_mean"] == pytest.approx((27 * 8 + length) / 28)
    assert in_zone["onset_sd"] == pytest.approx(0, abs=1e-6)
    assert in_zone["missing_nights"] == 0
    days = [first + timedelta(days=one) for one in range(28)]
    offsets = [(before if day <= changes else after, before if day < changes else after) for day in days]
    delivered = [slept(day, -1, 8, *both) for day, both in zip(days, offsets, strict=True)]
    assert values(analyzed("--windows", table(delivered), "--timezone", "Europe/Berlin")) == in_zone
    assert values(analyzed("--windows", table(plain)))["duration_mean"] == pytest.approx(8), "plain clock times"


def test_free_days_are_those_of_country_and_settings(
    analyzed: Callable[..., Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    arabian = month(lambda day: (1, 8) if day % 7 in (2, 3) else (-1, 8))
    assert values(analyzed("--windows", table(arabian)))["msf"] == pytest.approx(4 * 3600), "Saturday and Sunday"
    monkeypatch.setenv("HOS_COUNTRY", "SA")
    facts = values(analyzed("--windows", table(arabian)))
    assert (facts["msw"], facts["msf"]) == (pytest.approx(3 * 3600), pytest.approx(5 * 3600))
    monkeypatch.delenv("HOS_COUNTRY")
    monkeypatch.setenv("HOS_FREE_DAYS", "friday, saturday")
    assert values(analyzed("--windows", table(arabian))) == facts
    monkeypatch.setenv("HOS_FREE_DAYS", "friday")
    facts = values(analyzed("--windows", table(arabian)))
    assert (facts["free_nights"], facts["work_nights"]) == (4, 24)


def test_public_holidays_are_free_beside_whichever_weekdays_are(
    analyzed: Callable[..., Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the 28 days from 7 December 2026, Christmas Day is a Friday and New Year's Day as well; 26 December is not."""
    december = table(month(late_weekends, date(2026, 12, 7)))
    assert values(analyzed("--windows", december))["free_nights"] == 8
    monkeypatch.setenv("HOS_COUNTRY", "DE")
    assert values(analyzed("--windows", december))["free_nights"] == 10
    monkeypatch.setenv("HOS_FREE_DAYS", "sunday")
    assert values(analyzed("--windows", december))["free_nights"] == 4 + 3


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("HOS_COUNTRY", "XX", "HOS_COUNTRY: 'XX' is no country whose calendar is known"),
        ("HOS_FREE_DAYS", "doomsday", "HOS_FREE_DAYS: 'doomsday' is no weekday"),
        ("HOS_FREE_DAYS", ",", "HOS_FREE_DAYS: has an empty name"),
    ],
)
def test_settings_that_cannot_be_meant_are_named(
    analyzed: Callable[..., Answer], monkeypatch: pytest.MonkeyPatch, name: str, value: str, sentence: str
) -> None:
    monkeypatch.setenv(name, value)
    analyzed("--windows", table(PLAIN)).refused_with(sentence)


@pytest.mark.parametrize("option", ["--windows", "--hourly"])
@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "has no column"),
        ("\n\n", "has no column"),
        ("2026-10-01T23:00,2026-10-02T07:00\n", "has no column"),
        ("start;end;time;activity\n", "has no column"),
        (bytes(range(256)), "is no CSV file in UTF-8"),
        ("start,end,time,activity\n".encode("utf-16"), "is no CSV file in UTF-8"),
        ("start,end,time,activity\n" + 200_000 * "x" + ",1,2,3\n", "is no CSV file in UTF-8"),
    ],
    ids=["empty", "blank", "no header", "semicolons", "binary", "UTF-16", "endless field"],
)
def test_what_is_no_such_file_is_refused_in_one_sentence(
    analyzed: Callable[..., Answer], option: str, content: str | bytes, sentence: str
) -> None:
    analyzed(option, content).refused_with(f"{option}: ", "recorded.csv", sentence)


@pytest.mark.parametrize(
    ("option", "header", "column"), [("--windows", "start,ende", "end"), ("--hourly", "time,steps", "activity")]
)
def test_a_missing_column_is_named(analyzed: Callable[..., Answer], option: str, header: str, column: str) -> None:
    analyzed(option, f"{header}\n1,2\n").refused_with(f"has no column {column}; its first line must name ")


@pytest.mark.parametrize("option", ["--windows", "--hourly"])
def test_a_file_that_is_missing_or_a_folder_is_named(hos: Hos, tmp_path: Path, option: str) -> None:
    hos("analyze", option, str(tmp_path / "absent.csv")).refused_with(f"{option}: ", "absent.csv cannot be read")
    hos("analyze", option, str(tmp_path)).refused_with(f"{option}: {tmp_path} cannot be read (Is a directory)")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "PROFILE: name one, or give either --windows FILE or --hourly FILE."),
        (["anna", "--windows", "a.csv"], "PROFILE: name one, or give either --windows FILE or --hourly FILE."),
        (["--hourly", "b.csv", "--windows", "a.csv"], "PROFILE: name one, or give either"),
        (
            ["--windows", "a.csv", "--force"],
            "--force, --type, --engine: are for a PROFILE; leave them out with a file.",
        ),
        (["--hourly", "a.csv", "--type", "circadian"], "--force, --type, --engine: are for a PROFILE"),
        (["--windows", "a.csv", "--timezone", "Mars/Olympus"], "timezone: 'Mars/Olympus' is unknown"),
        (["--hourly", "a.csv", "--timezone", "UTC"], "--timezone: is for --windows"),
        (["anna", "--timezone", "UTC"], "--timezone: is for --windows; a profile has its own"),
        (["anna", "--type", "mood"], "'mood' is not one of"),
    ],
    ids=" ".join,
)
def test_arguments_that_do_not_go_together_are_refused(hos: Hos, arguments: list[str], sentence: str) -> None:
    hos("analyze", *arguments).refused_with(sentence)


def test_rows_that_cannot_be_read_are_set_aside_with_their_line(analyzed: Callable[..., Answer]) -> None:
    bad = ["yesterday,today", "2026-10-01T23:00", ",", "0001-01-01T00:00,0001-01-01T08:00", "2026-10-01T23:00,25:00"]
    header, *good = table(PLAIN).splitlines()
    answer = analyzed("--windows", "\n".join([header, *bad, "", *good]), "--timezone", "Asia/Tokyo").succeeded()
    assert [one["line"] for one in answer.json["set_aside_first"]] == [2, 3, 4, 5, 6]
    assert answer.json["set_aside"] == 5
    assert answer.json["nights"] == 28
    assert "5 rows were set aside; the first, line 2: start is no ISO time" in answer.stderr
    assert [one["reason"] for one in answer.json["set_aside_first"]][1:] == [
        "end is no ISO time such as 2026-10-04T23:10",
        "start is no ISO time such as 2026-10-04T23:10",
        "start is of the year 1, the first or last there is",
        "end is no ISO time such as 2026-10-04T23:10",
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("start,end\n", "has no row below its first line; give at least one with start and end of a sleep, such as"),
        ("start,end\nnoon,night\n", "has no row that can be used (the first, line 2: start is no ISO time such as"),
        (table([PLAIN[0][::-1]]), "has no row that can be used (the first, 2026-10-06: sleep_window ends before"),
        (f'start,end\n{",".join(PLAIN[0])}\n"2026-10-08,x\n', "from line 3 on (unexpected end of data)"),
        ('start,"end\n2026-10-08,x\n', "from line 1 on (unexpected end of data); close its quotes"),
    ],
    ids=["only a header", "no times", "backwards", "open quote", "open quote in the header"],
)
def test_a_file_without_a_usable_row_is_refused(analyzed: Callable[..., Answer], text: str, sentence: str) -> None:
    analyzed("--windows", text).refused_with("--windows: ", "recorded.csv", sentence)


@pytest.mark.parametrize("text", ["time,activity\n", "time,activity\nnoon,3\n"], ids=["only a header", "no time"])
def test_activity_without_a_usable_row_is_refused(analyzed: Callable[..., Answer], text: str) -> None:
    analyzed("--hourly", text).refused_with("--hourly: ", "recorded.csv has no row ", "give ")


def test_a_byte_order_mark_spaces_and_further_columns_do_no_harm(analyzed: Callable[..., Answer]) -> None:
    plain = values(analyzed("--windows", table(PLAIN)))
    rows = [f"watch, {start} , {end} ,7" for start, end in PLAIN]
    text = "\r\n".join(["device,start,end,mood", *rows, ""])
    assert values(analyzed("--windows", text.encode("utf-8-sig"))) == plain


def test_windows_that_cannot_be_are_set_aside_with_their_day_and_reason(analyzed: Callable[..., Answer]) -> None:
    day = date(2026, 11, 10)
    backwards = slept(day, -1, 8)[::-1]
    odd = [backwards, slept(date(2026, 11, 20), -1, 40), slept(FIRST, -0.5, 5)]
    answer = analyzed("--windows", table([*PLAIN, *odd])).succeeded()
    assert answer.json["set_aside_first"] == [
        {"day": "2026-10-07", "reason": "sleep_window overlaps a longer one"},
        {"day": "2026-11-09", "reason": "sleep_window ends before it begins"},
        {"day": "2026-11-21", "reason": "sleep_window lasts more than 16 hours: not worn"},
    ]
    expected = values(analyzed("--windows", table(PLAIN)))
    assert values(analyzed("--windows", table([*PLAIN, *odd]))) == expected


def test_a_night_without_a_record_is_missing_and_never_awake(analyzed: Callable[..., Answer]) -> None:
    same = month(lambda _: (-1, 8))
    facts = values(analyzed("--windows", table(one for place, one in enumerate(same) if place not in (9, 10, 20))))
    assert (facts["nights"], facts["missing_nights"]) == (25, 3)
    assert facts["sri"] == pytest.approx(100)


def test_a_single_night_gives_no_number_and_says_what_is_missing(analyzed: Callable[..., Answer]) -> None:
    answer = analyzed("--windows", table(PLAIN[:1])).succeeded()
    assert answer.json["nights"] == 1
    for fact_id in TIMED:
        fact = answer.json["facts"][fact_id]
        assert (fact["value"], fact["status"], fact["confidence"]) == (None, "insufficient_data", "none")
        assert " needs " in fact["missing"]


def waves(of_hour: Callable[[float], float], days: int = 14, step: float = 1, offset: str = "") -> list[str]:
    """Rows of time and activity from 1 February 2026 on, every `step` hours."""
    first = datetime(2026, 2, 1, tzinfo=UTC)
    moments = [first + timedelta(hours=step * place) for place in range(round(24 * days / step))]
    return [
        f"{moment.replace(tzinfo=None).isoformat()}{offset},{of_hour(moment.hour + moment.minute / 60)}"
        for moment in moments
    ]


def hourly_table(rows: Iterable[str]) -> str:
    return "\n".join(["time,activity", *rows])


def day_wave(hour: float) -> float:
    """Mesor 100, amplitude 60, most active at 15:00."""
    return 100 + 60 * math.cos(2 * math.pi * (hour - 15) / 24)


@pytest.mark.parametrize("step", [1, 0.25], ids=["hourly", "quarters"])
def test_a_sampled_wave_has_the_rhythm_it_was_made_of(analyzed: Callable[..., Answer], step: float) -> None:
    answer = analyzed("--hourly", hourly_table(waves(day_wave, step=step)))
    facts = values(answer)
    assert (answer.json["days"], answer.json["whole_days"], answer.json["set_aside"]) == (14, 14, 0)
    assert facts["is"] == pytest.approx(1)
    assert facts["cosinor_peak_hour"] == pytest.approx(15, abs=1e-6)
    assert facts["cosinor_mesor"] == pytest.approx(100)
    assert facts["cosinor_amplitude"] == pytest.approx(60, rel=0.01)
    assert facts["rhythm_trough_hour"] == pytest.approx(3, abs=0.3)
    assert answer.json["facts"]["is"]["window"] == "2026-02-01/2026-02-14"


def test_activity_is_read_by_the_clock_it_is_written_in(analyzed: Callable[..., Answer]) -> None:
    plain = values(analyzed("--hourly", hourly_table(waves(day_wave))))
    assert values(analyzed("--hourly", hourly_table(reversed(waves(day_wave, offset="-08:00"))))) == plain


def test_missing_hours_are_unknown_and_not_zero(analyzed: Callable[..., Answer]) -> None:
    rows = waves(day_wave)
    gone = {5, 50, 51, 52, 300}
    answer = analyzed("--hourly", hourly_table(row for place, row in enumerate(rows) if place not in gone))
    facts = values(answer)
    assert (answer.json["days"], answer.json["whole_days"]) == (14, 11)
    assert facts["is"] == pytest.approx(1, abs=0.03), "GGIR's formula may pass 1 where hours are missing"
    assert facts["cosinor_peak_hour"] == pytest.approx(15, abs=1e-6)
    assert facts["cosinor_mesor"] == pytest.approx(100)
    assert answer.json["facts"]["is"]["n"] == 11
    every_day = analyzed("--hourly", hourly_table(row for place, row in enumerate(rows) if place % 24 != 4))
    assert every_day.succeeded().json["facts"]["is"]["missing"].startswith("whole days of hourly data: has 0, needs 3")


def test_a_flat_line_has_no_peak(analyzed: Callable[..., Answer]) -> None:
    facts = values(analyzed("--hourly", hourly_table(waves(lambda _: 7))))
    assert facts["cosinor_peak_hour"] is None
    assert facts["is"] is None


def test_hourly_rows_that_cannot_be_read_are_set_aside_with_their_line(analyzed: Callable[..., Answer]) -> None:
    bad = ["noon,3", "2026-02-01T03:00,many", "2026-02-01T03:00,", "2026-02-01T03:00,inf", "2026-02-01T03:00"]
    rows = waves(day_wave)
    answer = analyzed("--hourly", hourly_table([*bad, *rows])).succeeded()
    assert [one["line"] for one in answer.json["set_aside_first"]] == [2, 3, 4, 5, 6]
    assert "5 rows were set aside; the first, line 2: activity has no ISO date and time." in answer.stderr
    assert values(answer) == values(analyzed("--hourly", hourly_table(rows)))


def test_a_second_value_of_one_time_is_set_aside_by_its_day(analyzed: Callable[..., Answer]) -> None:
    answer = analyzed("--hourly", hourly_table([*waves(day_wave), "2026-02-03T07:00,9999", "2046-02-03T07:00,1"]))
    assert answer.succeeded().json["set_aside_first"] == [
        {"day": "2026-02-03", "reason": "activity is a second value of the same time"},
        {"day": "2046-02-03", "reason": "activity lies years from the others"},
    ]
    assert answer.json["days"] == 14
