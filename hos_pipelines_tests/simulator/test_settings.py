"""Settings that make no sense are refused with one sentence that names the field and the remedy."""

from datetime import datetime
from typing import Any

import pytest

from hos_pipelines.simulator.people import KINDS
from hos_pipelines.simulator.settings import SimulatorSettings


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("users", 0), ("users", 1_000_001), ("users", 2.5), ("users", True), ("days", 0), ("days", 401),
        ("latency_ms", -1),
        ("fault_rate", 1.1), ("fault_rate", "half"), ("fault_rate", float("nan")), ("token_lifetime_s", 0),
        ("flip_after_hours", -1), ("at", datetime(2026, 11, 1)), ("at", "2026-11-01"), ("wire_format", "2023"),  # noqa: DTZ001
        ("client_id", ""), ("webhook_secret", ""), ("webhook_url", "ftp://somewhere"),
        ("kinds", ("lark", "sloth")), ("kinds", "lark"), ("kinds", (7,)),
    ],
)  # fmt: skip
def test_a_setting_that_makes_no_sense_is_named_with_its_remedy(field: str, value: Any) -> None:
    with pytest.raises(ValueError, match=rf"^{field} .*give|^{field} .*start it with") as caught:
        SimulatorSettings(**{field: value})
    assert str(caught.value).count(". ") == 0


def test_secrets_stay_out_of_the_representation() -> None:
    secrets = dict.fromkeys(("client_secret", "webhook_secret"), "very-secret")
    assert "very-secret" not in repr(SimulatorSettings(**secrets))  # type: ignore[arg-type]


def test_an_unknown_kind_is_answered_with_the_names_of_all() -> None:
    with pytest.raises(ValueError, match="kinds holds 'sloth', which is none; give any of ") as caught:
        SimulatorSettings(kinds=("sloth",))
    assert all(kind in str(caught.value) for kind in KINDS)
