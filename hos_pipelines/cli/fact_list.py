"""The list of facts on a terminal: section by section, in words and clock times."""

from collections.abc import Iterable

import click

from hos_pipelines.cli.labelled import print_lines, print_paragraph
from hos_pipelines.report.fact_lines import Section

NAMES = 34


def print_sections(sections: Iterable[Section]) -> None:
    """Prints each section under its title: what is known by its names, then what is not known, and why."""
    for section in sections:
        click.echo(f"\n{section.title}")
        print_lines(((line.title, f"{line.text} ({line.rests_on})") for line in section.lines), NAMES, indent=2)
        for one in section.unknown:
            print_paragraph(f"Not known: {'; '.join(one.titles)}. Missing: {one.missing}", "  ", "    ")
