"""What every shipped module looks like: it says what it is for, stays short, and keeps to the words."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest

from tests.support import ROOT, SHIPPED, relative

if TYPE_CHECKING:
    from pathlib import Path

LONGEST = 500
"""Lines; a module that needs more holds more than one idea."""

FORBIDDEN = {
    "syn" + "croniz": "it is written synchronise, synchronize",
    "text/" + "icalendar": "the media type is text/calendar",
}
"""What must not be written anywhere, and what to write in its place."""

TEXTS = sorted(
    path
    for pattern in ("packages/**/*", "apps/**/*", "tests/**/*", "docs/**/*", "examples/**/*", "benchmarks/**/*", "*.md")
    for path in ROOT.glob(pattern)
    if path.suffix in {".py", ".md", ".toml", ".html", ".css", ".js", ".mjs", ".po", ".sql", ".json", ".yaml"}
    and not {"node_modules", "build", "dist"} & set(path.parts)
)
"""Every text that people wrote."""


@pytest.mark.parametrize("path", SHIPPED, ids=relative)
def test_says_what_it_is_for(path: Path) -> None:
    """Every module opens with a docstring, in prose, whose first line is a sentence."""
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert docstring, "say at the head of the module what it is for"
    assert docstring.splitlines()[0].rstrip().endswith((".", "?", "!")), "the first line is a sentence"


@pytest.mark.parametrize("path", SHIPPED, ids=relative)
def test_stays_short(path: Path) -> None:
    """No module is longer than 500 lines: split it by idea."""
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= LONGEST, f"{lines} lines"


def test_forbidden_words() -> None:
    """One word per thing, spelled right: the forbidden ones occur in no text of the tree."""
    found = [
        f"{relative(path)}:{number}: {word}: {instead}"
        for path in TEXTS
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        for word, instead in FORBIDDEN.items()
        if word in line.lower()
    ]
    assert not found, "\n".join(found)
