"""Several units at once, on both databases: a page shows of them what each would show alone, and nothing older."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from attrs import evolve, frozen

from channelsync.claims import Claim, Kind
from channelsync.ids import ChannelName, ClaimId, OwnerId
from channelsync.ledger import (
    ConflictRecord,
    Fetch,
    Ledger,
    Link,
    Look,
    NoticeRecord,
    Transaction,
    looks_of,
    open_ledger,
)
from channelsync.nights import Nights, Stay
from channelsync.proof import Revision, Run
from channelsync.state import UnitState
from channelsync.traits import Traits

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
LATER = NOW + 10 * HOUR
STAY = Stay(date(2027, 4, 1), date(2027, 4, 4))


@frozen
class House:
    """Two lodgings of one owner, on two platforms each, and one of somebody else's."""

    ledger: Ledger
    owner: OwnerId
    links: tuple[Link, ...]
    other: Link

    def at(self, hours: int) -> datetime:
        """So many hours after everything began."""
        return NOW + hours * HOUR


@pytest.fixture
def house(database: str) -> Iterator[House]:
    """The house, with nothing that has happened in it."""
    with open_ledger(database, now=NOW) as ledger:
        with ledger.transaction() as tx:
            owner, another = tx.add_owner("Anne", at=NOW).id, tx.add_owner("Luc", at=NOW).id
            links = tuple(_linked(tx, owner, name, on) for name in ("Lac", "Bois") for on in ("airbnb", "booking"))
            neighbour = _linked(tx, another, "Mer", "airbnb")
        yield House(ledger, owner, links, neighbour)


def _linked(tx: Transaction, owner: OwnerId, name: str, channel: str) -> Link:
    known = next((one for one in tx.units(owner) if one.name == name), None) or tx.add_unit(owner, name, at=NOW)
    return tx.add_listing(known.id, ChannelName(channel), at=NOW)


def traits(*_: object) -> Traits:
    """No habits."""
    return Traits()


def states(house: House) -> tuple[UnitState, ...]:
    """The owner's units as a page reads them."""
    with house.ledger.reading() as tx:
        return tx.load_all(house.owner, traits)


def saved(ledger: Ledger, after: UnitState, at: datetime) -> None:
    """Save a unit's state."""
    with ledger.transaction() as tx:
        tx.save(tx.load(after.unit.id, traits), after, (), at, insist=True)


def published(state: UnitState, *nights: Nights) -> UnitState:
    """The state with these calendars published for its first listing, an hour after one another."""
    every = tuple(
        Revision(number, NOW + number * HOUR, (Run(STAY, NOW),), those) for number, those in enumerate(nights, start=1)
    )
    return state.with_listing(evolve(state.listings[0], revisions=every))


def test_what_nothing_has_changed_is_the_same_value(house: House) -> None:
    """Who asks again gets the very same states, so that nothing has to be worked out again."""
    first = states(house)
    assert [one.unit.name for one in first] == ["Lac", "Bois"]
    assert all(one is two for one, two in zip(first, states(house), strict=True))


def test_what_others_write_shows_at_once(house: House, database: str) -> None:
    """A look, a reading, a claim, a name, a listing less: whatever another program stores, the next page shows."""
    lac, bois = states(house)
    saved(house.ledger, published(lac, STAY.nights), NOW)
    with house.ledger.transaction() as tx:
        tx.save(before := tx.load(lac.unit.id, traits), _read(before, NOW), (), NOW)
        for one in bois.listings:
            tx.note(one.id, evolve(looks_of(one), looked_at=NOW))
    seen = [states(house)]
    with open_ledger(database, now=NOW) as other:
        for write in (_look, _read_again, _claim, _name, _unlink):
            with other.transaction() as tx:
                write(tx, tx.load(lac.unit.id, traits))
            seen.append(states(house))
            with other.reading() as tx:
                assert seen[-1] == tuple(tx.load(one.unit.id, traits) for one in (lac, bois)), write.__name__
    assert all(one[0] != two[0] and one[1] is two[1] for one, two in pairwise(seen))


def _read(state: UnitState, at: datetime) -> UnitState:
    listing = state.listings[0]
    return state.with_listing(
        evolve(listing, revisions=tuple(evolve(one, first_fetch=at, last_fetch=at) for one in listing.revisions))
    )


def _look(tx: Transaction, state: UnitState) -> None:
    tx.note(state.listings[0].id, evolve(looks_of(state.listings[0]), looked_at=LATER))


def _read_again(tx: Transaction, state: UnitState) -> None:
    tx.read_again(state.listings[0].id, 1, LATER)


def _claim(tx: Transaction, state: UnitState) -> None:
    made = Claim(ClaimId("c1"), Kind.BLOCK, STAY, LATER, LATER)
    tx.save(state, evolve(state, own=(made,)), (), LATER)


def _name(tx: Transaction, state: UnitState) -> None:
    tx.change_unit(state.unit.id, name="Gîte du Lac")


def _unlink(tx: Transaction, state: UnitState) -> None:
    tx.retire_listing(state.listings[1].id, at=LATER)


def test_the_latest_of_several(house: House) -> None:
    """Of all lodgings together come the latest lines before a moment, and none of anybody else's."""
    with house.ledger.transaction() as tx:
        for hour in range(8):
            for link in (house.links[hour % 4], house.other):
                tx.record_observation(Look(link.id, house.at(hour), "complete"))
                tx.record_fetch(Fetch(link.id, house.at(hour), 1, "Reader", proof=True, visitor="platform"))
                tx.add_notice(NoticeRecord(f"{link.id}{hour}", house.at(hour), "proven", link.unit, {}))
                _line(tx, link, house.at(hour))
        listings, units = [one.id for one in house.links], {one.unit for one in house.links}
        for since, before, limit, hours in (
            (None, 7, 3, [6, 5, 4]),
            (house.at(5), 9, 9, [7, 6, 5]),
            (None, 2, 9, [1, 0]),
        ):
            span = {"since": since, "before": house.at(before), "limit": limit}
            times = [house.at(hour) for hour in hours]
            assert [one.at for one in tx.latest_looks(listings, **span)] == times
            assert [one.at for one in tx.latest_fetches(listings, **span)] == times
            assert [one.at for one in tx.latest_notices(units, **span)] == times
            assert [one.at for one in reversed(tx.latest_history(units, **span))] == times
        assert tx.latest_looks([], since=None, before=LATER, limit=9) == ()
        assert {
            one.listing for one in tx.looks_at((one, house.at(hour)) for one in listings[:3] for hour in (0, 3))
        } == {listings[0]}


def _line(tx: Transaction, link: Link, at: datetime) -> None:
    """Let the log say something about a lodging at that time."""
    state = tx.load(link.unit, traits)
    made = Claim(ClaimId(f"{at:%H}{link.id}"), Kind.BLOCK, STAY, at, at)
    tx.save(state, evolve(state, own=(*state.own, made)), (), at, insist=True)


def test_notices_for_an_owner(house: House) -> None:
    """An owner is told of their lodgings and of themselves; of the installation only the first owner is."""
    about = {
        "theirs": (house.links[0].unit, {}),
        "owner": (None, {"owner": house.owner}),
        "all": (None, {}),
        "others": (house.other.unit, {}),
    }
    with house.ledger.transaction() as tx:
        for hour, (key, (unit, data)) in enumerate(about.items()):
            tx.add_notice(NoticeRecord(key, house.at(hour), "proven", unit, data))
        first, second = (one.id for one in tx.owners())
        span = {"since": None, "before": LATER, "limit": 9}
        assert first == house.owner
        assert [one.key for one in tx.notices_for(first, **span)] == ["all", "owner", "theirs"]
        assert [one.key for one in tx.notices_for(second, **span)] == ["others"]
        assert [one.key for one in tx.notices_for(first, since=house.at(1), before=house.at(2), limit=9)] == ["owner"]


def test_published_calendars_in_brief(house: House) -> None:
    """Of each calendar it is told when it was published and beside which others, and when asked what it closed."""
    lac, bois = states(house)
    many = [Nights.of(date(2027, 5, day)) for day in range(1, 5)]
    saved(house.ledger, published(lac, *many), NOW)
    saved(house.ledger, published(bois, STAY.nights), NOW)
    first, second = lac.listings[0].id, bois.listings[0].id
    with house.ledger.reading() as tx:
        places = tx.revision_places([first, second], before=house.at(4), limit=2)
        assert [(one.listing, one.number, one.older, one.at) for one in places] == [
            (first, 3, 2, house.at(3)),
            (first, 2, 1, house.at(2)),
        ]
        assert [one.newer for one in places] == [None, 3]
        last = tx.revision_places([first, second], before=house.at(2), limit=9)
        assert {(one.listing, one.number, one.older) for one in last} == {(first, 1, None), (second, 1, None)}
        briefs = tx.revision_briefs([(first, 2), (first, 4), (second, 1), (second, 7)])
        assert {key: one.nights for key, one in briefs.items()} == {
            (first, 2): many[1],
            (first, 4): many[3],
            (second, 1): STAY.nights,
        }
        assert not any(one.written or one.first_fetch for one in briefs.values())
        assert tx.revision_briefs([]) == {}


def test_who_came(house: House) -> None:
    """The readers of each listing and the times of its platform are found for all listings together."""
    first, second = house.links[0].id, house.links[1].id
    with house.ledger.transaction() as tx:
        for hour in range(5):
            tx.record_fetch(Fetch(first, house.at(hour), 1, "Booking.com/1", proof=False, visitor="other"))
            tx.record_fetch(Fetch(second, house.at(hour), 1, "Airbnb/1", proof=True, visitor="platform"))
        came = tx.all_callers([first, second], visitor="other", since=house.at(1), until=LATER)
        assert came == {first: ("Booking.com/1",), second: ()}
        assert tx.all_callers([first], visitor="other", since=house.at(6), until=LATER) == {first: ()}
        read = tx.all_proven_at([first, second], since=house.at(1), limit=3)
        assert read == {first: (), second: (house.at(2), house.at(3), house.at(4))}


def test_what_is_found_by_its_id(house: House) -> None:
    """A claim leads to its lodging while it stands; a conflict to one of its owner's, also when it is over."""
    lac, bois = states(house)
    made = Claim(ClaimId("c1"), Kind.BLOCK, STAY, NOW, NOW)
    saved(house.ledger, evolve(bois, own=(made,)), NOW)
    found = ConflictRecord("k1", "certain", STAY.nights, (ClaimId("a"), ClaimId("b")))
    with house.ledger.transaction() as tx:
        tx.save_conflicts(lac.unit.id, [found], NOW)
        tx.dismiss("k1", at=NOW)
        assert tx.all_dismissed([lac.unit.id, bois.unit.id]) == {"k1"}
        assert tx.all_dismissed([bois.unit.id]) == frozenset()
        tx.save_conflicts(lac.unit.id, [], LATER)
        assert tx.all_dismissed([lac.unit.id]) == frozenset()
        another = tx.owners()[1].id
        assert (tx.unit_of_conflict(house.owner, "k1"), tx.unit_of_conflict(another, "k1")) == (lac.unit.id, None)
        assert (tx.conflict_ids(house.owner), tx.conflict_ids(another)) == ({"k1"}, frozenset())
        assert tx.unit_of_claim(ClaimId("c1")) == bois.unit.id
    saved(house.ledger, evolve(bois, own=()), NOW)
    with house.ledger.reading() as tx:
        assert tx.unit_of_claim(ClaimId("c1")) is None


def test_what_an_unlinked_listing_leaves(house: House) -> None:
    """A key is left while no listing of that key is linked and nobody has said that our calendar is removed there."""
    lac, bois = (one.unit.id for one in states(house))
    airbnb, booking = house.links[:2]
    with house.ledger.transaction() as tx:
        assert tx.links_left([lac, bois]) == {lac: (), bois: ()}
        tx.retire_listing(airbnb.id, at=NOW)
        tx.retire_listing(booking.id, at=NOW)
        assert tx.links_left([lac, bois]) == {lac: ("airbnb", "booking"), bois: ()}
        tx.set_link_removed(booking.id, at=NOW)
        again = tx.add_listing(lac, ChannelName("airbnb"), at=LATER)
        assert tx.links_left([lac]) == {lac: ()}
        assert [one.id for one in tx.all_links([lac])[lac]] == [airbnb.id, booking.id, again.id]
