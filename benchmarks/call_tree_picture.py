"""A call tree as an SVG: time from left to right, calls below their caller, one panel a thread."""

from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path

from benchmarks.call_tree import Call

WIDTH, ROW, MARGIN = 1400, 18, 8
TITLE, PANEL_TITLE = 30, 26
OURS, THEIRS = "#9cc3dc", "#ecd49a"
LETTER = 5.6
LEAST_LETTERS = 4
MOST_ROWS = 14


def draw_call_trees(trees: Mapping[str, Call], title: str, path: Path) -> None:
    """Writes the file; each thread has the whole width for its own seconds."""
    lines, top = [_text(MARGIN, 20, f"{title}: processor time. Blue: hos_pipelines; yellow: libraries.", 14)], TITLE
    for what, tree in trees.items():
        lines.append(_text(MARGIN, top + 17, f"The thread that {what}: {tree.seconds:.1f} s under the profiler", 12))
        top += PANEL_TITLE
        rows = min(_depth(tree), MOST_ROWS)
        lines += [
            line for call, start, row in _placed(tree) if row < rows for line in _box(call, tree, start, top, row)
        ]
        top += rows * ROW + MARGIN
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH + 2 * MARGIN} {top}" '
        'font-family="DejaVu Sans Mono, monospace">'
    )
    body = [head, f'<rect width="{WIDTH + 2 * MARGIN}" height="{top}" fill="white"/>', *lines, "</svg>"]
    path.write_text("\n".join(body) + "\n", encoding="utf-8")


def _box(call: Call, tree: Call, start: float, top: int, row: int) -> Iterator[str]:
    share = call.seconds / tree.seconds
    left, width, above = MARGIN + start * WIDTH, share * WIDTH, top + row * ROW
    told = f"{call.name} {share:.1%}"
    yield (
        f'<rect x="{left:.1f}" y="{above}" width="{width:.1f}" height="{ROW - 1}" '
        f'fill="{OURS if call.is_ours else THEIRS}" stroke="white"><title>{escape(told)}</title></rect>'
    )
    room = int((width - 4) / LETTER)
    if room >= LEAST_LETTERS:
        yield _text(left + 3, above + 12, told if len(told) <= room else call.name[:room], 9)


def _text(left: float, baseline: int, text: str, size: int) -> str:
    return f'<text x="{left:.1f}" y="{baseline}" font-size="{size}">{escape(text)}</text>'


def _placed(
    call: Call, start: float = 0.0, row: int = 0, whole: float | None = None
) -> Iterator[tuple[Call, float, int]]:
    """Every call below this one, with the share of the width before it, and its row."""
    total = whole or call.seconds
    for below in call.below:
        yield below, start, row
        yield from _placed(below, start, row + 1, total)
        start += below.seconds / total


def _depth(call: Call) -> int:
    return max((1 + _depth(below) for below in call.below), default=0)
