"""Values, tables and docstrings as Markdown: how the reference pages are written."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Callable, Iterable
from datetime import timedelta
from enum import Enum
from typing import Any, Final

import attrs

from channelsync.policy import Patience
from channelsync.traits import Horizon

__all__ = ["fields", "joined", "members", "page", "prose", "sentence", "shown", "table"]

_HEAD: Final = "Written by `python -m tests.docs.reference`; change nothing here by hand."
_SHOWN: Final = 4
"""How many of several values are shown."""


def fields(kind: type[Any]) -> list[tuple[str, str, str]]:
    """Each field of a class: its name, what stands below it, its default."""
    told = members(kind)
    rows = []
    for one in attrs.fields(kind):
        default = one.default.factory() if isinstance(one.default, attrs.Factory) else one.default  # type: ignore[arg-type]
        rows.append((f"`{one.name}`", told.get(one.name, ""), shown(default)))
    return rows


def members(kind: type[Any]) -> dict[str, str]:
    """What stands as a text below each field or member of a class."""
    body = ast.parse(textwrap.dedent(inspect.getsource(kind))).body[0]
    assert isinstance(body, ast.ClassDef)
    found: dict[str, str] = {}
    for one, after in zip(body.body, body.body[1:], strict=False):
        target = (
            one.target if isinstance(one, ast.AnnAssign) else one.targets[0] if isinstance(one, ast.Assign) else None
        )
        if isinstance(target, ast.Name) and isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
            found[target.id] = " ".join(str(after.value.value).split())
    return found


def shown(value: object) -> str:
    """A value as a person writes it."""
    for kind, written in _WRITTEN:
        if isinstance(value, kind):
            return written(value)
    return "none" if value is None else f"`{value}`"


def _several(values: Iterable[object], *, ordered: bool) -> str:
    each = [shown(one) for one in values]
    each = each if ordered else sorted(each)
    more = f", and {len(each) - _SHOWN} more" if len(each) > _SHOWN else ""
    return ", ".join(each[:_SHOWN]) + more or "none"


def _span(value: timedelta) -> str:
    seconds = int(value.total_seconds())
    for unit, length in (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1)):
        if seconds and seconds % length == 0:
            count = seconds // length
            return f"{count} {unit}{'s' if count != 1 else ''}"
    return f"{value.total_seconds():g} seconds"


_WRITTEN: Final[tuple[tuple[type[Any], Callable[[Any], str]], ...]] = (
    (bool, lambda one: "yes" if one else "no"),
    (float, lambda one: f"{one:.2g}"),
    (timedelta, _span),
    (Patience, lambda one: f"{one.looks} looks that agree, over {_span(one.over)}"),
    (Horizon, lambda one: f"{one.months} months: {shown(one.kinds)}"),
    (Enum, lambda one: f"`{one.value}`"),
    (frozenset, lambda one: _several(one, ordered=False)),
    (tuple, lambda one: _several(one, ordered=True)),
)
"""How values of a kind are written; the first kind that fits counts."""


def page(title: str, *parts: str) -> str:
    """A page that is written by this program."""
    return joined([f"# {title}", _HEAD, *parts])


def joined(parts: Iterable[str]) -> str:
    """Paragraphs, one after the other; empty ones are left out."""
    return "\n\n".join(part.strip() for part in parts if part.strip()) + "\n"


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """A table."""
    lines = [_line(head), _line(tuple("---" for _ in head)), *(_line(row) for row in rows)]
    return "\n".join(lines)


def _line(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(" ".join(cell.replace("|", "\\|").replace("``", "`").split()) for cell in cells) + " |"


def prose(text: str) -> str:
    """A docstring as Markdown: its sections left out, its code in single ticks."""
    text = re.split(r"\n\s*(?:Raises|Args|Returns|Yields):\n", text)[0]
    return text.replace("``", "`").strip()


def sentence(text: str) -> str:
    """A text on one line, with a capital first."""
    text = " ".join(text.split())
    return text and text[0].upper() + text[1:] if not text.startswith("`") else text
