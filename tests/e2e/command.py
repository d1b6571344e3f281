"""The `channelsync` command as a script runs it: arguments in; exit code, standard output and standard error out.

Most tests call it in this process, which is many times faster; `Command.spawn` starts the installed command for real.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from attrs import define, field, frozen

from channelsync.cli import main
from tests.e2e.platforms import SECRET, Platforms, closed

EXECUTABLE = Path(sys.executable).with_name("channelsync")


@frozen
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str
    arguments: tuple[str, ...] = field(default=(), eq=False)

    @property
    def json(self) -> Any:
        """The one document on standard output."""
        assert self.out.count("\n") == 1, f"not one document: {self.out[:200]!r} {self.err}"
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        """One document a line."""
        return [json.loads(line) for line in self.out.splitlines()]

    def refused(self, *words: str) -> Ran:
        """Check that it was refused as every refusal is: exit 2, one clear line, nothing else.

        Words that are not in the French line must be in the English one: what was refused changed nothing, and is
        refused again.
        """
        assert self.code == 2, (self.code, self.out[:500], self.err)
        assert self.out == ""
        assert self.err.startswith("channelsync: "), self.err
        assert self.err.count("\n") == 1, self.err
        if not all(word.casefold() in self.err.casefold() for word in words):
            english = here(["--lang", "en", *self.arguments])
            assert english.code == self.code, english
            for word in words:
                assert word.casefold() in english.err.casefold(), (word, english.err)
        return self

    def done(self, *codes: int) -> Ran:
        """Check that it was done."""
        assert self.code in (codes or (0,)), (self.code, self.out[:2000], self.err)
        return self


@define
class Command:
    """The command on one database, at the platforms' time."""

    folder: Path
    town: Platforms
    unit: str = "gite-du-lac"

    @property
    def db(self) -> Path:
        """The database."""
        return self.folder / "gite.db"

    @property
    def now(self) -> datetime:
        """The time of the rehearsal."""
        return self.town.now

    def later(self, **span: float) -> datetime:
        """Let time pass."""
        self.town.now += timedelta(**span)
        return self.town.now

    def arguments(self, *words: str, private: bool = True) -> list[str]:
        """The arguments of one command."""
        given = [
            "--db",
            str(self.db),
            "--now",
            self.now.isoformat(),
            *(["--allow-private-addresses"] if private else []),
        ]
        return [*given, *map(str, words)]

    def run(self, *words: str, private: bool = True) -> Ran:
        """Run one command in this process."""
        return here(self.arguments(*words, private=private))

    def json(self, *words: str, codes: tuple[int, ...] = (0, 1)) -> Any:
        """Run one command with ``--json`` and return its document."""
        return self.run("--json", *words).done(*codes).json

    def spawn(self, *words: str, **environ: str) -> subprocess.Popen[str]:
        """Start the installed command."""
        return subprocess.Popen(
            [str(EXECUTABLE), *self.arguments(*words)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=self.folder,
            env={"PATH": os.environ["PATH"], "HOME": str(self.folder), **environ},
        )

    def linked(self, *channels: str, name: str = "Gîte du Lac", turnover: int = 0) -> Command:
        """Make the unit and link these channels, all three by default."""
        self.run("unit", "add", name, "--turnover", str(turnover)).done()
        for channel in channels or ("airbnb", "booking", "greengo"):
            self.run("link", self.unit, channel, "--feed", self.town.url(channel)).done()
        return self

    def sync(self, *, everything: bool = True) -> Any:
        """Synchronise once."""
        return self.json("sync", *(["--all"] if everything else []))

    def steps(self, minutes: float, *, every: float = 15, everything: bool = True) -> list[Any]:
        """Synchronise every so often, for so long; the first time after ``every`` minutes."""
        reports = []
        for _ in range(round(minutes / every)):
            self.later(minutes=every)
            reports.append(self.sync(everything=everything))
        return reports

    def closed(self, channel: str) -> set[str]:
        """The nights closed in the calendar published for a channel."""
        return closed(self.run("feed", self.unit, channel).done().out)

    def fetch(self, *channels: str) -> None:
        """Let these platforms read their calendars now, all three by default."""
        for channel in channels or ("airbnb", "booking", "greengo"):
            self.run("feed", self.unit, channel, "--record-fetch").done()


def here(arguments: list[str]) -> Ran:
    """Run the command in this process, and check that no private link was told."""
    out, err = io.StringIO(newline=""), io.StringIO(newline="")
    with redirect_stdout(out), redirect_stderr(err):
        code = main(arguments)
    ran = Ran(code, out.getvalue(), err.getvalue(), tuple(arguments))
    assert SECRET not in ran.out + ran.err, "a private link was told"
    assert "Traceback" not in ran.err, ran.err
    return ran
