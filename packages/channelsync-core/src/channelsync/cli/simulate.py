"""`simulate`: the deterministic world, played over and over, each life from its own seed.

Lives of one lodging, with guests, an owner, platforms that fail in every way that was ever seen, and a process that is
killed between any two effects; after every step the laws are held against what the platforms really sold. A law that
breaks is told with its seed, and with the shortest life that still breaks it. Nothing is read from outside and nothing
is kept; the same seeds, days and faults give the same numbers, on any machine and over any number of processes.
"""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, final

from attrs import frozen

from channelsync.cli import lives, options, simulated
from channelsync.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from channelsync.cli.shell import Shell
    from channelsync.testing.world import Climate, Harvest, Shrunk

__all__ = ["add"]

_ACT: Final = 1
_INTERRUPTED: Final = 130
_YEAR: Final = 365
_MOST_RUNS: Final = 10_000_000
_MOST_YEARS: Final = 10.0
_MOST_SEED: Final = 2**63
_PATIENCE: Final = 30.0
"""Seconds for shortening the lives that broke a law, all together."""


def add(commands: options.Commands) -> None:
    """Add the verb."""
    verb = commands.add(
        "simulate",
        simulate,
        "play whole lives of a lodging against simulated platforms, and hold the laws of synchronisation",
        more="The exit code is 1 when a law was broken; the seed that shows it is printed.",
    )
    verb.add_argument("--seed", metavar="N", type=_whole(0, _MOST_SEED), help="of the first life (default: drawn)")
    verb.add_argument(
        "--runs", metavar="N", type=_whole(1, _MOST_RUNS), default=20, help="so many lives (default: %(default)s)"
    )
    length = verb.add_mutually_exclusive_group()
    length.add_argument(
        "--years", metavar="Y", type=options.argument(_years), dest="days", help="length of a life (default: 90 days)"
    )
    length.add_argument("--days", metavar="N", type=_whole(1, int(_MOST_YEARS * _YEAR)), help="the same in days")
    verb.add_argument(
        "--faults",
        metavar="LIST",
        default="all",
        help="names with commas between, NAME=RATE, all (default), apis or none; `--faults help` lists them",
    )
    verb.add_argument("--jobs", metavar="N", type=_whole(1, 512), help="processes (default: as many as cores)")
    verb.set_defaults(days=90)


def _whole(least: int, most: int) -> Callable[[str], int]:
    """Return a reader of whole numbers."""

    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) <= len(str(most)) and least <= int(text) <= most):
            msg = f"not a number that will do: {text[:40]!r}"
            raise UsageError(msg, advice=f"Give a whole number from {least} to {most}.")
        return int(text)

    return options.argument(read)


def _years(text: str) -> int:
    """Read a number of years, and return it in days.

    Raises:
        UsageError: it is none, not more than nothing, or more than ten.
    """
    try:
        years = float(text)
    except ValueError:
        years = 0.0
    if not 0 < years <= _MOST_YEARS:
        msg = f"not a number of years: {text[:40]!r}"
        raise UsageError(msg, advice=f"Give a number above 0 and up to {_MOST_YEARS:g}, such as 0.25.")
    return max(1, round(years * _YEAR))


@final
@frozen
class _Asked:
    """What is to be played."""

    seed: int
    runs: int
    days: int
    faults: str
    climate: Climate
    jobs: int

    def again(self, seed: int) -> str:
        """Return the command that plays one of the lives again."""
        faults = "" if self.faults == "all" else f" --faults {self.faults}"
        days = "" if self.days == 90 else f" --days {self.days}"  # noqa: PLR2004 - the default
        return f"channelsync simulate --seed {seed} --runs 1{days}{faults}"


def simulate(shell: Shell) -> int:
    """Play, and tell what came of it."""
    from channelsync.testing.world import Climate, cores, many

    args = shell.args
    if args.faults.strip() == "help":
        shell.answer(simulated.hazards(), *lives.hazards(shell))
        return 0
    climate = Climate.of(args.faults.split(","))
    seed = _drawn() if args.seed is None else args.seed
    jobs = min(args.jobs or cores(), args.runs)
    asked = _Asked(seed, args.runs, args.days, args.faults, climate, jobs)
    if args.seed is None:
        shell.aside([f"--seed {seed}"])
    started = time.perf_counter()
    with _progress(shell, asked.runs) as told:
        harvest = many(range(seed, seed + asked.runs), asked.days, climate, jobs=jobs, told=told)
    seconds = time.perf_counter() - started
    shrunk = {} if harvest.interrupted else _shortened(shell, harvest)
    result = simulated.Result(seed, asked.days, climate, jobs, seconds, harvest, shrunk, asked.again)
    shell.answer(simulated.document(result), *(lives.shown(shell, result) if not shell.json else ()))
    if harvest.interrupted:
        return _INTERRUPTED
    return _ACT if harvest.broken else 0


def _drawn() -> int:
    """Return a fresh seed, short enough to be read out."""
    from random import SystemRandom

    return SystemRandom().randrange(1, 10**9)


def _shortened(shell: Shell, harvest: Harvest) -> dict[int, Shrunk]:
    """Shorten, for each law, the first life that broke it, as far as the time goes; by seed."""
    from channelsync.testing.world import shrink

    until = time.monotonic() + _PATIENCE
    seen: set[str] = set()
    found: dict[int, Shrunk] = {}
    for one in harvest.broken:
        new = [breach for breach in one.breaches if breach.law not in seen]
        if new and one.script.seed not in found and time.monotonic() < until:
            seen |= {breach.law for breach in one.breaches}
            with _waiting(shell, one.script.seed):
                shrunk = shrink(one.script, new[0], enough=lambda: time.monotonic() > until)
            if shrunk is not None:
                found[one.script.seed] = shrunk
    return found


# -- progress, on a terminal alone -------------------------------------------------------------------------------------


@contextmanager
def _progress(shell: Shell, runs: int) -> Generator[Callable[[Harvest], None] | None]:
    """Show on standard error how far it is, if that is a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True, highlight=False)
    parts = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*parts, console=console, transient=True) as bar:
        task = bar.add_task(shell.voice("vies jouées", "lives played"), total=runs)

        def told(harvest: Harvest) -> None:
            broken = len(harvest.broken)
            said = shell.voice(f"vies jouées, {broken} en défaut", f"lives played, {broken} broke a law")
            bar.update(task, completed=harvest.tally.lives, description=said if broken else None)

        yield told


@contextmanager
def _waiting(shell: Shell, seed: int) -> Generator[None]:
    """Say on standard error, if that is a terminal, that a life is being shortened."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    said = shell.voice(f"graine {seed} : recherche de l’histoire la plus courte", f"seed {seed}: looking for less")
    with Console(stderr=True, highlight=False).status(said):
        yield
