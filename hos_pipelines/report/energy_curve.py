"""The energy curve of the predicted day and its zones. It ranks hours of one day; it measures no alertness."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from hos_pipelines.domain.circadian.energy_results import SLOT_MINUTES, SLOTS, TimelineSlot, Zone
from hos_pipelines.domain.circadian.results import CircadianResult
from hos_pipelines.report.picture import EDGE, WIDTH, Frame, draw, legend, legend_height, text_width

TEMPLATE = "energy_curve.svg.jinja"
WORDS: Mapping[Zone, str] = {"peak": "high", "maintenance": "moderate", "recovery": "low", "sleep": "asleep"}
SLOT_HOURS = SLOT_MINUTES / 60
# A little of the night on either side of the day.
NIGHT_SLOTS = 6
# After four hours at most it is gone (Jewett 1999).
INERTIA_HOURS = 4.0
TOP, BOTTOM, FOOT = 40.0, 172.0, 34.0
HIGHEST, LOWEST = 52.0, 164.0
WORD_AT, TIME_AT = 16.0, 31.0
LOW_WORD_AT, LOW_TIME_AT = 149.0, 164.0
# A level from which there is room for words under the curve.
ROOM_BELOW = 40.0
TICK_HOURS = 3
INERTIA = "sleep inertia"


class Band(NamedTuple):
    """An unbroken run of one zone: hours from the first slot."""

    zone: Zone
    start: float
    hours: float


class Shade(NamedTuple):
    """A band as it is drawn; `clock` is when it begins."""

    zone: Zone
    kind: str
    clock: str
    x: float
    width: float


class Word(NamedTuple):
    """A text in the picture, about `x` or from there on."""

    word: str
    x: float
    y: float
    is_strong: bool = False
    begins: bool = False


def draw_energy_curve(result: CircadianResult) -> str | None:
    """The slots of the day over their zones as an SVG element, times local; None without a curve.

    Cropped to the waking day with a little of the night; the dip after waking is named: sleep inertia.
    """
    slots = day_of(sorted(result.energy_timeline, key=lambda slot: slot.slot_index))
    if not slots:
        return None
    bands = list(bands_of(slots))
    told = ", ".join(f"{WORDS[band.zone]} from {_clock(slots, band.start)}" for band in bands)
    signs = [("asleep", "asleep (expected)")] if any(band.zone == "sleep" for band in bands) else []
    frame = Frame(
        "energy",
        "Relative energy over the predicted day",
        f"Relative energy within the own day by local time. {told[0].upper()}{told[1:]}."
        + (" The dip after waking is sleep inertia." if _is_inertia(bands) else ""),
        BOTTOM + FOOT + legend_height(signs),
    )
    scale = (WIDTH - 2 * EDGE) / (len(slots) * SLOT_HOURS)
    return draw(
        TEMPLATE,
        frame,
        bands=[
            Shade(band.zone, WORDS[band.zone], _clock(slots, band.start).replace(":", "-"), EDGE + band.start * scale,
                  band.hours * scale)
            for band in bands
        ],
        line=_line(slots, scale),
        words=_words(slots, bands, scale),
        ticks=_ticks(slots, scale),
        top=TOP,
        bottom=BOTTOM,
        signs=legend(signs, BOTTOM + FOOT),
    )  # fmt: skip


def day_of(slots: Sequence[TimelineSlot]) -> list[TimelineSlot]:
    """The waking day from an hour and a half before waking to as long after bedtime; all slots where it has no night.

    `slots` are those of 24 hours on the clock; the night that is longest ends the day.
    """
    asleep = [slot.zone == "sleep" for slot in slots]
    if not any(asleep) or all(asleep):
        return list(slots)
    begins = [place for place, is_asleep in enumerate(asleep) if is_asleep and not asleep[place - 1]]
    lengths = {place: _run_length(asleep, place) for place in begins}
    bed = max(begins, key=lambda place: (lengths[place], -place))
    night = lengths[bed]
    first = bed + night - min(NIGHT_SLOTS, night // 2)
    count = len(slots) - night + 2 * min(NIGHT_SLOTS, night // 2)
    return [slots[(first + place) % len(slots)] for place in range(count)]


def _run_length(asleep: Sequence[bool], start: int) -> int:
    return next((length for length in range(SLOTS) if not asleep[(start + length) % len(asleep)]), len(asleep))


def bands_of(slots: Sequence[TimelineSlot]) -> list[Band]:
    """The zones of consecutive slots, gathered into runs."""
    bands: list[Band] = []
    passed = 0
    for zone, run in groupby(slots, key=lambda slot: slot.zone):
        length = len(list(run))
        bands.append(Band(zone, passed * SLOT_HOURS, length * SLOT_HOURS))
        passed += length
    return bands


def _clock(slots: Sequence[TimelineSlot], hours: float) -> str:
    return slots[round(hours / SLOT_HOURS) % len(slots)].time


def _end_clock(slots: Sequence[TimelineSlot], band: Band) -> str:
    """When a band ends: the minute after its last slot."""
    hour, minute = map(int, slots[round((band.start + band.hours) / SLOT_HOURS) - 1].time.split(":"))
    after = (hour * 60 + minute + SLOT_MINUTES) % 1440
    return f"{after // 60:02d}:{after % 60:02d}"


def _line(slots: Sequence[TimelineSlot], scale: float) -> str:
    points = [
        f"{EDGE + (place + 0.5) * SLOT_HOURS * scale:.1f} {_y(slot.energy_level):.1f}"
        for place, slot in enumerate(slots)
    ]
    return f"M{'L'.join(points)}"


def _y(level: float) -> float:
    return LOWEST - level / 100 * (LOWEST - HIGHEST)


def _words(slots: Sequence[TimelineSlot], bands: Sequence[Band], scale: float) -> list[Word]:
    """High hours named above the curve and low ones below it, with their times where there is room for them."""
    dip = next((band for band in bands if _is_after_waking(bands, band)), None)
    words = _name_bands([band for band in bands if band.zone == "peak"], slots, scale, (WORD_AT, TIME_AT))
    taken = 0.0
    if dip is not None:
        words.append(_under(slots, dip, scale))
        taken = words[-1].x + text_width(INERTIA) if words[-1].y > LOW_WORD_AT else 0.0
    low = [band for band in bands if band.zone == "recovery" and band is not dip]
    below = [band for band in low if _level(slots, band) >= ROOM_BELOW]
    words += _name_bands(below, slots, scale, (LOW_WORD_AT, LOW_TIME_AT), taken)
    words += [Word("low", _middle(band, scale), WORD_AT, is_strong=True) for band in low if band not in below]
    return words


def _under(slots: Sequence[TimelineSlot], dip: Band, scale: float) -> Word:
    """The name of the dip beside its lowest point, where the curve rises above it."""
    first = round(dip.start / SLOT_HOURS)
    lowest = min(range(first, first + round(dip.hours / SLOT_HOURS)), key=lambda place: slots[place].energy_level)
    x = EDGE + (lowest + 0.5) * SLOT_HOURS * scale + 5
    return Word(INERTIA, x, min(_y(slots[lowest].energy_level) + 12, LOW_TIME_AT), begins=True)


def _name_bands(
    bands: Sequence[Band],
    slots: Sequence[TimelineSlot],
    scale: float,
    heights: tuple[float, float],
    taken: float = 0.0,
) -> list[Word]:
    words: list[Word] = []
    for band in bands:
        clock = f"{_clock(slots, band.start)}–{_end_clock(slots, band)}"  # noqa: RUF001  from to, as clocks are written
        half = text_width(clock) / 2
        x = min(max(_middle(band, scale), half + 2), WIDTH - half - 2)
        words.append(Word(WORDS[band.zone], _middle(band, scale), heights[0], is_strong=True))
        if x - half > taken:
            words.append(Word(clock, x, heights[1]))
            taken = x + half
    return words


def _middle(band: Band, scale: float) -> float:
    return EDGE + (band.start + band.hours / 2) * scale


def _level(slots: Sequence[TimelineSlot], band: Band) -> float:
    """The least energy of a band."""
    first = round(band.start / SLOT_HOURS)
    return min(slot.energy_level for slot in slots[first : first + round(band.hours / SLOT_HOURS)])


def _is_after_waking(bands: Sequence[Band], band: Band) -> bool:
    """Whether it is the low that begins as somebody wakes."""
    place = bands.index(band)
    return band.zone == "recovery" and place > 0 and bands[place - 1].zone == "sleep" and band.hours <= INERTIA_HOURS


def _is_inertia(bands: Sequence[Band]) -> bool:
    return any(_is_after_waking(bands, band) for band in bands)


def _ticks(slots: Sequence[TimelineSlot], scale: float) -> list[Word]:
    return [
        Word(slot.time, EDGE + place * SLOT_HOURS * scale, BOTTOM)
        for place, slot in enumerate(slots)
        if slot.time.endswith(":00")
        and int(slot.time[:2]) % TICK_HOURS == 0
        and text_width(slot.time) / 2 <= EDGE + place * SLOT_HOURS * scale <= WIDTH - text_width(slot.time) / 2
    ]
