"""What is wrong with what a person says: a sentence for each fault, all of them at once, and nothing is stored."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

LONGEST_SHOWN = 60


class PersonFaultsError(ValueError):
    """Nothing was stored; each fault names the field and the remedy."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__(" ".join(faults))
        self.faults = tuple(faults)


@contextmanager
def gathered(faults: list[str]) -> Iterator[None]:
    """Around the reading of one field: what is wrong with it joins the faults, and the next field is read."""
    try:
        yield
    except PersonFaultsError as error:
        faults += error.faults
    except ValueError as error:
        faults.append(str(error))


def bounded_text(name: str, said: object, most_bytes: int) -> str:
    """A person's own words as they are stored, without space around them.

    Raises:
        ValueError: they are no text, too long, or hold what no database keeps; nothing of them is quoted.
    """
    if not isinstance(said, str):
        raise ValueError(f"{name}: is no text; write words.")  # noqa: TRY004
    if "\x00" in said:
        raise ValueError(f"{name}: holds a NUL character, which is not kept; leave it out.")
    try:
        size = len(said.strip().encode())
    except UnicodeEncodeError:
        raise ValueError(f"{name}: holds half a character; send whole ones.") from None
    if size > most_bytes:
        raise ValueError(f"{name}: has {size:,} bytes; {most_bytes:,} are the most: shorten it.")
    return said.strip()


def shown(name: str) -> str:
    """A name as somebody wrote it, cut, and without what a terminal would act on."""
    cut = name if len(name) <= LONGEST_SHOWN else f"{name[:LONGEST_SHOWN]}..."
    return cut if cut.isprintable() else ascii(cut)


def quoted(said: str) -> str:
    """What somebody wrote, cut and in quotes once, whatever it holds."""
    return repr(said if len(said) <= LONGEST_SHOWN else f"{said[:LONGEST_SHOWN]}...")


def is_storable(text: str) -> bool:
    """Whether a database could hold it: no NUL, and no half of a character."""
    try:
        return b"\x00" not in text.encode()
    except UnicodeEncodeError:
        return False
