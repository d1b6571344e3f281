"""Published calendars on both databases: addresses, readers, rhythms as rows; and that serving them loses nothing."""

from __future__ import annotations

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from channelsync.adapter import discover
from channelsync.claims import Kind
from channelsync.errors import UsageError
from channelsync.ids import ChannelName, ListingId
from channelsync.ledger import Fetch, KnownReader, Ledger, Link, Visits, open_ledger
from channelsync.manager import Asked, Manager, open_manager
from channelsync.manager.visitors import client_name
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

    def test_visits_are_counted(self, ledger: Ledger, link: Link) -> None:
        """However often somebody comes, it is one line; the bounds are included, and clients are limited."""
        with ledger.transaction() as tx:
            for hours in range(6):
                tx.record_fetch(Fetch(link.id, NOW + hours * HOUR, 1, "busy", proof=False, visitor="unknown"))
            tx.record_fetch(Fetch(link.id, NOW + HOUR, 1, "x", proof=True, visitor="platform"))
            seen = tx.visits(link.id, since=NOW + HOUR, until=NOW + 4 * HOUR, limit=9)
            assert set(seen) == {
                Visits("busy", "unknown", False, 4, NOW + HOUR),
                Visits("x", "platform", True, 1, NOW + HOUR),
            }
            assert len(tx.visits(link.id, since=NOW, until=NOW + 9 * HOUR, limit=1)) == 1

    def test_what_other_keys_sealed(self, ledger: Ledger) -> None:
        """It is known whether anything was sealed by a key that is not at hand."""
        with ledger.transaction() as tx:
            assert not tx.sealed_by_others([b"\x01aaaa"])
            tx.put_secret("feed", "a", b"\x01aaaa...", at=NOW)
            assert not tx.sealed_by_others([b"\x01bbbb", b"\x01aaaa"])
            assert tx.sealed_by_others([b"\x01bbbb", b"\x01cccc"])


class Served:
    """A lodging on two platforms, served from a database; what Airbnb shows is in the test's hand."""

    def __init__(self, database: str) -> None:
        self.now, self.key, self.database = NOW, new_key(), database
        self.manager: Manager = open_manager(
            database, now=lambda: self.now, environ={"CHANNELSYNC_KEY": self.key}, policy=DEFAULT_POLICY
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

    def exposed(self) -> bool:
        """Whether something can still be sold twice on Booking.com."""
        return any(one.listing == "booking" for one in self.manager.exposed(self.unit))

    def fetch(self) -> Fetch:
        """The last one on record."""
        with self.manager.ledger.reading() as tx:
            return tx.fetches(self.booking, limit=1)[0]


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


AIRBNB = Asked(client="Airbnb-Calendar-Importer/1.0 (+https://www.airbnb.com)", accept="text/calendar")


def test_another_platforms_reader(house: Served) -> None:
    """An address that was pasted into another platform proves nothing, however long it is read; the owner is told."""
    house.show("2027-05-01/2027-05-04")
    for _ in range(20):
        assert house.manager.serve(house.token, AIRBNB).status == 200
        house.now += 2 * HOUR
    assert house.exposed()
    assert (house.fetch().visitor, house.fetch().proof) == ("other", False)
    told = {one.listing: one.problems for one in house.manager.status()}
    assert told == {"airbnb": (), "booking": ("Airbnb reads the calendar that is meant for Booking.com",)}
    with pytest.raises(UsageError, match="names another platform"):
        house.manager.teach_reader(house.unit, "booking", AIRBNB.client)
    with house.manager.ledger.transaction() as tx:  # what an earlier version had learned
        tx.put_reader(house.booking, KnownReader(client_name(AIRBNB.client), platform=True, said=False, at=NOW))
    house.manager.serve(house.token, AIRBNB)
    assert house.exposed()
    assert not house.manager.feed_readers(house.unit, "booking").readers[0].platform


def test_a_busy_stranger_is_not_learned(house: Served) -> None:
    """However often a stranger comes between two visits of the platform, those visits are not forgotten."""
    house.show("2027-05-01/2027-05-04")
    for _ in range(5):
        house.manager.serve(house.token, READER)
        house.now += 8 * HOUR
    house.show("2027-05-01/2027-05-04", "2027-06-01/2027-06-03")
    stranger = Asked(client="HallDisplay/3.1")
    with house.manager.ledger.transaction() as tx:
        for minutes in range(1, 400):
            at = house.now - timedelta(minutes=minutes)
            tx.record_fetch(Fetch(house.booking, at, 1, stranger.client, proof=False, visitor="unknown"))
    house.manager.serve(house.token, stranger)
    assert house.exposed()
    assert house.fetch().visitor == "unknown"


def test_who_has_hung_up_proves_nothing(house: Served) -> None:
    """A platform that has gone before its answer is stored is on record as that: nothing was read, nothing is known."""
    house.show("2027-05-01/2027-05-04")
    before = house.manager.state(house.unit)
    house.manager.serve(house.token, READER, lambda: True)
    assert house.manager.state(house.unit) == before
    assert (house.fetch().answer, house.fetch().proof) == (499, False)
    house.manager.serve(house.token, READER)
    assert not house.exposed()


def test_another_key_is_no_wrong_address(house: Served, caplog: pytest.LogCaptureFixture) -> None:
    """With a key that did not seal the addresses nobody knows which there are: 503, told once, never 404."""
    for keys in ({"CHANNELSYNC_KEY": new_key()}, {"CHANNELSYNC_KEY": new_key(), "CHANNELSYNC_OLD_KEYS": new_key()}):
        caplog.clear()
        with open_manager(house.database, now=lambda: NOW, environ=keys) as other:
            assert [other.serve(house.token, READER).status for _ in range(3)] == [503] * 3
        assert len([one for one in caplog.records if "no calendar is given out" in one.getMessage()]) == 1
    both = {"CHANNELSYNC_KEY": new_key(), "CHANNELSYNC_OLD_KEYS": house.key}
    with open_manager(house.database, now=lambda: NOW, environ=both) as other:
        assert other.serve(house.token, READER).status == 200
        other.rotate_keys()
    assert house.manager.serve(house.token, READER).status == 503, "it knows the old key only"


def test_a_proof_wakes_the_queue(house: Served) -> None:
    """A reading that proves something is looked at at once; one that says nothing new wakes nobody."""
    house.show("2027-05-01/2027-05-04")
    woken: list[ListingId] = []
    house.manager.wake = woken.append
    house.manager.serve(house.token, READER)
    house.manager.serve(house.token, READER)
    assert woken == [house.booking]


def test_plugins_name_their_readers() -> None:
    """Each plugin says by what its platform is known to read our calendars, and how that is known."""
    for plugin in discover().plugins:
        assert plugin.readers, plugin.name
        assert all(reader.source for reader in plugin.readers)


def _version(house: Served) -> str:
    with house.manager.ledger.reading() as tx:
        return tx.version(house.unit.id)
