"""What a document may say of our commands without running them: verbs and options that exist, names that are known."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from functools import cache
from typing import Any

from channelsync.cli import app
from channelsync.errors import UsageError
from channelsync_web import __main__ as web
from channelsync_worker import __main__ as worker
from tests.support import ROOT

__all__ = ["parsers", "settings", "targets", "unknown_names", "wrong"]

_PLACEHOLDER = re.compile(r"[A-Z]{2,}|\.\.\.|…|<|\$")
_NAME = re.compile(r"\bCHANNELSYNC_[A-Z_]+\b")
_OPERATORS = {"|", "&&", "||", ";", ">", ">>", "2>", "<", "&", "2>&1", "2>/dev/null"}


@cache
def parsers() -> dict[str, argparse.ArgumentParser]:
    """The parser of each of our programs, where words in capitals and `...` stand for any value."""
    build: Callable[[str], Any] = app.parser.__wrapped__
    made = {"channelsync": build("en"), "channelsync-web": web._parser(), "channelsync-worker": worker._parser()}
    for parser in made.values():
        _loosen(parser)
    return made


class _Choices(list[Any]):
    """Choices to which a placeholder belongs."""

    def __contains__(self, one: object) -> bool:
        return super().__contains__(one) or (isinstance(one, str) and bool(_PLACEHOLDER.search(one)))


def _loosen(parser: argparse.ArgumentParser) -> None:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for verb in action.choices.values():
                _loosen(verb)
            continue
        if action.choices is not None:
            action.choices = _Choices(action.choices)
        if action.type is not None:
            action.type = _either(action.type)


def _either(read: Any) -> Callable[[str], Any]:
    def told(text: str) -> Any:
        return text if _PLACEHOLDER.search(text) else read(text)

    return told


def wrong(words: list[str], *, whole: bool) -> str:
    """Return what a parser says against a command of ours, empty where it takes it.

    ``whole`` is False for what is only named: it may leave out what is required.
    """
    parser = parsers()[words[0].rpartition("/")[2]]
    end = next((at for at, word in enumerate(words) if word in _OPERATORS), len(words))
    given = [word for word in words[1:end] if word not in {"...", "…"}]
    whole = whole and "..." not in words and "…" not in words
    try:
        parser.parse_args(given)
    except UsageError as error:
        if not whole and "required" in str(error):
            return ""
        return str(error)
    except SystemExit as ended:  # --help, --version, and the apps' own parsers
        return "" if ended.code in {0, None} or not whole else f"{' '.join(words)}: refused"
    return ""


@cache
def settings() -> frozenset[str]:
    """Every variable that the shipped code reads."""
    texts = (path.read_text("utf-8") for top in ("packages", "apps") for path in ROOT.glob(f"{top}/*/src/**/*.py"))
    return frozenset(name for text in texts for name in _NAME.findall(text))


def unknown_names(text: str) -> set[str]:
    """The variables of ours in a text that no shipped code reads."""
    return set(_NAME.findall(text)) - settings()


@cache
def targets() -> frozenset[str]:
    """The targets of the Makefile."""
    return frozenset(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
