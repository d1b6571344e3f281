"""The contract of the ledger on both databases: a unit's state comes back exactly, and its differences are told."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channelsync.cadence import begun
from channelsync.claims import Claim, Kind, Missing
from channelsync.errors import LedgerError, UsageError
from channelsync.ids import ChannelName, ClaimId, ListingId, UnitId
from channelsync.ledger import Ledger, Looks, looks_of, open_ledger
from channelsync.ledger.look_rows import Noted
from channelsync.nights import Nights, Stay
from channelsync.proof import Revision, Run
from channelsync.state import Did, Finding, UnitState
from channelsync.traits import EchoHabit, Traits
from tests.strategies import FINDINGS, states

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
TRAITS = {"airbnb": Traits(merges=False), "booking": Traits(merges=True)}


def traits(channel: ChannelName, options: Mapping[str, object]) -> Traits:
    """Two channels, one with a setting."""
    found = TRAITS[channel]
    return evolve(found, echo=EchoHabit.NEVER) if options.get("echo") == "never" else found


@pytest.fixture
def ledger(database: str) -> Iterator[Ledger]:
    """A new ledger."""
    with open_ledger(database, now=NOW) as made:
        yield made


@pytest.fixture
def unit(ledger: Ledger) -> UnitId:
    """A unit with two listings."""
    with ledger.transaction() as tx:
        unit = tx.add_unit(tx.add_owner("Anne", at=NOW).id, "Gîte du Lac", at=NOW)
        tx.add_listing(unit.id, ChannelName("airbnb"), at=NOW)
        tx.add_listing(unit.id, ChannelName("booking"), options={"echo": "never"}, at=NOW)
    return unit.id


def stay(text: str) -> Stay:
    """A stay as people type it."""
    return Stay.parse(text)


def claim(name: str, when: str, listing: ListingId | None = None, kind: Kind = Kind.RESERVATION) -> Claim:
    """A claim seen just now."""
    return Claim(ClaimId(name), kind, stay(when), NOW, NOW, listing)


def stored(ledger: Ledger, unit: UnitId) -> UnitState:
    """What a reader sees who has never seen it before."""
    ledger.forget()
    with ledger.reading() as tx:
        return tx.load(unit, traits)


def save(ledger: Ledger, after: UnitState, *findings: Finding, now: datetime = NOW) -> None:
    """Save over whatever is there."""
    with ledger.transaction() as tx:
        tx.save(tx.load(after.unit.id, traits), after, findings, now)


def with_claims(state: UnitState, *claims: Claim) -> UnitState:
    """The state with these claims on its first listing."""
    return state.with_listing(evolve(state.listings[0], claims=claims))


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_what_is_saved_is_loaded(ledger: Ledger, unit: UnitId, data: st.DataObject) -> None:
    """Whatever a unit's state is, and whatever it was before, loading after saving gives exactly that."""
    with ledger.transaction() as tx:
        before = tx.load(unit, traits)
        after = data.draw(states(before))
        tx.save(before, after, data.draw(FINDINGS), NOW, insist=True)
        assert tx.load(unit, traits) == after
    with ledger.reading() as tx:
        assert tx.load(unit, traits) == after
        assert tx.load_all(after.unit.owner, traits) == (after,)
    assert stored(ledger, unit) == after
    ledger.forget()
    with ledger.reading() as tx:
        assert tx.load_all(after.unit.owner, traits) == (after,)


def test_what_is_known_is_caught_up_with_what_others_wrote(ledger: Ledger, unit: UnitId, database: str) -> None:
    """A state known by its version has the looks, readings and settings that are stored, whoever wrote them."""
    state = stored(ledger, unit)
    airbnb, booking = state.listings
    here = claim("r1", "2027-04-01/2027-04-04", airbnb.id)
    revision = Revision(1, NOW, (Run(here.stay, NOW),), here.nights, NOW, NOW)
    seen = evolve(airbnb, claims=(here,), looked_at=NOW, health=begun(NOW))
    save(ledger, evolve(state, listings=(seen, evolve(booking, revisions=(revision,), looked_at=NOW))))
    later, looks = NOW + timedelta(hours=1), evolve(looks_of(seen), looked_at=NOW + timedelta(minutes=9))
    with open_ledger(database, now=NOW) as other, other.transaction() as tx:
        tx.note(airbnb.id, looks)
        tx.read_again(booking.id, 1, later)
        tx.read_again(booking.id, 1, NOW + timedelta(minutes=1))  # by a clock set back
        known = tx.load(unit, traits)
    with ledger.reading() as tx:
        assert tx.load(unit, traits) == known
        assert tx.load_all(known.unit.owner, traits) == (known,)
    assert (looks_of(known.listings[0]), known.listings[1].revisions[0].last_fetch) == (looks, later)
    with open_ledger(database, now=NOW) as other, other.transaction() as tx:
        tx.set_options(booking.id, {})
        relinked = tx.load(unit, traits)
        changed = with_claims(relinked, here, claim("r2", "2027-05-01/2027-05-04", airbnb.id))
        tx.save(relinked, changed, (), NOW)
    with ledger.reading() as tx:
        assert tx.load(unit, traits) == changed == stored(ledger, unit)
    assert changed.listings[1].listing.traits == TRAITS["booking"]


def test_what_came_to_nothing_is_not_known(ledger: Ledger, unit: UnitId) -> None:
    """A state that was saved in a transaction which was rolled back is remembered by nobody."""
    before = stored(ledger, unit)
    after = with_claims(before, claim("r1", "2027-04-01/2027-04-04", before.listings[0].id))

    def fail() -> None:
        with ledger.transaction() as tx:
            tx.save(tx.load(unit, traits), after, (), NOW)
            assert tx.load(unit, traits) == after
            tx.unit_by("nowhere")

    with pytest.raises(UsageError, match="nowhere"):
        fail()
    with ledger.reading() as tx:
        assert tx.load(unit, traits) == before


def test_traits_follow_the_options(ledger: Ledger, unit: UnitId) -> None:
    """A listing's traits are asked for by channel and options, never stored."""
    airbnb, booking = stored(ledger, unit).listings
    assert airbnb.listing.traits == TRAITS["airbnb"]
    assert booking.listing.traits == evolve(TRAITS["booking"], echo=EchoHabit.NEVER)


def test_order_is_kept_when_claims_come_and_go(ledger: Ledger, unit: UnitId) -> None:
    """The order of claims survives insertions at any place, removals and reversals."""
    blank = stored(ledger, unit)
    here = blank.listings[0].id
    abcd = [claim(name, f"2027-0{number}-01/2027-0{number}-03", here) for number, name in enumerate("abcd", start=4)]
    a, b, c, d = abcd
    for order in [(b, d), (b, c, d), (a, b, c, d), (d, c, b, a), (c,), (c, a), (a, c)]:
        save(ledger, with_claims(blank, *order))
        assert stored(ledger, unit).listings[0].claims == order


def test_a_claim_may_move_to_the_owner(ledger: Ledger, unit: UnitId) -> None:
    """What an unlinked listing leaves behind is the same claim, now among the owner's own."""
    state = stored(ledger, unit)
    left = claim("a", "2027-04-01/2027-04-03", state.listings[0].id)
    save(ledger, with_claims(state, left))
    after = evolve(with_claims(state), own=(left,))
    save(ledger, after)
    assert stored(ledger, unit) == after
    with ledger.reading() as tx:
        assert [line.what for line in tx.history(unit)] == ["claim"]


def test_history_tells_each_change_once_and_why(ledger: Ledger, unit: UnitId) -> None:
    """Seen, missing, back, changed, released: each is a line with its reason; seen again is none."""
    state = stored(ledger, unit)
    seen = claim("a", "2027-04-01/2027-04-03", state.listings[0].id)
    later = NOW + timedelta(hours=1)
    gone = Missing(later, later, 1)
    steps = [
        (seen, Did.CLAIM, "new"),
        (evolve(seen, last_seen=later), None, ""),
        (evolve(seen, missing=gone), Did.KEEP, "evidence is missing"),
        (evolve(seen, missing=evolve(gone, looks=2)), None, ""),
        (seen, None, ""),
        (seen.during(stay("2027-04-01/2027-04-04")), Did.CLAIM, "its dates changed"),
        (None, Did.RELEASE, "gone for 30 minutes"),
    ]
    for now, did, why in steps:
        findings = [Finding(NOW, did, seen.nights, why, state.listings[0].id, (seen.id,))] if did else []
        save(ledger, with_claims(state, *([now] if now else [])), *findings)
    with ledger.reading() as tx:
        lines = [(line.what, line.why) for line in tx.history(unit, claim=seen.id)]
    assert lines == [
        ("claim", "new"),
        ("missing", "evidence is missing"),
        ("back", ""),
        ("changed", "its dates changed"),
        ("released", "gone for 30 minutes"),
    ]


@pytest.mark.parametrize(
    "when, own, retired, status",
    [
        ("2027-04-01/2027-04-03", False, False, "released"),
        ("2027-02-20/2027-03-01", False, False, "past"),
        ("2027-02-20/2027-03-01", True, False, "past"),
        ("2027-04-01/2027-04-03", True, False, "cancelled"),
        ("2027-04-01/2027-04-03", False, True, "unlinked"),
    ],
)
def test_how_a_claim_ends(ledger: Ledger, unit: UnitId, when: str, own: bool, retired: bool, status: str) -> None:
    """A claim that leaves the state is past, cancelled by the owner, unlinked with its listing, or released."""
    state = stored(ledger, unit)
    one = claim("a", when, None if own else state.listings[0].id)
    save(ledger, evolve(state, own=(one,)) if own else with_claims(state, one))
    save(ledger, state.with_listing(evolve(state.listings[0], retired=retired)))
    with ledger.reading() as tx:
        assert [line.what for line in tx.history(unit, claim=one.id)] == ["claim", status]


def test_a_claim_may_come_back_after_it_ended(ledger: Ledger, unit: UnitId) -> None:
    """The same id may be claimed again: the row lives again, and the history has both."""
    state = stored(ledger, unit)
    one = claim("a", "2027-04-01/2027-04-03", state.listings[0].id)
    for after in (with_claims(state, one), state, with_claims(state, one)):
        save(ledger, after)
        assert stored(ledger, unit) == after
    with ledger.reading() as tx:
        assert [line.what for line in tx.history(unit)] == ["claim", "released", "claim"]


def test_a_finding_that_repeats_itself_is_told_once(ledger: Ledger, unit: UnitId) -> None:
    """A step that runs again finds the same again; the log says it once until something else is found."""
    state = stored(ledger, unit)
    listing = state.listings[0].id
    first = Finding(NOW, Did.SET_ASIDE, Nights.of(stay("2028-01-01/2028-02-01")), "not open yet", listing)
    moved = evolve(first, nights=Nights.of(stay("2028-01-02/2028-02-02")))
    for finding in (first, first, moved, moved, first):
        save(ledger, state, finding)
    with ledger.reading() as tx:
        assert [line.nights for line in tx.history(unit)] == [first.nights, moved.nights, first.nights]


def test_revisions_that_no_longer_matter_stay_as_evidence(ledger: Ledger, unit: UnitId) -> None:
    """A revision that leaves the state can still be looked up."""
    state = stored(ledger, unit)
    nights = stay("2027-04-01/2027-04-03")
    first = Revision(1, NOW, (Run(nights, NOW),), nights.nights, NOW, NOW)
    second = Revision(2, NOW + timedelta(hours=1), (), Nights())
    for kept in ((first,), (first, second), (second,)):
        save(ledger, state.with_listing(evolve(state.listings[0], revisions=kept)))
    assert stored(ledger, unit).listings[0].revisions == (second,)
    with ledger.reading() as tx:
        assert tx.revisions(state.listings[0].id) == (second, first)


def test_a_retired_listing_is_no_longer_due(ledger: Ledger, unit: UnitId) -> None:
    """Unlinking through a state takes the listing out of the work, and keeps its row."""
    state = stored(ledger, unit)
    gone = state.listings[0]
    save(ledger, state.with_listing(evolve(gone, retired=True)))
    with ledger.transaction() as tx:
        assert [one.listing for one in tx.due_listings(NOW)] == [state.listings[1].id]
        assert [one.id for one in tx.listings(unit)] == [state.listings[1].id]
        assert tx.listing(gone.id).retired_at == NOW
        assert not tx.mark_due(gone.id, NOW, now=NOW)
        assert tx.add_listing(unit, ChannelName("airbnb"), at=NOW).id != gone.id, "it can be linked anew"


class TestVersions:
    """A unit's version names everything remembered of it but its looks."""

    def test_looks_leave_the_version(self, ledger: Ledger, unit: UnitId) -> None:
        """Times of looking leave the version as it is; whatever else changes gives another one."""
        with ledger.transaction() as tx:
            state = tx.load(unit, traits)
            first = state.listings[0]
            was = tx.version(unit)
            looked = state.with_listing(evolve(first, looked_at=NOW, complete_at=NOW, stamp=NOW))
            tx.save(state, looked, [], NOW)
            assert tx.version(unit) == was
            assert tx.looks(first.id) == Noted(was, Looks(looked_at=NOW, complete_at=NOW, stamp=NOW))
            tx.save(looked, with_claims(looked, claim("a", "2027-04-01/2027-04-03", first.id)), [], NOW)
            seen = {was, tx.version(unit)}
            for change in (
                lambda: tx.set_options(first.id, {"a": 1}),
                lambda: tx.retire_listing(first.id, at=NOW),
                lambda: tx.add_listing(unit, ChannelName("airbnb"), at=NOW),
            ):
                change()
                assert tx.version(unit) not in seen
                seen.add(tx.version(unit))
            assert tx.looks(first.id) is None, "unlinked"

    def test_a_noted_look_is_loaded(self, ledger: Ledger, unit: UnitId) -> None:
        """Looks that were only noted are in the state that is loaded next."""
        state = stored(ledger, unit)
        looks = Looks(NOW, NOW - timedelta(hours=1), NOW, None, begun(NOW))
        with ledger.transaction() as tx:
            tx.note(state.listings[0].id, looks)
        assert looks_of(stored(ledger, unit).listings[0]) == looks
        assert stored(ledger, unit).listings[1] == state.listings[1]


class TestRefusals:
    """What `save` does not take."""

    def test_a_state_from_outside_the_transaction(self, ledger: Ledger, unit: UnitId) -> None:
        """A state decided upon outside the transaction may have been overtaken."""
        state = stored(ledger, unit)
        with pytest.raises(UsageError, match="not loaded in this transaction"), ledger.transaction() as tx:
            tx.save(state, state, [], NOW)

    def test_another_set_of_listings(self, ledger: Ledger, unit: UnitId) -> None:
        """A step cannot unlink by dropping a listing's state: its claims would vanish with it."""
        state = stored(ledger, unit)
        with pytest.raises(UsageError, match="how it is linked"):
            save(ledger, evolve(state, listings=state.listings[:1]))

    def test_a_claim_twice(self, ledger: Ledger, unit: UnitId) -> None:
        """A claim stands in one place."""
        state = stored(ledger, unit)
        one = claim("a", "2027-04-01/2027-04-03", state.listings[0].id)
        with pytest.raises(UsageError, match="two places"):
            save(ledger, evolve(with_claims(state, one), own=(one,)))

    def test_nothing_of_a_refused_block_is_written(self, ledger: Ledger, unit: UnitId) -> None:
        """The owner's own claims may not lie on one another, unless the owner insists; a turnover is fine."""
        block = claim("a", "2027-04-01/2027-04-05", kind=Kind.BLOCK)
        after = claim("b", "2027-04-05/2027-04-08", kind=Kind.BLOCK)
        over = claim("c", "2027-04-04/2027-04-06")
        save(ledger, evolve(stored(ledger, unit), own=(block, after)))
        wanted = evolve(stored(ledger, unit), own=(block, after, over))
        with pytest.raises(UsageError, match="from 2027-04-04 to 2027-04-05 are taken by block a") as refused:
            save(ledger, wanted)
        assert refused.value.advice
        assert stored(ledger, unit).own == (block, after)
        with ledger.transaction() as tx:
            tx.save(tx.load(unit, traits), wanted, [], NOW, insist=True)
        save(ledger, evolve(wanted, own=(over,)))
        assert stored(ledger, unit).own == (over,)

    def test_double_bookings_by_platforms_are_recorded(self, ledger: Ledger, unit: UnitId) -> None:
        """Reality is recorded: two platforms on one night, and the owner's block on top."""
        state = stored(ledger, unit)
        when = "2027-04-01/2027-04-05"
        for number, one in enumerate(state.listings):
            state = state.with_listing(evolve(one, claims=(claim(f"r{number}", when, one.id),)))
        state = evolve(state, own=(claim("mine", when, kind=Kind.BLOCK),))
        save(ledger, state)
        assert stored(ledger, unit) == state


def test_a_failed_transaction_leaves_nothing(ledger: Ledger, unit: UnitId) -> None:
    """What a block wrote before it raised is gone."""
    before = stored(ledger, unit)
    with pytest.raises(KeyError), ledger.transaction() as tx:  # noqa: PT012 - the block is the transaction
        state = tx.load(unit, traits)
        tx.save(state, evolve(state, own=(claim("a", "2027-04-01/2027-04-05"),)), [], NOW)
        raise KeyError
    assert stored(ledger, unit) == before


def test_no_transaction_within_another(ledger: Ledger) -> None:
    """A thread that is in a transaction gets an error, not a wait for itself."""
    with ledger.transaction(), pytest.raises(UsageError, match="already"), ledger.transaction():
        pass


def test_a_reader_cannot_write(ledger: Ledger, unit: UnitId) -> None:
    """A reading transaction refuses to write, and the next writer is not hindered."""
    with pytest.raises(LedgerError, match="read-only"), ledger.reading() as tx:
        tx.set_meta("a", "b")
    with ledger.transaction() as tx:
        tx.set_meta("a", "b")


def test_what_is_over_is_still_known(ledger: Ledger, unit: UnitId) -> None:
    """A claim whose departure has come is found by that day; one that was ended in another way is not."""
    state = stored(ledger, unit)
    here = state.listings[0].id
    left, gone = claim("left", "2027-03-04/2027-03-06", here), claim("gone", "2027-04-01/2027-04-03", here)
    save(ledger, with_claims(state, left, gone))
    save(ledger, with_claims(state), now=NOW + timedelta(days=5))
    with ledger.reading() as tx:
        assert tx.all_over([unit], since=date(2027, 3, 6)) == {unit: (left,)}
        assert tx.all_over([unit], since=date(2027, 3, 7)) == {unit: ()}
        assert tx.all_over([unit], since=date(2027, 3, 1), before=date(2027, 3, 5)) == {unit: (left,)}
        assert tx.all_over([unit], since=date(2027, 3, 1), before=date(2027, 3, 4)) == {unit: ()}


def test_an_unchanged_look_is_cheap(ledger: Ledger, unit: UnitId) -> None:
    """Loading and saving 100 unchanged claims takes milliseconds: the best of ten is far below a tenth of a second."""
    state = stored(ledger, unit)
    first = date(2027, 3, 2)
    for one in state.listings:
        days = [first + timedelta(days=7 * number) for number in range(50)]
        claims = [claim(f"{one.listing.channel}{day}", f"{day}/{day + timedelta(days=3)}", one.id) for day in days]
        state = state.with_listing(evolve(one, claims=tuple(claims)))
    save(ledger, state)
    taken: list[float] = []
    for _ in range(10):
        begun = time.perf_counter()
        save(ledger, state)
        taken.append(time.perf_counter() - begun)
    assert min(taken) < 0.1
