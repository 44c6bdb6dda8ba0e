"""Numbers as people type them into settings and options: plain digits, or a refusal that says so.

Python also reads `1_000`, `1e3`, ` 5 `, `+5`, `٣`, `inf` and `nan`. Whoever typed one of these may have meant another.
"""

import re

PLAIN_WHOLE = re.compile(r"-?[0-9]{1,18}", re.ASCII)
PLAIN_NUMBER = re.compile(r"-?(?:[0-9]{1,18}(?:\.[0-9]{1,18})?|\.[0-9]{1,18})", re.ASCII)


def plain_whole(text: str) -> int:
    """A whole number of plain digits.

    Raises:
        ValueError: it is written in any other way.
    """
    if PLAIN_WHOLE.fullmatch(text) is None:
        raise ValueError("must be a whole number in plain digits, such as 1000")
    return int(text)


def plain_number(text: str) -> float:
    """A number of plain digits, with a point where it has a fraction.

    Raises:
        ValueError: it is written in any other way.
    """
    if PLAIN_NUMBER.fullmatch(text) is None:
        raise ValueError("must be a number in plain digits, such as 1000 or 0.5")
    return float(text)
