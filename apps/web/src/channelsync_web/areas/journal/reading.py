"""The journal read from the ledger, a bounded page at a time: everything of one moment in one lodging is one step.

Each source is read latest first and cut at so many lines. What is older than the oldest line of a source that was cut
may be incomplete, so a page ends there, and the next one begins there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, final

from attrs import Factory, define, frozen

from channelsync.ids import ListingId
from channelsync.inventory import Unit
from channelsync.ledger import Fetch, HistoryLine, LookBrief, RevisionBrief, RevisionPlace, Transaction
from channelsync.nights import NO_NIGHTS, Nights
from channelsync.notices import Notice
from channelsync.service.telling import notices_of
from channelsync.state import UnitState
from channelsync_web.areas.journal.forms import CLOSINGS, Wish

__all__ = ["PAGE", "Page", "Place", "Published", "Step", "places", "read"]

PAGE: Final = 25
"""So many steps on a page."""
_LOT: Final = 120
"""So many lines of each source at once."""
_ROUNDS: Final = 6
"""So many lots for one page at most: a filter may let little through."""
_INSTANT: Final = timedelta(microseconds=1)

Briefs = Mapping[tuple[ListingId, int], RevisionBrief]


@final
@frozen
class Place:
    """A lodging, and the key of each listing that it has or had."""

    unit: Unit
    keys: Mapping[ListingId, str]


@final
@frozen
class Published:
    """A calendar that was published for a listing: its number, and when the platform first read it, None for never.

    ``closed`` and ``opened`` are what differs from the one before; ``written`` says that the platform takes what we
    write; ``newer`` is the number of the next one, None where none followed.
    """

    key: str
    number: int
    closed: Nights
    opened: Nights
    first_fetch: datetime | None = None
    written: bool = False
    newer: int | None = None


@final
@define
class Step:
    """What happened in one lodging at one moment: what was read, decided, published, fetched and told.

    ``revisions`` is where the published ones stand; what they closed is read for the steps that are shown.
    """

    at: datetime
    place: Place
    lines: list[HistoryLine] = Factory(list[HistoryLine])
    looks: list[LookBrief] = Factory(list[LookBrief])
    revisions: list[RevisionPlace] = Factory(list[RevisionPlace])
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
        known += [one.listing for one in self.revisions]
        keys = [self.place.keys.get(one, "") for one in known if one]
        return tuple(dict.fromkeys(key for key in keys if key))


@final
@frozen
class Page:
    """Steps, latest first; ``older`` is before when the next page begins, None where there is none."""

    steps: tuple[Step, ...]
    older: datetime | None = None


def places(states: Iterable[UnitState]) -> tuple[Place, ...]:
    """Return the lodgings with the listings that they have or had."""
    return tuple(Place(one.unit, {it.id: it.listing.key for it in one.listings}) for one in states)


def read(tx: Transaction, wish: Wish, chosen: Sequence[Place], timezone: str, now: datetime) -> Page:
    """Return one page of the journal of some lodgings.

    Args:
        tx: in which it is read.
        wish: what is asked for.
        chosen: the owner's lodgings that are asked for.
        timezone: in which a day begins.
        now: the time of asking.
    """
    since, before = wish.begins(timezone), wish.before or now + timedelta(seconds=1)
    found: list[Step] = []
    horizon: datetime | None = None
    for _ in range(_ROUNDS):
        steps, horizon = _lot(tx, chosen, wish, since, before)
        if wish.kind == CLOSINGS:
            _publish_then(tx, steps)
        found += [one for one in steps if _fits(one, wish)]
        if horizon is None or len(found) > PAGE:
            break
        before = horizon
    page = _cut(found)
    older = page[-1].at if len(page) < len(found) else horizon
    _read_then(tx, page)
    _publish_then(tx, [one for one in page if not one.published])
    return Page(tuple(page), older)


def _lot(
    tx: Transaction, chosen: Sequence[Place], wish: Wish, since: datetime | None, before: datetime
) -> tuple[list[Step], datetime | None]:
    """Return the steps before a moment that are known whole, latest first, and from when to go on, None at the end."""
    steps: dict[tuple[datetime, str], Step] = {}
    horizon: datetime | None = None
    for lot in _sources(tx, chosen, wish, since, before):
        for at, place, one in lot:
            _put(steps.setdefault((at, place.unit.id), Step(at, place)), one)
        if len(lot) >= _LOT:
            oldest = min(at for at, _, _ in lot)
            horizon = oldest if horizon is None else max(horizon, oldest)
    every = sorted(steps.values(), key=lambda one: one.at, reverse=True)
    if horizon is None:
        return every, None
    whole = [one for one in every if one.at > horizon]
    if whole:
        return whole, horizon + _INSTANT
    return [one for one in every if one.at == horizon], horizon  # more at one moment than is ever shown


Happened = HistoryLine | LookBrief | RevisionPlace | Fetch | Notice


def _sources(
    tx: Transaction, chosen: Sequence[Place], wish: Wish, since: datetime | None, before: datetime
) -> Iterator[list[tuple[datetime, Place, Happened]]]:
    """Yield what is on record of the lodgings, source by source, cut at `_LOT` lines.

    Where the log is cut, the others are not asked for what is older: it may be incomplete, and is left for later.
    """
    at_listing = {listing: place for place in chosen for listing in place.keys}
    rank = {listing: number for number, listing in enumerate(at_listing)}
    if wish.kind in {"lectures", "visites"}:
        asked = [one for one, place in at_listing.items() if wish.platform in {"", place.keys[one]}]
        found: list[LookBrief | Fetch] = []
        if wish.kind == "lectures":
            found += tx.latest_looks(asked, since=since, before=before, limit=_LOT)
        else:
            found += tx.latest_fetches(asked, since=since, before=before, limit=_LOT)
        found.sort(key=lambda one: rank[one.listing])
        yield [(one.at, at_listing[one.listing], one) for one in found]
        return
    at_unit = {place.unit.id: place for place in chosen}
    lines = tx.latest_history(at_unit, since=since, before=before, limit=_LOT)
    yield [(one.at, at_unit[one.unit], one) for one in lines]
    if len(lines) >= _LOT:
        since = min(one.at for one in lines)
    told = notices_of(tx.latest_notices(at_unit, since=since, before=before, limit=_LOT))
    yield [(one.at, at_unit[one.unit], one) for one in told if one.unit]
    places = tx.revision_places(at_listing, before=before, limit=_LOT)
    published = sorted(places, key=lambda one: rank[one.listing])
    yield [(one.at, at_listing[one.listing], one) for one in published if since is None or one.at >= since]


def _put(step: Step, one: Happened) -> None:
    match one:
        case HistoryLine():
            step.lines.append(one)
        case LookBrief():
            step.looks.append(one)
        case RevisionPlace():
            step.revisions.append(one)
        case Fetch():
            step.fetches.append(one)
        case Notice():
            step.notices.append(one)


_DATES: Final = frozenset(
    {"claim", "release", "released", "changed", "missing", "back", "cancelled", "unlinked", "past"}
)
_PROBLEMS: Final = frozenset({"unusable", "suspect", "conflict"})
_TROUBLES: Final = frozenset(
    {
        *("degraded", "fallback", "disconnected", "exposed", "failed", "not_read", "kept_closed"),
        *("not_linked", "answered_no"),
    }
)
_PROOFS: Final = frozenset({"proven", "reopened"})


def _fits(step: Step, wish: Wish) -> bool:
    """Whether a step is of the kind and about the listing that are asked for."""
    if wish.platform and wish.platform not in step.keys:
        return False
    did, told = {one.what for one in step.lines}, {one.kind.value for one in step.notices}
    if wish.kind == "dates":
        return bool(did & _DATES)
    if wish.kind == CLOSINGS:
        return bool(told & _PROOFS) or any(one.closed or one.opened for one in step.published)
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
    taken = tx.looks_at(wanted)
    known = {(one.listing, one.at): one for one in reversed(taken)}  # the latest, where there are several
    for step in bare:
        about = dict.fromkeys(line.listing for line in step.lines if line.listing)
        step.looks += [known[listing, step.at] for listing in about if (listing, step.at) in known]


def _publish_then(tx: Transaction, steps: Sequence[Step]) -> None:
    """Add what the published calendars changed."""
    places = [one for step in steps for one in step.revisions]
    wanted = {(one.listing, number) for one in places for number in (one.number, one.older) if number is not None}
    briefs = tx.revision_briefs(wanted)
    for step in steps:
        step.published += [_published(step.place, one, briefs) for one in step.revisions]


def _published(place: Place, one: RevisionPlace, briefs: Briefs) -> Published:
    """Return a calendar with what it changed; nights that were over by then have only left it."""
    brief = briefs[one.listing, one.number]
    before = NO_NIGHTS if one.older is None else briefs[one.listing, one.older].nights
    today, key = place.unit.today(one.at), place.keys[one.listing]
    closed, opened = (brief.nights - before).since(today), (before - brief.nights).since(today)
    return Published(key, one.number, closed, opened, brief.first_fetch, brief.written, one.newer)
