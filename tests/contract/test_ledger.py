"""The contract of the ledger on both databases: inventory, secrets, evidence, reports, due work, the audit trail."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channelsync.errors import AuditError, LedgerError, UsageError
from channelsync.ids import ChannelName, ClaimId, ListingId, OwnerId, UnitId
from channelsync.ledger import HEAD, ConflictRecord, Fetch, Ledger, Link, Look, NoticeRecord, open_ledger, opening
from channelsync.ledger.service_tables import METADATA
from channelsync.nights import Nights, Stay
from channelsync.traits import Traits

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
OLD = """
INSERT INTO owners VALUES ('o', 0, 'Anne', 'fr', '2027-03-01 12:00:00.000000');
INSERT INTO units (id, position, owner_id, name, name_key, timezone, turnover, takeover, created_at)
VALUES ('u', 0, 'o', 'Lac', 'lac', 'UTC', 0, '{"v": 1}', '2027-03-01 12:00:00.000000');
INSERT INTO listings
(id, unit_id, position, channel, label, route, options, external_id, linked_at, etag, last_modified, memory)
VALUES ('l', 'u', 0, 'ical', '', 'ical', '{}', '', '2027-03-01 12:00:00.000000', '', '',
'{"v": 1, "looked_at": "2027-03-01T12:00:00+00:00", "events":
[{"stay": ["2027-04-01", "2027-04-03"], "kind": "closure", "uid": "x", "code": ""}]}')
"""
"""What the first version wrote: a listing that was looked at."""
AIRBNB, BOOKING, ICAL = ChannelName("airbnb"), ChannelName("booking"), ChannelName("ical")


@pytest.fixture
def ledger(database: str) -> Iterator[Ledger]:
    """A new ledger."""
    with open_ledger(database, now=NOW) as made:
        yield made


@pytest.fixture
def owner(ledger: Ledger) -> OwnerId:
    """An owner."""
    with ledger.transaction() as tx:
        return tx.add_owner("Anne", at=NOW).id


@pytest.fixture
def unit(ledger: Ledger, owner: OwnerId) -> UnitId:
    """A unit."""
    with ledger.transaction() as tx:
        return tx.add_unit(owner, "Gîte du Lac", at=NOW).id


@pytest.fixture
def link(ledger: Ledger, unit: UnitId) -> Link:
    """A listing of the unit."""
    with ledger.transaction() as tx:
        return tx.add_listing(unit, AIRBNB, at=NOW)


def by_hand(database: str, *statements: str) -> None:
    """Change a database behind the ledger's back."""
    address = database if "://" in database else f"sqlite:///{database}"
    engine = sa.create_engine(
        sa.make_url(address).set(drivername="postgresql+psycopg") if "://" in database else address
    )
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()


def at_revision(database: str, revision: str) -> None:
    """Make a database as an older version made it."""
    address = database if "://" in database else f"sqlite:///{database}"
    engine = sa.create_engine(
        sa.make_url(address).set(drivername="postgresql+psycopg") if "://" in database else address
    )
    config = Config()
    config.set_main_option("script_location", str(opening._MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    engine.dispose()


class TestOpening:
    """A ledger that is made, migrated, left alone."""

    def test_migrations_make_the_tables_that_the_code_uses(self, ledger: Ledger) -> None:
        """What the migrations make is what `tables` describes, and their last revision is the one we check for."""
        with ledger.reading() as tx:
            context = MigrationContext.configure(tx._connection, opts={"compare_type": True})
            assert compare_metadata(context, METADATA) == []
        assert ScriptDirectory(str(opening._MIGRATIONS)).get_heads() == [HEAD]

    def test_reopening_keeps_everything(self, database: str) -> None:
        """What was committed is there after closing, and when the ledger was made is noted once."""
        with open_ledger(database, now=NOW) as ledger, ledger.transaction() as tx:
            tx.add_owner("Anne", at=NOW)
        with open_ledger(database, now=NOW + HOUR) as ledger, ledger.reading() as tx:
            assert [owner.name for owner in tx.owners()] == ["Anne"]
            assert tx.meta("created") == NOW.isoformat()

    def test_a_newer_database_is_left_alone(self, database: str) -> None:
        """A database written by a newer program is refused, in one line that says to update."""
        open_ledger(database, now=NOW).close()
        by_hand(database, "UPDATE alembic_version SET version_num = '9999'")
        with pytest.raises(LedgerError, match="written by a newer channelsync") as refused:
            open_ledger(database, now=NOW)
        assert "Update channelsync" in refused.value.advice

    def test_an_older_database_is_brought_up(self, database: str) -> None:
        """What the first version wrote is all there: what it remembered of looks, and of calendars to find them by."""
        at_revision(database, "0001")
        by_hand(database, *OLD.split(";"))
        with open_ledger(database, now=NOW) as ledger, ledger.transaction() as tx:
            state = tx.load(UnitId("u"), lambda _channel, _options: Traits())
            assert state.listings[0].looked_at == NOW
            assert tx.showing(state.listings[0].events) == ("u",)
            later = evolve(state.listings[0], looked_at=NOW + HOUR, stamp=NOW)
            tx.save(state, state.with_listing(later), [], NOW)
            assert tx.load(UnitId("u"), lambda _channel, _options: Traits()).listings == (later,)

    def test_another_programs_database_is_left_alone(self, database: str) -> None:
        """A database that holds other tables is refused, not filled."""
        by_hand(database, "CREATE TABLE recipes (id INTEGER)")
        with pytest.raises(LedgerError, match="another program"):
            open_ledger(database, now=NOW)


class TestInventory:
    """Owners, units, accounts, links."""

    def test_units_are_found_by_id_slug_and_name(self, ledger: Ledger, owner: OwnerId, unit: UnitId) -> None:
        """A unit answers to its id, its slug, and its name in any case; otherwise the known ones are listed."""
        with ledger.transaction() as tx:
            tx.add_unit(owner, "海の家", at=NOW)
            for ref in (unit, "gite-du-lac", "Gîte du Lac", "gîte  du LAC"):
                assert tx.unit_by(ref).id == unit
            assert tx.unit_by("海の家").name == "海の家"
            with pytest.raises(UsageError, match="no unit is called 'mer'") as refused:
                tx.unit_by("mer")
            assert "gite-du-lac" in refused.value.advice

    def test_owners_do_not_see_each_other(self, ledger: Ledger, owner: OwnerId, unit: UnitId) -> None:
        """Two owners may use one name; each finds their own, and only without an owner it is ambiguous."""
        with ledger.transaction() as tx:
            other = tx.add_owner("Anne", at=NOW)
            assert other.id != owner
            theirs = tx.add_unit(other.id, "Gîte du Lac", at=NOW)
            assert [one.id for one in tx.units(other.id)] == [theirs.id]
            assert tx.unit_by("gite-du-lac", owner=owner).id == unit
            with pytest.raises(UsageError, match="several owners"):
                tx.unit_by("gite-du-lac")

    @pytest.mark.parametrize(
        "name, settings",
        [
            ("gite du lac", {}),
            ("  ", {}),
            ("x" * 101, {}),
            ("a\x00b", {}),
            ("Mer", {"timezone": "Europe/Atlantis"}),
            ("Mer", {"turnover": -1}),
        ],
    )
    def test_units_that_make_no_sense(
        self, ledger: Ledger, owner: OwnerId, unit: UnitId, name: str, settings: dict[str, Any]
    ) -> None:
        """A name that is taken, empty, endless or unprintable, an unknown zone, a strange turnover: refused."""
        with pytest.raises(UsageError), ledger.transaction() as tx:
            tx.add_unit(owner, name, at=NOW, **settings)

    def test_links(self, ledger: Ledger, unit: UnitId, link: Link) -> None:
        """A channel is linked once per label; settings and validators are kept; an unlinked one may be linked anew."""
        with ledger.transaction() as tx:
            with pytest.raises(UsageError, match="airbnb is linked to this unit already"):
                tx.add_listing(unit, AIRBNB, at=NOW)
            abritel = tx.add_listing(unit, ICAL, label="abritel", options={"merges": True}, at=NOW)
            site = tx.add_listing(unit, ICAL, label="site", at=NOW)
            assert [one.key for one in tx.listings(unit)] == ["airbnb", "ical:abritel", "ical:site"]
            tx.set_options(site.id, {"days": [1, 2]})
            tx.set_validators(site.id, etag='"a"', last_modified="yesterday")
            assert tx.listing(site.id) == evolve(site, options={"days": [1, 2]}, etag='"a"', last_modified="yesterday")
            tx.retire_listing(abritel.id, at=NOW)
            again = tx.add_listing(unit, ICAL, label="abritel", at=NOW)
            assert [one.id for one in tx.listings(unit)] == [link.id, site.id, again.id]
            assert len(tx.listings(unit, retired=True)) == 4
            with pytest.raises(UsageError, match="too long"):
                tx.set_options(site.id, {"x": "y" * 30_000})

    def test_accounts(self, ledger: Ledger, owner: OwnerId) -> None:
        """An account has a name of its own on its channel."""
        with ledger.transaction() as tx:
            account = tx.add_account(owner, BOOKING, "main", at=NOW)
            assert tx.accounts(owner) == (account,)
            with pytest.raises(UsageError, match="already"):
                tx.add_account(owner, BOOKING, "main", at=NOW)


def test_secrets(ledger: Ledger) -> None:
    """A secret is opaque bytes under a kind and an id; equal ones are found by their fingerprint."""
    with ledger.transaction() as tx:
        assert not tx.has_secrets()
        tx.put_secret("feed", "a", b"\x00\xff", fingerprint="f", at=NOW)
        tx.put_secret("feed", "b", b"other", fingerprint="f", at=NOW)
        tx.put_secret("feed", "b", b"second", fingerprint="f", at=NOW)
        assert (tx.secret("feed", "a"), tx.secret("feed", "b"), tx.secret("token", "a")) == (
            b"\x00\xff",
            b"second",
            None,
        )
        assert tx.secret_holders("feed", "f") == ("a", "b")
        assert [one.id for one in tx.secrets()] == ["a", "b"]
        tx.drop_secret("feed", "a")
        assert tx.secret("feed", "a") is None
        assert tx.has_secrets()


class TestEvidence:
    """Looks and fetches."""

    def test_looks_are_kept_for_a_month(self, ledger: Ledger, link: Link) -> None:
        """Looks come back latest first; what is older than a month is forgotten."""
        nights = Nights.of(Stay.parse("2027-04-01/2027-04-03"))
        looks = [
            Look(link.id, NOW + timedelta(days=16 * number), "complete", digest="d", events=number, nights=nights)
            for number in range(5)
        ]
        with ledger.transaction() as tx:
            for look in looks:
                tx.record_observation(look)
            assert tx.observations(link.id) == tuple(reversed(looks[2:]))
            assert tx.observations(link.id, since=looks[4].at) == (looks[4],)

    def test_fetches(self, ledger: Ledger, link: Link) -> None:
        """A fetch is recorded with who came; a client's name is cut, whatever is in it."""
        fetch = Fetch(link.id, NOW, 3, "Airbnb\x00" + "x" * 1000, 304, proof=False)
        with ledger.transaction() as tx:
            tx.record_fetch(fetch)
            assert tx.fetches(link.id) == (evolve(fetch, client=fetch.client[:200]),)


class TestReports:
    """Conflicts, notices, meta."""

    def test_conflicts_open_close_and_come_back(self, ledger: Ledger, unit: UnitId) -> None:
        """A conflict begins once, closes when no longer found, and is shown again when it returns or gets worse."""
        nights = Nights.of(Stay.parse("2027-04-01/2027-04-03"))
        one = ConflictRecord("c1", "possible", nights, (ClaimId("a"), ClaimId("b")))
        worse = evolve(one, certainty="certain")

        def after(hours: int, *found: ConflictRecord) -> list[tuple[str, bool]]:
            with ledger.transaction() as tx:
                tx.save_conflicts(unit, found, NOW + hours * HOUR)
                open_now = tx.conflicts(unit)
                assert all(conflict.first_seen == NOW for conflict in open_now)
                return [(conflict.certainty, conflict.dismissed_at is not None) for conflict in open_now]

        assert after(0, one) == [("possible", False)]
        with ledger.transaction() as tx:
            assert tx.dismiss("c1", at=NOW).nights == nights
        assert after(1, one) == [("possible", True)], "dismissed stays dismissed"
        assert after(2, worse) == [("certain", False)], "but not when it gets worse"
        assert after(3) == []
        with ledger.transaction() as tx:
            assert tx.conflicts(closed=True)[0].closed_at == NOW + 3 * HOUR
            with pytest.raises(UsageError, match="no open conflict"):
                tx.dismiss("c1", at=NOW)
        assert after(4, worse) == [("certain", False)]

    def test_a_notice_is_kept_once(self, ledger: Ledger, unit: UnitId) -> None:
        """The same fact is told once; seeing it is noted the first time."""
        notice = NoticeRecord("conflict:c1", NOW, "conflict", unit, {"nights": [["2027-04-01", "2027-04-03"]]})
        with ledger.transaction() as tx:
            assert tx.add_notice(notice)
            assert not tx.add_notice(evolve(notice, at=NOW + HOUR))
            assert tx.notices(unseen=True) == (notice,)
            tx.mark_seen([notice.key], at=NOW)
            tx.mark_seen([notice.key], at=NOW + HOUR)
            assert tx.notices(unseen=True) == ()
            assert tx.notices(unit) == (evolve(notice, seen_at=NOW),)

    def test_meta(self, ledger: Ledger) -> None:
        """A note about the database is replaced by the next."""
        with ledger.transaction() as tx:
            assert tx.meta("restored") is None
            tx.set_meta("restored", "a")
            tx.set_meta("restored", "b")
            assert tx.meta("restored") == "b"

    def test_meta_noted_at_the_same_moment(self, ledger: Ledger) -> None:
        """Several who note the same thing for the first time at once each do, and the last one counts."""

        def note(value: str) -> None:
            with ledger.transaction() as tx:
                tx.set_meta(f"served {value[0]}", value)

        values = [f"{key}{who}" for key in "abcdefgh" for who in range(4)]
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(note, values))
        with ledger.reading() as tx:
            assert all(tx.meta(f"served {key}") in values for key in "abcdefgh")


class TestDue:
    """Due work: no wake-up is lost, nobody works twice, no clock stops it."""

    def test_a_new_link_is_due_at_once(self, ledger: Ledger, link: Link) -> None:
        """Linking is a hint."""
        with ledger.reading() as tx:
            assert [one.listing for one in tx.due_listings(NOW)] == [link.id]
            assert tx.due_listings(NOW - HOUR), "written in the future: the clock was set back"

    def test_work_of_one_unit_and_all_there_is(self, ledger: Ledger, owner: OwnerId, link: Link) -> None:
        """What is due can be asked for one unit; everything is what is linked, due or not."""
        with ledger.transaction() as tx:
            other = tx.add_unit(owner, "Mer", at=NOW)
            there = tx.add_listing(other.id, AIRBNB, at=NOW)
            tx.done(link.id, 1, NOW + HOUR, now=NOW)
            assert [one.unit for one in tx.due_listings(NOW)] == [other.id]
            assert tx.due_listings(NOW, unit=link.unit) == ()
            assert {one.listing for one in tx.due_listings(NOW, everything=True)} == {link.id, there.id}
            assert tx.next_due(NOW) == NOW

    def test_the_next_one_that_can_be_taken(self, ledger: Ledger, owner: OwnerId) -> None:
        """The next time is the earliest at which any listing is both due and free, whatever stands before it."""
        minute = HOUR / 60
        with ledger.transaction() as tx:
            unit = tx.add_unit(owner, "Mer", at=NOW).id
            one, two, three = (tx.add_listing(unit, AIRBNB, label=name, at=NOW).id for name in ("a", "b", "c"))
            for listing, at in ((one, minute), (two, 2 * minute), (three, 30 * minute)):
                tx.done(listing, 1, NOW + at, now=NOW)
            assert tx.next_due(NOW) == NOW + minute
            now = NOW + 2 * minute
            assert tx.lease(one, "w1", now=now, until=now + 10 * minute)
            assert tx.lease(two, "w2", now=now, until=now + 5 * minute)
            assert tx.next_due(now) == now + 5 * minute  # a lease ends before the first free one is due
            assert tx.lease(two, "w2", now=now, until=now + HOUR)
            assert tx.lease(one, "w1", now=now, until=now + HOUR)
            assert tx.next_due(now) == NOW + 30 * minute
            tx.done(three, 1, NOW + 9 * HOUR, now=NOW + 9 * HOUR)
            assert tx.next_due(now) == now  # it was written by a clock that was ahead

    def test_done_until_next_time(self, ledger: Ledger, link: Link) -> None:
        """A finished listing rests until its next time."""
        with ledger.transaction() as tx:
            tx.done(link.id, 1, NOW + HOUR, now=NOW)
            assert tx.due_listings(NOW) == ()
            assert [one.listing for one in tx.due_listings(NOW + HOUR)] == [link.id]

    def test_a_hint_during_a_step_is_not_lost(self, ledger: Ledger, link: Link) -> None:
        """A hint that comes while a step runs keeps the listing due after it."""
        with ledger.transaction() as tx:
            taken = tx.lease(link.id, "w1", now=NOW, until=NOW + HOUR)
            assert taken is not None
            assert tx.mark_due(link.id, NOW, now=NOW)
            tx.done(link.id, taken.generation, NOW + HOUR, now=NOW)
            assert [one.generation for one in tx.due_listings(NOW)] == [taken.generation + 1]

    def test_a_hint_brings_forward_and_never_back(self, ledger: Ledger, link: Link) -> None:
        """A later hint does not push back what is due earlier."""
        with ledger.transaction() as tx:
            tx.done(link.id, 1, NOW + HOUR, now=NOW)
            tx.mark_due(link.id, NOW + 2 * HOUR, now=NOW)
            found = tx.due_of(link.id)
            assert found is not None
            assert found.due_at == NOW + HOUR

    def test_failures_are_counted(self, ledger: Ledger, link: Link) -> None:
        """Failures count up; a success forgets them."""
        with ledger.transaction() as tx:
            for expected, failed in [(1, True), (2, True), (0, False)]:
                tx.done(link.id, 1, NOW, now=NOW, failed=failed)
                found = tx.due_of(link.id)
                assert found is not None
                assert found.attempts == expected

    def test_a_lease_is_one_workers_until_it_ends(self, ledger: Ledger, link: Link) -> None:
        """Only one worker has a listing; when it dies the lease ends by itself; a lease from the future is void."""
        with ledger.transaction() as tx:
            assert tx.lease(link.id, "w1", now=NOW, until=NOW + HOUR)
            assert tx.due_listings(NOW) == ()
            assert tx.lease(link.id, "w2", now=NOW, until=NOW + HOUR) is None
            assert tx.lease(link.id, "w1", now=NOW, until=NOW + 2 * HOUR), "prolonged"
            assert tx.lease(link.id, "w2", now=NOW - HOUR, until=NOW), "the clock was set back"
            assert tx.lease(link.id, "w1", now=NOW, until=NOW + HOUR), "the lease of w2 is over"
            with pytest.raises(UsageError, match="must end after"):
                tx.lease(link.id, "w1", now=NOW, until=NOW)
            assert tx.lease(ListingId("nothing"), "w1", now=NOW, until=NOW + HOUR) is None


class TestAudit:
    """The audit trail."""

    @pytest.fixture
    def lines(self, ledger: Ledger) -> None:
        """Five lines."""
        with ledger.transaction() as tx:
            for number in range(5):
                tx.audit("anne", "link", {"listing": number, "é": None}, at=NOW + number * HOUR)

    @pytest.mark.usefixtures("lines")
    def test_a_whole_chain_verifies(self, ledger: Ledger) -> None:
        """An untouched trail adds up, also when read in another time zone."""
        with ledger.transaction() as tx:
            tx.audit("bob", "unlink", at=NOW.astimezone(timezone(timedelta(hours=2))))
            assert tx.verify_audit() == 6
            assert [line.what for line in tx.audit_lines(limit=2)] == ["link", "unlink"]

    @pytest.mark.usefixtures("lines")
    @pytest.mark.parametrize(
        "tampering, found",
        [
            ("UPDATE audit SET actor = 'bob' WHERE seq = 3", "line 3 was changed"),
            ("UPDATE audit SET at = '2020-01-01 00:00:00' WHERE seq = 1", "line 1 was changed"),
            ("UPDATE audit SET details = '{}' WHERE seq = 2", "line 2 was changed"),
            ("DELETE FROM audit WHERE seq = 2", "line 2 is missing"),
            ("DELETE FROM audit WHERE seq = 5", "line 4 is not the last"),
            ("DELETE FROM audit", "line 0 is not the last"),
        ],
    )
    def test_tampering_shows(self, ledger: Ledger, database: str, tampering: str, found: str) -> None:
        """A line that was changed or removed, the last ones included, breaks the chain."""
        by_hand(database, tampering)
        with ledger.reading() as tx, pytest.raises(AuditError, match=found):
            tx.verify_audit()

    def test_no_link_gets_in(self, ledger: Ledger) -> None:
        """A link may be a credential: it has no place in the trail."""
        with ledger.transaction() as tx, pytest.raises(UsageError, match="hold a link"):
            tx.audit("anne", "link", {"feed": "https://www.airbnb.fr/calendar/ical/1.ics?s=secret"}, at=NOW)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(exclude_categories=()), max_size=20))
def test_any_text_comes_back(ledger: Ledger, link: Link, text: str) -> None:
    """Whatever characters a platform sends, NUL and half ones included, are stored on both databases and come back."""
    with ledger.transaction() as tx:
        tx.set_validators(link.id, etag=text, last_modified="")
        assert tx.listing(link.id).etag == text


def test_a_naive_time_is_refused(ledger: Ledger) -> None:
    """A time without a zone means nothing and is not stored."""
    with pytest.raises(UsageError, match="without a zone"), ledger.transaction() as tx:
        tx.put_secret("feed", "a", b"", at=datetime(2027, 3, 1))
