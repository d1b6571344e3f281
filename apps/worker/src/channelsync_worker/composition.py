"""What a worker is made of: the manager, its queue, and the duties of an installation that runs by itself."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from typing import final

from attrs import frozen

from channelsync.config import Config
from channelsync.engine.address import AddressPolicy
from channelsync.engine.drive import Driver
from channelsync.manager import Manager, open_manager
from channelsync.manager.credentials import Credentials
from channelsync.ports import Queue
from channelsync.service import post, taking
from channelsync.service.duties import Duties, Duty
from channelsync.service.gauges import GAUGES, SWEEP, Gauges
from channelsync.service.mailbox import Mailbox, open_inbox
from channelsync.service.queues import open_queue
from channelsync.service.settings import check_settings
from channelsync.service.telemetry import telemetry
from channelsync.service.upkeep import upkeep
from channelsync.service.work import Work
from channelsync_worker.metrics import Looks

__all__ = ["SWEEP", "Parts", "composed", "real_time"]


@final
@frozen
class Parts:
    """A worker's parts, open; ``mailbox`` is None where none is configured, ``metrics`` gives the figures as text."""

    manager: Manager
    work: Work
    queue: Queue
    duties: Duties
    mailbox: Mailbox | None
    now: Callable[[], datetime]
    metrics: Callable[[], str]


@contextmanager
def composed(
    where: str | None = None,
    *,
    now: Callable[[], datetime] | None = None,
    environ: Mapping[str, str] | None = None,
    logs: bool = True,
) -> Generator[Parts]:
    """Open everything a worker needs; leaving the block closes it.

    Args:
        where: the database; None for the environment's.
        now: the clock; None for the real time.
        environ: the environment; None for the process's own.
        logs: whether the log goes to the collector of telemetry, where there is one.

    Raises:
        ChannelSyncError: it cannot be opened; the line says why and what to do.
    """
    environ = os.environ if environ is None else environ
    config, clock = Config.from_environment(environ), now or real_time
    database = where or config.database
    with ExitStack() as stack:
        manager = stack.enter_context(open_manager(database, now=clock, environ=environ))
        check_settings(manager, config)
        gauges = Gauges(manager)
        told = stack.enter_context(telemetry("channelsync-worker", gauges=GAUGES, samples=gauges, logs=logs))
        looks = Looks(told)
        work = Work(manager, clock, told=looks.told, telemetry=told)
        stack.callback(work.close)
        queue = stack.enter_context(open_queue(database, work))
        driver = stack.enter_context(Driver(AddressPolicy(allow_private=config.allow_private_addresses)))
        letters = stack.enter_context(post.open_post(manager, config, clock, link=_pages(config)))
        inbox, mailbox = open_inbox(manager, config, clock)
        duties = Duties(
            manager.ledger,
            (
                Duty(SWEEP, timedelta(minutes=1), queue.sweep),
                Duty("inbox", timedelta(seconds=30), lambda: inbox.handle_due(clock())),
                Duty("notices", post.EVERY, letters.sweep),
                Duty("tokens", timedelta(minutes=1), Credentials(manager, driver, clock).refresh_due),
                Duty("reservations", taking.EVERY, taking.Taking(manager, clock).take),
                *upkeep(manager, config, driver, clock, lambda: duties.last(SWEEP)),
            ),
            clock,
            told,
        )
        yield Parts(manager, work, queue, duties, mailbox, clock, lambda: looks.text(gauges()))


def _pages(config: Config) -> str:
    """Return where owners see more: nowhere, while no one but this machine is reached by that address."""
    return config.base_url if config.base_url.startswith("https://") else ""


def real_time() -> datetime:
    """Return the time."""
    return datetime.now(UTC)  # noqa: TID251 - here the clock comes in
