"""Every setting and every option that is a number takes plain digits alone; each refusal names it."""

from collections.abc import Iterator
from types import UnionType
from typing import Annotated, Union, get_args, get_origin

import click
import pytest

from hos_pipelines.cli import numbers
from hos_pipelines.cli.lazy import LazyGroup
from hos_pipelines.cli.main import main
from hos_pipelines.settings.errors import SettingsError
from hos_pipelines.settings.settings import PARTS, Settings

ODD = ("1_000", "1e1", " 5 ", "+5", "\N{ARABIC-INDIC DIGIT FIVE}", "\N{FULLWIDTH DIGIT FIVE}", "inf", "nan", "0x5")
OURS = (numbers.WholeNumber, numbers.WholeRange, numbers.Number, numbers.NumberRange)


def is_number(annotation: object) -> bool:
    if get_origin(annotation) in (Annotated, Union, UnionType):
        return any(map(is_number, get_args(annotation)))
    return annotation in (int, float)


NUMBERS = {
    info.alias: info.default
    for part in PARTS.values()
    for info in part.model_fields.values()
    if is_number(info.annotation) and info.alias
}


def options(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Parameter]]:
    if isinstance(command, LazyGroup):
        for name, listed in command.commands.items():
            yield from options(command.load(listed), (*path, name))
    for parameter in command.params:
        if isinstance(parameter.type, (click.types.IntParamType, click.types.FloatParamType)):
            yield path, parameter


@pytest.mark.parametrize("name", NUMBERS)
def test_a_setting_that_is_a_number_takes_plain_digits_alone(name: str) -> None:
    for text in ODD:
        with pytest.raises(SettingsError, match=f"^{name}: must be a (whole )?number in plain digits"):
            Settings.from_mapping({name: text})
    default = NUMBERS[name]
    assert Settings.from_mapping({name: str(5 if default is None else default)})


def test_there_are_numbers_among_the_settings_and_the_options() -> None:
    assert len(NUMBERS) >= 20
    assert len(list(options(main))) >= 20


@pytest.mark.parametrize(("path", "parameter"), list(options(main)), ids=str)
def test_an_option_that_is_a_number_takes_plain_digits_alone(path: tuple[str, ...], parameter: click.Parameter) -> None:
    assert isinstance(parameter.type, OURS), f"hos {' '.join(path)} {parameter.name}"
    for text in ODD:
        with pytest.raises(click.BadParameter, match="plain digits"):
            parameter.type.convert(text, parameter, None)


@pytest.mark.parametrize("text", ["1700000000", "1e9", "tomorrow", "2026-11-01", "2026-11-01T12:00:00"])
def test_a_present_that_is_no_instant_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match=r"^HOS_VIRTUAL_NOW: must (be an ISO instant|carry a UTC offset)"):
        Settings.from_mapping({"HOS_VIRTUAL_NOW": text})
