"""What the owner is told, as data: no transport, no template, no address.

A `Notice` states one fact. Its ``key`` names the fact, so that the same fact told twice (a step repeated after a crash,
two workers, a fact that lasts) is one notice: whoever sends keeps the keys. Three questions produce notices: what did a
step change (`from_findings`), how does a route fare (`from_health`), what has lasted too long (`overdue`). A `Digest`
collects those of a day or a week.

Quiet facts go to the screens and the digest only. *Loud* ones are sent at once; they are few, because an owner who is
told too much stops reading. A notice holds no guest's name, no note and no link: nothing here has a field for them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Final, final

from attrs import frozen

from channelsync.cadence import HealthState, Told, told
from channelsync.claims import Claim, Kind, Standing
from channelsync.conflicts import Certainty, conflicts
from channelsync.ids import ListingId, UnitId, derived
from channelsync.inventory import zone
from channelsync.nights import NO_NIGHTS, Nights, Stay
from channelsync.policy import DEFAULT_POLICY, Policy
from channelsync.state import Did, Finding, ListingState, UnitState
from channelsync.traits import EchoHabit

__all__ = [
    "Details",
    "Digest",
    "Notice",
    "NoticeKind",
    "Period",
    "digest",
    "from_findings",
    "from_health",
    "overdue",
    "text",
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
    DEGRADED = "degraded"
    NOT_READ = "not_read"
    """A platform stopped reading our calendar, or never began."""
    RESERVATION = "reservation"
    """A new reservation, closed elsewhere."""
    DATES_TAKEN = "dates_taken"
    """Newly taken nights that may be a reservation: the platform does not say."""
    CHANGED = "changed"
    """A known reservation has other dates now."""
    TO_CLARIFY = "to_clarify"
    """Only the owner knows whether this is a guest, a copy or their own closing."""
    RECONNECTED = "reconnected"
    RESTORED = "restored"
    RELEASED = "released"
    HABIT_CHANGED = "habit_changed"
    """A listing that never sent our closings back does so now."""
    CONFLICT_POSSIBLE = "conflict_possible"
    FAILED = "failed"
    """A look brought nothing usable, for the first time since the last good one."""
    PROVEN = "proven"
    """A platform has read the closings that were outstanding there."""

    @property
    def loud(self) -> bool:
        """Whether it is worth a message at once; quiet ones are shown, and go into the digest."""
        return self not in _QUIET


_QUIET: Final = frozenset({NoticeKind.CONFLICT_POSSIBLE, NoticeKind.FAILED, NoticeKind.PROVEN})


@final
@frozen
class Details:
    """What a notice is about, in the words its text needs: no field can hold a guest's name or a link.

    ``unit`` is the lodging's name, ``where`` the listing's key (``airbnb``, ``ical:abritel``), ``others`` further
    listings' keys, ``open_on`` those where the nights can still be sold; ``since`` is when the fact began.
    """

    unit: str
    timezone: str
    where: str = ""
    nights: Nights = NO_NIGHTS
    others: tuple[str, ...] = ()
    open_on: tuple[str, ...] = ()
    since: datetime | None = None
    count: int = 0


@final
@frozen
class Notice:
    """One fact for the owner. Same ``key``, same fact; ``listing`` is None for what concerns the whole unit."""

    key: str
    kind: NoticeKind
    at: datetime
    unit: UnitId
    listing: ListingId | None
    data: Details


@final
@frozen
class Period:
    """The time a digest covers: ``start <= at < end``, aware datetimes."""

    start: datetime
    end: datetime

    @classmethod
    def ending(cls, end: datetime, *, days: int) -> Period:
        """Return the period of so many days before: one for the daily digest, seven for the weekly one."""
        return cls(end - timedelta(days=days), end)


@final
@frozen
class Digest:
    """What a period brought: each fact once, the most urgent first, and how many there were of each kind."""

    period: Period
    notices: tuple[Notice, ...]
    counts: tuple[tuple[NoticeKind, int], ...]


def digest(notices: Iterable[Notice], period: Period) -> Digest:
    """Collect the notices of a period; of one fact told several times, the first."""
    urgency = {kind: rank for rank, kind in enumerate(NoticeKind)}
    facts: dict[str, Notice] = {}
    for notice in sorted(notices, key=lambda one: (one.at, one.key)):
        if period.start <= notice.at < period.end:
            facts.setdefault(notice.key, notice)
    found = tuple(sorted(facts.values(), key=lambda one: (urgency[one.kind], one.at, one.key)))
    counted = Counter(notice.kind for notice in found)
    return Digest(period, found, tuple((kind, counted[kind]) for kind in NoticeKind if counted[kind]))


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
    )


def from_health(
    state: UnitState, listing: ListingId, before: HealthState, health: HealthState, now: datetime
) -> tuple[Notice, ...]:
    """Return the notice that a listing's change of health raises, if it raises any."""
    change = told(before, health)
    if change is None:
        return ()
    of = state.of(listing)
    entered = change in {Told.ENTERED_DEGRADED, Told.ENTERED_DISCONNECTED}
    began = health.since if entered else before.since  # one key for each time it was entered, and for each it was left
    since = health.refused_since if change is Told.ENTERED_DISCONNECTED else health.last_ok if entered else before.since
    return (_notice(_HEALTH[change], state, now, (began,), of, since=since),)


def overdue(
    state: UnitState,
    now: datetime,
    policy: Policy = DEFAULT_POLICY,
    rhythms: Mapping[ListingId, timedelta] | None = None,
) -> tuple[Notice, ...]:
    """Return what has lasted too long on a listing that is told by a calendar: nights exposed, and silence.

    Args:
        state: the unit.
        now: the time of asking.
        policy: how much silence is tolerated at least.
        rhythms: how often each listing is known to read us (95 of 100 times within); else as its platform does.
    """
    found: list[Notice] = []
    for one in state.active:
        rhythm = (rhythms or {}).get(one.id, one.listing.traits.imports_every)
        late = [exposure for exposure in one.exposed if now - exposure.since > rhythm]
        found += [
            _notice(NoticeKind.EXPOSED, state, now, (was.since,), one, nights=was.nights, since=was.since)
            for was in late
        ]
        read = _last_read(one)
        waiting = read or (one.revisions[0].at if one.revisions else now)
        if now - waiting > max(policy.silence, 2 * rhythm):
            found.append(_notice(NoticeKind.NOT_READ, state, now, (read or "never",), one, since=read))
    return tuple(found)


_HEALTH: Final = {
    Told.ENTERED_DEGRADED: NoticeKind.DEGRADED,
    Told.LEFT_DEGRADED: NoticeKind.RESTORED,
    Told.ENTERED_DISCONNECTED: NoticeKind.DISCONNECTED,
    Told.LEFT_DISCONNECTED: NoticeKind.RECONNECTED,
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
    since: datetime | None = None,
    count: int = 0,
) -> Notice:
    """State a fact; ``fact`` is what tells it from the next one of its kind."""
    unit, where, listing = state.unit, of.listing.key if of else "", of.id if of else None
    key = ":".join((kind.value, unit.id, listing or "", derived(*fact)))
    data = Details(unit.name, unit.timezone, where, nights, others, open_on, since, count)
    return Notice(key, kind, now, unit.id, listing, data)


def _conflicts(before: UnitState, after: UnitState, now: datetime) -> Iterator[Notice]:
    """Tell the conflicts that are new, or more certain than they were."""
    today = after.unit.today(now)
    known = {(one.id, one.certainty) for one in conflicts(before, today)}
    names: dict[ListingId | None, str] = {one.id: one.listing.key for one in after.listings}
    for one in conflicts(after, today):
        if (one.id, one.certainty) not in known:
            sides = tuple(names.get(claim.listing, claim.channel or "") for claim in one.claims)
            yield _notice(_CERTAINTY[one.certainty], after, now, (one.id,), nights=one.nights, others=sides)


def _claims(before: UnitState, after: UnitState, findings: list[Finding], now: datetime) -> Iterator[Notice]:
    """Tell new reservations, changed ones, and what was released; the owner's own acts are no news to them."""
    today = after.unit.today(now)
    old = {claim.id: claim for claim in before.claims}
    for finding in findings:
        nights = finding.nights.since(today)
        if finding.listing is None or not nights:
            continue
        one = after.of(finding.listing)
        typed_in = Nights.union(own.nights for own in before.own if own.channel == one.listing.channel)
        if finding.did is Did.RELEASE:
            yield _notice(NoticeKind.RELEASED, after, now, (finding.at, nights.bits), one, nights=nights)
        for claim in one.claims if finding.did is Did.CLAIM else ():
            kind = _news(claim, old.get(claim.id)) if claim.id in finding.claims else None
            if kind is not None and not typed_in.overlaps(claim.nights):
                closed, still_open = _elsewhere(after, one, nights)
                fact = (claim.id, claim.stay)
                yield _notice(kind, after, now, fact, one, nights=claim.nights, others=closed, open_on=still_open)


def _news(claim: Claim, known: Claim | None) -> NoticeKind | None:
    """Return what a found claim is to the owner; None when it is no news: their own block, an inventory's, a copy."""
    if not claim.may_be_guest or claim.inventory or claim.standing is not Standing.FIRM:
        return None
    new = NoticeKind.RESERVATION if claim.kind is Kind.RESERVATION else NoticeKind.DATES_TAKEN
    return new if known is None else NoticeKind.CHANGED


def _elsewhere(state: UnitState, source: ListingState, nights: Nights) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the other listings on which these nights are closed by us, and those that can still sell some of them."""
    others = [one for one in state.active if one.id != source.id]
    exposed = [one for one in others if any(exposure.nights.overlaps(nights) for exposure in one.exposed)]
    closed = tuple(one.listing.key for one in others if nights <= one.published)
    return closed, tuple(one.listing.key for one in exposed)


def _unclear(before: UnitState, after: UnitState, now: datetime) -> Iterator[Notice]:
    """Tell that there are new copies and suspected claims to clarify: all of them in one notice."""
    unclear = _unclear_ids(after)
    if unclear - _unclear_ids(before):
        yield _notice(NoticeKind.TO_CLARIFY, after, now, tuple(sorted(unclear)), count=len(unclear))


def _unclear_ids(state: UnitState) -> set[str]:
    return {claim.id for claim in state.claims if claim.standing is not Standing.FIRM and not claim.answered}


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
    """Tell which closings a platform has read that it had not: the confirmation."""
    today = after.unit.today(now)
    exposed = {one.id: Nights.union(was.nights for was in one.exposed) for one in before.listings if one.exposed}
    for one in after.active if exposed else ():
        proven = exposed.get(one.id, NO_NIGHTS) - Nights.union(still.nights for still in one.exposed)
        proven &= one.published.since(today)
        read = _last_read(one)
        if proven and read is not None:
            yield _notice(NoticeKind.PROVEN, after, now, (read, proven.bits), one, nights=proven, since=read)


def _last_read(listing: ListingState) -> datetime | None:
    """Return when the platform last read our calendar, None when it never has."""
    return max((one.last_fetch for one in listing.revisions if one.last_fetch is not None), default=None)


def text(notice: Notice, language: str, names: Mapping[str, str] | None = None) -> str:
    """Return the notice as a sentence or two, in French, or in English where the language is ``en``.

    ``names`` are the platforms' names as people write them, by channel; without one the channel's own name is used.
    """
    say = _WORDS.get(language, _FRENCH)
    data = notice.data
    named = {key: _named(key, names or {}) for key in (data.where, *data.others, *data.open_on)}
    words = {
        "unit": data.unit,
        "where": named[data.where],
        "nights": say.nights(data.nights),
        "others": say.joined([named[key] for key in data.others]),
        "open_on": say.joined([named[key] for key in data.open_on]),
        "since": say.moment(data.since, notice.at, data.timezone),
        "count": data.count,
    }
    parts = ["{unit} –", say.sentences[notice.kind]]
    if notice.kind in _NEWS:
        parts += [say.closed] * bool(data.others) + [say.still_open] * bool(data.open_on)
    return " ".join(parts).format_map(words)


_NEWS: Final = frozenset({NoticeKind.RESERVATION, NoticeKind.DATES_TAKEN, NoticeKind.CHANGED})
_MOST_RUNS: Final = 4  # stays that a text names before it only counts


def _named(key: str, names: Mapping[str, str]) -> str:
    """Return a listing's key as people say it: the label where it has one, else the platform's name."""
    channel, _, label = key.partition(":")
    return label or names.get(channel, channel.capitalize())


@final
@frozen
class _Words:
    """One language: its sentences, and how it writes stays, lists and times."""

    sentences: Mapping[NoticeKind, str]
    closed: str
    still_open: str
    months: str
    first: str
    span: str
    both: str
    more: str
    clock: str
    on_day: str
    never: str

    def joined(self, names: list[str]) -> str:
        """Return ``A, B and C``."""
        return self.both.join([*([", ".join(names[:-1])] if names[1:] else []), *names[-1:]])

    def nights(self, nights: Nights) -> str:
        """Return the runs as stays, from arrival to departure: ``15 to 18 March 2027``."""
        runs = nights.runs()
        stays = ", ".join(self.stay(run) for run in runs[:_MOST_RUNS])
        return stays + self.more.format(len(runs) - _MOST_RUNS) * (len(runs) > _MOST_RUNS)

    def stay(self, stay: Stay) -> str:
        """Return arrival and departure, month and year only once where they are the same."""
        same_year = stay.arrival.year == stay.departure.year
        same_month = same_year and stay.arrival.month == stay.departure.month
        arrival = self.day(stay.arrival, month=not same_month, year=not same_year)
        return self.span.format(arrival, self.day(stay.departure))

    def day(self, day: date, *, month: bool = True, year: bool = True) -> str:
        """Return as much of the date as is asked for."""
        number = self.first if day.day == 1 else str(day.day)
        return number + f" {self.months.split()[day.month - 1]}" * month + f" {day.year}" * year

    def moment(self, at: datetime | None, told_at: datetime, timezone: str) -> str:
        """Return the local time, with the day where it is another than that of telling."""
        if at is None:
            return self.never
        local = at.astimezone(zone(timezone))
        clock = self.clock.format(local)
        if local.date() == told_at.astimezone(zone(timezone)).date():
            return clock
        return f"{self.on_day.format(self.day(local.date(), year=False))} {clock}"


_FRENCH: Final = _Words(
    sentences={
        NoticeKind.CONFLICT_CURRENT: "Double réservation {nights} ({others}).",
        NoticeKind.CONFLICT_LIKELY: "Double réservation probable {nights} ({others}).",
        NoticeKind.CONFLICT_POSSIBLE: "À clarifier, peut-être deux fois le même séjour {nights} ({others}).",
        NoticeKind.DISCONNECTED: "{where} refuse notre accès (premier refus : {since}). Reliez l’annonce.",
        NoticeKind.RECONNECTED: "{where} est de nouveau relié.",
        NoticeKind.DEGRADED: "{where} ne répond plus (dernière lecture : {since}). Nous gardons tout fermé.",
        NoticeKind.RESTORED: "{where} répond de nouveau, la synchronisation a repris.",
        NoticeKind.EXPOSED: "Encore réservable sur {where} : {nights}, pris ailleurs {since}. Fermez ces dates là-bas.",
        NoticeKind.KEPT_CLOSED: "Disparition à confirmer : nous gardons fermé ({where}, {nights}).",
        NoticeKind.NOT_READ: "{where} ne lit pas notre calendrier (dernière lecture : {since}).",
        NoticeKind.RESERVATION: "Nouvelle réservation sur {where}, {nights}.",
        NoticeKind.DATES_TAKEN: "Dates prises sur {where}, {nights} (sans doute une réservation).",
        NoticeKind.CHANGED: "Réservation modifiée sur {where}, {nights}.",
        NoticeKind.TO_CLARIFY: "À clarifier, séjours : {count}.",
        NoticeKind.RELEASED: "Remis en location, {nights} (plus rien sur {where}).",
        NoticeKind.HABIT_CHANGED: "{where} renvoie désormais nos dates. Nous vérifions plus avant de rouvrir.",
        NoticeKind.FAILED: "Lecture de {where} sans résultat. Les dates connues restent fermées.",
        NoticeKind.PROVEN: "Lu par {where} {since} : {nights}.",
    },
    closed="Fermé dans nos calendriers pour {others}.",
    still_open="Encore réservable sur {open_on}.",
    months="janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    first="1er",
    span="du {} au {}",
    both=" et ",
    more=" et {} de plus",
    clock="à {0.hour} h {0:%M}",
    on_day="le {}",
    never="jamais",
)
_ENGLISH: Final = _Words(
    sentences={
        NoticeKind.CONFLICT_CURRENT: "Double booking, {nights} ({others}).",
        NoticeKind.CONFLICT_LIKELY: "Probable double booking, {nights} ({others}).",
        NoticeKind.CONFLICT_POSSIBLE: "To clarify, perhaps one stay seen twice, {nights} ({others}).",
        NoticeKind.DISCONNECTED: "{where} refuses our access (first refused {since}). Link the listing again.",
        NoticeKind.RECONNECTED: "{where} is linked again.",
        NoticeKind.DEGRADED: "{where} does not answer (last read: {since}). We keep everything closed.",
        NoticeKind.RESTORED: "{where} answers again, synchronisation has resumed.",
        NoticeKind.EXPOSED: "Can still be booked on {where}: {nights}, taken elsewhere {since}. Close them there.",
        NoticeKind.KEPT_CLOSED: "Disappearance to confirm: we keep closed ({where}, {nights}).",
        NoticeKind.NOT_READ: "{where} does not read our calendar (last read: {since}).",
        NoticeKind.RESERVATION: "New reservation on {where}, {nights}.",
        NoticeKind.DATES_TAKEN: "Dates taken on {where}, {nights} (probably a reservation).",
        NoticeKind.CHANGED: "Reservation changed on {where}, {nights}.",
        NoticeKind.TO_CLARIFY: "To clarify, stays: {count}.",
        NoticeKind.RELEASED: "Open again, {nights} (nothing left on {where}).",
        NoticeKind.HABIT_CHANGED: "{where} now sends our dates back. We check more before opening again.",
        NoticeKind.FAILED: "Reading {where} brought nothing. The known dates stay closed.",
        NoticeKind.PROVEN: "Read by {where} {since}: {nights}.",
    },
    closed="Closed in our calendars for {others}.",
    still_open="Can still be booked on {open_on}.",
    months="January February March April May June July August September October November December",
    first="1",
    span="{} to {}",
    both=" and ",
    more=" and {} more",
    clock="at {0:%H:%M}",
    on_day="on {}",
    never="never",
)
_WORDS: Final = {"fr": _FRENCH, "en": _ENGLISH}
