"""What the owner is told, as data: no transport, no wording, no address.

A `Notice` states one fact. Its ``key`` names the fact, so that the same fact told twice (a step repeated after a crash,
two workers, a fact that lasts) is one notice: whoever sends keeps the keys. Four questions produce notices: what did a
step change (`from_findings`), how does a route fare (`from_health`), what has lasted too long (`overdue`), how does the
installation itself fare (`of_service`). `channelsync.wording` says them.

Quiet facts go to the screens and the digest only. *Loud* ones are sent at once; they are few, because an owner who is
told too much stops reading. *Critical* ones are worth waking somebody: a night is sold twice or may be, or nobody is on
watch any more. A notice holds no guest's name, no note and no link: nothing here has a field for them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from enum import Enum
from typing import Final, final

from attrs import frozen

from channelsync.cadence import HealthState, Told, told
from channelsync.claims import Claim, Kind, Standing
from channelsync.conflicts import Certainty, conflicts
from channelsync.ids import ListingId, OwnerId, UnitId, derived
from channelsync.nights import NO_NIGHTS, Nights
from channelsync.policy import DEFAULT_POLICY, Policy
from channelsync.proof import fetched_nights
from channelsync.state import Did, Finding, ListingState, UnitState
from channelsync.takeover import questions
from channelsync.traits import EchoHabit

__all__ = [
    "Details",
    "Notice",
    "NoticeKind",
    "from_findings",
    "from_health",
    "of_answers",
    "of_service",
    "overdue",
]


class NoticeKind(Enum):
    """What is told, the most urgent first: a digest keeps this order."""

    CONFLICT_CURRENT = "conflict_current"
    """Two guests hold one night."""
    CONFLICT_LIKELY = "conflict_likely"
    """Two guests probably hold one night."""
    DISCONNECTED = "disconnected"
    EXPOSED = "exposed"
    """Taken nights that a platform can still sell, for longer than it usually takes to read us."""
    KEPT_CLOSED = "kept_closed"
    """Many claims vanished at once: kept closed until confirmed."""
    NOT_LAID = "not_laid"
    """Our calendars cannot be laid on static hosting: nothing that is closed arrives on any platform."""
    BACKUP_FAILED = "backup_failed"
    NOT_LINKED = "not_linked"
    """A reservation of an account for a room or listing that is linked to no lodging: it is closed nowhere else."""
    DEGRADED = "degraded"
    FALLBACK = "fallback"
    """An API does not answer, and the listing's calendar is read in its place."""
    NOT_READ = "not_read"
    """A platform stopped reading our calendar, or never began."""
    ANSWERED_NO = "answered_no"
    """A platform asks whether it may sell, and is told no: another listing was not heard for long."""
    RESERVATION = "reservation"
    """A new reservation, closed elsewhere."""
    REQUESTED = "requested"
    """A request to book, or for other dates, that waits for the owner's answer; closed elsewhere meanwhile."""
    DATES_TAKEN = "dates_taken"
    """Newly taken nights that may be a reservation: the platform does not say."""
    CHANGED = "changed"
    """A known reservation has other dates now."""
    TO_CLARIFY = "to_clarify"
    """Only the owner knows whether this is a guest, a copy or their own closing."""
    NO_DEVICE = "no_device"
    """No device of the owner's takes push messages any more."""
    MAIL_REFUSED = "mail_refused"
    """The owner's e-mail address does not exist, or not any more."""
    INTERRUPTED = "interrupted"
    """The service could not work for a while, and works again."""
    CLOCK_SET = "clock_set"
    """The machine's clock was set, or the machine was asleep."""
    NO_PHRASE = "no_phrase"
    """Backups are wished for, and there is no recovery phrase to seal them for."""
    RECONNECTED = "reconnected"
    RESTORED = "restored"
    API_BACK = "api_back"
    """An API answers again in whose place the calendar was read."""
    ANSWERED_AGAIN = "answered_again"
    """A platform that asks whether it may sell is answered by the nights again."""
    LAID_AGAIN = "laid_again"
    """Every calendar lies on static hosting again."""
    RELEASED = "released"
    STILL_TAKEN = "still_taken"
    """Nothing is left of a stay on its platform, and somebody else holds its nights: they stay closed."""
    HABIT_CHANGED = "habit_changed"
    """A listing that never sent our closings back does so now."""
    CONFLICT_POSSIBLE = "conflict_possible"
    FAILED = "failed"
    """A look brought nothing usable, for the first time since the last good one."""
    PROVEN = "proven"
    """A platform has read the closings that were outstanding there."""
    REOPENED = "reopened"
    """A platform has read nights as open again that it had read as closed."""

    @property
    def critical(self) -> bool:
        """Whether it waits for no morning, goes out by more than one way, and is repeated by the next if unseen."""
        return self in _CRITICAL

    @property
    def loud(self) -> bool:
        """Whether it is worth a message at once; quiet ones are shown, and go into the digest."""
        return self not in _QUIET


_QUIET: Final = frozenset({NoticeKind.CONFLICT_POSSIBLE, NoticeKind.FAILED, NoticeKind.PROVEN, NoticeKind.REOPENED})
_CRITICAL: Final = frozenset(
    {
        NoticeKind.CONFLICT_CURRENT,
        NoticeKind.CONFLICT_LIKELY,
        NoticeKind.DISCONNECTED,
        NoticeKind.EXPOSED,
        NoticeKind.KEPT_CLOSED,
        NoticeKind.NOT_LAID,
        NoticeKind.BACKUP_FAILED,
    }
)


@final
@frozen
class Details:
    """What a notice is about, in the words its text needs: no field can hold a guest's name or a link.

    ``unit`` is the lodging's name, the account's where no lodging is concerned, empty for what concerns the
    installation; ``where`` the listing's key (``airbnb``, ``ical:abritel``), ``others`` further listings' keys;
    ``proven`` those that have read it, ``open_on`` those where the nights can still be sold; ``since`` is when the fact
    began. Listings that take our writes read nothing: ``asked`` are those that are asked to close or to open,
    ``accepted`` those that have accepted it.
    """

    unit: str
    timezone: str
    where: str = ""
    nights: Nights = NO_NIGHTS
    others: tuple[str, ...] = ()
    open_on: tuple[str, ...] = ()
    since: datetime | None = None
    count: int = 0
    proven: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    accepted: tuple[str, ...] = ()


@final
@frozen
class Notice:
    """One fact for the owner. Same ``key``, same fact.

    ``listing`` is None for what concerns the whole unit. ``unit`` is None for what concerns ``owner`` alone, or, where
    that is None too, the installation.
    """

    key: str
    kind: NoticeKind
    at: datetime
    unit: UnitId | None
    listing: ListingId | None
    data: Details
    owner: OwnerId | None = None


def from_findings(
    before: UnitState, after: UnitState, findings: Iterable[Finding], now: datetime
) -> tuple[Notice, ...]:
    """Return what a step found or decided that the owner should know.

    Args:
        before: the unit before the step.
        after: the unit after it.
        findings: what the step found, with the ids of the claims concerned.
        now: the time of the step.
    """
    found = list(findings)
    return (
        *_conflicts(before, after, now),
        *_claims(before, after, found, now),
        *_unclear(before, after, now),
        *_looks(after, found, now),
        *_habits(before, after, now),
        *_proofs(before, after, now),
        *_reopenings(before, after, now),
    )


def from_health(
    state: UnitState, listing: ListingId, before: HealthState, health: HealthState, now: datetime
) -> tuple[Notice, ...]:
    """Return the notice that a listing's change of health raises, if it raises any."""
    change = told(before, health)
    if change is None:
        return ()
    began, since = {  # one key for each time it was entered, and for each it was left
        Told.ENTERED_DISCONNECTED: (health.since, health.refused_since),
        Told.ENTERED_DEGRADED: (before.instead_ok or health.since, health.heard),
        Told.ENTERED_FALLBACK: (health.instead_since, health.heard),
        Told.LEFT_FALLBACK: (before.instead_since, before.instead_since),
    }.get(change, (before.since, before.since))
    return (_notice(_HEALTH[change], state, now, (began,), state.of(listing), since=since),)


def overdue(
    state: UnitState,
    now: datetime,
    policy: Policy = DEFAULT_POLICY,
    rhythms: Mapping[ListingId, timedelta] | None = None,
    served_since: datetime | None = None,
) -> tuple[Notice, ...]:
    """Return what has lasted too long: nights exposed, and the silence of a platform that should read a calendar.

    Args:
        state: the unit.
        now: the time of asking.
        policy: how much silence is tolerated at least.
        rhythms: how often each listing is known to read us (95 of 100 times within); else as its platform does.
        served_since: since when there has been something to read: no platform is silent while we are away.
    """
    found: list[Notice] = []
    for one in state.active:
        rhythm = (rhythms or {}).get(one.id, one.listing.traits.imports_every)
        late = [exposure for exposure in one.exposed if exposure.late(rhythm, now)]
        found += [
            _notice(NoticeKind.EXPOSED, state, now, (was.since,), one, nights=was.nights, since=was.since)
            for was in late
        ]
        if one.listing.traits.pushed:  # it reads nothing of ours: what it does not take shows as exposed
            continue
        read = _last_read(one)
        waiting = read or (one.revisions[0].at if one.revisions else now)
        if now - max(waiting, served_since or waiting) > max(policy.silence, 2 * rhythm):
            found.append(_notice(NoticeKind.NOT_READ, state, now, (read or "never",), one, since=read))
    return tuple(found)


def of_answers(
    kind: NoticeKind,
    state: UnitState,
    listing: ListingId,
    now: datetime,
    *fact: object,
    others: Iterable[ListingState] = (),
    since: datetime | None = None,
) -> Notice:
    """Return a notice about what a listing's platform is told when it asks whether it may sell.

    Args:
        kind: what is told.
        state: the unit.
        listing: the one whose platform asks.
        now: the time of telling.
        fact: what tells this fact from the next one of its kind.
        others: because of which listings.
        since: since when those were not heard (None: they never were), or since when it was so.
    """
    return _notice(
        kind, state, now, fact, state.of(listing), others=tuple(one.listing.key for one in others), since=since
    )


def of_service(
    kind: NoticeKind,
    now: datetime,
    *fact: object,
    owner: OwnerId | None = None,
    since: datetime | None = None,
    count: int = 0,
    timezone: str = "Europe/Paris",
) -> Notice:
    """Return a notice about no lodging: about the installation, or about how one owner is reached.

    Args:
        kind: what is told.
        now: the time of telling.
        fact: what tells this fact from the next one of its kind.
        owner: whom it concerns alone; None for whoever runs the installation.
        since: when it began, or when all was last well.
        count: how many, of what the kind says.
        timezone: in which ``since`` is told.
    """
    key = ":".join((kind.value, owner or "", derived(*fact)))
    return Notice(key, kind, now, None, None, Details("", timezone, since=since, count=count), owner)


_HEALTH: Final = {
    Told.ENTERED_DEGRADED: NoticeKind.DEGRADED,
    Told.LEFT_DEGRADED: NoticeKind.RESTORED,
    Told.ENTERED_DISCONNECTED: NoticeKind.DISCONNECTED,
    Told.LEFT_DISCONNECTED: NoticeKind.RECONNECTED,
    Told.ENTERED_FALLBACK: NoticeKind.FALLBACK,
    Told.LEFT_FALLBACK: NoticeKind.API_BACK,
}
_CERTAINTY: Final = {
    Certainty.CERTAIN: NoticeKind.CONFLICT_CURRENT,
    Certainty.PROBABLE: NoticeKind.CONFLICT_LIKELY,
    Certainty.POSSIBLE: NoticeKind.CONFLICT_POSSIBLE,
}


def _notice(  # noqa: PLR0913  # one keyword for each word a text may need
    kind: NoticeKind,
    state: UnitState,
    now: datetime,
    fact: tuple[object, ...],
    of: ListingState | None = None,
    *,
    nights: Nights = NO_NIGHTS,
    others: tuple[str, ...] = (),
    open_on: tuple[str, ...] = (),
    proven: tuple[str, ...] = (),
    asked: tuple[str, ...] = (),
    accepted: tuple[str, ...] = (),
    since: datetime | None = None,
    count: int = 0,
) -> Notice:
    """State a fact; ``fact`` is what tells it from the next one of its kind."""
    unit, where, listing = state.unit, of.listing.key if of else "", of.id if of else None
    key = ":".join((kind.value, unit.id, listing or "", derived(*fact)))
    data = Details(unit.name, unit.timezone, where, nights, others, open_on, since, count, proven, asked, accepted)
    return Notice(key, kind, now, unit.id, listing, data)


def _conflicts(before: UnitState, after: UnitState, now: datetime) -> Iterator[Notice]:
    """Tell the conflicts that are new, or more certain than they were."""
    today = after.unit.today(now)
    standing = conflicts(after, today)
    known = {(one.id, one.certainty) for one in conflicts(before, today)} if standing else ()
    names: dict[ListingId | None, str] = {one.id: one.listing.key for one in after.listings}
    for one in standing:
        if (one.id, one.certainty) not in known:
            sides = tuple(names.get(claim.listing, claim.channel or "") for claim in one.claims)
            yield _notice(_CERTAINTY[one.certainty], after, now, (one.id,), nights=one.nights, others=sides)


def _claims(before: UnitState, after: UnitState, findings: list[Finding], now: datetime) -> Iterator[Notice]:
    """Tell new reservations, changed ones, and what was released; the owner's own acts are no news to them."""
    today = after.unit.today(now)
    old = {claim.id: claim for claim in before.claims} if findings else {}
    for finding in findings:
        nights = finding.nights.since(today)
        if finding.listing is None or not nights:
            continue
        one = after.of(finding.listing)
        own = [made for made in before.own if made.channel == one.listing.channel]
        typed_in = Nights.union(made.nights for made in own if made.kind is not Kind.HOLD)  # a hold is not their act
        if finding.did is Did.RELEASE:
            yield from _gone(before, after, one, nights, finding.at, now)
        for claim in one.claims if finding.did is Did.CLAIM else ():
            kind = _news(claim, old.get(claim.id)) if claim.id in finding.claims else None
            if kind is not None and not typed_in.overlaps(claim.nights):
                yield _taken(kind, after, one, claim, nights, now)


def _gone(
    before: UnitState, after: UnitState, one: ListingState, nights: Nights, at: datetime, now: datetime
) -> Iterator[Notice]:
    """Tell what a stay leaves: the nights that are free again, and those that somebody else holds as well."""
    held = nights & Nights.union(claim.nights for claim in after.claims)
    free = nights - held
    if free:
        others, about = _opened(before, after, one, free), (at, nights.bits)
        opened, asked = _keys(others, pushed=False), _keys(others, pushed=True)
        yield _notice(NoticeKind.RELEASED, after, now, about, one, nights=free, others=opened, asked=asked)
    if held:
        yield _notice(NoticeKind.STILL_TAKEN, after, now, (at, held.bits), one, nights=held)


def _taken(
    kind: NoticeKind, state: UnitState, one: ListingState, claim: Claim, nights: Nights, now: datetime
) -> Notice:
    """Tell a stay, and of each other listing whether it is closed there, proven so, or can still be sold.

    One that takes our writes is written to in this very step: where that fails, it is told as open for too long.
    """
    others = [other for other in state.active if other.id != one.id]
    closed = [other for other in others if nights <= other.published]
    known = [each for each in closed if nights <= fetched_nights(each.revisions) and not each.claimed.overlaps(nights)]
    unproven = [other for other in others if any(was.nights.overlaps(nights) for was in other.exposed)]
    return _notice(
        kind,
        state,
        now,
        (claim.id, claim.stay),
        one,
        nights=claim.nights,
        others=_keys(closed, pushed=False),
        open_on=_keys(unproven, pushed=False),
        proven=_keys(known, pushed=False),
        asked=_keys([each for each in closed if each not in known], pushed=True),
        accepted=_keys(known, pushed=True),
    )


def _keys(listings: Iterable[ListingState], *, pushed: bool) -> tuple[str, ...]:
    """Return the keys of those that take our writes, or of those that read our calendar."""
    return tuple(one.listing.key for one in listings if one.listing.traits.pushed is pushed)


def _news(claim: Claim, known: Claim | None) -> NoticeKind | None:
    """Return what a found claim is to the owner; None when it is no news: their own block, an inventory's, a copy."""
    if not claim.may_be_guest or claim.inventory or claim.standing is not Standing.FIRM:
        return None
    if claim.kind is Kind.HOLD:
        return NoticeKind.REQUESTED
    if claim.kind is not Kind.RESERVATION:  # closed dates without a word why are never told as a reservation
        return NoticeKind.DATES_TAKEN
    return NoticeKind.RESERVATION if known is None or known.kind is Kind.HOLD else NoticeKind.CHANGED


def _opened(before: UnitState, after: UnitState, source: ListingState, nights: Nights) -> list[ListingState]:
    """Return the other listings whose calendars closed some of these nights before, and none of them now."""
    was = {one.id: one.published.overlaps(nights) for one in before.listings}
    others = [one for one in after.active if one.id != source.id and was.get(one.id)]
    return [one for one in others if not one.published.overlaps(nights)]


def _unclear(before: UnitState, after: UnitState, now: datetime) -> Iterator[Notice]:
    """Tell that there are new copies and suspected claims to clarify: all of them in one notice."""
    unclear = _unclear_ids(after)
    if unclear and unclear - _unclear_ids(before):
        yield _notice(NoticeKind.TO_CLARIFY, after, now, tuple(sorted(unclear)), count=len(unclear))


def _unclear_ids(state: UnitState) -> set[str]:
    return {asked.claim.id for asked in questions(state) if asked.claim is not None}


def _looks(after: UnitState, findings: list[Finding], now: datetime) -> Iterator[Notice]:
    """Tell looks that brought nothing, and those that lost too much at once: one fact while it lasts."""
    for finding in findings:
        if finding.listing is None or finding.did not in {Did.UNUSABLE, Did.SUSPECT}:
            continue
        one = after.of(finding.listing)
        if finding.did is Did.SUSPECT:
            gone = [claim for claim in one.claims if claim.missing]
            began = min((claim.missing.since for claim in gone if claim.missing), default=one.complete_at)
            nights = Nights.union(claim.nights for claim in gone).since(after.unit.today(now))
            yield _notice(NoticeKind.KEPT_CLOSED, after, now, (began,), one, nights=nights, since=began)
        else:
            yield _notice(NoticeKind.FAILED, after, now, (one.looked_at,), one, since=one.looked_at)


def _habits(before: UnitState, after: UnitState, now: datetime) -> Iterator[Notice]:
    """Tell that a listing that never echoed may do so now."""
    silent = {one.id: one.complete_at for one in before.listings if one.habit is EchoHabit.NEVER}
    for one in after.active:
        if one.id in silent and one.habit is not EchoHabit.NEVER:
            yield _notice(NoticeKind.HABIT_CHANGED, after, now, (silent[one.id],), one)


def _proofs(before: UnitState, after: UnitState, now: datetime) -> Iterator[Notice]:
    """Tell which closings a platform has read that it had not, or shows by itself (``others``): the confirmation."""
    today = after.unit.today(now)
    exposed = {one.id: Nights.union(was.nights for was in one.exposed) for one in before.listings if one.exposed}
    for one in after.active if exposed else ():
        ended = exposed.get(one.id, NO_NIGHTS) - Nights.union(still.nights for still in one.exposed)
        ended &= one.published.since(today)
        proven, read = ended & (fetched_nights(one.revisions) - one.claimed), _last_read(one)
        shown, key, seen = (ended - proven) & one.closed_there, (one.listing.key,), one.looked_at
        if shown:
            yield _notice(NoticeKind.PROVEN, after, now, (seen, shown.bits), one, nights=shown, others=key, since=seen)
        if proven and read is not None:
            about, took = (read, proven.bits), _keys([one], pushed=True)
            yield _notice(NoticeKind.PROVEN, after, now, about, one, nights=proven, accepted=took, since=read)


def _reopenings(before: UnitState, after: UnitState, now: datetime) -> Iterator[Notice]:
    """Tell which nights a platform has read as open that it had read as closed, and that nothing closes there."""
    known = {one.id: one.revisions for one in before.listings}
    for one in after.active:
        old = known.get(one.id, ())
        if old is one.revisions or old == one.revisions:
            continue
        opened = fetched_nights(old) - fetched_nights(one.revisions) - one.published - one.claimed - one.aside.nights
        opened, read = opened.since(after.unit.today(now)), _last_read(one)
        if opened and read is not None:
            about, took = (read, opened.bits), _keys([one], pushed=True)
            yield _notice(NoticeKind.REOPENED, after, now, about, one, nights=opened, accepted=took, since=read)


def _last_read(listing: ListingState) -> datetime | None:
    """Return when the platform last read our calendar, None when it never has."""
    return max((one.last_fetch for one in listing.revisions if one.last_fetch is not None), default=None)
