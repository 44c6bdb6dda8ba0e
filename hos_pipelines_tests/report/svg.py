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
    """The leftmost and rightmost x of a rectangle."""
    bar = next(one for one in parsed(picture).iter() if one.get("id", "").partition("-")[2] == element_id)
    return float(bar.get("x", "")), float(bar.get("x", "")) + float(bar.get("width", ""))


def drawn(picture: str, kind: str) -> int:
    """How many shapes have this class, those of the legend left out."""
    root = parsed(picture)
    signs = {shape for sign in root.iter(f"{SVG}g") if "sign" in (sign.get("class") or "").split() for shape in sign}
    shapes = [one for one in root.iter() if one.tag != f"{SVG}text" and (one.get("class") or "").split() == [kind]]
    return len([one for one in shapes if one not in signs])


def told(picture: str) -> str:
    """Title and description, as a screen reader says them."""
    root = parsed(picture)
    return f"{root.findtext(f'{SVG}title')}. {root.findtext(f'{SVG}desc')}"


def styles(picture: str) -> str:
    return "".join(element.text or "" for element in parsed(picture).iter(f"{SVG}style"))


def texts_outside(picture: str) -> list[str]:
    """Texts that run over an edge, each character taken as 7.2 units wide."""
    root = parsed(picture)
    wide = float((root.get("viewBox") or "").split()[2])
    outside = []
    for text in root.iter(f"{SVG}text"):
        word, x = "".join(text.itertext()), float(text.get("x", "0"))
        classes = (text.get("class") or "").split()
        half = 7.2 * len(word) / 2
        left = x - half if "mid" in classes else x - 2 * half if "end" in classes else x
        if left < -1 or left + 2 * half > wide + 1:
            outside.append(word)
    return outside


def colors(picture: str) -> list[dict[str, str]]:
    """The variables by day and by night."""
    return [dict(re.findall(r"--(\w+): (#\w{6})", part)) for part in styles(picture).split("@media")]
