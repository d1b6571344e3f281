"""Tables for people: quiet, aligned, readable at 80 columns, with a colour only where something is to be done."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from rich.box import SIMPLE
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

__all__ = [
    "ALARM",
    "GLUE",
    "GOOD",
    "QUIET",
    "TITLE",
    "WARN",
    "Text",
    "columns",
    "heading",
    "line",
    "plain",
    "section",
    "styled",
    "table",
]

TITLE: Final = "bold"
QUIET: Final = "dim"
GOOD: Final = "green"
WARN: Final = "yellow"
ALARM: Final = "bold red"
GLUE: Final = "\u2800"
"""Stands for a blank where no line may be broken: rich breaks at every other one. `Shell.show` turns it back."""

_STYLES: Final = {
    "complete": GOOD,
    "suspect": WARN,
    "unusable": ALARM,
    "certain": ALARM,
    "probable": ALARM,
    "possible": QUIET,
    "recorded": WARN,
    "fetched": GOOD,
    "read back": GOOD,
    "live": GOOD,
    "batch": GOOD,
    "degraded": WARN,
    "disconnected": ALARM,
}


def styled(text: str, code: str) -> Text:
    """Return a text in the colour of the machine's word for it."""
    return Text(plain(text), style=_STYLES.get(code, ""))


def plain(text: str) -> str:
    """Return a text without what would steer the terminal; line breaks stay, unbreakable blanks really are."""
    return "".join(char for char in text.replace("\u00a0", GLUE) if char.isprintable() or char == "\n")


def line(text: str, style: str = "") -> Text:
    """Return one line."""
    return Text(plain(text), style=style)


def heading(text: str) -> Text:
    """Return a title."""
    return Text(plain(text), style=TITLE)


def table(
    rows: Iterable[Sequence[str | Text]],
    *,
    head: Sequence[str] = (),
    right: Sequence[int] = (),
    whole: Sequence[int] = (),
) -> RenderableType:
    """Return rows in aligned columns; the last column takes what room is left.

    Args:
        rows: the cells; all rows have as many.
        head: titles of the columns, none for no head.
        right: the columns that are aligned to the right.
        whole: the columns that are never broken over lines.
    """
    cells = [list(row) for row in rows]
    width = max([len(head), *(len(row) for row in cells)], default=0)
    made = Table(box=None, padding=(0, 2, 0, 0), show_header=bool(head), header_style=QUIET, pad_edge=False)
    for column in range(width):
        made.add_column(
            head[column] if head else "",
            justify="right" if column in right else "left",
            no_wrap=column in whole,
            overflow="fold",
        )
    for row in cells:
        made.add_row(*(Text(plain(cell)) if isinstance(cell, str) else cell for cell in row))
    return Padding(made, (0, 0, 0, 2), expand=False)


def section(title: str, *parts: RenderableType) -> RenderableType:
    """Return a titled part, a blank line before it."""
    return Group(Text(), heading(title), *parts)


def columns(rows: Iterable[Sequence[Text]], *, head: Sequence[str], width: int) -> RenderableType:
    """Return cells in columns of one width, a row of them after another: a calendar's weeks."""
    made = Table(box=SIMPLE, padding=(0, 0), show_lines=False, header_style=QUIET, show_edge=False, pad_edge=False)
    for title in head:
        made.add_column(title, width=width, no_wrap=True, overflow="crop")
    for row in rows:
        made.add_row(*row)
    return made
