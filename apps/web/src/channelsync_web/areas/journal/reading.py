"""The journal read from the ledger, a bounded page at a time: everything of one moment in one lodging is one step.

Each source is read latest first and cut at so many lines. What is older than the oldest line of a source that was cut
may be incomplete, so a page ends there, and the next one begins there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, final

from attrs import Factory, define, frozen

from channelsync.ids import ListingId
from channelsync.inventory import Unit
from channelsync.ledger import Fetch, HistoryLine, Look, Transaction
from channelsync.nights import NO_NIGHTS, Nights
from channelsync.notices import Notice
from channelsync.proof import Revision
from channelsync.service.telling import notices_of
from channelsync_web.areas.journal.forms import Wish
from channelsync_web.mine import Mine

__all__ = ["PAGE", "Page", "Place", "Published", "Step", "places", "read"]

PAGE: Final = 40
"""So many steps on a page."""
_LOT: Final = 120
"""So many lines of each source at once."""
_ROUNDS: Final = 6
"""So many lots for one page at most: a filter may let little through."""
_INSTANT: Final = timedelta(microseconds=1)


@final
@frozen
class Place:
    """A lodging, and the key of each listing that it has or had."""

    unit: Unit
    keys: Mapping[ListingId, str]


@final
@frozen
class Published:
    """A calendar that was published for a listing.

    ``closed`` and ``opened`` are what differs from the one before; ``newer`` is the number of the next one, None where
    none followed.
    """

    key: str
    revision: Revision
    closed: Nights
    opened: Nights
    newer: int | None = None


@final
@define
class Step:
    """What happened in one lodging at one moment: what was read, decided, published, fetched and told."""

    at: datetime
    place: Place
    lines: list[HistoryLine] = Factory(list[HistoryLine])
    looks: list[Look] = Factory(list[Look])
    published: list[Published] = Factory(list[Published])
    fetches: list[Fetch] = Factory(list[Fetch])
    notices: list[Notice] = Factory(list[Notice])

    @property
    def keys(self) -> tuple[str, ...]:
        """The listings that it is about, the source before those it was published for."""
        known: list[ListingId | None] = [one.listing for one in self.lines]
        known += [one.listing for one in self.looks]
        known += [one.listing for one in self.fetches]
        known += [one.listing for one in self.notices]
        keys = [self.place.keys.get(one, "") for one in known if one] + [one.key for one in self.published]
        return tuple(dict.fromkeys(key for key in keys if key))


@final
@frozen
class Page:
    """Steps, latest first; ``older`` is before when the next page begins, None where there is none."""

    steps: tuple[Step, ...]
    older: datetime | None = None


def places(mine: Mine) -> tuple[Place, ...]:
    """Return the owner's lodgings with the listings that they have or had."""
    return tuple(Place(one.unit, {it.id: it.listing.key for it in one.listings}) for one in mine.states())


def read(mine: Mine, wish: Wish, chosen: Sequence[Place], timezone: str) -> Page:
    """Return one page of the journal of some lodgings.

    Args:
        mine: whose it is.
        wish: what is asked for.
        chosen: the owner's lodgings that are asked for.
        timezone: in which a day begins.
    """
    since, before = wish.begins(timezone), wish.before or mine.manager.time() + timedelta(seconds=1)
    found: list[Step] = []
    horizon: datetime | None = None
    for _ in range(_ROUNDS):
        with mine.manager.ledger.reading() as tx:
            steps, horizon = _lot(tx, chosen, wish, since, before)
        found += [one for one in steps if _fits(one, wish)]
        if horizon is None or len(found) > PAGE:
            break
        before = horizon
    page = _cut(found)
    older = page[-1].at if len(page) < len(found) else horizon
    with mine.manager.ledger.reading() as tx:
        _read_then(tx, page)
    return Page(tuple(page), older)


def _lot(
    tx: Transaction, chosen: Sequence[Place], wish: Wish, since: datetime | None, before: datetime
) -> tuple[list[Step], datetime | None]:
    """Return the steps before a moment that are known whole, latest first, and from when to go on, None at the end."""
    steps: dict[tuple[datetime, str], Step] = {}
    horizon: datetime | None = None
    for place in chosen:
        for lot in _sources(tx, place, wish, since, before):
            for at, one in lot:
                _put(steps.setdefault((at, place.unit.id), Step(at, place)), one)
            if len(lot) >= _LOT:
                oldest = min(at for at, _ in lot)
                horizon = oldest if horizon is None else max(horizon, oldest)
    every = sorted(steps.values(), key=lambda one: one.at, reverse=True)
    if horizon is None:
        return every, None
    whole = [one for one in every if one.at > horizon]
    if whole:
        return whole, horizon + _INSTANT
    return [one for one in every if one.at == horizon], horizon  # more at one moment than is ever shown


Happened = HistoryLine | Look | Published | Fetch | Notice


def _sources(
    tx: Transaction, place: Place, wish: Wish, since: datetime | None, before: datetime
) -> Iterator[list[tuple[datetime, Happened]]]:
    """Yield what is on record of one lodging, source by source, cut at `_LOT` lines."""
    keys = {listing: key for listing, key in place.keys.items() if wish.platform in {"", key}}
    if wish.kind == "lectures":
        for listing in keys:
            looks = tx.observations(listing, since=since, before=before, limit=_LOT)
            yield [(one.at, one) for one in looks]
        return
    if wish.kind == "visites":
        for listing in keys:
            fetches = tx.fetches(listing, since=since, before=before, limit=_LOT)
            yield [(one.at, one) for one in fetches]
        return
    yield [(one.at, one) for one in tx.history(place.unit.id, since=since, before=before, limit=_LOT)]
    told = tx.notices(place.unit.id, since=since, before=before, limit=_LOT)
    yield [(one.at, one) for one in notices_of(told)]
    for listing, key in place.keys.items():
        revisions = tx.revisions(listing, before=before, limit=_LOT)
        around = zip((None, *revisions), revisions, (*revisions[1:], None), strict=False)
        shown = [_published(place.unit, key, one, newer, older) for newer, one, older in around]
        yield [(one.revision.at, one) for one in shown if since is None or one.revision.at >= since]


def _published(unit: Unit, key: str, one: Revision, newer: Revision | None, older: Revision | None) -> Published:
    """Return a calendar with what it changed; nights that were over by then have only left it."""
    today, before = unit.today(one.at), older.nights if older else NO_NIGHTS
    number = newer.number if newer else None
    return Published(key, one, (one.nights - before).since(today), (before - one.nights).since(today), number)


def _put(step: Step, one: Happened) -> None:
    match one:
        case HistoryLine():
            step.lines.append(one)
        case Look():
            step.looks.append(one)
        case Published():
            step.published.append(one)
        case Fetch():
            step.fetches.append(one)
        case Notice():
            step.notices.append(one)


_DATES: Final = frozenset(
    {"claim", "release", "released", "changed", "missing", "back", "cancelled", "unlinked", "past"}
)
_PROBLEMS: Final = frozenset({"unusable", "suspect", "conflict"})
_TROUBLES: Final = frozenset({"degraded", "disconnected", "exposed", "failed", "not_read", "kept_closed"})
_CLOSINGS: Final = frozenset({"proven", "reopened"})


def _fits(step: Step, wish: Wish) -> bool:
    """Whether a step is of the kind and about the listing that are asked for."""
    if wish.platform and wish.platform not in step.keys:
        return False
    did, told = {one.what for one in step.lines}, {one.kind.value for one in step.notices}
    if wish.kind == "dates":
        return bool(did & _DATES)
    if wish.kind == "fermetures":
        return bool(told & _CLOSINGS) or any(one.closed or one.opened for one in step.published)
    if wish.kind == "problemes":
        return bool(did & _PROBLEMS or told & _TROUBLES) or any(one.kind.critical for one in step.notices)
    return True


def _cut(steps: Sequence[Step]) -> list[Step]:
    """Return a page of them; what happened at its last moment is not torn apart."""
    if len(steps) <= PAGE:
        return list(steps)
    last = steps[PAGE - 1].at
    return [one for place, one in enumerate(steps) if place < PAGE or one.at == last]


def _read_then(tx: Transaction, page: Sequence[Step]) -> None:
    """Add the looks that were taken at the moment of each step, which the lines of the history do not tell."""
    bare = [one for one in page if one.lines and not one.looks]
    wanted = {(line.listing, step.at) for step in bare for line in step.lines if line.listing}
    if not wanted:
        return
    taken = tx.looks_at({listing for listing, _ in wanted}, {at for _, at in wanted})
    known = {(one.listing, one.at): one for one in reversed(taken)}  # the latest, where there are several
    for step in bare:
        about = dict.fromkeys(line.listing for line in step.lines if line.listing)
        step.looks += [known[listing, step.at] for listing in about if (listing, step.at) in known]
