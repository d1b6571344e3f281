"""Why a night is closed or open, from what took it to the proof."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from attrs import evolve

from channelsync.claims import Claim, Kind, Missing, Standing
from channelsync.errors import UsageError
from channelsync.explain import Explanation, Step, What, explain, lines
from channelsync.ids import ChannelName, ClaimId, ListingId, OwnerId, UnitId
from channelsync.inventory import Listing, Unit
from channelsync.nights import NO_NIGHTS, Nights, Stay
from channelsync.observation import Aside, Event
from channelsync.proof import Evidence, Exposure, Revision
from channelsync.state import ListingState, UnitState
from channelsync.traits import Traits

SEEN = datetime(2026, 11, 22, 13, 7, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
NOW = SEEN + 60 * MINUTE
NIGHT = date(2027, 3, 16)
STAY = Stay(date(2027, 3, 15), date(2027, 3, 18))
A, B = ListingId("a"), ListingId("b")
NAMES = {"booking": "Booking.com"}


def claim(kind: Kind = Kind.RESERVATION, listing: ListingId | None = A, **changes) -> Claim:
    """A claim on the night, with a guest's name."""
    base = Claim(ClaimId("c1"), kind, STAY, SEEN, NOW, listing, guest="Dupont", note="secret")
    return evolve(base, **changes)


def revision(number: int, *stays: Stay, read: int | None = None) -> Revision:
    """A calendar published so many minutes after the claim was seen, and read then."""
    at = None if read is None else SEEN + read * MINUTE
    return Revision(number, SEEN + number * MINUTE, (), Nights.of(*stays), at, at)


def unit(
    claims: tuple[Claim, ...] = (), own: tuple[Claim, ...] = (), turnover: int = 0, on_a: dict | None = None, **on_b
) -> UnitState:
    """Airbnb with these claims, and Booking.com as described."""
    airbnb = ListingState(Listing(A, UnitId("u"), ChannelName("airbnb")), looked_at=NOW, complete_at=NOW, claims=claims)
    booking = ListingState(Listing(B, UnitId("u"), ChannelName("booking")), looked_at=NOW, complete_at=NOW)
    home = Unit(UnitId("u"), OwnerId("o"), "Gîte du Lac", turnover=turnover)
    return UnitState(home, (evolve(airbnb, **(on_a or {})), evolve(booking, **on_b)), own)


def on(state: UnitState, listing: ListingId = B, night: date = NIGHT) -> Explanation:
    """The explanation of the night on one listing."""
    (found,) = explain(state, night, NOW, listing)
    return found


def whats(found: Explanation) -> list[What]:
    """What the chain says, in order."""
    return [step.what for step in found.steps]


def test_the_whole_chain() -> None:
    """Claim, what the listing shows, revision, fetch, read back: each with its time."""
    state = unit(
        (claim(),),
        revisions=(revision(1), revision(2, STAY, read=5), revision(3, STAY, read=50)),
        shown=STAY.nights,
        events=(Event(STAY, Kind.CLOSURE),),
        echo=STAY.nights,
    )
    found = on(state)
    assert found.closed
    assert found.proof is Evidence.READ_BACK
    assert found.steps == (
        Step(SEEN, What.CLAIMED, "airbnb", Kind.RESERVATION, NOW),
        Step(NOW, What.ECHO),
        Step(SEEN + 2 * MINUTE, What.PUBLISHED, number=2),
        Step(SEEN + 5 * MINUTE, What.FETCHED, last=SEEN + 50 * MINUTE),
        Step(NOW, What.READ_BACK),
    )


def test_one_explanation_for_the_unit_and_for_each_listing() -> None:
    """Without a listing the unit comes first, then each of its listings; an unknown listing is refused."""
    found = explain(unit((claim(),), revisions=(revision(1, STAY),)), NIGHT, NOW)
    assert [one.listing for one in found] == [None, A, B]
    assert all(one.closed for one in found)
    with pytest.raises(UsageError):
        explain(unit(), NIGHT, NOW, ListingId("nobody"))


def test_the_claims_own_listing() -> None:
    """On the listing it comes from, a claim is its own, and nothing is published for it."""
    found = on(unit((claim(),), on_a={"revisions": (revision(1),)}), A)
    assert found.closed
    assert found.proof is None
    assert whats(found) == [What.OWN, What.NOT_PUBLISHED]


def test_exposed_until_read() -> None:
    """Published and not read: the night is exposed, since when, and what was sent counts as proof."""
    exposed = (Exposure(NO_NIGHTS, SEEN), Exposure(STAY.nights, SEEN, Evidence.SENT))
    found = on(unit((claim(),), revisions=(revision(1, STAY),), exposed=exposed))
    assert found.proof is Evidence.SENT
    assert whats(found) == [What.CLAIMED, What.SHOWN_OPEN, What.PUBLISHED, What.NOT_FETCHED, What.EXPOSED]
    assert found.steps[-1].at == SEEN


def test_proof_stays_what_was_read_last() -> None:
    """A fetch from before the night was opened and closed again proves nothing of now."""
    state = unit((claim(),), revisions=(revision(1, STAY, read=1), revision(2, read=2), revision(3, STAY)))
    found = on(state)
    assert found.proof is Evidence.RECORDED
    assert whats(found)[-2:] == [What.PUBLISHED, What.NOT_FETCHED]


def test_an_open_night() -> None:
    """A night that nothing takes is open, and says so; never closed by us, or opened again in a revision."""
    assert whats(on(unit())) == [What.FREE, What.SHOWN_OPEN, What.NOT_PUBLISHED]
    assert not on(unit()).closed
    assert whats(on(unit(revisions=(revision(1),)))) == [What.FREE, What.SHOWN_OPEN, What.NOT_PUBLISHED]
    reopened = on(unit(revisions=(revision(1, STAY, read=1), revision(2, read=3))))
    assert whats(reopened) == [What.FREE, What.SHOWN_OPEN, What.REOPENED, What.FETCHED]
    assert reopened.steps[2].number == 2
    assert whats(explain(unit(), NIGHT, NOW)[0]) == [What.FREE]


def test_missing_and_kept() -> None:
    """A claim that is not shown any more keeps the night, with how many looks agree since when."""
    gone = claim(missing=Missing(SEEN, NOW, 2))
    found = on(unit((gone,), revisions=(revision(1, STAY),)))
    assert found.steps[1] == Step(SEEN, What.KEPT, last=NOW, number=2)


@pytest.mark.parametrize(
    "standing, what, source",
    [(Standing.MIRRORED, What.MIRRORED, "booking"), (Standing.SUSPECTED, What.SUSPECTED, "booking")],
)
def test_standing(standing, what, source) -> None:
    """A copy names the listing it copies; a suspected claim says what it is, and what is closed for it alone."""
    odd = claim(Kind.CLOSURE, standing=standing, credited=B)
    found = on(unit((odd,), revisions=(revision(1, STAY),), tainted=STAY.nights))
    assert found.steps[1] == Step(None, what, source)
    assert What.TAINTED in whats(found)


def test_what_the_owner_made() -> None:
    """The owner's own block has no source; what was typed in for a platform names it; a hold says when it ends."""
    block = claim(Kind.BLOCK, None)
    assert on(unit(own=(block,))).steps[0].source == ""
    assert on(unit(own=(claim(listing=None, channel=ChannelName("greengo")),))).steps[0].source == "greengo"
    hold = claim(Kind.HOLD, None, expires=NOW + MINUTE)
    assert whats(on(unit(own=(hold,))))[:2] == [What.CLAIMED, What.EXPIRES]
    assert on(unit(own=(evolve(hold, expires=NOW),))).steps[0].what is What.FREE


def test_what_was_typed_in_is_not_told_as_seen() -> None:
    """A reservation typed in for a platform is the owner's word: nobody has seen it there."""
    typed = claim(listing=None, channel=ChannelName("booking"))
    found = on(unit(own=(typed,), revisions=(revision(1),)))
    assert whats(found)[0] is What.TYPED
    french, english = (lines(found, language, NAMES)[1] for language in ("fr", "en"))
    assert french == "  réservation (Booking.com), d’après une saisie ici du 22/11/2026 à 14 h 07"
    assert "typed in here" in english
    assert "last seen" not in english


@pytest.mark.parametrize(
    "read, what, french, english",
    [
        (None, What.NOT_ACCEPTED, "pas encore accepté", "not yet accepted"),
        (5, What.ACCEPTED, "accepté par la plateforme le", "accepted by the platform"),
    ],
)
def test_who_takes_our_writes_accepts_and_reads_nothing(read, what, french, english) -> None:
    """A listing on an API is asked to close, and accepts it: there is no calendar of ours that it reads."""
    pushed = Listing(B, UnitId("u"), ChannelName("booking"), traits=Traits(pushed=True))
    found = on(unit((claim(),), listing=pushed, revisions=(revision(1, STAY, read=read),)))
    assert whats(found)[-2:] == [What.ORDERED, what]
    for language, words in (("fr", french), ("en", english)):
        text = "\n".join(lines(found, language, NAMES))
        assert words in text
        assert not any(word in text for word in ("calendrier", "lu par", "calendar", "read by"))


def test_turnover() -> None:
    """A night beside a guest is explained as turnover where we close it, and a block has no turnover."""
    beside = date(2027, 3, 18)
    wide = Stay(date(2027, 3, 14), date(2027, 3, 19))
    state = unit((claim(),), turnover=1, revisions=(revision(1, wide),))
    assert on(state, night=beside).steps[0].what is What.TURNOVER
    assert explain(state, beside, NOW)[0].steps[0].what is What.TURNOVER
    assert on(unit((claim(),), turnover=1), night=beside).steps[0].what is What.FREE
    block = unit((claim(Kind.BLOCK),), turnover=1, revisions=(revision(1, wide),))
    assert on(block, night=beside).steps[0].what is What.FREE


def test_held() -> None:
    """A night that nobody claims but that may hide a guest is held, and says behind whose calendar."""
    state = unit(
        on_a={"hiding": STAY.nights, "echo": STAY.nights, "shown": STAY.nights}, revisions=(revision(1, STAY),)
    )
    assert on(state).steps[0] == Step(NOW, What.HELD, "airbnb")
    assert on(state).closed
    assert explain(state, NIGHT, NOW)[0].steps[0].what is What.HELD
    assert whats(on(state, A)) == [What.HELD, What.ECHO_UNSURE, What.NOT_PUBLISHED]


def test_held_and_closed_by_nobody() -> None:
    """A night that may hide a guest is promised nowhere: that is told also where we never closed it."""
    state = unit(on_a={"hiding": STAY.nights, "echo": STAY.nights, "shown": STAY.nights})
    for found in (explain(state, NIGHT, NOW)[0], on(state)):
        assert found.steps[0] == Step(NOW, What.HELD, "airbnb")
        assert not found.closed


@pytest.mark.parametrize(
    "shows, what",
    [
        ({"aside": Aside(unopened=STAY.nights), "shown": STAY.nights}, [What.SET_ASIDE]),
        ({"looked_at": None}, [What.NEVER_READ]),
        ({"failure": "503"}, [What.UNUSABLE, What.SHOWN_OPEN]),
        ({"shown": STAY.nights}, []),
    ],
)
def test_what_a_listing_shows(shows, what) -> None:
    """What a listing shows is told: set aside, never read, an unusable look, or nothing of its own."""
    assert whats(on(unit(**shows))) == [What.FREE, *what, What.NOT_PUBLISHED]


def test_retired() -> None:
    """A retired listing is neither read nor closed, whatever was published; its own claims still stand."""
    state = unit(retired=True, revisions=(revision(1, STAY),))
    assert not on(state).closed
    assert whats(on(state)) == [What.FREE, What.SHOWN_OPEN, What.RETIRED]
    assert on(unit((claim(),), on_a={"retired": True}), A).closed


def test_in_words() -> None:
    """The chain is written in French first, and in English, in the unit's own time."""
    found = on(unit((claim(),), revisions=(revision(1, STAY, read=5),)))
    assert lines(found, "fr", NAMES) == (
        "Booking.com, nuit du 16/03/2027 : fermée",
        "  réservation (Airbnb), depuis le 22/11/2026 à 14 h 07, encore là le 22/11/2026 à 15 h 07",
        "  montrée ouverte le 22/11/2026 à 15 h 07",
        "  fermée dans notre calendrier, version 1 du 22/11/2026 à 14 h 08",
        "  lu par la plateforme le 22/11/2026 à 14 h 12, la dernière fois le 22/11/2026 à 14 h 12",
    )
    assert lines(found, "en", NAMES)[:2] == (
        "Booking.com, night of 2027-03-16: closed",
        "  reservation (Airbnb), since 2026-11-22 14:07, last seen 2026-11-22 15:07",
    )
    assert lines(explain(unit(), NIGHT, NOW)[0], "de") == (
        "Gîte du Lac, nuit du 16/03/2027 : ouverte",
        "  rien ne prend cette nuit",
    )
    assert lines(on(unit(own=(claim(Kind.BLOCK, None),))), "fr")[1].startswith("  dates bloquées (vous), depuis")


def test_a_platform_that_is_told_no() -> None:
    """A night that nothing takes may still not be sold where its platform asks: the chain ends with because of whom."""
    state = unit(looked_at=None)
    asked = {A: (state.of(B),)}
    (found,) = explain(state, NIGHT, NOW, A, unheard=asked)
    assert whats(found)[-1] is What.REFUSED
    assert lines(found, "fr", NAMES)[-1] == (
        "  demandes de la plateforme refusées : Booking.com ne se lit plus (dernière lecture : ?)"
    )
    of_unit, airbnb, booking = explain(state, NIGHT, NOW, unheard=asked)
    assert [What.REFUSED in whats(one) for one in (of_unit, airbnb, booking)] == [False, True, False]


@pytest.mark.parametrize("what", What)
def test_every_step_has_words(what) -> None:
    """Every step is said in both languages, and no guest's name or note is in any."""
    found = evolve(on(unit((claim(),))), steps=(Step(None, what, "ical:abritel", Kind.HOLD),))
    french, english = lines(found, "fr")[1], lines(found, "en")[1]
    assert french != english
    assert "{" not in french + english
    assert "Dupont" not in repr(on(unit((claim(),)))) + french
