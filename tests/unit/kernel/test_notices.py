"""What the owner is told, once for each fact, in their words."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from attrs import evolve

from channelsync.cadence import HealthEvent, after, begun
from channelsync.claims import Claim, Kind, Missing, Standing
from channelsync.ids import ChannelName, ClaimId, ListingId, OwnerId, UnitId
from channelsync.inventory import Listing, Unit
from channelsync.nights import NO_NIGHTS, Nights, Stay
from channelsync.notices import Notice, NoticeKind, from_findings, from_health, of_answers, of_service, overdue
from channelsync.observation import Aside, Event
from channelsync.proof import Exposure, Revision
from channelsync.service.digests import Period, digest
from channelsync.state import Did, Finding, ListingState, UnitState
from channelsync.traits import EchoHabit, Traits
from channelsync.wording import headline, text
from tests.unit.kernel.builders import AIRBNB, BOOKING, GREENGO, Unit3, guest

NOW = datetime(2026, 11, 22, 13, 7, tzinfo=UTC)
HOUR = timedelta(hours=1)
NAMES = {"booking": "Booking.com", "greengo": "GreenGo"}
MARCH = Stay(date(2027, 3, 15), date(2027, 3, 18))
A, B, G = ListingId("a"), ListingId("b"), ListingId("g")


def listing(id_: ListingId, channel: str, **changes) -> ListingState:
    """A listing of the unit, read for a day."""
    traits = Traits(identified=frozenset({Kind.RESERVATION}))
    at = Listing(id_, UnitId("u"), ChannelName(channel), traits=traits)
    return evolve(ListingState(at, looked_at=NOW - HOUR, complete_at=NOW - HOUR), **changes)


def unit(*listings: ListingState, **changes) -> UnitState:
    """A unit with these listings."""
    return UnitState(Unit(UnitId("u"), OwnerId("o"), "Gîte du Lac"), listings, **changes)


def claim(id_: str = "c1", kind: Kind = Kind.RESERVATION, stay: Stay = MARCH, **changes) -> Claim:
    """A claim of Airbnb's listing, with a guest's name that must never be told."""
    changes.setdefault("listing", A)
    return Claim(ClaimId(id_), kind, stay, NOW, NOW, guest="Dupont", note="code 1234", **changes)


def found(did: Did, *claims: Claim, of: ListingId | None = A) -> Finding:
    """What a look says of these claims."""
    nights = Nights.union(one.nights for one in claims)
    return Finding(NOW, did, nights, "see https://secret.example", of, tuple(one.id for one in claims))


def revision(*stays: Stay, read: datetime | None = None) -> Revision:
    """A published calendar."""
    return Revision(1, NOW - 9 * HOUR, (), Nights.of(*stays), read, read)


def three(*claims: Claim, exposed: bool = True, **changes) -> UnitState:
    """Airbnb with these claims, closed in the calendars of two others and exposed on one of them."""
    open_there = (Exposure(MARCH.nights, NOW),) if exposed else ()
    return unit(
        listing(A, "airbnb", claims=claims),
        listing(B, "booking", revisions=(revision(MARCH, read=NOW - HOUR),)),
        listing(G, "greengo", revisions=(revision(MARCH),), exposed=open_there),
        **changes,
    )


def kinds(notices: tuple[Notice, ...]) -> list[NoticeKind]:
    """What is told."""
    return [one.kind for one in notices]


def test_a_new_reservation() -> None:
    """A new reservation is told once, with where it is closed and where it can still be sold: scenario 1."""
    after_it = three(claim())
    notices = from_findings(three(), after_it, [found(Did.CLAIM, claim())], NOW)
    assert kinds(notices) == [NoticeKind.RESERVATION]
    assert text(notices[0], "fr", NAMES) == (
        "Gîte du Lac – Nouvelle réservation sur Airbnb, du 15 au 18 mars 2027. Fermé dans nos calendriers pour "
        "Booking.com et GreenGo. Déjà lu par Booking.com. Encore réservable sur GreenGo."
    )
    assert text(notices[0], "en") == (
        "Gîte du Lac – New reservation on Airbnb, 15 to 18 March 2027. Closed in our calendars for Booking and "
        "Greengo. Already read by Booking. Can still be booked on Greengo."
    )
    again = from_findings(three(), after_it, [found(Did.CLAIM, claim())], NOW + HOUR)
    assert [one.key for one in again] == [one.key for one in notices]


def test_what_a_platform_never_read_is_not_told_as_read() -> None:
    """A platform that sold the night itself has no open night there, and has read nothing all the same."""
    sold = claim("c2", listing=B, standing=Standing.MIRRORED)
    for read, claims in ((None, ()), (None, (sold,)), (NOW - HOUR, (sold,))):
        booking = listing(B, "booking", revisions=(revision(MARCH, read=read),), claims=claims)
        after_it = unit(listing(A, "airbnb", claims=(claim(),)), booking)
        notices = from_findings(after_it, after_it, [found(Did.CLAIM, claim())], NOW)
        (notice,) = [one for one in notices if one.kind is NoticeKind.CHANGED or one.kind is NoticeKind.RESERVATION]
        assert notice.data.others == ("booking",)
        assert notice.data.proven == ()
        assert "lu par" not in text(notice, "fr")


def test_a_platform_that_takes_our_writes_accepts_them() -> None:
    """It reads nothing: what it has not accepted it is asked for, and what it has accepted is told as such."""
    for read, french, english in (
        (None, "Nous demandons la fermeture à Booking.com.", "We ask Booking to close."),
        (NOW - HOUR, "Déjà accepté par Booking.com.", "Already accepted by Booking."),
    ):
        booking = written(listing(B, "booking", revisions=(revision(MARCH, read=read),)))
        after_it = unit(listing(A, "airbnb", claims=(claim(),)), booking)
        (notice,) = from_findings(unit(listing(A, "airbnb"), booking), after_it, [found(Did.CLAIM, claim())], NOW)
        assert text(notice, "fr", NAMES).endswith(f"du 15 au 18 mars 2027. {french}")
        assert text(notice, "en").endswith(f"15 to 18 March 2027. {english}")


def test_the_confirmation_of_a_platform_that_takes_our_writes() -> None:
    """What it has accepted, closings and openings, is not told as read."""
    open_there = (Exposure(MARCH.nights, NOW),)
    before = unit(written(listing(B, "booking", revisions=(revision(MARCH),), exposed=open_there)))
    taken = unit(written(listing(B, "booking", revisions=(revision(MARCH, read=NOW),))))
    (notice,) = from_findings(before, taken, [], NOW)
    assert text(notice, "fr", NAMES).startswith("Gîte du Lac – Fermeture acceptée par Booking.com à 14 h 07 :")
    assert headline(notice, "en") == "Closing accepted by Booking – Gîte du Lac"
    closed, free = (unit(written(one.of(B))) for one in reopened())
    (notice,) = from_findings(closed, free, [], NOW)
    assert text(notice, "en").startswith("Gîte du Lac – Reopening accepted by Booking at 14:07:")


def written(one: ListingState) -> ListingState:
    """The same on a route that takes our writes."""
    return evolve(one, listing=evolve(one.listing, traits=evolve(one.listing.traits, pushed=True)))


def test_untyped_dates() -> None:
    """Where the platform does not say whether it is a guest, neither do we; alone, nothing is said of others."""
    taken = claim(kind=Kind.CLOSURE)
    (notice,) = from_findings(
        unit(listing(A, "airbnb")), unit(listing(A, "airbnb", claims=(taken,))), [found(Did.CLAIM, taken)], NOW
    )
    assert notice.kind is NoticeKind.DATES_TAKEN
    assert text(notice, "fr") == (
        "Gîte du Lac – Dates prises sur Airbnb, du 15 au 18 mars 2027 (la plateforme ne dit pas pourquoi)."
    )


def test_a_changed_reservation() -> None:
    """A known reservation on other dates is told as changed."""
    moved = claim(stay=Stay(date(2027, 3, 16), date(2027, 3, 20)))
    notices = from_findings(three(claim()), three(moved), [found(Did.CLAIM, moved)], NOW)
    assert kinds(notices) == [NoticeKind.CHANGED]


@pytest.mark.parametrize(
    "known",
    [
        claim(kind=Kind.BLOCK),
        claim(inventory=True),
        claim(stay=Stay(date(2026, 11, 1), date(2026, 11, 5))),
    ],
)
def test_what_is_no_news(known) -> None:
    """A block, what was there at the first look, and what is over are no news."""
    assert not from_findings(three(), three(known), [found(Did.CLAIM, known)], NOW)


def test_a_stay_typed_in_before_is_no_news() -> None:
    """A stay that the owner had typed in for that platform is known to them."""
    entry = claim("own", listing=None, channel=ChannelName("airbnb"))
    before = three(own=(entry,))
    assert not from_findings(before, three(claim()), [found(Did.CLAIM, claim())], NOW)


def test_a_stay_held_before_is_news() -> None:
    """Nights held because a platform asked before a guest booked are our answer, not the owner's act: they are told."""
    held = claim("own", Kind.HOLD, listing=None, channel=ChannelName("airbnb"))
    notices = from_findings(three(own=(held,)), three(claim()), [found(Did.CLAIM, claim())], NOW)
    assert kinds(notices) == [NoticeKind.RESERVATION]


def test_a_request_is_told_as_one() -> None:
    """What waits for the owner's answer is no reservation yet, and no closure without a reason; accepted, it is one."""
    asked = claim(kind=Kind.HOLD)
    (notice,) = from_findings(three(), three(asked), [found(Did.CLAIM, asked)], NOW)
    assert notice.kind is NoticeKind.REQUESTED
    assert text(notice, "fr").startswith("Gîte du Lac – Demande de réservation sur Airbnb, du 15 au 18 mars 2027.")
    assert "Fermé dans nos calendriers pour Booking et Greengo." in text(notice, "fr")
    accepted = from_findings(three(asked), three(claim()), [found(Did.CLAIM, claim())], NOW)
    assert NoticeKind.RESERVATION in kinds(accepted)


def test_a_platform_that_is_told_no() -> None:
    """It is said because of which listings, and since when they were not heard, or that they never were."""
    state = unit(listing(A, "airbnb"), listing(G, "greengo"))
    no = of_answers(NoticeKind.ANSWERED_NO, state, A, NOW, "x", others=[state.of(G)], since=NOW - HOUR)
    assert (no.unit, no.listing, no.data.where, no.data.others) == (UnitId("u"), A, "airbnb", ("greengo",))
    assert "GreenGo ne se lit plus (dernière lecture : à 13 h 07)" in text(no, "fr", NAMES)
    never = of_answers(NoticeKind.ANSWERED_NO, state, A, NOW, "y", others=[state.of(G)])
    assert "(last read: never)" in text(never, "en")
    assert never.key != no.key


def test_only_found_claims_are_told() -> None:
    """A claim that no finding names is not new."""
    other = claim("c2", stay=Stay(date(2027, 5, 1), date(2027, 5, 3)))
    notices = from_findings(three(), three(claim(), other), [found(Did.CLAIM, claim())], NOW)
    assert len(notices) == 1
    assert not from_findings(three(), three(), [found(Did.PUBLISH, claim(), of=None)], NOW)


def test_a_conflict_is_told_by_its_certainty() -> None:
    """A double booking is told; when it becomes more certain it is told anew, and never twice at one certainty."""

    def pair(second: Claim) -> UnitState:
        return unit(listing(A, "airbnb", claims=(claim(),)), listing(B, "booking", claims=(second,)))

    probable = pair(claim("c2", Kind.CLOSURE, listing=B))
    certain = pair(claim("c2", listing=B))
    copy = pair(claim("c2", Kind.CLOSURE, listing=B, standing=Standing.SUSPECTED, answered=True))
    alone = unit(listing(A, "airbnb", claims=(claim(),)), listing(B, "booking"))
    assert kinds(from_findings(alone, copy, [], NOW)) == [NoticeKind.CONFLICT_POSSIBLE]
    assert kinds(from_findings(copy, probable, [], NOW)) == [NoticeKind.CONFLICT_LIKELY]
    (notice,) = from_findings(probable, certain, [], NOW)
    assert notice.kind is NoticeKind.CONFLICT_CURRENT
    assert text(notice, "fr", NAMES) == (
        "Gîte du Lac – Double réservation du 15 au 18 mars 2027 (Airbnb et Booking.com)."
    )
    assert not from_findings(certain, certain, [], NOW)


def test_a_conflict_with_what_was_typed_in() -> None:
    """A reservation typed in here is named by its platform."""
    state = three(claim(), own=(claim("own", listing=None, channel=ChannelName("greengo")),))
    (notice,) = from_findings(three(), state, [], NOW)
    assert set(notice.data.others) == {"airbnb", "greengo"}


def test_a_mass_disappearance() -> None:
    """Many claims gone at once are kept closed: one notice for as long as it lasts."""
    gone = claim(missing=Missing(NOW - HOUR, NOW, 2))
    finding = Finding(NOW, Did.SUSPECT, NO_NIGHTS, "mass", A)
    (notice,) = from_findings(three(gone), three(gone), [finding], NOW)
    assert notice.kind is NoticeKind.KEPT_CLOSED
    assert text(notice, "fr") == (
        "Gîte du Lac – Disparition à confirmer : nous gardons fermé (Airbnb, du 15 au 18 mars 2027)."
    )
    (again,) = from_findings(three(gone), three(gone), [evolve(finding, at=NOW + HOUR)], NOW + HOUR)
    assert again.key == notice.key


def test_a_look_without_result() -> None:
    """Looks that bring nothing are one quiet fact until one brings something."""
    finding = Finding(NOW, Did.UNUSABLE, NO_NIGHTS, "https://secret.example answered 503", A)
    (notice,) = from_findings(three(), three(), [finding], NOW)
    (again,) = from_findings(three(), three(), [finding], NOW + HOUR)
    assert notice.kind is NoticeKind.FAILED
    assert not notice.kind.loud
    assert notice.key == again.key
    assert "secret" not in repr(notice) + text(notice, "fr") + text(notice, "en")


def test_what_is_open_again() -> None:
    """A release is told; one of the owner's own blocks is not."""
    (notice,) = from_findings(three(claim()), three(), [found(Did.RELEASE, claim())], NOW)
    assert notice.kind is NoticeKind.RELEASED
    assert text(notice, "en") == "Gîte du Lac – Open again, 15 to 18 March 2027 (nothing left on Airbnb)."
    assert not from_findings(three(claim()), three(), [found(Did.RELEASE, claim(), of=None)], NOW)


def test_what_stays_closed_is_not_told_as_open() -> None:
    """Nights that somebody else holds as well are told as such, and the others as free."""
    longer = claim(stay=Stay(date(2027, 3, 14), date(2027, 3, 18)))
    other = claim("c2", listing=B)
    before = unit(listing(A, "airbnb", claims=(longer,)), listing(B, "booking", claims=(other,)))
    gone = before.with_listing(evolve(before.of(A), claims=()))
    free, held = from_findings(before, gone, [found(Did.RELEASE, longer)], NOW)
    assert (free.kind, str(free.data.nights.runs()[0])) == (NoticeKind.RELEASED, "2027-03-14/2027-03-15")
    assert (held.kind, held.data.nights) == (NoticeKind.STILL_TAKEN, MARCH.nights)
    assert text(held, "fr") == (
        "Gîte du Lac – Plus rien sur Airbnb, du 15 au 18 mars 2027. "
        "Ces nuits restent fermées : autre chose les prend aussi."
    )


def test_a_calendar_read_in_the_place_of_its_api() -> None:
    """That it serves is told at the second failure, that the API is back once it is; each once, in its own words."""
    state = three()
    fine = after(begun(NOW - HOUR), HealthEvent.LOOK_OK, NOW - HOUR, 0)
    states = [fine]
    while states[-1].next_at < NOW:
        at = states[-1].next_at
        states.append(after(states[-1], HealthEvent.LOOK_FAILED, at, 0.9, instead=True))
    pairs = list(pairwise(states))
    told = [one for old, new in pairs for one in from_health(state, A, old, new, new.tried or NOW)]
    assert kinds(tuple(told)) == [NoticeKind.FALLBACK]
    assert told[0].at == states[2].tried
    assert text(told[0], "fr").startswith(
        "Gîte du Lac – L’API d’Airbnb ne répond plus ; son calendrier est lu à sa place (dernière lecture : à 13 h "
    )
    back = after(states[-1], HealthEvent.LOOK_OK, NOW, 0)
    (ended,) = from_health(state, A, states[-1], back, NOW)
    assert ended.kind is NoticeKind.API_BACK
    assert "L’API d’Airbnb répond de nouveau" in text(ended, "fr")
    assert not from_health(state, A, back, after(back, HealthEvent.LOOK_OK, NOW + HOUR, 0), NOW + HOUR)


def test_a_calendar_that_falls_silent_as_well() -> None:
    """Where neither the API nor the calendar gives a look, that is told with when either last did."""
    states = [after(begun(NOW), HealthEvent.LOOK_OK, NOW, 0)]
    for step in range(14):
        states.append(after(states[-1], HealthEvent.LOOK_FAILED, states[-1].next_at, 0.9, instead=step < 5))
    told = [one for old, new in pairwise(states) for one in from_health(three(), A, old, new, new.tried or NOW)]
    assert kinds(tuple(told)) == [NoticeKind.FALLBACK, NoticeKind.DEGRADED]
    assert told[1].data.since == states[5].tried
    (ended,) = from_health(three(), A, states[-1], after(states[-1], HealthEvent.LOOK_OK, NOW + 9 * HOUR, 0), NOW)
    assert ended.kind is NoticeKind.RESTORED


def test_one_failure_or_a_refusal_is_no_fallback() -> None:
    """A hiccup is no news; where the access is refused, that is what is told."""
    fine = after(begun(NOW), HealthEvent.LOOK_OK, NOW, 0)
    once = after(fine, HealthEvent.LOOK_FAILED, fine.next_at, 0, instead=True)
    good = after(once, HealthEvent.LOOK_OK, once.next_at, 0)
    assert not from_health(three(), A, fine, once, NOW)
    assert not from_health(three(), A, once, good, NOW)
    states = [good]
    for _ in range(8):
        states.append(after(states[-1], HealthEvent.REJECTED, states[-1].next_at, 0, instead=True))
    states.append(after(states[-1], HealthEvent.LOOK_OK, states[-1].next_at, 0))
    told = [one for old, new in pairwise(states) for one in from_health(three(), A, old, new, NOW)]
    assert kinds(tuple(told)) == [NoticeKind.DISCONNECTED, NoticeKind.RECONNECTED]


def test_a_changed_habit() -> None:
    """A listing that never echoed and may do so now is told; what is learned otherwise is not."""

    def with_habit(habit: EchoHabit) -> UnitState:
        return unit(listing(A, "airbnb", habit=habit))

    notices = from_findings(with_habit(EchoHabit.NEVER), with_habit(EchoHabit.UNKNOWN), [], NOW)
    assert kinds(notices) == [NoticeKind.HABIT_CHANGED]
    assert not from_findings(with_habit(EchoHabit.UNKNOWN), with_habit(EchoHabit.NEVER), [], NOW)
    assert not from_findings(with_habit(EchoHabit.NEVER), with_habit(EchoHabit.NEVER), [], NOW)


def test_what_only_the_owner_knows() -> None:
    """Copies and suspected claims are one question, asked anew only when there are more."""
    copy = claim("c2", Kind.CLOSURE, standing=Standing.MIRRORED)
    (notice,) = from_findings(three(), three(copy), [], NOW)
    assert (notice.kind, notice.data.count) == (NoticeKind.TO_CLARIFY, 1)
    assert not from_findings(three(copy), three(copy), [], NOW)
    assert not from_findings(three(copy), three(evolve(copy, answered=True)), [], NOW)


def test_the_confirmation() -> None:
    """When a platform has read an outstanding closing, that is told with the hour; an end without proof is not."""
    read = three(claim(), exposed=False)
    read = read.with_listing(evolve(read.of(G), revisions=(revision(MARCH, read=NOW),)))
    (notice,) = from_findings(three(claim()), read, [], NOW)
    assert notice.kind is NoticeKind.PROVEN
    assert text(notice, "fr", NAMES) == "Gîte du Lac – Lu par GreenGo à 14 h 07 : du 15 au 18 mars 2027."
    assert not from_findings(three(claim()), three(claim(), exposed=False), [], NOW)


def test_what_a_platform_shows_is_not_told_as_read() -> None:
    """Where a platform sold the exposed nights itself they are closed there, and it has read nothing since."""
    sold = claim("c2", listing=B)
    event = Event(MARCH, Kind.RESERVATION, "u1")
    for read in (None, NOW - 9 * HOUR):
        open_there = (Exposure(MARCH.nights, NOW - HOUR),)
        before = listing(B, "booking", revisions=(revision(MARCH, read=read),), exposed=open_there)
        sold_there = evolve(before, exposed=(), claims=(sold,), shown=MARCH.nights, events=(event,), looked_at=NOW)
        (notice,) = from_findings(unit(before), unit(sold_there), [], NOW)
        assert notice.kind is NoticeKind.PROVEN
        assert text(notice, "fr", NAMES) == (
            "Gîte du Lac – Booking.com montre ces dates fermées à 14 h 07 : du 15 au 18 mars 2027."
        )
        assert headline(notice, "en") == "Closed on Booking – Gîte du Lac"


def test_health_notices() -> None:
    """Entering and leaving degraded or disconnected is told, one key for each time."""
    state = three()
    fine = after(begun(NOW - HOUR), HealthEvent.LOOK_OK, NOW - HOUR, 0)
    down = fine
    for _ in range(8):
        down = after(down, HealthEvent.LOOK_FAILED, down.next_at, 0.9)
    (entered,) = from_health(state, A, fine, down, NOW)
    assert entered.kind is NoticeKind.DEGRADED
    assert text(entered, "fr") == (
        "Gîte du Lac – Airbnb ne répond plus (dernière lecture : à 13 h 07). Nous gardons tout fermé."
    )
    back = after(down, HealthEvent.LOOK_OK, down.next_at, 0)
    assert kinds(from_health(state, A, down, back, NOW)) == [NoticeKind.RESTORED]
    assert not from_health(state, A, fine, fine, NOW)
    refused = after(fine, HealthEvent.REJECTED, NOW, 0)
    lost = after(refused, HealthEvent.REJECTED, NOW + HOUR, 0)
    (told,) = from_health(state, A, refused, lost, NOW + HOUR)
    assert told.kind is NoticeKind.DISCONNECTED
    assert told.data.since == NOW
    found_again = after(lost, HealthEvent.LOOK_OK, NOW + 2 * HOUR, 0)
    assert kinds(from_health(state, A, lost, found_again, NOW)) == [NoticeKind.RECONNECTED]


def test_exposed_too_long() -> None:
    """Nights that a platform has not read for longer than its rhythm are told, once; the learned rhythm counts."""
    late = NOW + 5 * HOUR
    state = unit(listing(G, "greengo", exposed=(Exposure(MARCH.nights, NOW),), revisions=(revision(MARCH, read=NOW),)))
    assert not overdue(state, NOW + HOUR)
    (notice,) = overdue(state, late)
    assert notice.kind is NoticeKind.EXPOSED
    assert text(notice, "fr", NAMES).startswith(
        "Gîte du Lac – Encore réservable sur GreenGo : du 15 au 18 mars 2027, pris ailleurs à 14 h 07."
    )
    assert [one.key for one in overdue(state, late + HOUR)] == [notice.key]
    assert not overdue(state, late, rhythms={G: 12 * HOUR})


def test_silence() -> None:
    """A platform that stopped reading us, or never began, is told; one that has nothing to read yet is not."""
    stopped = unit(listing(B, "booking", revisions=(revision(read=NOW - 9 * HOUR),)))
    (notice,) = overdue(stopped, NOW)
    assert notice.kind is NoticeKind.NOT_READ
    assert "at 05:07" in text(notice, "en")
    (never,) = overdue(unit(listing(B, "booking", revisions=(revision(),))), NOW)
    assert "jamais" in text(never, "fr")
    assert never.key != notice.key
    assert not overdue(unit(listing(B, "booking")), NOW)
    assert not overdue(stopped, NOW, served_since=NOW - HOUR)
    assert overdue(stopped, NOW + 8 * HOUR, served_since=NOW - HOUR)
    assert not overdue(unit(listing(B, "booking", revisions=(revision(),), retired=True)), NOW)


def fact(
    kind: NoticeKind = NoticeKind.RESERVATION, at: datetime = NOW, nights: Nights = NO_NIGHTS, **changes
) -> Notice:
    """Any notice."""
    base = overdue(unit(listing(B, "ical", revisions=(revision(),))), NOW)[0]
    data = evolve(base.data, nights=nights, **changes)
    return evolve(base, kind=kind, at=at, key=f"{kind.value}:{at}", data=data)


def test_a_digest() -> None:
    """A digest holds each fact of its period once, the most urgent first, and counts them."""
    week, day = Period.ending(NOW + HOUR, days=7), Period.ending(NOW + HOUR, days=1)
    old = fact(at=NOW - timedelta(days=3))
    urgent = fact(NoticeKind.CONFLICT_CURRENT)
    notices = [fact(), old, urgent, fact(), fact(at=NOW + 2 * HOUR)]
    assert digest(notices, day).notices == (urgent, fact())
    weekly = digest(notices, week)
    assert weekly.notices == (urgent, old, fact())
    assert weekly.counts == ((NoticeKind.CONFLICT_CURRENT, 1), (NoticeKind.RESERVATION, 2))


@pytest.mark.parametrize("kind", NoticeKind)
def test_every_kind_has_words(kind) -> None:
    """Every kind is said in both languages, without the guest, and French where the language is unknown."""
    notice = fact(kind, nights=MARCH.nights, others=("airbnb",), open_on=("ical:abritel",), since=NOW)
    french, english = text(notice, "fr"), text(notice, "en")
    assert french != english
    assert french == text(notice, "de")
    assert "{" not in french + english


@pytest.mark.parametrize(
    "stay, french, english",
    [
        ("2027-04-01/2027-04-05", "du 1er au 5 avril 2027", "1 to 5 April 2027"),
        ("2027-03-30/2027-04-01", "du 30 mars au 1er avril 2027", "30 March to 1 April 2027"),
        ("2027-12-30/2028-01-02", "du 30 décembre 2027 au 2 janvier 2028", "30 December 2027 to 2 January 2028"),
        ("2027-03-02/2028-03-05", "du 2 mars 2027 au 5 mars 2028", "2 March 2027 to 5 March 2028"),
    ],
)
def test_stays_in_words(stay, french, english) -> None:
    """A stay is written from arrival to departure, with month and year only where they differ."""
    notice = fact(nights=Stay.parse(stay).nights)
    assert french in text(notice, "fr")
    assert english in text(notice, "en")


def test_long_lists_are_cut() -> None:
    """A text names four stays and counts the rest; three names are joined as people do."""
    runs = Nights.of(*(date(2027, 1, day) for day in range(2, 14, 2)))
    notice = fact(nights=runs, others=("a", "b", "ical:abritel"), since=NOW - timedelta(days=30))
    assert "et 2 de plus" in text(notice, "fr")
    assert "A, B et abritel" in text(notice, "fr")
    assert "le 23 octobre à 15 h 07" in text(evolve(notice, kind=NoticeKind.NOT_READ), "fr")
    assert "on 23 October at 15:07" in text(evolve(notice, kind=NoticeKind.NOT_READ), "en")


def test_a_closure_is_never_told_as_a_reservation() -> None:
    """Dates taken without a word why stay that, also when they change."""
    taken = claim(kind=Kind.CLOSURE)
    longer = evolve(taken, stay=Stay(date(2027, 3, 15), date(2027, 3, 20)))
    (notice,) = from_findings(three(taken), three(longer), [found(Did.CLAIM, longer)], NOW)
    assert notice.kind is NoticeKind.DATES_TAKEN
    assert "éservation" not in text(notice, "fr") + headline(notice, "fr")
    assert "eservation" not in text(notice, "en") + headline(notice, "en")


def test_what_is_open_again_says_where() -> None:
    """A release names the calendars that are open again because of it, and none that something else keeps closed."""
    before = three(claim())
    opened = before.with_listing(evolve(before.of(B), revisions=(revision(),)))
    opened = opened.with_listing(evolve(opened.of(A), claims=()))
    (notice,) = from_findings(before, opened, [found(Did.RELEASE, claim())], NOW)
    assert notice.data.others == ("booking",)
    assert text(notice, "fr", NAMES) == (
        "Gîte du Lac – Remis en location, du 15 au 18 mars 2027 (plus rien sur Airbnb). "
        "Rouvert dans nos calendriers pour Booking.com."
    )


def reopened(*, read: bool = True, **changes) -> tuple[UnitState, UnitState]:
    """Booking.com had read the closing; the next revision is without it, and has been read or not."""
    closed = evolve(revision(MARCH, read=NOW - HOUR), number=1)
    free = evolve(revision(read=NOW if read else None), number=2, at=NOW)
    before = listing(B, "booking", revisions=(closed,))
    return unit(before), unit(evolve(before, revisions=(closed, free), **changes))


def test_a_reopening_is_proven_like_a_closing() -> None:
    """Once a platform has read as open what it had read as closed, that is told with the hour, once."""
    before, now_open = reopened()
    (notice,) = from_findings(before, now_open, [], NOW)
    assert (notice.kind, notice.kind.loud) == (NoticeKind.REOPENED, False)
    assert text(notice, "fr", NAMES) == (
        "Gîte du Lac – Réouverture lue par Booking.com à 14 h 07 : du 15 au 18 mars 2027."
    )
    assert not from_findings(now_open, now_open, [], NOW)


@pytest.mark.parametrize(
    "changes",
    [
        {"read": False},
        {"claims": (claim("c2", listing=B),)},
        {"aside": Aside(MARCH.nights)},
        {"retired": True},
    ],
)
def test_what_is_no_reopening(changes) -> None:
    """Not read yet, taken by the platform's own guest, or part of its unopened calendar: nothing was reopened."""
    assert not from_findings(*reopened(**changes), [], NOW)


def test_a_closing_anew_is_no_reopening() -> None:
    """A night that is closed again before the platform read the opening was never proven open."""
    before, now_open = reopened()
    again = evolve(revision(MARCH, read=None), number=3, at=NOW)
    later = now_open.with_listing(evolve(now_open.of(B), revisions=(*now_open.of(B).revisions, again)))
    assert not from_findings(before, later, [], NOW)


def test_about_no_lodging() -> None:
    """What concerns the installation or one owner names no lodging, and is one fact however often it is told."""
    failed = of_service(NoticeKind.BACKUP_FAILED, NOW, "2026-11-22", since=NOW - timedelta(days=1))
    assert (failed.unit, failed.owner, failed.kind.critical) == (None, None, True)
    assert headline(failed, "fr") == "La sauvegarde a échoué"
    assert text(failed, "en").startswith("The backup failed (last success: on 21 November at 14:07).")
    assert of_service(NoticeKind.BACKUP_FAILED, NOW + HOUR, "2026-11-22").key == failed.key
    hers = of_service(NoticeKind.NO_DEVICE, NOW, "d1", owner=OwnerId("o"))
    assert hers.key != of_service(NoticeKind.NO_DEVICE, NOW, "d1", owner=OwnerId("p")).key
    assert hers.owner == "o"


@pytest.mark.parametrize("kind", NoticeKind)
def test_every_kind_has_a_headline(kind) -> None:
    """Every kind has a few words for a subject in both languages, on one line, with the lodging's name."""
    notice = fact(kind, nights=MARCH.nights, others=("airbnb",))
    french, english = headline(notice, "fr", NAMES), headline(notice, "en", NAMES)
    assert french != english
    assert french.endswith(" – Gîte du Lac")
    assert max(len(french), len(english)) < 70
    assert not set("{}\n") & set(french + english)


def test_what_wakes_somebody() -> None:
    """What is critical is loud; a reservation, a release and a proof are not critical."""
    critical = {kind for kind in NoticeKind if kind.critical}
    assert all(kind.loud for kind in critical)
    assert not critical & {NoticeKind.RESERVATION, NoticeKind.RELEASED, NoticeKind.PROVEN, NoticeKind.REOPENED}


def test_a_platform_that_takes_our_writes_is_not_waited_for():
    """It reads nothing, so its silence is no news; what it was not yet told is not announced as still bookable."""
    unit = Unit3.quiet(booking=Traits(pushed=True, imports_every=timedelta(minutes=15)))
    late = overdue(unit.state, unit.now + timedelta(days=3))
    assert {one.listing for one in late if one.kind is NoticeKind.NOT_READ} == {AIRBNB, GREENGO}
    before = unit.state
    step = unit.look(AIRBNB, guest(10, 13))
    (told,) = from_findings(before, unit.state, step.findings, unit.now)
    assert told.data.open_on == ("greengo",)
    assert told.data.proven == ()
    soon = overdue(unit.state, unit.now + timedelta(minutes=20))
    assert [one.listing for one in soon if one.data.nights] == [BOOKING]
