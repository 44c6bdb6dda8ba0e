"""The energy curve of the predicted day and its zones. It ranks hours of one day; it measures no alertness."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.patches import Patch

from hos_pipelines.domain.circadian.results import SLOT_MINUTES, CircadianResult, TimelineSlot, Zone
from hos_pipelines.report.picture import FAINT, GREY, INK, Frame, draw


class Look(NamedTuple):
    """A zone in its light colour (of Okabe and Ito's) and, for eyes that see no colours, its hatch and its word."""

    color: str
    hatch: str
    word: str


LOOKS: Mapping[Zone, Look] = {
    "peak": Look("#99d8c7", "", "high"),
    "maintenance": Look("#f9e2b3", "", "moderate"),
    "recovery": Look("#f2bf99", r"\\", "low"),
    "sleep": Look("#b3d4e8", "////", "sleep"),
}
SLOT_HOURS = SLOT_MINUTES / 60
HATCH_COLOR = "#8c8c8c"
LEVELS = (0, 25, 50, 75, 100)
BOTTOM, WORDS_AT, TOP = -3.0, 118.0, 134.0
WIDE_HOURS, NARROW_HOURS = 2.2, 0.5
TICK_HOURS = 3


class Band(NamedTuple):
    """An unbroken run of one zone: hours from the first slot."""

    zone: Zone
    start: float
    hours: float


def draw_energy_curve(result: CircadianResult) -> str | None:
    """The 96 slots over their zones as an SVG element, times local; None without a curve."""
    slots = sorted(result.energy_timeline, key=lambda slot: slot.slot_index)
    if not slots:
        return None
    bands = list(bands_of(slots))
    told = ", ".join(f"{LOOKS[band.zone].word} from {_clock(slots, band.start)}" for band in bands)
    title = "Relative energy over the predicted day"
    description = f"Relative energy within the own day, 0 to 100, by local time. Zones: {told}."

    def paint(axes: Axes) -> None:
        for band in bands:
            _shade(axes, band)
            _name(axes, band)
        _line(axes, slots)
        _lay_out(axes, slots)

    return draw(Frame("energy", title, description, (8.0, 3.6)), paint)


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
    return slots[round(hours / SLOT_HOURS)].time


def _shade(axes: Axes, band: Band) -> None:
    look = LOOKS[band.zone]
    end = band.start + band.hours
    axes.axvspan(
        band.start,
        end,
        facecolor=look.color,
        edgecolor=HATCH_COLOR,
        hatch=look.hatch,
        linewidth=0,
        zorder=0,
        gid=f"zone-{band.zone}-{band.start:g}",
    )


def _name(axes: Axes, band: Band) -> None:
    """Writes the word of a zone above its band, upright where that is narrow; the narrowest the legend must explain."""
    if band.hours < NARROW_HOURS:
        return
    axes.text(
        band.start + band.hours / 2,
        WORDS_AT,
        LOOKS[band.zone].word,
        ha="center",
        va="center",
        fontsize=7.5,
        rotation=0 if band.hours >= WIDE_HOURS else 90,
        bbox={"facecolor": LOOKS[band.zone].color, "edgecolor": "none", "pad": 1},
    )


def _line(axes: Axes, slots: Sequence[TimelineSlot]) -> None:
    middles = [(index + 0.5) * SLOT_HOURS for index in range(len(slots))]
    levels = [slot.energy_level for slot in slots]
    axes.plot(middles, levels, color="#ffffff", linewidth=4, zorder=3)
    axes.plot(middles, levels, color=INK, linewidth=1.8, zorder=4, gid="curve")


def _lay_out(axes: Axes, slots: Sequence[TimelineSlot]) -> None:
    step = round(TICK_HOURS / SLOT_HOURS)
    places = range(0, len(slots), step)
    axes.set_xticks(
        [*(place * SLOT_HOURS for place in places), len(slots) * SLOT_HOURS],
        [*(slots[place].time for place in places), slots[0].time],
    )
    axes.set_xlim(0, len(slots) * SLOT_HOURS)
    axes.set_ylim(BOTTOM, TOP)
    axes.set_yticks(LEVELS)
    axes.set_xlabel("local time of the person")
    axes.set_ylabel("relative energy (own day)")
    axes.grid(axis="y", color=FAINT, linewidth=0.6)
    axes.tick_params(length=3, color=GREY)
    axes.spines[["top", "right"]].set_visible(False)
    present = {slot.zone: slot.zone_label for slot in slots}
    axes.legend(
        handles=[
            Patch(facecolor=look.color, edgecolor=HATCH_COLOR, hatch=look.hatch, linewidth=0, label=present[zone])
            for zone, look in LOOKS.items()
            if zone in present
        ],
        loc="lower center",
        bbox_to_anchor=(0.5, 1.0),
        ncols=len(LOOKS),
    )
