"""Numbers of things, as people say them."""


def count_text(number: int, noun: str, plural: str | None = None) -> str:
    """`1 request`, `2 requests`, `1,200 people`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
