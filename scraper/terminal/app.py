"""The typer application: how a command is declared, and how the one that was called is found.

A command returns the call that does its work (`cli.main` makes it), and what the work needs is imported in
the call: so `ris catalog` never loads the parser, and `ris --help` loads nothing at all.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import typer
from typer.core import TyperCommand

Work = Callable[[], int]
# Where commands are declared, those that are called most first.
_MODULES = ("scraper.terminal.commands", "scraper.terminal.asking")


class Command(TyperCommand):
    """Loads pydantic only for options that are given and no text.

    typer (0.29) has pydantic check every value, also `str`: half of the start of `ris catalog`. Words from a
    command line are text already. Where typer does without pydantic, this changes nothing.
    """

    def get_params(self, ctx: Any) -> list[Any]:
        params: list[Any] = list(super().get_params(ctx))
        for param in params:
            if "get_runtime_param" not in vars(param) and hasattr(param, "get_runtime_param"):
                vars(param)["get_runtime_param"] = partial(_Given, param.get_runtime_param)
        return params


@dataclass(frozen=True)
class _Given:
    """typer's way to a value, taken only where there is one."""

    typed: Callable[[], Any]

    def coerce(self, value: Any, *, param: Any, ctx: Any) -> Any:
        if value is None or param.type_descriptor.annotation in (str, list[str]):
            return value
        return self.typed().coerce(value, param=param, ctx=ctx)


app = typer.Typer(add_completion=False, rich_markup_mode=None, no_args_is_help=True)


def call(words: list[str]) -> Any:
    """What the command that `words` call returns; raises typer's errors. Only that command is built."""
    called = _called(words[0])
    if not called:
        return app(args=words, prog_name="ris", standalone_mode=False)
    alone = typer.Typer(add_completion=False, rich_markup_mode=None)
    alone.registered_commands = called
    return alone(args=words[1:], prog_name=f"ris {words[0]}", standalone_mode=False)


def _called(word: str) -> list[Any]:
    """The command of that name; all are declared when none has it."""
    for count in range(1, len(_MODULES) + 1):
        called = [one for one in declared(count) if one.callback and one.callback.__name__ == word]
        if called:
            return called
    return []


def declared(count: int = len(_MODULES)) -> list[Any]:
    """The commands of the first modules, in order."""
    for module in _MODULES[:count]:
        importlib.import_module(module)
    return app.registered_commands
