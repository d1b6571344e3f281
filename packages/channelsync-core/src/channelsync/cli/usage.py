"""The help of the command line in French: argparse writes it, and each of its texts is put into French on the way."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from typing import Any, final

__all__ = ["FrenchHelp"]


@final
class FrenchHelp(argparse.HelpFormatter):
    """Writes a parser's help in French; options, and the names of commands, stay as they are typed."""

    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Any,  # noqa: ANN401 - argparse's own, whose type has no public name
        prefix: str | None = None,
    ) -> None:
        """Begin with how the command is written."""
        super().add_usage(usage, actions, groups, _french("usage: ") if prefix is None else prefix)

    def start_section(self, heading: str | None) -> None:
        """Begin a list under its heading."""
        super().start_section(heading and f"{_french(heading)} ")

    def add_text(self, text: str | None) -> None:
        """Add what the command does."""
        super().add_text(text and _french(text))

    def _get_help_string(self, action: argparse.Action) -> str | None:
        return action.help and _french(action.help)

    # what stands for something is in capitals; else it is typed as it is, such as the name of a command
    def _metavar_formatter(self, action: argparse.Action, default_metavar: str) -> Callable[[int], tuple[str, ...]]:
        english = super()._metavar_formatter(action, default_metavar)
        return lambda size: tuple(_french(one) if one.isupper() else one for one in english(size))


def _french(text: str) -> str:
    from channelsync.french import translated

    return translated(text, "fr")
