"""A group of commands that is listed from a table and imports a command when it is called, one module each.

`on_call` is the one place of the commands where something is imported later than with its module.
"""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click


class LazyGroup(click.Group):
    """The command `some-name` is `some_name` in the module `some_name` of `package`; `listed` says what each is for.

    Help, completion and suggestions are made from `listed` alone.
    """

    def __init__(self, *arguments: Any, package: str, listed: Mapping[str, str], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.package = package
        for name, purpose in listed.items():
            self.add_command(click.Command(name, help=purpose))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is called, imported."""
        name, listed, rest = super().resolve_command(ctx, args)
        return name, None if listed is None else self.load(listed), rest

    def load(self, listed: click.Command) -> click.Command:
        """The command itself in place of what stands for it in the list."""
        name = str(listed.name).replace("-", "_")
        command: click.Command = on_call(f"{self.package}.{name}", name)
        return command


def on_call(module: str, name: str) -> Any:
    """What has this name in a module, which is imported now if it was not yet."""
    return getattr(import_module(module), name)
