"""What a command is handed: the arguments, the clock, the language, the database, and where to print.

Standard output holds the answer and nothing else; what is only said along the way goes to standard error.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, final

from channelsync.cli.options import given
from channelsync.cli.paint import GLUE
from channelsync.cli.voice import Voice
from channelsync.config import Config
from channelsync.errors import UsageError

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from channelsync.adapter import Registry
    from channelsync.manager import Manager

__all__ = ["Shell"]


@final
class Shell:
    """One command's surroundings."""

    def __init__(self, args: argparse.Namespace, environ: Mapping[str, str]) -> None:
        config = Config.from_environment(environ)
        self.args = args
        self.environ = environ
        self.json = bool(given(args, "json"))
        self.db = str(given(args, "db") or config.database)
        self.allow_private_addresses = bool(given(args, "allow_private_addresses")) or config.allow_private_addresses
        self.voice = Voice(_language(given(args, "lang") or environ.get("CHANNELSYNC_LANG", "")))
        self._now: datetime | None = given(args, "now")

    @cached_property
    def now(self) -> datetime:
        """The time of this command: one for all of it."""
        return self._now or datetime.now(UTC)

    @cached_property
    def out(self) -> Console:
        """Standard output for people: tables and colours, the latter only on a terminal."""
        from rich.console import Console

        return Console(file=sys.stdout, highlight=False, markup=False, emoji=False, soft_wrap=False)

    @cached_property
    def channels(self) -> Registry:
        """The channels of this installation."""
        from channelsync.adapter import discover

        return discover()

    def manager(self) -> Manager:
        """Open the database; use it as a context."""
        from channelsync.manager import open_manager

        fixed = self._now
        clock = None if fixed is None else lambda: fixed
        private = self.allow_private_addresses
        return open_manager(self.db, now=clock, allow_private_addresses=private, environ=self.environ)

    def title(self, key: str) -> str:
        """Return a listing's name as people write it: ``Airbnb``; its label where it has one."""
        channel, _, label = key.partition(":")
        plain, _, number = channel.rpartition("-") if channel not in self.channels.names else (channel, "", "")
        name = plain if plain in self.channels.names else channel
        for plugin in self.channels.plugins:
            if plugin.name == name:
                title = self.voice(plugin.title, plugin.title_en)
                return label or (f"{title} {number}" if number else title)
        return label or key

    def answer(self, document: object, *shown: RenderableType) -> None:
        """Print the answer: the document with ``--json``, else what is to be shown."""
        if self.json:
            self.document(document)
        else:
            self.show(*shown)

    def document(self, document: object) -> None:
        """Print one JSON document, on one line; escaped where the output could not carry every letter."""
        narrow = "utf" not in (getattr(sys.stdout, "encoding", None) or "utf-8").lower()
        sys.stdout.write(json.dumps(document, ensure_ascii=narrow) + "\n")

    def show(self, *shown: RenderableType) -> None:
        """Print for people, without the blanks that fill a table's lines."""
        with self.out.capture() as printed:
            for one in shown:
                self.out.print(one)
        lines = printed.get().replace(GLUE, " ").lstrip("\n").splitlines()
        sys.stdout.write("".join(f"{line.rstrip()}\n" for line in lines))

    def aside(self, lines: Iterable[str]) -> None:
        """Say something that is no part of the answer."""
        for line in lines:
            print(f"channelsync: {line}", file=sys.stderr)


def _language(text: str) -> str:
    language = text.strip().lower()[:2] or "fr"
    if language not in {"fr", "en"}:
        msg = f"CHANNELSYNC_LANG is {text[:20]!r}, which is neither fr nor en"
        raise UsageError(msg, advice="Set it to fr or en, or remove it.")
    return language
