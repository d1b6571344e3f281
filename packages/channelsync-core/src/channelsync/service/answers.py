"""Platforms that ask before they sell, and are told no because another listing was not heard: told to the owner.

The no is decided where the question is answered (`channelsync.engine.api.is_free`), and stands until the listing is
read again: one dead link keeps a platform from selling anything. That is told once it has lasted for `GRACE`, again
where a further listing falls silent, and once more when it is over. Nothing is told of a platform that has no address
to ask at.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final, final

from attrs import evolve, frozen

from channelsync.codec import dumped, read
from channelsync.engine.api import unheard
from channelsync.errors import LedgerError
from channelsync.ids import ListingId
from channelsync.manager import Manager
from channelsync.manager.asking import asks
from channelsync.manager.desk import notice_record
from channelsync.notices import Notice, NoticeKind, of_answers
from channelsync.service.hooks import HOOK
from channelsync.state import ListingState, UnitState

__all__ = ["EVERY", "GRACE", "note_answers"]

EVERY: Final = timedelta(minutes=5)
"""So often it is looked for."""
GRACE: Final = timedelta(minutes=15)
"""What is over sooner is told to nobody: after a stop of the service every listing is unheard until it is looked at."""
_NOTE: Final = "answered no"
_BEGINNING: Final = datetime(2000, 1, 1, tzinfo=UTC)


@final
@frozen
class _No:
    """Since when a listing's platform is told no, and because of which listings that was told."""

    since: datetime
    told: tuple[str, ...] = ()


def note_answers(manager: Manager, now: datetime) -> None:
    """Note which platforms are told no, and tell the owners what is to be told.

    Whoever of two notes it first tells it.

    Raises:
        LedgerError: the database cannot be used.
    """
    with manager.ledger.reading() as tx:
        text = tx.meta(_NOTE)
    before, after, told = _read(text), dict[str, _No](), list[Notice]()
    for state, listing in _asking(manager):
        silent = unheard(state, listing, now, manager.policy)
        known = before.get(listing)
        if silent:
            after[listing] = _after(known, silent, now)
            told += _begun(known, after[listing], state, listing, silent, now)
        elif known is not None and known.told:
            told.append(of_answers(NoticeKind.ANSWERED_AGAIN, state, listing, now, known.since, since=known.since))
    if after == before:
        return
    with manager.ledger.transaction() as tx:
        if tx.swap_meta(_NOTE, text, json.dumps({name: dumped(one) for name, one in after.items()})):
            for one in told:
                tx.add_notice(notice_record(one))


def _asking(manager: Manager) -> Iterator[tuple[UnitState, ListingId]]:
    """Yield the linked listings whose platforms have an address at which they ask, with their units."""
    with manager.ledger.reading() as tx:
        known = [one for one in tx.listings() if one.account is not None and asks(manager.registry, one.channel)]
        sources = {one.id: (f"{one.channel}/{one.account}", f"{one.channel}/") for one in known}
        links = [one for one in known if any(tx.secret(HOOK, source) is not None for source in sources[one.id])]
    for unit in sorted({link.unit for link in links}):
        state = manager.state(unit)
        asked = {link.id for link in links}
        yield from ((state, one.id) for one in state.active if one.id in asked)


def _after(before: _No | None, silent: tuple[ListingState, ...], now: datetime) -> _No:
    """Return what is to be noted now; a clock that was set back begins anew."""
    if before is None or before.since > now:
        return _No(now)
    if now - before.since < GRACE:
        return before
    return evolve(before, told=tuple(sorted({*before.told, *(one.id for one in silent)})))


def _begun(
    before: _No | None,
    after: _No,
    state: UnitState,
    listing: ListingId,
    silent: tuple[ListingState, ...],
    now: datetime,
) -> Iterator[Notice]:
    """Yield what the step from one note to the next says to the owner."""
    if after.told != (before.told if before else ()):
        heard = min(one.looked_at or _BEGINNING for one in silent)
        since = None if heard == _BEGINNING else heard
        fact = after.since, *after.told
        yield of_answers(NoticeKind.ANSWERED_NO, state, listing, now, *fact, others=silent, since=since)


def _read(text: str | None) -> Mapping[str, _No]:
    """Return what stands in the ledger; what cannot be read counts for nothing, and is noted anew at once."""
    try:
        return {str(name): read(one, _No) for name, one in dict(json.loads(text or "{}")).items()}
    except (ValueError, TypeError, LedgerError):
        return {}
