"""Score rows: shape in both formats, factors with the noise of 32-bit floats, who has which score."""

import struct
from collections import Counter

from hos_pipelines_tests.simulator.conftest import Caller, Start, by_slot

_KEYS = ["id", "type", "state", "score", "factors", "dataSources", "scoreDateTime", "createdAtUtc", "version"]
_FACTOR_KEYS = ["id", "name", "value", "goal", "score", "state", "unit"]
_STATES = {"minimal", "low", "medium", "high"}


def test_scores_have_the_keys_of_the_wire_and_lie_between_0_and_1(caller: Caller) -> None:
    rows = [row for number in range(1, 26) for row in caller.scores(f"sim-{number:04d}")]
    assert all(list(row) == _KEYS for row in rows)
    assert all(0 <= row["score"] <= 1 and row["state"] in _STATES and row["version"] == 1 for row in rows)
    factors = [factor for row in rows for factor in row["factors"]]
    assert all(list(factor) == _FACTOR_KEYS and factor["state"] in _STATES for factor in factors)
    assert all(0 <= factor["score"] <= 1 for factor in factors)
    assert len({row["state"] for row in rows}) > 1


def test_one_row_per_type_and_local_day_at_its_midnight(caller: Caller) -> None:
    rows = caller.scores("sim-0012")
    assert {row["type"] for row in rows} == {"sleep", "activity", "wellbeing", "readiness", "mental_wellbeing"}
    assert Counter((row["type"], row["scoreDateTime"]) for row in rows).most_common(1)[0][1] == 1
    assert {row["scoreDateTime"][11:19] for row in rows} == {"00:00:00"}
    days = [row["scoreDateTime"] for row in rows]
    assert days == sorted(days, reverse=True)


def test_readiness_needs_a_wearable_and_missing_factors_are_omitted(caller: Caller) -> None:
    rows = caller.scores("sim-0011")
    assert "readiness" not in {row["type"] for row in rows}
    sleep = next(row for row in rows if row["type"] == "sleep")
    assert [factor["name"] for factor in sleep["factors"]] == [
        "sleep_duration", "sleep_regularity", "sleep_debt", "circadian_alignment",
    ]  # fmt: skip


def test_factors_repeat_the_biomarkers_of_their_day_through_a_32_bit_float(caller: Caller) -> None:
    biomarkers = by_slot(caller.biomarkers("sim-0012", "sleep", "activity"))
    for row in caller.scores("sim-0012", types="wellbeing", endDateTime="2026-10-30"):
        day, factors = row["scoreDateTime"][:10], {factor["name"]: factor for factor in row["factors"]}
        assert factors["steps"]["value"] == int(biomarkers["steps", day]["value"])
        assert factors["sleep_duration"]["value"] == int(biomarkers["sleep_duration", day]["value"])
        for name in ("sleep_debt", "sleep_regularity"):
            if name in factors:
                delivered = float(biomarkers[name, day]["value"])
                assert factors[name]["value"] == struct.unpack("<f", struct.pack("<f", delivered))[0]


def test_the_2024_format_keeps_empty_factors_as_null(start: Start) -> None:
    rows = start(wire_format="2024").scores("sim-0011")
    assert list(rows[0]) == [
        "id", "requestId", "profileId", "accountId", "externalId", "receivedAtUtc", "type", "score", "state", "factors",
        "dataSources", "scoreDateTime", "createdAt", "version",
    ]  # fmt: skip
    sleep = next(row for row in rows if row["type"] == "sleep")
    empty = [factor for factor in sleep["factors"] if factor["value"] is None]
    assert {factor["name"] for factor in empty} == {"sleep_continuity", "physical_recovery", "mental_recovery"}
    assert all(factor["score"] is None and factor["state"] is None for factor in empty)
    assert rows[0]["createdAt"].endswith("Z")
