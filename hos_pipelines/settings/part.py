"""A part of the settings, the kinds of values its fields have, and what a web address must be."""

import re
from ipaddress import IPv4Address, IPv6Address
from typing import Annotated
from urllib.parse import SplitResult, urlsplit

import idna
from pydantic import BaseModel, BeforeValidator, ConfigDict

from hos_pipelines.domain.plain_numbers import plain_number, plain_whole

Whole = Annotated[int, BeforeValidator(plain_whole)]
Number = Annotated[float, BeforeValidator(plain_number)]

LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)", re.ASCII)
LONGEST_HOST = 253
FOUR_NUMBERS = re.compile(r"\d+(?:\.\d+){3}", re.ASCII)


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
        if not text.isprintable() or url.port == 0:  # urlsplit leaves out line breaks
            return None
        is_plain = "@" not in url.netloc and not url.query and not url.fragment
        is_http = url.scheme in ("http", "https") and url.hostname is not None
        return url if is_http and is_plain and _is_host(url.hostname or "", "[" in url.netloc) else None
    except ValueError:  # its host or port is none
        return None


def _is_host(host: str, is_bracketed: bool) -> bool:  # noqa: FBT001
    """Whether a host can be asked for at all; what cannot, HTTP libraries refuse in the middle of a request.

    Raises:
        ValueError: it is no IP address although it is written as one, or its letters are none of a name.
    """
    if is_bracketed:
        return IPv6Address(host) is not None
    if FOUR_NUMBERS.fullmatch(host):
        return IPv4Address(host) is not None
    if not host.isascii():
        host = idna.encode(host).decode()
    elif "xn--" in host:
        idna.decode(host)
    return len(host) <= LONGEST_HOST and all(map(LABEL.fullmatch, host.removesuffix(".").split(".")))
