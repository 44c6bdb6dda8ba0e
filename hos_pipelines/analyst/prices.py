"""What tokens cost: a price list of the deployment's own, else the list prices that come with genai-prices."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Protocol

from genai_prices import Usage as PricedUsage
from genai_prices import calc_price
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from hos_pipelines.analyst.errors import MisconfiguredModelError
from hos_pipelines.domain.usage import Usage

A_MILLION = 1_000_000
PROVIDER = "openai"
SETTING = "HOS_OPENAI_PRICES"
Dollars = Annotated[float, Field(ge=0, allow_inf_nan=False, strict=True)]


class Price(BaseModel):
    """US dollars per million tokens; cached input costs as much as other input where it has no price of its own."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    input: Dollars
    output: Dollars
    cached_input: Dollars | None = None


class Prices(Protocol):
    """Tells what the tokens of one model cost."""

    def cost(self, usage: Usage) -> float | None:
        """US dollars; None where nothing is known of prices and none are needed."""


PRICE_LIST = TypeAdapter(dict[str, Price])


def prices_of(model: str, price_list: Path | None, *, is_local: bool) -> Prices:
    """The prices of a model: by the list named, else by the published ones; a server on this machine needs none.

    Raises:
        MisconfiguredModelError: the list cannot be read, or the model is on neither and the server is somebody else's.
    """
    if price_list is not None:
        listed = _read_price_list(price_list)
        if model not in listed:
            raise MisconfiguredModelError(
                f'{SETTING}: {price_list} has no price for the model {model}; add a ["{model}"] with input and output.'
            )
        return _FromPriceList(listed[model])
    try:
        calc_price(PricedUsage(input_tokens=1, output_tokens=1), model_ref=model, provider_id=PROVIDER)
    except LookupError:
        if is_local:
            return Unpriced()
        raise MisconfiguredModelError(
            f"HOS_OPENAI_MODEL: no price is known for {model}, so no ceiling of cost can hold; "
            f"name a price list in {SETTING}."
        ) from None
    return _Published(model)


@dataclass(frozen=True, slots=True)
class _FromPriceList:
    price: Price

    def cost(self, usage: Usage) -> float:
        cached = self.price.input if self.price.cached_input is None else self.price.cached_input
        fresh = usage.input_tokens - usage.cached_tokens
        dollars = fresh * self.price.input + usage.cached_tokens * cached + usage.output_tokens * self.price.output
        return dollars / A_MILLION


@dataclass(frozen=True, slots=True)
class _Published:
    model: str

    def cost(self, usage: Usage) -> float:
        priced = PricedUsage(
            input_tokens=usage.input_tokens,
            cache_read_tokens=usage.cached_tokens,
            output_tokens=usage.output_tokens,
        )
        return float(calc_price(priced, model_ref=self.model, provider_id=PROVIDER).total_price)


class Unpriced:
    """No price is known, and none needed."""

    def cost(self, usage: Usage) -> None:
        """None, whatever was used."""


def _read_price_list(path: Path) -> Mapping[str, Price]:
    try:
        return PRICE_LIST.validate_python(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise MisconfiguredModelError(f"{SETTING}: {path}: {error.strerror}; name a TOML file.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise MisconfiguredModelError(f"{SETTING}: {path} is not TOML; see .env.example for the form.") from None
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(step) for step in first["loc"])
        raise MisconfiguredModelError(f"{SETTING}: {path}: {where}: {first['msg']}; see .env.example.") from None
