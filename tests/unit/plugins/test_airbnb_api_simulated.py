"""Airbnb's API route against the simulated account: what a guest and a host do there is what we see and answer here."""

from __future__ import annotations

from collections.abc import Callable, Generator
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import TypeVar

import attrs
import httpx
import pytest

from channelsync.adapter import Access, ApiSource, Closing, Question, Secret
from channelsync.errors import CredentialRejectedError
from channelsync.ids import AccountId, ChannelName
from channelsync.nights import NO_NIGHTS, Nights, Stay
from channelsync.observation import Observation
from channelsync.testing.partner import ApiFault
from channelsync.testing.values import Refusal, Reservation
from channelsync_airbnb.api import API
from channelsync_airbnb.sandbox import CALLBACK, Account, OverStay, partner
from tests.unit.plugins.airbnb_api import run, told

T = TypeVar("T")
WINDOW = Stay(date(2027, 1, 1), date(2028, 2, 1))
STAY = Stay.parse("2027-02-01/2027-02-05")


class Life:
    """One connected account, and the time."""

    def __init__(self, **ways: object) -> None:
        self.now = datetime(2027, 1, 1, 12, tzinfo=UTC)
        self.account: Account = partner(rng=Random(7))
        self.account.ways = attrs.evolve(self.account.ways, **ways)
        fields = {name: Secret(value) for name, value in self.account.fields.items()}
        self.access = self.done(API.refresh(Access(AccountId("account"), Secret(""), fields)))
        self.listing = self.done(API.listings(self.access))[0].id
        self.asked: list[Question] = []

    def done(self, flow: Generator[httpx.Request, httpx.Response, T]) -> T:
        """Run a flow against the account."""
        return run(flow, lambda request: self.account.handle(request, self.now))

    def seen(self) -> Observation:
        """Look at the first listing."""
        return self.done(API.look(ApiSource(self.access, self.listing, "Europe/Paris", WINDOW), self.now)).observation

    def answered(
        self, story: Generator[httpx.Request, httpx.Response | None, T], free: Callable[[Question], bool]
    ) -> T:
        """Answer what Airbnb asks in the course of a guest's act."""
        try:
            request = next(story)
            while True:
                path = str(request.url.copy_with(query=None)).removeprefix(CALLBACK)
                question = API.question(request.method, path, dict(request.url.params), request.content)
                assert question is not None
                self.asked.append(question)
                reply = API.reply(question, free=free(question))
                request = story.send(httpx.Response(reply.status, content=reply.body))
        except StopIteration as done:
            value: T = done.value
            return value

    def booked(self, stay: Stay = STAY) -> Reservation:
        """Let a guest book."""
        made = self.answered(self.account.book(self.listing, stay, self.now), lambda _: True)
        assert isinstance(made, Reservation)
        return made

    def pushed(self, closing: Nights, opening: Nights = NO_NIGHTS, taken_on: str | None = "booking") -> Nights:
        """Push, wait until it is in force, and return what is closed then."""
        name = ChannelName(taken_on) if taken_on else None
        self.done(API.push(self.access, self.listing, (Closing(closing, name),) if closing else (), opening))
        self.now += timedelta(minutes=1)
        return self.done(API.closed(self.access, self.listing, WINDOW))


def test_a_guest_books_changes_and_cancels() -> None:
    """A stay is one reservation with one code through all its changes, and its end is said by the platform."""
    life = Life()
    made = life.booked()
    assert told(life.seen()) == [("2027-02-01/2027-02-05", "reservation", made.code)]
    moved = life.answered(
        life.account.change(life.listing, made.id, Stay.parse("2027-02-03/2027-02-08"), life.now), yes
    )
    assert isinstance(moved, Reservation)
    assert told(life.seen()) == [("2027-02-03/2027-02-08", "reservation", made.code)]
    life.account.cancel(life.listing, made.id, life.now)
    found = life.seen()
    assert (told(found), found.cancelled) == ([], {made.code})


def yes(question: Question) -> bool:
    """Whatever is asked is free."""
    del question
    return True


def test_the_veto() -> None:
    """A guest whose nights are taken elsewhere is refused; the questions name the listing, the nights and the code."""
    life = Life()
    refused = life.answered(life.account.book(life.listing, STAY, life.now), lambda one: not one.code)
    assert isinstance(refused, Refusal)
    assert [one.stay for one in life.asked] == [STAY, STAY]
    assert {one.listing for one in life.asked} == {life.listing}
    assert told(life.seen()) == []


def test_the_connection_is_tried() -> None:
    """Airbnb's test of the connection succeeds although its listing is nobody's."""
    life = Life()
    assert life.answered(life.account.probe(life.now), lambda _: False)
    assert all(one.probe for one in life.asked)
    assert len(life.asked) == 2


def test_a_request_to_book() -> None:
    """A request holds its nights from the moment it is made, and gives them back when it is withdrawn."""
    life = Life()
    request = life.account.request(life.listing, STAY, life.now)
    assert told(life.seen())[0] == ("2027-02-01/2027-02-05", "hold", request.code)
    life.account.withdraw(request.code, life.now)
    found = life.seen()
    assert (told(found), found.cancelled) == ([], {request.code})


def test_a_change_that_waits() -> None:
    """While a change is proposed, the nights of both stays are kept from being sold elsewhere."""
    life = Life()
    made = life.booked()
    life.account.propose(life.listing, made.id, Stay.parse("2027-02-03/2027-02-08"), life.now)
    assert told(life.seen())[:2] == [
        ("2027-02-01/2027-02-05", "reservation", made.code),
        ("2027-02-05/2027-02-08", "hold", made.code),
    ]


@pytest.mark.parametrize("calendar", ["async", "classic"])
def test_nights_are_closed_and_opened(calendar: str) -> None:
    """What is pushed is read back, in either form of writing; what is opened follows the listing's rules again."""
    life = Life()
    life.access = attrs.evolve(life.access, fields={**life.access.fields, "calendar": Secret(calendar)})
    march, april = Stay.parse("2027-03-01/2027-03-08").nights, Stay.parse("2027-04-01/2027-04-02").nights
    assert life.pushed(march | april) == march | april
    assert [(stay, kind) for stay, kind, _ in told(life.seen())] == [
        ("2027-03-01/2027-03-08", "block"),
        ("2027-04-01/2027-04-02", "block"),
    ]
    assert life.pushed(NO_NIGHTS, march) == april
    assert life.pushed(march, taken_on="greengo") == march | april
    assert life.pushed(Stay.parse("2027-05-01/2027-05-03").nights, taken_on=None) >= march | april


@pytest.mark.parametrize("over_stay", list(OverStay))
def test_a_night_that_was_sold_meanwhile(over_stay: OverStay) -> None:
    """Whatever Airbnb does with a closing over a reservation, the nights around it are closed."""
    life = Life(over_stay=over_stay)
    life.booked(Stay.parse("2027-03-03/2027-03-05"))
    wanted = Stay.parse("2027-03-01/2027-03-15").nights
    assert life.pushed(wanted) == wanted


def test_a_list_of_many() -> None:
    """More reservations than a page holds are all seen, those that ran before the window as well."""
    life = Life()
    life.now = datetime(2026, 12, 1, tzinfo=UTC)
    for number in range(60):
        arrival = date(2026, 12, 31) + timedelta(days=5 * number)
        life.booked(Stay(arrival, arrival + timedelta(days=3)))
    found = life.seen()
    assert len(found.events) == 60
    assert found.events[0].stay.arrival == date(2026, 12, 31)


@pytest.mark.parametrize("fault", [ApiFault.HTML, ApiFault.TRUNCATED, ApiFault.EMPTY_BODY])
def test_a_fault_shows_nothing(fault: ApiFault) -> None:
    """An answer that is spoilt gives an unusable look, never an empty calendar."""
    life = Life()
    life.booked()
    life.account.fail(fault, life.now)
    assert not life.seen().usable
    assert life.seen().usable


def test_reservations_that_are_left_out() -> None:
    """Where the list is empty by mistake, the calendar still shows the nights as closed."""
    life = Life()
    life.booked()
    life.account.fail(ApiFault.NOTHING, life.now)
    found = life.seen()
    assert not found.usable or found.nights >= STAY.nights


def test_access_taken_back() -> None:
    """When the host takes the access back every request says so, and so does the notification."""
    life = Life()
    life.account.disconnect(life.now)
    with pytest.raises(CredentialRejectedError):
        life.seen()
    with pytest.raises(CredentialRejectedError):
        life.done(API.refresh(life.access))
    (call,) = life.account.calls(life.now + timedelta(minutes=1))
    assert [one.revoked for one in API.hints(dict(call.headers), call.content)] == [True]


def test_giving_back_and_taking_over() -> None:
    """A listing is let go and taken over again; access that was given back is gone."""
    life = Life()
    life.done(API.let_go(life.access, life.listing))
    life.done(API.take_over(life.access, life.listing))
    life.done(API.revoke(life.access))
    with pytest.raises(CredentialRejectedError):
        life.seen()
