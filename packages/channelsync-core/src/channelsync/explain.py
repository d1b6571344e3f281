"""Why is this night closed, or open, on this listing: the chain from what took it to the proof that it is closed.

For every listing of a unit there is one `Explanation`, and one for the unit itself: its steps stand in the order of
cause and effect. What takes the night (which claim, seen where, first and last when; missing and kept; a copy, or
suspected). What this listing shows, and whose that is: its own claim, our closing come back, a part of the calendar set
aside, nothing. What we published because of it, in which revision. What proves it, and since when it is exposed.

Everything is read from the `UnitState` alone, so an explanation is as good as what decides: a night that cannot be
explained here is a fault. A `Step` says what and when as data; `lines` writes it in French or English. Guests' names
are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from enum import Enum
from typing import Final, final

from attrs import field, frozen

from channelsync.claims import Claim, Kind, Standing
from channelsync.evolving import evolve
from channelsync.ids import ListingId
from channelsync.inventory import zone
from channelsync.proof import Evidence, Revision
from channelsync.state import ListingState, UnitState
from channelsync.words import named

__all__ = ["Explanation", "Step", "What", "explain", "lines"]


class What(Enum):
    """What one step of an explanation says."""

    FREE = "free"
    """Nothing takes the night."""
    CLAIMED = "claimed"
    """A claim takes it."""
    TYPED = "typed"
    """A reservation takes it that was typed in here, and has not been seen anywhere."""
    TURNOVER = "turnover"
    """A guest's neighbouring night takes it, as a turnover night."""
    KEPT = "kept"
    """The claim is not shown any more, and not released yet."""
    MIRRORED = "mirrored"
    SUSPECTED = "suspected"
    EXPIRES = "expires"
    HELD = "held"
    """Nobody claims it, but a guest may stand behind what a listing sends back.

    Where it is closed it stays so until that is settled, and a platform that asks is told no."""
    RETIRED = "retired"
    NEVER_READ = "never_read"
    UNUSABLE = "unusable"
    """The last answer could not be used: what is known comes from the one before."""
    OWN = "own"
    """This listing's own claim: we publish nothing for it here."""
    ECHO = "echo"
    ECHO_UNSURE = "echo_unsure"
    """Our closing come back, behind which a guest may stand."""
    SET_ASIDE = "set_aside"
    SHOWN_OPEN = "shown_open"
    PUBLISHED = "published"
    """Closed in the calendar we publish here, since that revision."""
    REOPENED = "reopened"
    """Open again in the calendar we publish here, since that revision."""
    NOT_PUBLISHED = "not_published"
    ORDERED = "ordered"
    """To be closed by a listing that takes our writes, since that revision."""
    ORDERED_OPEN = "ordered_open"
    """To be opened again by a listing that takes our writes, since that revision."""
    FETCHED = "fetched"
    NOT_FETCHED = "not_fetched"
    ACCEPTED = "accepted"
    """The platform has accepted what we wrote."""
    NOT_ACCEPTED = "not_accepted"
    READ_BACK = "read_back"
    """The platform itself shows it closed."""
    EXPOSED = "exposed"
    REFUSED = "refused"
    """The platform asks whether it may sell, and is told no: another listing was not heard for long."""
    TAINTED = "tainted"
    """Closed here only because of a suspected claim."""


@final
@frozen
class Step:
    """One link of the chain.

    ``at`` is when it happened, None where that is not known. ``source`` is a listing's key, empty for the owner; of
    what was typed in, the platform that it was typed in for.
    ``last`` is when it was seen last, ``number`` a revision's number or a count of looks, ``kind`` the claim's.
    """

    at: datetime | None
    what: What
    source: str = ""
    kind: Kind | None = None
    last: datetime | None = None
    number: int = 0


@final
@frozen
class Explanation:
    """Why the night is as it is: on one listing, or (``listing`` None) for the unit as a whole.

    ``closed`` says whether it must not be sold there now: closed by us, or taken by the listing's own claim.
    ``proof`` is the strongest evidence that our closing is known there, None where we close nothing.
    """

    listing: ListingId | None
    where: str
    night: date
    closed: bool
    steps: tuple[Step, ...]
    proof: Evidence | None = None
    timezone: str = field(default="Europe/Paris", kw_only=True)


def explain(
    state: UnitState,
    night: date,
    now: datetime,
    listing: ListingId | None = None,
    *,
    unheard: Mapping[ListingId, Iterable[ListingState]] | None = None,
) -> tuple[Explanation, ...]:
    """Explain a night of a unit: first for the unit, then for each of its listings, or for one.

    Args:
        state: the unit as remembered.
        night: the night to explain.
        now: the time of asking: what has run out by then explains nothing.
        listing: explain this listing alone.
        unheard: the listings whose platforms ask before they sell, each with those others because of which they are
            told no (`channelsync.engine.api.unheard`).

    Raises:
        UsageError: the unit has no such listing.
    """
    if listing is not None:
        chosen: tuple[ListingState, ...] = (state.of(listing),)
        return _of_listings(state, chosen, night, now, unheard or {})
    return (_of_unit(state, night, now), *_of_listings(state, state.listings, night, now, unheard or {}))


def _of_listings(
    state: UnitState,
    listings: Iterable[ListingState],
    night: date,
    now: datetime,
    unheard: Mapping[ListingId, Iterable[ListingState]],
) -> tuple[Explanation, ...]:
    """Explain the night on these listings, and what their platforms are told that ask."""
    found: list[Explanation] = []
    for one in listings:
        why = _of_listing(state, one, night, now)
        no = tuple(Step(None, What.REFUSED, each.listing.key, last=each.looked_at) for each in unheard.get(one.id, ()))
        found.append(evolve(why, steps=(*why.steps, *no)))
    return tuple(found)


def _of_unit(state: UnitState, night: date, now: datetime) -> Explanation:
    """Explain the night for the unit: everything that takes it, whoever it comes from."""
    closed_by_us = any(night in one.published for one in state.active)
    steps = _causes(state, _live(state, now), night, closed=closed_by_us)
    found = tuple(steps) or (Step(None, What.FREE),)
    closed = closed_by_us or any(step.what is not What.HELD for step in steps)
    return Explanation(None, state.unit.name, night, closed, found, timezone=state.unit.timezone)


def _of_listing(state: UnitState, one: ListingState, night: date, now: datetime) -> Explanation:
    """Explain the night on one listing: causes from elsewhere, what it shows, what we publish, what proves it."""
    closed_by_us = night in one.published and not one.retired
    own = [claim for claim in one.claims if night in claim.nights]
    others = [claim for claim in _live(state, now) if claim not in own]
    steps = _causes(state, others, night, closed=closed_by_us)
    if not (steps or own):
        steps.append(Step(None, What.FREE))
    steps += _shown(state, one, own, night)
    steps += [Step(None, What.RETIRED)] if one.retired else _published(one, night)
    proof = _proof(one, night) if closed_by_us else None
    closed = closed_by_us or bool(own)
    return Explanation(one.id, one.listing.key, night, closed, tuple(steps), proof, timezone=state.unit.timezone)


def _live(state: UnitState, now: datetime) -> list[Claim]:
    """Return the claims that have not run out."""
    return [claim for claim in state.claims if claim.expires is None or claim.expires > now]


def _causes(state: UnitState, claims: list[Claim], night: date, *, closed: bool) -> list[Step]:
    """Return what takes the night; where no claim does, a turnover where we close it, and a guest who may hide."""
    direct = [step for claim in claims if night in claim.nights for step in _claim(state, claim, What.CLAIMED)]
    if direct:
        return direct
    guests = [claim for claim in state.claims if closed and claim.may_be_guest]
    around = [claim for claim in guests if night in claim.nights.widened(state.unit.turnover)]
    turnover = [step for claim in around for step in _claim(state, claim, What.TURNOVER)]
    held = [Step(one.complete_at, What.HELD, one.listing.key) for one in state.active if night in one.hiding]
    return turnover + held


def _claim(state: UnitState, claim: Claim, what: What) -> list[Step]:
    """Say what a claim is, since when it is known, and what is odd about it."""
    if what is What.CLAIMED and claim.listing is None and claim.kind is Kind.RESERVATION:
        what = What.TYPED
    looked = [one.looked_at for one in state.listings if one.id == claim.listing and not claim.missing]
    last = looked[0] if looked and looked[0] else claim.last_seen
    steps = [Step(claim.first_seen, what, _source(state, claim), claim.kind, last)]
    if claim.standing is not Standing.FIRM:
        copied = [one.listing.key for one in state.listings if one.id == claim.credited]
        steps.append(Step(None, _STANDING[claim.standing], "".join(copied)))
    if claim.missing is not None:
        steps.append(Step(claim.missing.since, What.KEPT, last=claim.missing.last, number=claim.missing.looks))
    if claim.expires is not None:
        steps.append(Step(claim.expires, What.EXPIRES))
    return steps


def _source(state: UnitState, claim: Claim) -> str:
    """Return the key of the listing a claim comes from, or the platform it was typed in for; empty for the owner."""
    keys = [one.listing.key for one in state.listings if one.id == claim.listing]
    return keys[0] if keys else claim.channel or ""


def _shown(state: UnitState, one: ListingState, own: list[Claim], night: date) -> Iterator[Step]:
    """Say what the listing shows, and whose the night is there."""
    if one.looked_at is None:
        yield Step(None, What.NEVER_READ)
        return
    if one.failure is not None:
        yield Step(None, What.UNUSABLE, last=one.looked_at)
    for claim in own:
        yield from _claim(state, claim, What.OWN)
    if not own:
        where = ((one.aside.nights, What.SET_ASIDE), (one.hiding, What.ECHO_UNSURE), (one.echo, What.ECHO))
        whose = next((what for nights, what in where if night in nights), None)
        if whose is not None or night not in one.shown:
            yield Step(one.complete_at, whose or What.SHOWN_OPEN)


def _published(one: ListingState, night: date) -> Iterator[Step]:
    """Say what we publish about the night, since which revision, and what proves that it arrived."""
    closed, pushed = night in one.published, one.listing.traits.pushed
    same = _unbroken(one.revisions, night)
    if not same or (not closed and len(same) == len(one.revisions)):
        yield Step(None, What.NOT_PUBLISHED)
        return
    told = (What.ORDERED, What.ORDERED_OPEN) if pushed else (What.PUBLISHED, What.REOPENED)
    yield Step(same[0].at, told[0 if closed else 1], number=same[0].number)
    if night in one.tainted:
        yield Step(None, What.TAINTED)
    reads = [(read.first_fetch, read.last_fetch) for read in same if read.first_fetch is not None]
    if reads:
        yield Step(reads[0][0], What.ACCEPTED if pushed else What.FETCHED, last=reads[-1][1])
    else:
        yield Step(None, What.NOT_ACCEPTED if pushed else What.NOT_FETCHED)
    if closed and night in one.closed_there:
        yield Step(one.complete_at, What.READ_BACK)
    for exposure in one.exposed:
        if night in exposure.nights:
            yield Step(exposure.since, What.EXPOSED)


def _unbroken(revisions: tuple[Revision, ...], night: date) -> list[Revision]:
    """Return the last revisions that say the same of the night as the one in force, oldest first."""
    same: list[Revision] = []
    for revision in reversed(revisions):
        if (night in revision.nights) is not (night in revisions[-1].nights):
            break
        same.insert(0, revision)
    return same


def _proof(one: ListingState, night: date) -> Evidence:
    """Return the highest rung reached, by the calendar or by what was sent to the platform's own interface."""
    sent = [exposure.evidence for exposure in one.exposed if night in exposure.nights]
    return max([one.evidence(night), *sent])


def lines(explanation: Explanation, language: str, names: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """Return the explanation as lines of text, in French, or in English where the language is ``en``.

    ``names`` are the platforms' names as people write them, by channel; without one the channel's own name is used.
    """
    say = _WORDS.get(language, _FRENCH)
    zone_name, known = explanation.timezone, names or {}
    where = explanation.where if explanation.listing is None else named(explanation.where, known)
    status = say.closed if explanation.closed else say.open
    head = f"{where}, {say.day.format(explanation.night)}{say.colon} {status}"
    return head, *(f"  {say.step(step, zone_name, known)}" for step in explanation.steps)


@final
@frozen
class _Words:
    """One language: its sentences, the kinds of claims, and how it writes days and times."""

    sentences: Mapping[What, str]
    kinds: Mapping[Kind, str]
    closed: str
    open: str
    colon: str
    day: str
    moment: str
    unknown: str
    you: str

    def step(self, step: Step, timezone: str, names: Mapping[str, str]) -> str:
        """Return one step as a sentence."""
        return self.sentences[step.what].format(
            at=self.when(step.at, timezone),
            last=self.when(step.last, timezone),
            source=named(step.source, names) if step.source else self.you,
            kind=self.kinds[step.kind] if step.kind else "",
            number=step.number,
        )

    def when(self, at: datetime | None, timezone: str) -> str:
        """Return the unit's local date and time."""
        return self.moment.format(at.astimezone(zone(timezone))) if at else self.unknown


_STANDING: Final = {Standing.MIRRORED: What.MIRRORED, Standing.SUSPECTED: What.SUSPECTED}
_FRENCH: Final = _Words(
    sentences={
        What.FREE: "rien ne prend cette nuit",
        What.CLAIMED: "{kind} ({source}), depuis le {at}, encore là le {last}",
        What.TYPED: "{kind} ({source}), d’après une saisie ici du {at}",
        What.TURNOVER: "nuit de rotation : {kind} à côté ({source}), depuis le {at}",
        What.KEPT: "plus affichée depuis le {at} : nous gardons fermé (lectures d’accord : {number}, au {last})",
        What.MIRRORED: "à clarifier : copie probable ({source})",
        What.SUSPECTED: "à clarifier : peut-être nos dates, que plus rien n’explique",
        What.EXPIRES: "option : prend fin le {at}",
        What.HELD: "plus rien ne prend cette nuit, mais {source} la montre encore fermée : un voyageur est possible",
        What.RETIRED: "annonce retirée : ni lue ni fermée",
        What.NEVER_READ: "annonce jamais lue",
        What.UNUSABLE: "dernière lecture sans résultat ; la précédente, du {last}, fait foi",
        What.OWN: "{kind} sur cette annonce, depuis le {at}, encore là le {last}",
        What.ECHO: "montrée fermée le {at} : nos dates, renvoyées",
        What.ECHO_UNSURE: "montrée fermée le {at} : nos dates, renvoyées, ou un voyageur",
        What.SET_ASIDE: "montrée fermée le {at} : calendrier non ouvert",
        What.SHOWN_OPEN: "montrée ouverte le {at}",
        What.PUBLISHED: "fermée dans notre calendrier, version {number} du {at}",
        What.REOPENED: "remise en location dans notre calendrier, version {number} du {at}",
        What.NOT_PUBLISHED: "pas fermée par nous",
        What.ORDERED: "à fermer par la plateforme, version {number} du {at}",
        What.ORDERED_OPEN: "à remettre en location par la plateforme, version {number} du {at}",
        What.ACCEPTED: "accepté par la plateforme le {at}",
        What.NOT_ACCEPTED: "pas encore accepté par la plateforme",
        What.FETCHED: "lu par la plateforme le {at}, la dernière fois le {last}",
        What.NOT_FETCHED: "pas encore lu par la plateforme",
        What.READ_BACK: "montrée fermée par la plateforme le {at}",
        What.EXPOSED: "encore réservable ici, depuis le {at}",
        What.REFUSED: "demandes de la plateforme refusées : {source} ne se lit plus (dernière lecture : {last})",
        What.TAINTED: "fermée ici seulement à cause de dates à clarifier",
    },
    kinds={
        Kind.RESERVATION: "réservation",
        Kind.BLOCK: "dates bloquées",
        Kind.CLOSURE: "dates prises",
        Kind.HOLD: "option",
    },
    closed="fermée",
    open="ouverte",
    colon=" :",
    day="nuit du {:%d/%m/%Y}",
    moment="{0:%d/%m/%Y} à {0.hour} h {0:%M}",
    unknown="?",
    you="vous",
)
_ENGLISH: Final = _Words(
    sentences={
        What.FREE: "nothing takes this night",
        What.CLAIMED: "{kind} ({source}), since {at}, last seen {last}",
        What.TYPED: "{kind} ({source}), typed in here {at}",
        What.TURNOVER: "turnover night: {kind} beside it ({source}), since {at}",
        What.KEPT: "not shown any more since {at}; we keep closed (looks that agree: {number}, until {last})",
        What.MIRRORED: "to clarify: probably a copy ({source})",
        What.SUSPECTED: "to clarify: perhaps our own closing, which nothing explains any more",
        What.EXPIRES: "hold: ends {at}",
        What.HELD: "nothing takes this night any more, but {source} still shows it closed: a guest is possible",
        What.RETIRED: "listing retired: neither read nor closed",
        What.NEVER_READ: "listing never read",
        What.UNUSABLE: "the last look brought nothing; the one before, {last}, stands",
        What.OWN: "{kind} on this listing, since {at}, last seen {last}",
        What.ECHO: "shown closed {at}: our own closing, sent back",
        What.ECHO_UNSURE: "shown closed {at}: our own closing, sent back, or a guest",
        What.SET_ASIDE: "shown closed {at}: calendar not open",
        What.SHOWN_OPEN: "shown open {at}",
        What.PUBLISHED: "closed in our calendar, revision {number} of {at}",
        What.REOPENED: "open again in our calendar, revision {number} of {at}",
        What.NOT_PUBLISHED: "not closed by us",
        What.ORDERED: "to be closed by the platform, revision {number} of {at}",
        What.ORDERED_OPEN: "to be opened again by the platform, revision {number} of {at}",
        What.ACCEPTED: "accepted by the platform {at}",
        What.NOT_ACCEPTED: "not yet accepted by the platform",
        What.FETCHED: "read by the platform {at}, last {last}",
        What.NOT_FETCHED: "not yet read by the platform",
        What.READ_BACK: "shown closed by the platform {at}",
        What.EXPOSED: "can still be booked here, since {at}",
        What.REFUSED: "the platform is told no whenever it asks: {source} cannot be read (last read: {last})",
        What.TAINTED: "closed here only because of dates to clarify",
    },
    kinds={kind: kind.value for kind in Kind},
    closed="closed",
    open="open",
    colon=":",
    day="night of {:%Y-%m-%d}",
    moment="{0:%Y-%m-%d %H:%M}",
    unknown="?",
    you="you",
)
_WORDS: Final = {"fr": _FRENCH, "en": _ENGLISH}
