"""Booking.com's API route against the simulated one: what it reads, writes and acknowledges is the truth there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from random import Random

import httpx
import pytest
from attrs import define, field

from channelsync.adapter import Access, ApiSource, Closing, Secret
from channelsync.claims import Kind
from channelsync.errors import ChannelError, CredentialRejectedError, ListingGoneError, RateLimitedError
from channelsync.ids import AccountId
from channelsync.nights import NO_NIGHTS, Nights, Stay
from channelsync.observation import Observation
from channelsync.testing.partner import ApiFault
from channelsync.testing.values import Reservation
from channelsync_booking.api import API
from channelsync_booking.sandbox import Account, Quirks, partner
from tests.unit.plugins.booking_api import run

FIRST, SECOND = "801185501", "801185502"
QUIRKS = {
    "likeliest": Quirks(),
    "keeps closed": Quirks(reopens=False),
    "counts nothing": Quirks(decrements=False),
    "a status, and cancelled ones listed": Quirks(status_on_cancellation=True, summary_lists_cancelled=True),
    "rooms alone, and letters": Quirks(shows_closed=False, card_suffix=True, recovery=True),
}


@define
class Scene:
    """A connected account, and the time there."""

    account: Account
    now: datetime = datetime(2027, 1, 15, 9, tzinfo=UTC)
    more: Mapping[str, str] = field(factory=dict)

    def access(self) -> Access:
        """The access, with a token of this minute."""
        fields = {name: Secret(one) for name, one in {**self.account.fields, **self.more}.items()}
        return run(API.refresh(Access(AccountId("account-1"), Secret(""), fields)), self.answer)

    def answer(self, request):
        """Answer as the platform does."""
        return self.account.handle(request, self.now)

    @property
    def today(self) -> date:
        """The date there."""
        return self.now.date()

    @property
    def window(self) -> Stay:
        """What a look asks for."""
        return Stay(self.today, self.today + timedelta(days=200))

    def stay(self, first: int, nights: int) -> Stay:
        """Nights from so many days from now."""
        return Stay(self.today + timedelta(days=first), self.today + timedelta(days=first + nights))

    def look(self, listing: str = FIRST) -> Observation:
        """Look at a room."""
        return run(
            API.look(ApiSource(self.access(), listing, "Europe/Paris", self.window), self.now), self.answer
        ).observation

    def book(self, listing: str, stay: Stay) -> Reservation:
        """Let a guest book, whatever is closed."""
        made = run(self.account.book(listing, stay, self.now, force=True), self.answer)
        assert isinstance(made, Reservation)
        return made

    def acknowledge(self) -> int:
        """Read what waits and acknowledge it; return how much there was."""
        access = self.access()
        deliveries = run(API.waiting(access), self.answer)
        run(API.acknowledge(access, deliveries), self.answer)
        return len(deliveries)


def scene(quirks: Quirks | None = None, **more: str) -> Scene:
    """An account with two rooms."""
    return Scene(partner(rng=Random(1), quirks=quirks), more=more)


def reserved(observation: Observation) -> set[tuple[str, Stay]]:
    """The reservations that a look shows."""
    assert observation.usable, observation.failure
    return {(event.code, event.stay) for event in observation.events if event.kind is Kind.RESERVATION}


@pytest.mark.parametrize("messages", ["ota", "bxml"])
@pytest.mark.parametrize("name", QUIRKS)
def test_a_look_shows_what_is_true(name: str, messages: str) -> None:
    """Whatever guests do, and whenever it is acknowledged, a look shows each reservation that stands, and no other.

    Every night that is sold or closed is shown as closed, and a cancellation is said or silent, never a reservation.
    """
    rng = Random(name)
    here = scene(QUIRKS[name], messages=messages)
    standing: dict[str, dict[str, Reservation]] = {FIRST: {}, SECOND: {}}
    for step in range(25):
        here.now += timedelta(minutes=rng.randrange(1, 90))
        listing = rng.choice([FIRST, SECOND])
        known = standing[listing]
        chance = rng.random()
        if chance < 0.45 or not known:
            taken = Nights.of(*(one.stay for one in known.values()))
            stay = here.stay(rng.randrange(2, 120), rng.randrange(1, 9))
            if not taken.overlaps(stay.nights):
                made = here.book(listing, stay)
                known[made.id] = made
        elif chance < 0.65:
            gone = known.pop(rng.choice(sorted(known)))
            here.account.cancel(listing, gone.id, here.now)
        elif chance < 0.8:
            moved = rng.choice(sorted(known))
            stay = here.stay(140 + 2 * step, 2)
            changed = run(here.account.change(listing, moved, stay, here.now, force=True), here.answer)
            assert isinstance(changed, Reservation)
            known[moved] = changed
        if rng.random() < 0.4:
            here.acknowledge()
        observation = here.look(listing)
        assert reserved(observation) == {(one.code, one.stay) for one in known.values()}
        assert not observation.cancelled & {one.code for one in known.values()}
        platform = here.account.lodgings[listing]
        truth = (platform.sold(here.now) | platform.closed(here.now)).within(here.window)
        assert truth <= observation.nights


def test_a_cancellation_is_said_before_it_is_acknowledged() -> None:
    """A cancelled reservation is named by the look until it is acknowledged, and is only absent afterwards."""
    here = scene()
    made = here.book(FIRST, here.stay(10, 3))
    assert here.acknowledge() == 1
    here.account.cancel(FIRST, made.id, here.now)
    assert here.look().cancelled == {made.code}
    assert here.acknowledge() == 1
    assert (here.look().cancelled, reserved(here.look()), here.acknowledge()) == (frozenset(), set(), 0)


def test_a_cancellation_underway_is_settled_by_the_next_look() -> None:
    """What is cancelled between two answers of one look stands in that look, and is named by the next one."""
    here = scene()
    made = here.book(FIRST, here.stay(10, 3))
    here.acknowledge()
    access = here.access()

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("OTA_HotelResNotif"):
            here.account.cancel(FIRST, made.id, here.now)
        return here.answer(request)

    source = ApiSource(access, FIRST, "Europe/Paris", here.window)
    first = run(API.look(source, here.now), answer).observation
    assert (reserved(first), first.cancelled) == ({(made.code, made.stay)}, frozenset())
    assert first.notes
    second = here.look()
    assert (reserved(second), second.cancelled, second.notes) == (set(), {made.code}, ())


def test_rooms_of_one_reservation() -> None:
    """Rooms of one reservation have their own nights, and one that is cancelled is told in its own listing alone."""
    here = scene()
    rooms = {FIRST: here.stay(10, 2), SECOND: here.stay(11, 4)}
    made = here.account.book_rooms(rooms, here.now)
    assert isinstance(made, tuple)
    code = made[0].code
    assert reserved(here.look()) == {(code, rooms[FIRST])}
    assert reserved(here.look(SECOND)) == {(code, rooms[SECOND])}
    here.acknowledge()
    here.account.cancel(SECOND, made[1].id, here.now)
    assert (reserved(here.look()), here.look().cancelled) == ({(code, rooms[FIRST])}, frozenset())
    assert (reserved(here.look(SECOND)), here.look(SECOND).cancelled) == (set(), {code})


def test_a_change_before_the_acknowledgement_goes_on_waiting() -> None:
    """What changes between reading and acknowledging is not lost: it waits, and the look shows it all along."""
    here = scene()
    made = here.book(FIRST, here.stay(10, 3))
    access = here.access()
    here.acknowledge()
    changed = run(here.account.change(FIRST, made.id, here.stay(20, 3), here.now, force=True), here.answer)
    assert isinstance(changed, Reservation)
    deliveries = run(API.waiting(access), here.answer)
    here.account.cancel(FIRST, made.id, here.now)
    run(API.acknowledge(access, deliveries), here.answer)
    assert here.look().cancelled == {made.code} or not reserved(here.look())
    assert reserved(here.look()) == set()


def test_a_cancellation_of_a_stranger_is_acknowledged() -> None:
    """A cancellation of a reservation that nobody knows is handed on and acknowledged like any other."""
    here = scene()
    here.account.house.stray(here.now)
    assert here.acknowledge() == 1
    assert here.acknowledge() == 0


def test_what_is_written_is_read_back() -> None:
    """Nights that were accepted are closed to guests and shown so; opened again, they are not."""
    here = scene()
    stay = here.stay(20, 14)
    closing = (Closing(Nights.of(stay)),)
    written = run(API.push(here.access(), FIRST, closing, NO_NIGHTS), here.answer)
    assert (written.closed, written.refused) == (Nights.of(stay), ())
    assert run(API.closed(here.access(), FIRST, here.window), here.answer) == Nights.of(stay)
    assert here.account.lodgings[FIRST].closed(here.now) >= Nights.of(stay)
    assert [(event.stay, event.kind) for event in here.look().events] == [(stay, Kind.BLOCK)]
    assert not here.look(SECOND).events
    written = run(API.push(here.access(), FIRST, (), Nights.of(stay)), here.answer)
    assert written.opened == Nights.of(stay)
    assert not here.look().events


def test_a_write_done_in_part_proves_nothing() -> None:
    """Where a platform did only a part, no night of that request is told as written, and the read-back shows which."""
    here = scene()
    stay = here.stay(3, 5)
    here.account.fail(ApiFault.PARTLY, here.now)
    try:
        closed = run(API.push(here.access(), FIRST, (Closing(Nights.of(stay)),), NO_NIGHTS), here.answer).closed
    except ChannelError:
        closed = NO_NIGHTS
    assert closed <= run(API.closed(here.access(), FIRST, here.window), here.answer)


def test_nights_that_are_over_are_refused() -> None:
    """A night more than a day past is refused by the platform, with status 200 or not, and is not told as written."""
    here = scene()
    closing = (Closing(Nights.of(here.stay(-5, 1), here.stay(40, 1))),)
    written = run(API.push(here.access(), FIRST, closing, NO_NIGHTS), here.answer)
    assert written.closed == Nights.of(here.stay(40, 1))
    assert written.refused


@pytest.mark.parametrize(
    "fault", [ApiFault.HTML, ApiFault.TRUNCATED, ApiFault.EMPTY_BODY, ApiFault.ERROR, ApiFault.UNAVAILABLE]
)
def test_faults_show_no_free_night(fault: ApiFault) -> None:
    """Every fault is told as one: no look is usable, and none says that a reservation is gone."""
    here = scene()
    made = here.book(FIRST, here.stay(10, 3))
    for _ in range(4):
        access = here.access()
        here.account.fail(fault, here.now)
        try:
            look = run(API.look(ApiSource(access, FIRST, "Europe/Paris", here.window), here.now), here.answer)
        except ChannelError:
            pass
        else:
            assert not look.observation.usable
            assert not look.observation.events
        here.account.heal()
    assert reserved(here.look()) == {(made.code, made.stay)}


def test_a_connection_that_is_lost() -> None:
    """After the owner disconnected, everything says so, and nothing is shown as free."""
    here = scene()
    access = here.access()
    assert run(API.status(access), here.answer) == "connected"
    here.account.disconnect(here.now)
    for flow in (API.waiting(access), API.closed(access, FIRST, here.window), API.listings(access)):
        with pytest.raises(ListingGoneError, match="lost"):
            run(flow, here.answer)
    with pytest.raises(ListingGoneError):
        here.look()


def test_tokens_expire_and_are_few() -> None:
    """A token is refused after an hour, and the thirty-first in an hour is not given."""
    here = scene()
    access = here.access()
    here.now += timedelta(minutes=61)
    with pytest.raises(CredentialRejectedError):
        run(API.listings(access), here.answer)
    for _ in range(30):
        here.access()
    with pytest.raises(RateLimitedError):
        here.access()


def test_the_rooms() -> None:
    """The rooms of the property are its listings."""
    here = scene()
    assert [one.id for one in run(API.listings(here.access()), here.answer)] == [FIRST, SECOND]
