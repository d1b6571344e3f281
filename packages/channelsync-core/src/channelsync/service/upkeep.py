"""The duties that keep an installation: its backup, its figures, its static calendars, and the sign of life it gives.

For whoever composes a worker: `upkeep` returns them as data, to stand beside the others.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from channelsync.adapter import SecretUrl
from channelsync.config import Config
from channelsync.engine.drive import Driver
from channelsync.manager import Manager
from channelsync.manager.serving import note_serving
from channelsync.service.answers import EVERY, note_answers
from channelsync.service.backup import daily
from channelsync.service.duties import Duty
from channelsync.service.heartbeat import Heartbeat
from channelsync.service.indicators import alive, measure
from channelsync.service.laying import lay_out
from channelsync.service.places import place_at
from channelsync.service.shelves import shelf_at

__all__ = ["upkeep"]

_RECENT: Final = timedelta(minutes=3)
"""A sweep that old still shows that a worker is alive: sweeps are a minute apart."""


def upkeep(
    manager: Manager,
    config: Config,
    driver: Driver,
    now: Callable[[], datetime],
    swept_at: Callable[[], datetime | None],
) -> tuple[Duty, ...]:
    """Return the duties of keeping, those that the configuration asks for.

    Args:
        manager: what it all works on.
        config: where backups and calendars go, and the address of the heartbeat.
        driver: what asks for that address.
        now: the clock.
        swept_at: tells when due listings were last looked for, by any worker.

    Raises:
        UsageError: the place of the backups, or of the calendars, makes no sense.
    """

    def beat() -> None:
        moment, swept = now(), swept_at()
        if swept is not None and abs(moment - swept) <= _RECENT:
            with manager.ledger.transaction() as tx:
                alive(tx, moment)
                note_serving(tx, moment)

    duties = [
        Duty("alive", timedelta(minutes=1), beat),
        Duty("measures", timedelta(hours=1), lambda: measure(manager, now())),
    ]
    if config.backup is not None:
        place = place_at(config.backup)
        duties.append(Duty("backup", timedelta(hours=1), lambda: daily(manager, place, now())))
    if config.publish is not None:
        shelf = shelf_at(config.publish)
        duties.append(Duty("shelf", timedelta(seconds=10), lambda: lay_out(manager, shelf, now())))
    if config.heartbeat_url is not None:
        heart = Heartbeat(manager.ledger, driver, SecretUrl(config.heartbeat_url))
        duties.append(Duty("heartbeat", timedelta(minutes=3), lambda: heart.beat(now(), swept_at=swept_at())))
    duties.append(Duty("answers", EVERY, lambda: note_answers(manager, now())))
    return tuple(duties)
