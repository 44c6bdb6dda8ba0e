"""A page as its reader has it: tags, attributes, text, what is folded away and what is not."""

from collections.abc import Iterable
from html.parser import HTMLParser

VOID = {"meta", "link", "br"}
SILENT = ("style", "script", "title", "desc")


class Page(HTMLParser):
    """Tags, attributes and text of a page; refuses one whose elements are not closed in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._said: list[tuple[str, tuple[str, ...]]] = []
        self._open: list[str] = []
        self.feed(html)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not set(SILENT).intersection(self._open):
            self._said.append((data, tuple(self._open)))

    def all(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag == name]

    @property
    def words(self) -> str:
        """All text, notes left out."""
        return _joined(text for text, inside in self._said if "sup" not in inside)

    @property
    def unfolded(self) -> str:
        """The text that stands there without a click, pictures and notes left out."""
        hidden = {"details", "svg", "sup"}
        return _joined(text for text, inside in self._said if not hidden.intersection(inside))

    def section(self, heading: str) -> str:
        """The unfolded text from a heading to the next."""
        after = self.unfolded.partition(heading)[2]
        names = [_joined([text]) for text, inside in self._said if {"h2", "h3"}.intersection(inside)]
        ends = [after.find(name) for name in names if name in after]
        return after[: min(ends, default=len(after))].strip()


def _joined(texts: Iterable[str]) -> str:
    return " ".join("".join(texts).split())
