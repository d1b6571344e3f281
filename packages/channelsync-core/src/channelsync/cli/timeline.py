"""The time line of a rehearsal: one line for each thing that has happened, the clock everybody shares, and patience."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final, final

from attrs import define, field
from rich.console import Console
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from channelsync.cli.voice import Voice
from channelsync.errors import ChannelSyncError
from channelsync.inventory import zone

__all__ = ["TIMEZONE", "Clock", "DidNotHappenError", "Timeline"]

TIMEZONE: Final = "Europe/Paris"
_PATIENCE: Final = 20.0
"""Seconds to wait for something to happen before the rehearsal is called failed."""


@final
class DidNotHappenError(ChannelSyncError):
    """A step of the rehearsal that did not happen."""


@final
@define
class Clock:
    """The time everybody shares: real, and put forward now and then."""

    ahead: timedelta = timedelta(0)

    def now(self) -> datetime:
        """Return the time."""
        return datetime.now(UTC) + self.ahead


@final
@define
class Timeline:
    """Where what has happened is shown."""

    console: Console
    voice: Voice
    clock: Clock
    said: list[dict[str, str]] = field(factory=list[dict[str, str]], init=False)
    """Every line, with the scene it stands in and its time, for scripts."""
    _scene: str = field(default="", init=False)

    def scene(self, french: str, english: str) -> None:
        """Begin a scene."""
        self._scene = self.voice(french, english)
        self.console.print()
        self.console.print(Rule(Text(self.voice(french, english), style="bold"), align="left", style="dim"))

    def say(self, mark: str, french: str, english: str, style: str = "") -> None:
        """Print one line."""
        now, text = self.clock.now(), self.voice(french, english)
        self.said.append({"scene": self._scene, "at": now.isoformat(), "mark": mark, "text": text})
        line = Table.grid(padding=(0, 1))
        at = now.astimezone(zone(TIMEZONE)).strftime("%H:%M:%S")
        line.add_row("", Text(at, "dim"), Text(mark, style), Text(text, style))
        self.console.print(line)

    def insist(self, *, happened: bool, what: str) -> None:
        """End the rehearsal where something did not happen.

        Raises:
            DidNotHappenError: it did not.
        """
        if not happened:
            raise DidNotHappenError(what)

    def until(self, happened: Callable[[], bool], what: str, *, every: float = 0.1) -> None:
        """Wait for somebody to do their part, and look every so many seconds whether it is done.

        Raises:
            DidNotHappenError: it was not, for long.
        """
        end = time.monotonic() + _PATIENCE
        while not happened():
            self.insist(happened=time.monotonic() < end, what=what)
            time.sleep(every)

    def later(self, wait: timedelta) -> None:
        """Put the clock forward, and say so."""
        self.clock.ahead += wait
        minutes = self.voice.count(int(wait.total_seconds() // 60), "minute", "minutes")
        self.say("…", f"{minutes} plus tard", f"{minutes} later", "dim")
