"""`demo --serve`: a sample installation with its screens; or what a scenario has set up stays open.

A worker keeps the lodgings in step and looks every few seconds, where a real one would wait for minutes. The screens
are those of the web app, found by the entry point group `SCREENS`. After a single scenario, or where no screens are
installed, what there is to see is asked for on the command line, and guests book through the simulators' control
addresses.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from datetime import datetime, timedelta
from importlib.metadata import entry_points
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Protocol, cast, final

from attrs import frozen
from rich.text import Text

from channelsync.cli.timeline import Timeline
from channelsync.cli.waiting import wait
from channelsync.ids import OwnerId
from channelsync.inventory import Unit
from channelsync.manager import Manager, SyncReport, open_manager
from channelsync.ports import Queue
from channelsync.service.queues import open_queue
from channelsync.service.work import Work, log_report
from channelsync.testing import Platform
from channelsync.testing.sample import Sample, sample
from channelsync.testing.serve import Served

__all__ = ["SCREENS", "Room", "Screens", "screens", "serve_sample", "stay_open", "working"]

SCREENS: Final = "channelsync.screens"
"""The entry points of screens over a manager that somebody else has opened."""
_OWNER: Final = "Camille"
_READ_EVERY: Final = timedelta(seconds=4)
"""How often the simulators read us here; the real platforms take minutes to hours."""

_ROUND: Final = 8.0
"""Seconds between two looks at everything: more than the shortest gap between two looks at one listing."""


@contextmanager
def working(
    manager: Manager, database: str, now: Callable[[], datetime], told: Callable[[SyncReport], None] = log_report
) -> Generator[Queue]:
    """Let a worker take the steps that are due, in threads of its own, until the block ends."""
    stop = threading.Event()
    with ExitStack() as stack:
        work = Work(manager, now, told=told, ticks=lambda: now().timestamp())  # a clock that is set on purpose
        stack.callback(work.close)
        queue = stack.enter_context(open_queue(database, work))
        thread = threading.Thread(target=queue.run, args=(stop,), name="worker", daemon=True)
        thread.start()
        stack.callback(thread.join)
        stack.callback(stop.set)
        yield queue


@final
@frozen
class Room:
    """What one part of a rehearsal has set up; ``worked`` where a worker is at it already."""

    unit: Unit
    manager: Manager
    database: str
    served: Served
    platforms: tuple[Platform, ...]
    worked: bool = False

    def hint(self) -> None:
        """Let the worker look at every listing."""
        for one in self.manager.state(self.unit).active:
            self.manager.hint(one.id)


class Screens(Protocol):
    """Screens that are open, until the block that opened them ends."""

    @property
    def address(self) -> str:
        """Where they are."""
        ...

    def begin(self, town: Sample) -> None:
        """Let what was set up be played with."""
        ...

    def entrance(self, owner: OwnerId) -> str:
        """Return a link that signs somebody in as that owner, once."""
        ...


def screens() -> Callable[[Manager], AbstractContextManager[Screens]] | None:
    """Return what opens screens over a manager, None where none are installed."""
    for found in entry_points(group=SCREENS):
        return cast("Callable[[Manager], AbstractContextManager[Screens]]", found.load())
    return None


def serve_sample(line: Timeline, opened: Callable[[Manager], AbstractContextManager[Screens]]) -> None:
    """Set up a sample installation with its screens, say where it is, and keep it running until Ctrl-C."""
    say, now = line.voice, line.clock.now
    line.scene("Une installation d’essai", "A sample installation")
    with ExitStack() as stack:
        folder = stack.enter_context(TemporaryDirectory(prefix="channelsync-"))
        database = str(Path(folder) / "demo.db")
        manager = open_manager(database, now=now, allow_private_addresses=True, environ={})
        stack.enter_context(manager)
        shown = stack.enter_context(opened(manager))
        owner = manager.add_owner(_OWNER, language=say("fr", "en")).owner
        town = stack.enter_context(sample(manager, line.clock, owner.id))
        line.say("✓", "deux logements, trois plateformes imitées", "two lodgings, three imitated platforms", "green")
        town.hasten(_READ_EVERY)
        stack.enter_context(working(manager, database, now))
        shown.begin(town)
        rows = [say("Ouvrez dans un navigateur, une fois :", "Open in a browser, once:"), shown.entrance(owner.id)]
        for row in (*rows, say("Ctrl-C pour arrêter.", "Ctrl-C to stop.")):
            line.console.print(Text(f"  {row}"), soft_wrap=True)
        line.console.file.flush()
        with suppress(KeyboardInterrupt):
            _keep_playing(town)


def _keep_playing(town: Sample) -> None:
    """Let the platforms read us in their rhythm, and look at them every few seconds."""
    looked = time.monotonic()
    while True:
        time.sleep(0.5)
        town.served.import_due()
        if time.monotonic() - looked >= _ROUND:
            looked = time.monotonic()
            for unit in town.units:
                for one in town.manager.state(unit).active:
                    town.manager.hint(one.id)


def stay_open(line: Timeline, rooms: tuple[Room, ...]) -> None:
    """Say where everything is, and keep it running until Ctrl-C."""
    say = line.voice
    line.scene("Tout reste ouvert", "Everything stays open")
    with ExitStack() as stack:
        for room in rooms:
            if not room.worked:
                stack.enter_context(working(room.manager, room.database, line.clock.now))
            _told(line, room)
        nobody = say(
            "Pas d’écrans ni d’identification ici : la ligne de commande montre tout. Ctrl-C pour arrêter.",
            "No screens and no sign-in here: the command line shows everything. Ctrl-C to stop.",
        )
        line.console.print(Text(f"\n {nobody}", "dim"))
        line.console.file.flush()
        with suppress(KeyboardInterrupt):
            while True:
                wait(_ROUND)
                for room in rooms:
                    room.hint()


def _told(line: Timeline, room: Room) -> None:
    """Say how to look at one lodging, and where to play its guests; addresses are never broken over lines."""
    year = line.clock.now().year + 1
    first = room.served.control_url(room.platforms[0])
    rows = [
        f"channelsync --db {room.database} unit show {room.unit.slug}",
        *(f"GET  {room.served.control_url(one)}/state" for one in room.platforms),
        f'POST {first}/book {{"stay": "{year}-08-20/{year}-08-23"}}',
    ]
    line.console.print(Text(f"\n {room.unit.name}", "bold"))
    for row in rows:
        line.console.print(Text(f"  {row}"), soft_wrap=True)
