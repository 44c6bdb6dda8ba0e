"""What tokens cost: a list of the deployment's own, the published prices, and models nobody has a price for."""

from pathlib import Path

import pytest

from hos_pipelines.analyst.account import ModelAccount
from hos_pipelines.analyst.errors import MisconfiguredModelError
from hos_pipelines.analyst.prices import prices_of
from hos_pipelines.domain.usage import NOTHING, Usage

USED = Usage(input_tokens=1_000_000, cached_tokens=400_000, output_tokens=500_000)
LIST = """
["gpt-test"]
input = 2.0
output = 8
cached_input = 0.5

["house/model.v2"]
input = 2.0
output = 8.0

["free"]
input = 0
output = 0
"""


@pytest.fixture
def price_list(tmp_path: Path) -> Path:
    path = tmp_path / "prices.toml"
    path.write_text(LIST, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("model", "dollars"),
    [
        ("gpt-test", 0.6 * 2 + 0.4 * 0.5 + 0.5 * 8),
        ("house/model.v2", 2 + 0.5 * 8),
        ("free", 0.0),
    ],
    ids=["cached input has a price of its own", "cached input costs as much as other", "free of charge"],
)
def test_a_listed_model_costs_what_the_list_says(price_list: Path, model: str, dollars: float) -> None:
    for is_local in (True, False):
        prices = prices_of(model, price_list, is_local=is_local)
        assert prices.cost(USED) == pytest.approx(dollars)
        assert prices.cost(NOTHING) == 0


def test_a_list_that_lacks_the_model_is_refused_even_where_a_price_is_published(price_list: Path) -> None:
    with pytest.raises(MisconfiguredModelError) as refused:
        prices_of("gpt-5-mini", price_list, is_local=True)
    assert str(refused.value) == (
        f"HOS_OPENAI_PRICES: {price_list} has no price for the model gpt-5-mini; "
        'add a ["gpt-5-mini"] with input and output.'
    )


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("[gpt-test", "is not TOML"),
        ("gpt-test = 2.0", "gpt-test: "),
        ("[gpt-test]\ninput = 2.0", "gpt-test.output: "),
        ("[gpt-test]\ninput = 2.0\noutput = -8.0", "gpt-test.output: "),
        ("[gpt-test]\ninput = nan\noutput = 8.0", "gpt-test.input: "),
        ("[gpt-test]\ninput = inf\noutput = 8.0", "gpt-test.input: "),
        ('[gpt-test]\ninput = "cheap"\noutput = 8.0', "gpt-test.input: "),
        ("[gpt-test]\ninput = 2.0\noutput = 8.0\ncached_input = -0.1", "gpt-test.cached_input: "),
        ("[gpt-test]\ninput = 2.0\noutput = 8.0\ncached = 0.1", "gpt-test.cached: "),
        ("[gpt-test]\ninput = 2.0\noutput = 8.0\n[other]\ninput = 1.0", "other.output: "),
    ],
)
def test_a_list_that_makes_no_sense_is_refused_with_the_place(tmp_path: Path, text: str, where: str) -> None:
    path = tmp_path / "prices.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(MisconfiguredModelError) as refused:
        prices_of("gpt-test", path, is_local=False)
    assert str(refused.value).startswith(f"HOS_OPENAI_PRICES: {path}")
    assert where in str(refused.value)
    assert ".env.example" in str(refused.value)


def test_bytes_that_are_no_text_are_no_list(tmp_path: Path) -> None:
    path = tmp_path / "prices.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(MisconfiguredModelError, match="is not TOML"):
        prices_of("gpt-test", path, is_local=False)


@pytest.mark.parametrize(("name", "why"), [("none.toml", "No such file or directory"), (".", "Is a directory")])
def test_a_list_that_cannot_be_read_is_refused_with_the_reason(tmp_path: Path, name: str, why: str) -> None:
    with pytest.raises(MisconfiguredModelError) as refused:
        prices_of("gpt-test", tmp_path / name, is_local=True)
    assert str(refused.value) == f"HOS_OPENAI_PRICES: {tmp_path / name}: {why}; name a TOML file."


@pytest.mark.parametrize(
    ("usage", "dollars"),
    [
        (Usage(input_tokens=1_000_000), 0.25),
        (Usage(input_tokens=1_000_000, cached_tokens=1_000_000), 0.025),
        (Usage(output_tokens=1_000_000), 2.0),
        (USED, 0.6 * 0.25 + 0.4 * 0.025 + 0.5 * 2),
        (NOTHING, 0.0),
    ],
)
def test_the_models_of_openai_cost_what_openai_publishes(usage: Usage, dollars: float) -> None:
    """https://openai.com/api/pricing of gpt-5-mini: 0.25, 0.025 and 2 dollars a million."""
    for is_local in (True, False):
        assert prices_of("gpt-5-mini", None, is_local=is_local).cost(usage) == pytest.approx(dollars)


def test_a_model_without_a_price_is_refused_where_somebody_else_serves_it() -> None:
    with pytest.raises(MisconfiguredModelError) as refused:
        prices_of("house/model.v2", None, is_local=False)
    assert str(refused.value) == (
        "HOS_OPENAI_MODEL: no price is known for house/model.v2, so no ceiling of cost can hold; "
        "name a price list in HOS_OPENAI_PRICES."
    )


def test_a_model_without_a_price_on_this_machine_needs_none() -> None:
    assert prices_of("house/model.v2", None, is_local=True).cost(USED) is None


@pytest.mark.parametrize(
    ("base_url", "is_local"),
    [
        ("http://127.0.0.1:8125/v1", True),
        ("http://127.8.9.1/v1", True),
        ("http://[::1]:8125/v1", True),
        ("http://localhost:11434/v1", True),
        ("http://localhost.example.com/v1", False),
        ("https://127.0.0.1.example.com/v1", False),
        ("http://10.0.0.7:8000/v1", False),
        ("https://api.openai.com/v1", False),
        (None, False),
    ],
)
def test_this_machine_is_where_the_address_is_a_loopback_one(base_url: str | None, is_local: bool) -> None:
    assert ModelAccount("gpt-test", "key", base_url).is_local == is_local
