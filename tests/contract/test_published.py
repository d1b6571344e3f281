"""Published calendars on both databases: addresses, readers, rhythms as rows; and that serving them loses nothing."""

from __future__ import annotations

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from channelsync.adapter import discover
from channelsync.claims import Kind
from channelsync.ids import ChannelName, ListingId
from channelsync.ledger import Fetch, KnownReader, Ledger, Link, open_ledger
from channelsync.manager import Asked, Manager, open_manager
from channelsync.nights import Stay
from channelsync.observation import Event, Observation
from channelsync.policy import DEFAULT_POLICY
from channelsync.reconcile import fetched, reconcile
from channelsync.vault import new_key

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
READER = Asked(client="Mozilla/5.0 (compatible; BookingCalendarReader/1.0)")


@pytest.fixture
def ledger(database: str) -> Iterator[Ledger]:
    """A new ledger."""
    with open_ledger(database, now=NOW) as made:
        yield made


@pytest.fixture
def link(ledger: Ledger) -> Link:
    """A listing."""
    with ledger.transaction() as tx:
        unit = tx.add_unit(tx.add_owner("Anne", at=NOW).id, "Lac", at=NOW)
        return tx.add_listing(unit.id, ChannelName("booking"), at=NOW)


class TestRows:
    """What the ledger keeps."""

    def test_addresses_lead_to_listings(self, ledger: Ledger, link: Link) -> None:
        """An address is found by any of its fingerprints; an earlier one says that it is replaced."""
        with ledger.transaction() as tx:
            tx.put_secret("calendar", link.id, b"new", fingerprint="f1", at=NOW)
            tx.put_secret("calendar.old", f"{link.id}:b", b"older", fingerprint="f2", at=NOW)
            tx.put_secret("calendar.old", f"{link.id}:a", b"old", fingerprint="f3", at=NOW + HOUR)
            tx.put_secret("calendar.old", f"{link.id}0:a", b"another's", fingerprint="f4", at=NOW)
            tx.put_secret("feed", link.id, b"a link", fingerprint="f5", at=NOW)
            gate = tx.gate("f0", "f1")
            assert gate is not None
            assert (gate.listing, gate.unit, gate.replaced, gate.retired) == (link.id, link.unit, False, False)
            assert tx.gate("f2").replaced
            assert tx.gate("f4") is None, "its listing is not there"
            assert tx.gate("f5") is None, "a platform's link is no address of ours"
            assert tx.gate() is None
            assert tx.replaced(link.id) == (f"{link.id}:b", f"{link.id}:a")
        with ledger.reading() as tx:
            assert tx.gate("f1") == gate

    def test_a_link_is_removed_once_it_is_unlinked(self, ledger: Ledger, link: Link) -> None:
        """That our calendar is removed can only be said of an unlinked listing."""
        with ledger.transaction() as tx:
            tx.put_secret("calendar", link.id, b"x", fingerprint="f1", at=NOW)
            tx.set_link_removed(link.id, at=NOW)
            assert not tx.link_removed(link.id)
            tx.retire_listing(link.id, at=NOW)
            tx.set_link_removed(link.id, at=NOW)
            gate = tx.gate("f1")
            assert (gate.retired, gate.link_removed) == (True, True)

    def test_the_owners_word_stands(self, ledger: Ledger, link: Link) -> None:
        """What was learned of a client never takes the place of what the owner said."""
        learned, said = (KnownReader("Java/#", platform=word, said=not word, at=NOW) for word in (True, False))
        with ledger.transaction() as tx:
            tx.put_reader(link.id, learned)
            assert tx.readers(link.id) == (learned,)
            tx.put_reader(link.id, said)
            tx.put_reader(link.id, learned)
            assert tx.readers(link.id) == (said,)

    def test_when_the_platform_came(self, ledger: Ledger, link: Link) -> None:
        """Only proof counts, the latest of it, oldest first."""
        with ledger.transaction() as tx:
            for hours in range(6):
                who = "tool" if hours % 2 else "platform"
                tx.record_fetch(Fetch(link.id, NOW + hours * HOUR, 1, "x", proof=not hours % 2, visitor=who))
            assert tx.proven_at(link.id, since=NOW, limit=2) == (NOW + 2 * HOUR, NOW + 4 * HOUR)
            assert tx.proven_at(link.id, since=NOW + 3 * HOUR, limit=9) == (NOW + 4 * HOUR,)
            assert [one.visitor for one in tx.fetches(link.id, limit=2)] == ["tool", "platform"]


class Served:
    """A lodging on two platforms, served from a database; what Airbnb shows is in the test's hand."""

    def __init__(self, database: str) -> None:
        self.now = NOW
        self.manager: Manager = open_manager(
            database, now=lambda: self.now, environ={"CHANNELSYNC_KEY": new_key()}, policy=DEFAULT_POLICY
        )
        self.unit = self.manager.add_unit("Lac")
        with self.manager.ledger.transaction() as tx:
            made = [tx.add_listing(self.unit.id, ChannelName(name), at=NOW) for name in ("airbnb", "booking")]
        self.airbnb, self.booking = (ListingId(one.id) for one in made)
        self.show()
        self.token = self.manager.feed_url(self.unit, "booking").reveal().rpartition("/")[2].removesuffix(".ics")

    def show(self, *stays: str) -> None:
        """Let both platforms be looked at: Airbnb shows these stays, Booking.com none."""
        seen = tuple(Event(Stay.parse(one), Kind.RESERVATION, f"1418fb94e984-{one}") for one in stays)
        looks = [(self.airbnb, Observation(self.now, seen)), (self.booking, Observation(self.now))]
        with self.manager.ledger.transaction() as tx:
            before = tx.load(self.unit.id, self.manager._traits)
            step = reconcile(before, looks, self.now)
            tx.save(before, step.state, step.findings, self.now)


@pytest.fixture
def house(database: str) -> Iterator[Served]:
    """The lodging."""
    made = Served(database)
    with made.manager:
        yield made


@pytest.mark.parametrize("seed", range(3))
def test_every_short_cut_comes_to_the_same(house: Served, seed: int) -> None:
    """Whatever happens between, a platform's reading leaves the state that the kernel says it leaves."""
    rng, stays = random.Random(seed), ["2027-05-01/2027-05-04", "2027-06-01/2027-06-03", "2027-07-10/2027-07-12"]
    short = 0
    for _ in range(60):
        house.now += timedelta(minutes=rng.choice([0, 1, 15, 60, 600]))
        match rng.randrange(6):
            case 0:
                house.show(*rng.sample(stays, rng.randrange(4)))
            case 1:
                house.manager.serve(house.token, Asked(client="curl/8"))
            case 2 if rng.random() < 0.2:
                house.manager.links_removed(house.unit)
            case _:
                before, version = house.manager.state(house.unit), _version(house)
                assert house.manager.serve(house.token, READER).status in {200, 304}
                after = house.manager.state(house.unit)
                assert after == fetched(before, house.booking, house.now)
                short += version == _version(house)
    assert short > 5, "the short cut is taken"


def test_many_at_once(house: Served) -> None:
    """Readers on several threads beside steps of the unit: each answer is whole, each fetch is on record."""
    house.show("2027-05-01/2027-05-04")

    def read(_: int) -> int:
        answer = house.manager.serve(house.token, READER)
        assert answer.status != 200 or answer.body.endswith(b"END:VCALENDAR\r\n")
        return answer.status

    def show(_: int) -> int:
        house.show("2027-06-01/2027-06-03")
        return 0

    jobs = [*[read] * 20, show, *[read] * 20, show, *[read] * 10]
    with ThreadPoolExecutor(6) as pool:
        codes = list(pool.map(lambda job: job(0), jobs))
    served = codes.count(200)
    assert served == 50
    with house.manager.ledger.reading() as tx:
        assert len(tx.fetches(house.booking)) == served
    assert house.manager.serve("x" * 32, READER).status == 404


def test_plugins_name_their_readers() -> None:
    """Each plugin says by what its platform is known to read our calendars, and how that is known."""
    for plugin in discover().plugins:
        assert plugin.readers, plugin.name
        assert all(reader.source for reader in plugin.readers)


def _version(house: Served) -> str:
    with house.manager.ledger.reading() as tx:
        return tx.version(house.unit.id)
