"""Lives whose memory is the real ledger: what survives a kill is what was written to the database and read again.

The world keeps the unit's state as a value. Here each time our process starts again, and each time a backup is put
back, that value goes through the tables of a database of its own: the history must be the same, to the byte.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import final

import pytest
from attrs import evolve

from channelsync.ids import ChannelName, ListingId
from channelsync.ledger import Ledger, open_ledger
from channelsync.state import UnitState
from channelsync.testing.world import Climate, World, drawn
from channelsync.traits import Traits

pytestmark = [pytest.mark.simulation, pytest.mark.slow]

DAYS = 20
MISHAPS = Climate.of(["all", "kill=40", "restore=4", "down=8", "untyped=0"])


@final
class Memory:
    """A ledger with one unit and the listings of a world, under names of its own."""

    def __init__(self, ledger: Ledger, world: World) -> None:
        self.ledger = ledger
        self.traits = {side.listing.channel: side.listing.traits for side in world.sides}
        start = world.now
        with ledger.transaction() as tx:
            unit = tx.add_unit(tx.add_owner("Anne", at=start).id, "Gîte", timezone=world.unit.timezone, at=start)
            self.unit = evolve(unit, turnover=world.unit.turnover)
            for side in world.sides:
                tx.add_listing(unit.id, side.listing.channel, label=side.listing.label, at=start)
            self.blank = tx.load(unit.id, self._traits)
        theirs = [one.listing for one in world.house.state.listings]
        ours = [one.listing for one in self.blank.listings]
        self.names = dict(zip((one.id for one in theirs), (one.id for one in ours), strict=True))
        self.back = {ours: theirs for theirs, ours in self.names.items()}

    def _traits(self, channel: ChannelName, options: Mapping[str, object]) -> Traits:
        del options
        return self.traits[channel]

    def through(self, state: UnitState, now: datetime) -> UnitState:
        """Write a state over the one before, and return what is read again."""
        with self.ledger.transaction() as tx:
            before = tx.load(self.unit.id, self._traits)
            after = _renamed(state, self.names)
            after = evolve(after, unit=before.unit)
            listings = zip(before.listings, after.listings, strict=True)
            same = tuple(evolve(one, listing=known.listing) for known, one in listings)
            tx.save(before, evolve(after, listings=same), (), now, insist=True)
        with self.ledger.reading() as tx:
            found = _renamed(tx.load(self.unit.id, self._traits), self.back)
        listings = zip(state.listings, found.listings, strict=True)
        read = tuple(evolve(one, listing=known.listing) for known, one in listings)
        return evolve(found, unit=state.unit, listings=read)


def _renamed(state: UnitState, names: Mapping[ListingId, ListingId]) -> UnitState:
    """Return the state with its claims' listings under other names."""
    listings = tuple(
        evolve(
            one,
            claims=tuple(
                evolve(
                    claim,
                    listing=names[claim.listing] if claim.listing else None,
                    credited=names[claim.credited] if claim.credited else None,
                )
                for claim in one.claims
            ),
        )
        for one in state.listings
    )
    return evolve(state, listings=listings)


@pytest.mark.parametrize("seed", range(3))
def test_what_a_killed_process_knows_is_what_the_ledger_kept(seed, tmp_path):
    """Nothing that a decision depends on is anywhere else than in the tables."""
    plain = World(drawn(seed, DAYS, MISHAPS)).played()
    world = World(drawn(seed, DAYS, MISHAPS))
    times = 0
    with open_ledger(str(tmp_path / "world.db"), now=world.now) as ledger:
        memory = Memory(ledger, world)
        rise, put_back = world.house.rise, world.house.put_back

        def risen(now: datetime) -> None:
            nonlocal times
            times += 1
            kept = world.house.state
            world.house.state = memory.through(kept, now)
            assert world.house.state == kept
            rise(now)

        def put(now: datetime) -> None:
            nonlocal times
            times += 1
            state, known = world.house.backup
            world.house.backup = (memory.through(state, now), known)
            put_back(now)

        world.house.rise, world.house.put_back = risen, put
        life = world.played()
    assert times > 5
    assert life.history == plain.history
    assert life.breaches == ()
