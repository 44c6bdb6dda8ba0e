"""What holds for every picture: legible at 360 px, by day and by night, on a page or alone, and named."""

import re

import pytest

from hos_pipelines.report.page import draw_pictures
from hos_pipelines_tests.report import svg
from hos_pipelines_tests.report.people import known

PICTURES = draw_pictures(known())
EVERY = pytest.mark.parametrize("name", ["sleep", "energy", "habits"])
# Of graphics against what is around them, and of text (WCAG 2.2, 1.4.11 and 1.4.3).
GRAPHIC, TEXT = 3.0, 4.5


def luminance(color: str) -> float:
    parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@EVERY
def test_a_picture_is_narrow_enough_for_a_phone_and_its_text_large_enough(name: str) -> None:
    root = svg.parsed(PICTURES[name])
    wide = float((root.get("viewBox") or "").split()[2])
    sizes = [float(size) for size in re.findall(r"font: (\d+)px", svg.styles(PICTURES[name]))]
    on_a_phone = 328 / wide
    assert min(sizes) * on_a_phone >= 11
    assert svg.texts_outside(PICTURES[name]) == []


@EVERY
def test_a_picture_brings_its_style_by_day_and_by_night_and_for_itself_alone(name: str) -> None:
    rules = re.findall(r"([^{}]+){", re.sub(r"@media[^{]+{", "", svg.styles(PICTURES[name])))
    assert all(rule.strip().startswith(f"#{name}-picture") for rule in rules)
    day, night = svg.colors(PICTURES[name])
    assert day.keys() == night.keys()
    assert day != night
    assert "prefers-color-scheme: dark" in svg.styles(PICTURES[name])


@EVERY
def test_text_and_marks_stand_out_by_day_and_by_night(name: str) -> None:
    for colors in svg.colors(PICTURES[name]):
        behind = [colors[one] for one in ("paper", "free", "high", "low", "asleep")]
        assert all(contrast(colors["ink"], one) >= TEXT for one in behind)
        assert all(contrast(colors["soft"], one) >= TEXT for one in behind)
        assert all(contrast(colors[one], colors["paper"]) >= GRAPHIC for one in ("night", "done", "missed"))


@EVERY
def test_a_picture_is_named_and_described(name: str) -> None:
    root = svg.parsed(PICTURES[name])
    ids = {element.get("id") for element in root.iter()}
    assert root.get("role") == "img"
    assert set((root.get("aria-labelledby") or "").split()) <= ids
    assert root.findtext(f"{svg.SVG}title")
    assert root.findtext(f"{svg.SVG}desc")


@EVERY
def test_a_picture_asks_for_nothing(name: str) -> None:
    links = re.findall(r"(?:href|url)\W+(\S+)", PICTURES[name])
    assert links == []
    assert "<script" not in PICTURES[name]
