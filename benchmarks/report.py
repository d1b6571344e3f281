"""What was measured, as text for a terminal, as JSON for programs, and as Markdown for the documentation."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from attrs import asdict

from benchmarks.timing import Figure, Part, Row, Table

PEERS: Final = (
    "icalendar",
    "ical",
    "vobject",
    "ics",
    "portion",
    "intervaltree",
    "python-ranges",
    "superintervals",
    "numpy",
    "vdirsyncer",
)
HEADS: Final = ("what", "beside", "ours", "ours, median", "theirs", "theirs, median", "times cheaper", "promised", "")
INTRODUCTION: Final = """# Benchmarks

Written by `make bench ARGS="--markdown docs/reference/benchmarks.md"`; change nothing here by hand.

Ours and the others run in turn, in one run on one machine, on the same work; what they answer is asserted equal
before anything is repeated. Times are CPU time; the least and the median of several repeats are shown, and the ratio
is that of the least. Ratios carry over to other machines, times do not.
"""


# --- figures as words -------------------------------------------------------------------------------------------------
def amount(value: float, unit: str) -> str:
    """Return a time or a size in three digits."""
    if unit != "s":
        return f"{value:,.0f} {unit}"
    for name, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if value >= size:
            return f"{_digits(value / size)} {name}"
    return f"{_digits(value / 1e-9)} ns"


def ratio(value: float) -> str:
    """Return a ratio in three digits."""
    return _digits(value) + "x"


def _digits(value: float) -> str:
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _cells(row: Row) -> tuple[str, ...]:
    once = "" if row.theirs.repeats > 1 or row.unit != "s" else " (once)"
    promise = ("", "") if row.goal is None else (ratio(row.goal), "kept" if row.met else "BROKEN")
    return (
        row.name,
        row.peer,
        *(amount(value, row.unit) for value in (row.ours.minimum, row.ours.median, row.theirs.minimum)),
        amount(row.theirs.median, row.unit) + once,
        ratio(row.ratio),
        *promise,
    )


def _groups(part: Part) -> Iterable[tuple[str, list[Row]]]:
    names = dict.fromkeys(row.group for row in part.rows)
    return ((name, [row for row in part.rows if row.group == name]) for name in names)


# --- text -------------------------------------------------------------------------------------------------------------
def text(part: Part) -> str:
    """Lay a part out in columns."""
    found = [part.title, "=" * len(part.title)]
    for name, rows in _groups(part):
        found += _columns((f"[{name}]", *HEADS[1:]), [_cells(row) for row in rows])
    for table in part.tables:
        found += [table.title, *_columns(table.heads, table.lines), *table.notes]
        found += [f"{'kept  ' if one.kept else 'BROKEN'}  {one.what}" for one in table.promises]
    return "\n".join([*found, *part.notes])


def _columns(heads: Sequence[str], lines: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(line[place]) for line in (heads, *lines)) for place in range(len(heads))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in (heads, *lines)
    ]


# --- Markdown ---------------------------------------------------------------------------------------------------------
def markdown(parts: Iterable[Part]) -> str:
    """Return the page of the documentation."""
    found = [INTRODUCTION, f"Measured on: {machine()}. {versions()}.\n"]
    for part in parts:
        found.append(f"## {part.title}\n")
        for name, rows in _groups(part):
            found.append(f"### {name}\n\n{_piped(HEADS, [_cells(row) for row in rows])}")
        for table in part.tables:
            found.append(f"### {table.title}\n\n{_piped(table.heads, table.lines)}")
            found += [f"{one}\n" for one in table.notes]
            found += [f"- {one.what}: {'kept' if one.kept else '**broken**'}" for one in table.promises]
            found += [""] if table.promises else []
        found += [f"{note}\n" for note in part.notes]
    return "\n".join(found).replace("BROKEN", "**broken**").rstrip() + "\n"


def _piped(heads: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    rule = ["---", *("---:" if place > 1 else "---" for place in range(1, len(heads)))]
    return "".join(f"| {' | '.join(line)} |\n" for line in (heads, rule, *lines))


# --- JSON -------------------------------------------------------------------------------------------------------------
def document(parts: Iterable[Part]) -> dict[str, Any]:
    """Return everything as plain data; seconds and bytes."""
    return {
        "machine": machine(),
        "python": platform.python_version(),
        "versions": {name: version(name) for name in PEERS},
        "parts": [
            {
                "part": part.name,
                "rows": [_row(row) for row in part.rows],
                "tables": [_table(table) for table in part.tables],
            }
            for part in parts
        ],
    }


def _row(row: Row) -> dict[str, Any]:
    figures: dict[str, Figure] = {"ours": row.ours, "theirs": row.theirs}
    plain = {side: asdict(figure) for side, figure in figures.items()}
    named = {"group": row.group, "name": row.name, "peer": row.peer, "unit": row.unit}
    return {**named, **plain, "ratio": row.ratio, "goal": row.goal, "met": row.met}


def _table(table: Table) -> dict[str, Any]:
    lines = [dict(zip(table.heads, line, strict=True)) for line in table.lines]
    return {"title": table.title, "lines": lines, "promises": [asdict(one) for one in table.promises]}


# --- where it was measured --------------------------------------------------------------------------------------------
def machine() -> str:
    """Return the processor, how many of them, and the Python."""
    described = Path("/proc/cpuinfo")
    lines = described.read_text(encoding="utf-8").splitlines() if described.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    model = models[0] if models else platform.processor() or platform.machine()
    system, python = f"{platform.system()} {platform.machine()}", platform.python_implementation()
    return f"{model}, {max(len(models), 1)} cores, {system}, {python} {platform.python_version()}"


def versions() -> str:
    """Return the versions of the others."""
    return ", ".join(f"{name} {version(name)}" for name in PEERS)
