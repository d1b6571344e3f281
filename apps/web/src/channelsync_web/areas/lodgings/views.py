"""What the pages of a lodging show: from what is remembered of it to frozen values; nothing here asks anybody.

A platform that has read our calendar has *read* it; a night counts as closed there only when its own calendar shows it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Final, final
from urllib.parse import quote

from attrs import evolve, frozen

from channelsync.cadence import Health
from channelsync.claims import Claim, Kind, Standing
from channelsync.inventory import Unit
from channelsync.nights import NO_NIGHTS, Nights
from channelsync.observation import Verdict
from channelsync.state import ListingState, UnitState

__all__ = ["Awaited", "Card", "Found", "Lodging", "Step", "card", "found", "lodging", "path_of", "steps", "watch_until"]


NOTHING_LAID: Final[Mapping[str, datetime]] = {}
REFUSES: Final = "{where} refuses the link: link it again"
OWING: Final = "Waiting for {where} since the restore"
INSTEAD: Final = "The API of {where} does not answer; its calendar is read in its place"
SILENT: Final = "{where} does not answer any more; your dates stay closed"
UNREAD: Final = "First reading to come"
FAILED: Final = "Never read yet: nothing is known of it"
WITHHELD: Final = "Calendars withheld: {other} has not been read since the restore"
SUSPECT: Final = "Disappearance to be confirmed: we keep it closed"
UNVISITED: Final = "{where} has not come to read your dates yet"
EXPOSED: Final = "Can still be booked"
VANISHED: Final = "Disappearance under watch: we keep it closed"
IN_STEP: Final = "In step"


@final
@frozen
class Found:
    """What a platform's calendar takes from today on: so many stays, of so many nights, from the first to the last."""

    stays: int = 0
    nights: int = 0
    first: date | None = None
    last: date | None = None


@final
@frozen
class Card:
    """One listing as its owner sees it.

    ``tone`` is ``good``, ``warn``, ``bad`` or empty (nothing to say yet); ``state`` is English, with a place for
    ``{where}``. ``read_at`` is when the platform last read our calendar, which closes ``closed`` nights. ``exposed``
    can still be booked there; ``vanished`` are not shown any
    more and kept closed until the owner or time confirms; ``echoed`` are ours, sent back.
    """

    key: str
    channel: str
    path: str
    tone: str
    state: str
    found: Found
    looked_at: datetime | None
    read_at: datetime | None
    closed: int = 0
    exposed: Nights = NO_NIGHTS
    vanished: Nights = NO_NIGHTS
    echoed: Nights = NO_NIGHTS
    own: Nights = NO_NIGHTS
    """Nights that the platform shows closed without a guest that is known: only there can they be opened again."""
    opens_until: date | None = None
    """Where the platform's calendar is not open yet: from that day on."""
    pushed: bool = False
    problem: str = ""
    awaited: str = ""
    """The key of a listing of the lodging that owes a look since a restore: no calendar is given out meanwhile."""
    laid_at: datetime | None = None
    """When our calendar for it was laid on static hosting; None where it does not lie there."""

    @property
    def is_exposed(self) -> bool:
        """Whether what matters most is that it can still be booked."""
        return self.state == EXPOSED

    @property
    def is_unknown(self) -> bool:
        """Whether nothing is known of what is taken there: it was never read, and nothing is remembered of it."""
        return self.looked_at is None and not self.found.stays


@final
@frozen
class Awaited:
    """A listing that owes a look since a restore, while which no calendar of its lodging is given out.

    ``way`` is how that ends: ``read`` (by itself), ``vanished`` (the owner may confirm) or ``unlinked`` (nobody reads
    it any more: the owner links it anew, or answers for what was sold there).
    """

    key: str
    channel: str
    path: str
    since: datetime
    way: str


@final
@frozen
class Step:
    """One step of a takeover: ``done``, or ``next`` for the first that is not."""

    name: str
    done: bool
    next: bool


@final
@frozen
class Lodging:
    """A lodging with its listings; ``questions`` are how many only the owner can answer."""

    unit: Unit
    path: str
    cards: tuple[Card, ...]
    questions: int = 0
    left: tuple[str, ...] = ()
    """Keys of unlinked listings whose platform may still hold our address."""
    retired: bool = False
    """Whether it had listings, and has none any more."""
    awaited: tuple[Awaited, ...] = ()
    """The listings for which our calendars are withheld since a restore."""

    @property
    def tone(self) -> str:
        """The worst of its listings' tones."""
        tones = {one.tone for one in self.cards}
        return next((one for one in ("bad", "warn", "good") if one in tones), "")


def path_of(unit: Unit | str, key: str = "") -> str:
    """Return the address of a lodging's page, or of one of its listings."""
    of = unit if isinstance(unit, str) else unit.id
    return f"/logements/{quote(of, safe='')}" + (f"/{quote(key, safe=':')}" if key else "")


def lodging(
    state: UnitState,
    now: datetime,
    questions: int = 0,
    left: Iterable[str] = (),
    laid: Mapping[str, datetime] = NOTHING_LAID,
) -> Lodging:
    """Return a lodging as its page shows it; ``laid`` is when which of our calendars was laid on static hosting."""
    cards = tuple(evolve(card(state, one, now), laid_at=laid.get(one.listing.key)) for one in state.active)
    retired = not cards and any(one.retired for one in state.listings)
    return Lodging(state.unit, path_of(state.unit), cards, questions, tuple(left), retired, awaited(state))


def awaited(state: UnitState) -> tuple[Awaited, ...]:
    """Return the listings that owe a look since a restore."""
    return tuple(
        Awaited(one.listing.key, one.listing.channel, path_of(state.unit, one.listing.key), one.owed_since, _way(one))
        for one in state.listings
        if one.owed_since is not None
    )


def _way(one: ListingState) -> str:
    if one.retired:
        return "unlinked"
    return "vanished" if any(claim.missing for claim in one.claims) else "read"


def card(state: UnitState, one: ListingState, now: datetime) -> Card:
    """Return one listing as its owner sees it."""
    today, key = state.unit.today(now), one.listing.key
    exposed = Nights.union(each.nights for each in one.exposed).since(today)
    vanished = Nights.union(each.nights for each in one.claims if each.missing).since(today)
    closed = one.published.since(today)
    read_at = max((each.last_fetch for each in one.revisions if each.last_fetch), default=None)
    others = [each.key for each in awaited(state) if each.key != key]
    tone, told = _told(one, read_at, vanished, exposed, withheld=bool(others))
    return Card(
        key,
        one.listing.channel,
        path_of(state.unit, key),
        tone,
        told,
        found(one.claims, today),
        one.looked_at,
        read_at,
        len(closed),
        exposed,
        vanished,
        one.echo.since(today),
        Nights.union(each.nights for each in one.claims if _is_own(each)).since(today),
        _opens_until(one),
        one.listing.traits.pushed,
        one.failure or "",
        next(iter(others), ""),
    )


def found(claims: Iterable[Claim], today: date) -> Found:
    """Return what claims take from today on."""
    stays = [one.stay for one in claims if one.stay.departure > today]
    nights = Nights.of(*stays).since(today)
    if not stays:
        return Found()
    return Found(len(stays), len(nights), min(one.arrival for one in stays), max(one.departure for one in stays))


def steps(state: UnitState) -> tuple[Step, ...]:
    """Return the steps of taking over from direct links, in order."""
    active, takeover = state.active, state.takeover
    read = [any(each.last_fetch for each in one.revisions) or one.listing.traits.pushed for one in active]
    done = {
        "read": bool(active) and all(one.looked_at is not None for one in active),
        "paste": bool(active) and all(read),
        "remove": not takeover.active or takeover.links_removed_at is not None,
        "watch": not takeover.active,
    }
    following = next((name for name, over in done.items() if not over), "")
    return tuple(Step(name, over, name == following) for name, over in done.items())


def watch_until(state: UnitState, watch: timedelta) -> datetime | None:
    """Return when the watch after the direct links were removed is over at the earliest."""
    since = state.takeover.links_removed_at
    return None if since is None else since + watch


def _told(
    one: ListingState, read_at: datetime | None, vanished: Nights, exposed: Nights, *, withheld: bool
) -> tuple[str, str]:
    """Return the tone and the words of what matters most about a listing."""
    health = one.health.state if one.health else None
    unread = read_at is None and not one.listing.traits.pushed
    told = (
        (health is Health.DISCONNECTED, "bad", REFUSES),
        (one.owed_since is not None, "warn", OWING),
        (one.looked_at is None and one.failure is not None, "warn", FAILED),
        (one.health is not None and one.health.instead_since is not None, "warn", INSTEAD),
        (health is Health.DEGRADED, "warn", SILENT),
        (one.looked_at is None, "", UNREAD),
        (one.verdict is Verdict.SUSPECT and bool(vanished), "warn", SUSPECT),
        (withheld, "warn", WITHHELD),
        (unread, "", UNVISITED),
        (bool(exposed), "warn", EXPOSED),
        (bool(vanished), "warn", VANISHED),
    )
    return next(((tone, words) for so, tone, words in told if so), ("good", IN_STEP))


def _is_own(claim: Claim) -> bool:
    """Whether a claim of a platform is certainly no guest's: closed there by hand."""
    return claim.kind is Kind.BLOCK and claim.standing is Standing.FIRM


def _opens_until(one: ListingState) -> date | None:
    """Return from which day on a platform's calendar is not open yet, where it has such an end."""
    rolling = one.aside.rolling
    return one.open_until or (rolling.arrival if rolling else None)
