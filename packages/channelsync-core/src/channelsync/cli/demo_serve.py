"""`demo --serve`: everything that a rehearsal has set up stays open, so that anybody can play on.

A worker keeps the lodgings in step and looks every few seconds, where a real one would wait for minutes; guests book
through the simulators' control addresses. There are no screens yet and
nobody signs in: what there is to see is asked for on the command line, over the rehearsal's own database.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime
from typing import Final, final

from attrs import frozen
from rich.text import Text

from channelsync.cli.timeline import Timeline
from channelsync.inventory import Unit
from channelsync.manager import Manager, SyncReport
from channelsync.ports import Queue
from channelsync.service.queues import open_queue
from channelsync.service.work import Work, log_report
from channelsync.testing import Platform
from channelsync.testing.serve import Served

__all__ = ["Room", "stay_open", "working"]

_ROUND: Final = 8.0
"""Seconds between two looks at everything: more than the shortest gap between two looks at one listing."""


@contextmanager
def working(
    manager: Manager, database: str, now: Callable[[], datetime], told: Callable[[SyncReport], None] = log_report
) -> Generator[Queue]:
    """Let a worker take the steps that are due, in threads of its own, until the block ends."""
    stop = threading.Event()
    with ExitStack() as stack:
        work = Work(manager, now, told=told)
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
                time.sleep(_ROUND)
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
