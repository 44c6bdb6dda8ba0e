"""The README and docs/ hold to the code: links, files, tests, commands, options and settings they name exist."""

import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from hos_pipelines.cli.main import main
from hos_pipelines.project import PROJECT_ROOT
from hos_pipelines.settings.settings import SETTING_NAMES

PAGES = [PROJECT_ROOT / "README.md", *sorted((PROJECT_ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\((?!https?://)([^)\s#]*)(?:#([^)\s]*))?\)")
INLINE = re.compile(r"`([^`\n]+)`")
BLOCK = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"[\w.-]*[\w./-]*\.(?:py|md|sql|toml|yaml|jinja)")
FOLDER = re.compile(r"(?:\w[\w-]*/)+")
SETTING = re.compile(r"\b(?:HOS|SAHHA|OPENAI)_[A-Z_]*[A-Z]\b(?!_…)")
MADE = {"reports/"}  # below HOS_HOME, by `hos report`
TOYS = {"insight_trends", "movement_analysis"}  # what the pages on adding something add

pages = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(PROJECT_ROOT)))


@pages
def test_every_link_leads_somewhere(page: Path) -> None:
    for target, anchor in LINK.findall(page.read_text()):
        place = (page.parent / target) if target else page
        assert place.exists(), target
        if anchor:
            assert anchor in headings(place), f"{target}#{anchor}"


@pages
def test_every_file_folder_and_test_named_exists(page: Path) -> None:
    named: Path | None = None
    for word in prose_code(page):
        path, _, test = word.partition("::")
        if FILE.fullmatch(path) or FOLDER.fullmatch(path):
            found = places(path)
            assert found or path in MADE, path
            named = found[0] if found else None
        elif path or not test:
            continue
        if test:
            assert named is not None, word
            assert re.search(rf"\bdef {re.escape(test)}\b", named.read_text()), word


@pytest.mark.parametrize("name", ["architecture", "adding-a-stream", "adding-an-analysis"])
def test_every_name_of_the_code_exists(name: str) -> None:
    page = PROJECT_ROOT / "docs" / f"{name}.md"
    sources = [*(PROJECT_ROOT / "hos_pipelines").rglob("*.py"), *(PROJECT_ROOT / "sql").glob("*.sql")]
    known = {word for source in sources for word in re.findall(r"\w+", source.read_text())}
    named = {word for word in prose_code(page) if re.fullmatch(r"\w*(?:_|[A-Z])\w*", word)}
    assert named - known == TOYS & named


@pages
def test_every_command_in_a_block_is_one_with_its_options(page: Path) -> None:
    for line in shell_lines(page):
        for arguments in hos_calls(line):
            with_arguments(arguments)


@pages
def test_every_command_in_a_sentence_exists_with_its_options(page: Path) -> None:
    for words in (word.split() for word in prose_code(page) if word.startswith("hos ")):
        names = [word for word in words[1:] if re.fullmatch(r"[a-z][a-z-]*", word)]
        options = {word for word in words if re.fullmatch(r"--[a-z][a-z-]+", word)}
        if not names:
            assert options <= options_of(main), words
            continue
        command = loaded(names[0])
        if isinstance(command, click.Group) and names[1:]:
            _, found, _ = command.resolve_command(click.Context(command), names[1:2])
            assert found is not None
            command = found
        assert options <= options_of(command) | options_of(main), words


@pages
def test_every_setting_named_exists(page: Path) -> None:
    text = page.read_text()
    made_here = set(re.findall(r"^(?:export )?(\w+)=", text, re.MULTILINE))
    assert set(SETTING.findall(text)) <= SETTING_NAMES | made_here


def test_the_readme_is_for_newcomers() -> None:
    assert len(PAGES[0].read_text().splitlines()) <= 150


def test_every_command_takes_json_as_the_readme_says() -> None:
    assert {name for name in main.commands if name != "bench" and "--json" not in options_of(loaded(name))} == set()


def test_the_architecture_names_every_room_and_every_import_contract() -> None:
    page = (PROJECT_ROOT / "docs" / "architecture.md").read_text()
    contracts = tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    rooms = [folder.parent.name for folder in (PROJECT_ROOT / "hos_pipelines").glob("*/__init__.py")]
    assert {name for name in rooms if f"| `{name}/` |" not in page} == set()
    assert {one["name"] for one in contracts if f"| {one['name']} |" not in page} == set()


def loaded(name: str) -> click.Command:
    _, command, _ = main.resolve_command(click.Context(main, info_name="hos"), [name])
    assert command is not None
    return command


def headings(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    lines = re.findall(r"^#+ (.*)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", line.lower()).replace(" ", "-") for line in lines}


def prose_code(page: Path) -> list[str]:
    """What stands between backticks outside of blocks."""
    return INLINE.findall(BLOCK.sub("", page.read_text()))


def shell_lines(page: Path) -> Iterator[str]:
    """The lines of the bash blocks, continued ones as one."""
    for language, text in BLOCK.findall(page.read_text()):
        if language == "bash":
            yield from text.replace("\\\n", " ").splitlines()


def hos_calls(line: str) -> Iterator[list[str]]:
    """The arguments of each `hos` that a line calls."""
    for part in re.split(r"&&|\|\||[;|&]", line.partition(" #")[0]):
        if re.match(r"\s*(?:\S*/)?hos\s", part + " "):
            yield shlex.split(part)[1:]


def with_arguments(arguments: list[str]) -> None:
    """Has click parse a command line to its last option, and call nothing.

    Raises:
        click.UsageError: there is no such command, option or value.
    """
    command: click.Command = main
    ctx = click.Context(main, info_name="hos")
    while isinstance(command, click.Group):
        _, arguments, _ = command.make_parser(ctx).parse_args(list(arguments))
        if not arguments:
            return
        _, found, arguments = command.resolve_command(ctx, arguments)
        assert found is not None
        command, ctx = found, click.Context(found, info_name=found.name, parent=ctx)
    command.make_context(command.name, list(arguments), parent=ctx.parent)


def options_of(command: click.Command) -> set[str]:
    return {"--help", *(name for one in command.params for name in (*one.opts, *one.secondary_opts))}


def places(path: str) -> list[Path]:
    """The files of the project whose path ends so, that from the top first; folders where it ends in a slash."""
    wanted = path.strip("/")
    top = [PROJECT_ROOT / wanted] if (PROJECT_ROOT / wanted).exists() else []
    return top + [PROJECT_ROOT / known for known in KNOWN if known == wanted or known.endswith(f"/{wanted}")]


def known_paths() -> list[str]:
    """Every file and folder of the project that is not hidden."""
    tops = [top for top in PROJECT_ROOT.iterdir() if not top.name.startswith(".")]
    found = [below for top in tops for below in (top, *top.rglob("*"))]
    return [str(path.relative_to(PROJECT_ROOT)) for path in found if "__pycache__" not in path.parts]


KNOWN = known_paths()
