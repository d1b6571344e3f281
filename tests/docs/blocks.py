"""The blocks of commands in the documents, and the marker above each: read as text, nothing is run here.

The convention stands in CONTRIBUTING.md, "Commands in documents".
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

from attrs import frozen

from tests.support import ROOT

__all__ = ["Block", "blocks", "commands", "documents", "inline"]

_FENCE = re.compile(
    r"^(?P<indent> *)(?P<ticks>`{3,})(?P<language>\w*)[^\n]*\n(?P<text>.*?)^ *(?P=ticks) *$", re.MULTILINE | re.DOTALL
)
_MARKER = re.compile(r"<!-- run: (?P<how>[^\n]*?) -->\s*\Z")
_INLINE = re.compile(r"(?<!`)`(channelsync(?:-web|-worker)? [^`]+)`(?!`)")
_TOP = ("README.md", "CONTRIBUTING.md", "SECURITY.md", "RELEASING.md", "CHANGELOG.md")
_FOLDERS = ("docs", "deploy", "packages", "apps", "examples", "benchmarks", "changes")


@frozen
class Block:
    """One block of commands: where it stands, its text without the indentation, and what its marker says."""

    page: Path
    line: int
    language: str
    text: str
    marker: str = ""

    @property
    def name(self) -> str:
        """Where it is, as a test is named."""
        return f"{self.page.relative_to(ROOT).as_posix()}:{self.line}"

    @property
    def kind(self) -> str:
        """The first word of the marker, without its comma; ``story`` where there is none."""
        return self.marker.split()[0].rstrip(",") if self.marker else "story"


def documents() -> list[Path]:
    """Every document of the tree that a person reads."""
    found = [ROOT / name for name in _TOP if (ROOT / name).is_file()]
    for folder in _FOLDERS:
        found += sorted(path for path in (ROOT / folder).rglob("*.md") if not _foreign(path))
    return found


def _foreign(path: Path) -> bool:
    """Whether somebody else's file lies there: an environment, a build, a skeleton that is filled in later."""
    return bool({".venv", "node_modules", "skeleton", "site-packages", "build"} & set(path.relative_to(ROOT).parts))


def blocks(page: Path) -> Iterator[Block]:
    """Yield the blocks of ``sh`` and ``console`` of a document."""
    text = page.read_text(encoding="utf-8")
    for found in _FENCE.finditer(text):
        if found["language"] in {"sh", "console"}:
            marker = _MARKER.search(text, 0, found.start())
            inner = re.sub(rf"^{found['indent']}", "", found["text"], flags=re.MULTILINE)
            line = text.count("\n", 0, found.start()) + 1
            yield Block(page, line, found["language"], inner, marker["how"].strip() if marker else "")


def commands(block: Block) -> Iterator[list[str]]:
    """Yield the words of each command: a line, with those that it is continued on; comments are left out."""
    text = re.sub(r'(?<!")\$\([^)]*\)', r'"\g<0>"', block.text.replace("\\\n", " "))
    typed = text.splitlines()
    if block.language == "console":
        typed = [line[2:] for line in typed if line.startswith("$ ")]
    for line in typed:
        words = shlex.split(line, comments=True)
        if words:
            yield words


def inline(page: Path) -> Iterator[str]:
    """Yield what is written as code within a line and begins with one of our commands."""
    text = _FENCE.sub("", page.read_text(encoding="utf-8"))
    for paragraph in re.split(r"\n\s*\n", text):
        for found in _INLINE.finditer(paragraph):
            yield " ".join(found[1].split())
