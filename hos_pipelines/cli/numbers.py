"""Types of options that are numbers: plain digits, within a range. No option takes click's own."""

from typing import Any

import click

from hos_pipelines.domain.plain_numbers import plain_number, plain_whole


class WholeNumber(click.types.IntParamType):
    """A whole number of any size; whoever takes it refuses what is too large."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number.

        Raises:
            click.BadParameter: it is none.
        """
        return super().convert(_whole(self, value, param, ctx), param, ctx)


class WholeRange(click.IntRange):
    """A whole number from one to another."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number.

        Raises:
            click.BadParameter: it is none, or lies outside.
        """
        return super().convert(_whole(self, value, param, ctx), param, ctx)


class Number(click.types.FloatParamType):
    """A number of any size; whoever takes it refuses what is too large."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number.

        Raises:
            click.BadParameter: it is none.
        """
        return super().convert(_number(self, value, param, ctx), param, ctx)


class NumberRange(click.FloatRange):
    """A number from one to another."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number.

        Raises:
            click.BadParameter: it is none, or lies outside.
        """
        return super().convert(_number(self, value, param, ctx), param, ctx)


WHOLE, NUMBER = WholeNumber(), Number()
# 0 takes a free one; a server whose address others have to know takes none.
ANY_PORT, PORT = WholeRange(0, 65535), WholeRange(1, 65535)


def _whole(kind: click.ParamType[Any], value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return plain_whole(value)
    except ValueError:
        kind.fail(f"{value!r} is not a valid integer; give it in plain digits, such as 1000.", param, ctx)


def _number(kind: click.ParamType[Any], value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return plain_number(value)
    except ValueError:
        kind.fail(f"{value!r} is no number; give it in plain digits, such as 0.5.", param, ctx)
