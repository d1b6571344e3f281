"""A whole synchronisation of a calendar of a thousand events that has not changed, beside vdirsyncer's.

Both read the same address on loopback. vdirsyncer (an ``http`` storage into a ``filesystem`` one) has no other form
than a command, so its CPU time is that of a process, and what its start alone costs is measured beside it. Ours is
measured warm, as a worker runs it, and as a command. All take turns.
"""

from __future__ import annotations

import os
import pstats
import resource
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import Final

from attrs import frozen

import channelsync
from benchmarks.calendars import ZONE, by_icalendar, feed
from benchmarks.profile import profiled, table
from benchmarks.server import served
from benchmarks.timing import Figure, Part, Row, Table
from channelsync.manager import Manager
from channelsync.nights import Nights, Stay

EVENTS: Final = 1000
ROUNDS: Final = 5
GOAL_WARM: Final = 100
GOAL_COMMAND: Final = 1 / 0.75
UNIT: Final = "Lac"
BIN: Final = Path(sys.executable).parent
CONFIG: Final = """
[general]
status_path = "{folder}/status"
[pair calendar]
a = "remote"
b = "local"
collections = null
conflict_resolution = "a wins"
[storage remote]
type = "http"
url = "{url}/still/year.ics"
[storage local]
type = "filesystem"
path = "{folder}/local"
fileext = ".ics"
"""
NOTES: Final = (
    (
        "CPU time of processes, children by `RUSAGE_CHILDREN`; *net* is a run of vdirsyncer less `vdirsyncer "
        "--version`. The server is a process of its own and counts for nobody."
    ),
    (
        "*warm, 304* is a sync whose feed answers that it has not changed; *warm, new DTSTAMPs* reads the "
        "whole calendar again, as most platforms make us do. Each is the whole step: due work, network, "
        "state, decision, one transaction."
    ),
)


@frozen
class Ours:
    """Our side: a manager in this process for each of the two addresses, and a database for the command."""

    still: Manager
    live: Manager
    database: Path


def measured() -> Part:
    """Measure both sides in turn."""
    with TemporaryDirectory(prefix="channelsync-bench-") as name:
        folder = Path(name)
        with (
            served({"year": feed(EVENTS)}, folder) as url,
            channelsync.open(str(folder / "still.db"), allow_private_addresses=True) as still,
            channelsync.open(str(folder / "live.db"), allow_private_addresses=True) as live,
        ):
            ours = Ours(still, live, folder / "still.db")
            for manager, path in ((still, "still"), (live, "live")):
                unit = manager.add_unit(UNIT, timezone=ZONE)
                manager.link(unit, "ical:autre", feed=f"{url}/{path}/year.ics")
                manager.sync(everything=True)
                manager.sync(everything=True)
            _vdirsyncer_ready(folder, url)
            _same(ours, folder)
            times = _times(ours, folder)
            _same(ours, folder)
            rows = _rows(times)
            reasons = _reasons(rows, ours, folder)
    return Part("whole", f"A whole sync, {EVENTS} events, nothing changed", rows, reasons, NOTES)


def _rows(times: Mapping[str, Figure]) -> list[Row]:
    net = times["vdirsyncer"].less(times["start"])
    return [
        Row("sync", "warm, 304", "vdirsyncer, net", times["304"], net, GOAL_WARM),
        Row("sync", "warm, new DTSTAMPs", "vdirsyncer, net", times["200"], net),
        Row("sync", "one command", "vdirsyncer sync", times["command"], times["vdirsyncer"], GOAL_COMMAND),
        Row("sync", "start of the command", "vdirsyncer", times["our start"], times["start"]),
    ]


def _reasons(rows: list[Row], ours: Ours, folder: Path) -> list[Table]:
    """Return where the time goes, for each promise that is not kept."""
    unmet = {row.name for row in rows if not row.met}
    found: list[Table] = []
    if "warm, 304" in unmet:
        found.append(profiled("Where the time of a warm sync goes", lambda: _here(ours.still)))
    if "one command" in unmet:
        into = folder / "profile"
        watched = [sys.executable, "-m", "cProfile", "-o", str(into), *_command(ours), "sync", "--all"]
        _child(watched, folder)
        found.append(table("Where the time of one command goes", pstats.Stats(str(into))))
    return found


def _command(ours: Ours) -> list[str]:
    return [str(BIN / "channelsync"), "--db", str(ours.database), "--allow-private-addresses"]


def _times(ours: Ours, folder: Path) -> dict[str, Figure]:
    command = _command(ours)
    subjects: dict[str, Callable[[], float]] = {
        "304": lambda: _here(ours.still),
        "200": lambda: _here(ours.live),
        "command": lambda: _child([*command, "sync", "--all"], folder),
        "our start": lambda: _child([*command, "--version"], folder),
        "vdirsyncer": lambda: _child([str(BIN / "vdirsyncer"), "sync"], folder),
        "start": lambda: _child([str(BIN / "vdirsyncer"), "--version"], folder),
    }
    values: dict[str, list[float]] = {name: [] for name in subjects}
    for _ in range(ROUNDS):
        for name, subject in subjects.items():
            values[name].append(subject())
    return {name: Figure.of(found) for name, found in values.items()}


def _here(manager: Manager) -> float:
    begun = process_time()
    report = manager.sync(everything=True)
    spent = process_time() - begun
    assert [look.observation for look in report.looks] == ["complete"]
    return spent


def _child(command: list[str], folder: Path, given: str = "") -> float:
    """Return the CPU seconds of a process, its own children included."""
    environ = {**os.environ, "VDIRSYNCER_CONFIG": str(folder / "config"), "HOME": str(folder)}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, env=environ, cwd=folder, input=given, capture_output=True, text=True, check=False)
    assert done.returncode == 0, (command, done.stdout, done.stderr)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def _vdirsyncer_ready(folder: Path, url: str) -> None:
    (folder / "local").mkdir()
    (folder / "config").write_text(CONFIG.format(folder=folder, url=url), encoding="utf-8")
    vdirsyncer = str(BIN / "vdirsyncer")
    _child([vdirsyncer, "discover"], folder, "y\n" * 4)
    _child([vdirsyncer, "sync"], folder)
    _child([vdirsyncer, "sync"], folder)


def _same(ours: Ours, folder: Path) -> None:
    """Check that both sides hold the very same nights."""
    files = [by_icalendar(path.read_bytes()) for path in (folder / "local").glob("*.ics")]
    theirs = Nights.of(*(Stay(arrival, departure) for found in files for _, arrival, departure in found))
    assert len(files) == EVENTS
    for manager in (ours.still, ours.live):
        claims = manager.state(UNIT).claims
        assert Nights.union(claim.nights for claim in claims) == theirs
        assert len(claims) == EVENTS
