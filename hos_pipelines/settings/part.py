"""A part of the settings, the kinds of values its fields have, and what a web address must be."""

from typing import Annotated
from urllib.parse import SplitResult, urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict

from hos_pipelines.domain.plain_numbers import plain_number, plain_whole

Whole = Annotated[int, BeforeValidator(plain_whole)]
Number = Annotated[float, BeforeValidator(plain_number)]


class SettingsPart(BaseModel):
    """Some settings that belong together. The alias of a field is the name of its environment variable.

    What must not be shown is a `SecretStr`: keys, and addresses that may hold a password.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


def web_address(text: str) -> SplitResult | None:
    """The parts of an HTTP address without credentials, query and fragment; None where it is none.

    Never says why, since that would quote it.
    """
    try:
        url = urlsplit(text)
        if any(map(str.isspace, url.netloc)) or url.port == 0:
            return None
    except ValueError:  # its host or port is none
        return None
    is_plain = "@" not in url.netloc and not url.query and not url.fragment
    return url if url.scheme in ("http", "https") and url.hostname and is_plain else None
