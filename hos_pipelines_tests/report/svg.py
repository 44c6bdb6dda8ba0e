"""What a picture shows, read back from its SVG."""

import re
from xml.etree import ElementTree as ET

SVG = "{http://www.w3.org/2000/svg}"


def parsed(picture: str) -> ET.Element:
    return ET.fromstring(picture)  # noqa: S314  our own


def ids(picture: str, beginning: str) -> list[str]:
    """The ids that begin so, without the name of the picture, in the order drawn."""
    found = [element.get("id", "").partition("-")[2] for element in parsed(picture).iter()]
    return [one for one in found if one.startswith(beginning)]


def texts(picture: str) -> list[str]:
    return ["".join(element.itertext()) for element in parsed(picture).iter(f"{SVG}text")]


def span(picture: str, element_id: str) -> tuple[float, float]:
    """The leftmost and rightmost x of an element's path."""
    group = next(one for one in parsed(picture).iter() if one.get("id", "").partition("-")[2] == element_id)
    path = next(group.iter(f"{SVG}path")).get("d", "")
    across = [float(x) for x, _ in re.findall(r"[ML] (-?[\d.]+) (-?[\d.]+)", path)]
    return min(across), max(across)


def marks(picture: str, mark: str) -> int:
    """How often a marker is put."""
    group = next(one for one in parsed(picture).iter() if one.get("id", "").partition("-")[2] == mark)
    return len(list(group.iter(f"{SVG}use")))


def told(picture: str) -> str:
    """Title and description, as a screen reader says them."""
    root = parsed(picture)
    return f"{root.findtext(f'{SVG}title')}. {root.findtext(f'{SVG}desc')}"
