"""`channelsync upgrade`, from every earlier version, on both databases: whole and checked, or as it was."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from textwrap import indent

import psycopg
import pytest
import sqlalchemy as sa
from attrs import define

import channelsync as cs
from channelsync.config import Config
from channelsync.errors import ChannelSyncError, LedgerError, UsageError
from channelsync.ledger import HEAD, OURS, Migrations, held_ledger, keep_others_out, open_ledger, stored_revision
from channelsync.manager import Manager
from channelsync.service.backup import set_up
from channelsync.service.places import FolderPlace
from channelsync.service.upgrade import UpgradeReport, upgrade
from tests.contract import upgrading
from tests.contract.earlier import EARLIER, as_left_by
from tests.contract.life import KEY, Life, living
from tests.contract.test_backup import postgres_database, rows
from tests.contract.test_ledger import NOW, by_hand

UNIT = "gite-du-lac"
CONFIG = Config(key=KEY)


@define
class Lived:
    """A life that was lived by today's program, in a file: what earlier ones are made of."""

    life: Life
    database: str
    calendars: dict[str, str]

    def left_by(self, revision: str, database: str) -> None:
        """Make a database as that version would have left it."""
        with self.life.manager(self.database) as manager:
            as_left_by(revision, manager.ledger, database)


def calendars(manager: Manager) -> dict[str, str]:
    """What each platform is given."""
    return {one.listing.key: manager.feed(UNIT, one.listing.key) for one in manager.state(UNIT).active}


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    """A lodging on two platforms with a guest, a block, evidence, notices, and a recovery phrase."""
    with living() as life:
        database = str(tmp_path_factory.mktemp("lived") / "gite.db")
        with life.manager(database) as manager:
            life.begin(manager)
            set_up(manager, life.time)
            life.look(manager, times=3)
            found = calendars(manager)
        yield Lived(life, database, found)


@pytest.fixture
def place(tmp_path: Path) -> FolderPlace:
    """Where backups go."""
    (tmp_path / "kept").mkdir()
    return FolderPlace(tmp_path / "kept")


@pytest.mark.parametrize("revision", EARLIER)
def test_from_every_version(lived: Lived, database: str, place: FolderPlace, revision: str) -> None:
    """Whatever version left a database, today's goes on with all of it: states, calendars, links, trail."""
    lived.left_by(revision, database)
    unbacked = (
        "://" in database and revision not in EARLIER[::4]
    )  # a sealed backup is another matter, and takes its time
    report = upgrade(database, CONFIG, lived.life.now, place, without_backup=unbacked)
    assert (report.before, report.after, report.done and report.done.calendars) == (revision, HEAD, 2)
    assert stored_revision(database) == HEAD
    with lived.life.manager(database) as manager, lived.life.manager(lived.database) as today:
        assert calendars(manager) == lived.calendars
        assert manager.state(UNIT).claims == today.state(UNIT).claims
        assert manager.audit_lines()[-1].details == {"from": revision, "to": HEAD}
        manager.sync(everything=True)  # the links still open, and the next look finds what it knew
        assert {one.observation for one in manager.status()} == {"complete"}
        assert calendars(manager) == lived.calendars


def test_the_backup_is_the_database_as_it_was(lived: Lived, tmp_path: Path) -> None:
    """A SQLite file is copied beside itself before, readable by its owner alone; the former program goes on with it."""
    database = tmp_path / "gite.db"
    lived.left_by(EARLIER[-1], str(database))
    report = upgrade(str(database), CONFIG, lived.life.now, None)
    copy = Path(report.backup or "")
    assert copy.stat().st_mode & 0o077 == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["gite.db", copy.name]
    assert stored_revision(str(copy)) == EARLIER[-1]
    with lived.life.manager(str(copy)) as manager:
        assert calendars(manager) == lived.calendars


def test_up_to_date_is_left_alone(lived: Lived, database: str, place: FolderPlace) -> None:
    """Where there is nothing to do nothing is done, and nothing is backed up; where nothing is, that is said."""
    with pytest.raises(UsageError, match="no database to upgrade"):
        upgrade(database, CONFIG, lived.life.now, place)
    with lived.life.manager(database) as manager:
        manager.add_unit("Gîte du Lac")
    report = upgrade(database, CONFIG, lived.life.now, place)
    assert report == UpgradeReport(report.database, HEAD, HEAD)
    assert not place.names()


def test_nobody_else_may_have_it_open(lived: Lived, database: str, place: FolderPlace) -> None:
    """While another program has the database open it is not touched: it would go on in a form it does not know."""
    lived.left_by(EARLIER[-1], database)
    other = sa.create_engine(
        sa.make_url(database).set(drivername="postgresql+psycopg") if "://" in database else f"sqlite:///{database}"
    )
    with other.connect() as connection:
        connection.execute(sa.text("SELECT count(*) FROM units"))
        with pytest.raises(LedgerError, match=r"another program has the database .* open") as refused:
            upgrade(database, CONFIG, lived.life.now, place)
        assert "Stop every program" in refused.value.advice
    other.dispose()
    assert stored_revision(database) == EARLIER[-1]


@pytest.mark.postgres
def test_without_a_place_for_the_backup(lived: Lived, postgres: str) -> None:
    """On PostgreSQL a backup has to go somewhere, or somebody says that there is one."""
    with postgres_database(postgres, "without_a_place") as database:
        lived.left_by(EARLIER[-1], database)
        with pytest.raises(UsageError, match="nowhere to go"):
            upgrade(database, CONFIG, lived.life.now, None)
        assert stored_revision(database) == EARLIER[-1]
        report = upgrade(database, CONFIG, lived.life.now, None, without_backup=True)
        assert (report.backup, stored_revision(database)) == (None, HEAD)


NEXT = """
from alembic import op
import sqlalchemy as sa

revision = "{number}"
down_revision = "{before}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("units", sa.Column("colour", sa.String(), nullable=False, server_default=""))
{more}
"""

BAD = {
    "fails in the middle": ("raise KeyError('colour')", "a fault of channelsync (KeyError)"),
    "makes no sense to the database": ("op.execute('UPDATE nothing SET a = 1')", "came to nothing"),
    "loses a claim": ('op.execute("DELETE FROM claims WHERE own")', "other rows than before in: claims"),
    "loses nights of a calendar": (
        'op.execute("UPDATE revisions SET runs = \'{\\"v\\": 1, \\"runs\\": [], \\"nights\\": []}\'")',
        "would show other nights than before",
    ),
    "spoils what is remembered": ("op.execute(\"UPDATE claims SET kind = 'no kind'\")", "is damaged"),
    "changes the trail": ("op.execute(\"UPDATE audit SET what = 'nothing'\")", "does not add up"),
}


def following(folder: Path, more: str) -> Migrations:
    """The steps of a next version, which does more than to add a column."""
    made, number = folder / "migrations", f"{int(HEAD) + 1:04}"
    shutil.copytree(OURS.folder, made, ignore=shutil.ignore_patterns("__pycache__"))
    text = NEXT.format(number=number, before=HEAD, more=indent(more, "    "))
    (made / "versions" / f"{number}_next.py").write_text(text, encoding="utf-8")
    return Migrations(made, number)


def refused_and_as_it_was(lived: Lived, database: str, folder: Path, what: str) -> None:
    """Hold that a next version with such a fault leaves this one running on its data."""
    more, words = BAD[what]
    lived.left_by(HEAD, database)
    with lived.life.manager(database) as manager:
        before = rows(manager)
    with pytest.raises(ChannelSyncError) as failed:
        upgrade(database, CONFIG, lived.life.now, None, without_backup="://" in database, to=following(folder, more))
    assert words in str(failed.value)
    assert "came to nothing" in str(failed.value)
    assert "start the former channelsync again" in failed.value.advice
    with lived.life.manager(database) as manager:
        assert rows(manager) == before
        assert calendars(manager) == lived.calendars
        manager.block(UNIT, cs.Stay.parse("2028-01-01/2028-01-02"))


@pytest.mark.parametrize("what", BAD)
def test_a_failed_one_changes_nothing(lived: Lived, tmp_path: Path, what: str) -> None:
    """A next version that fails, or that would lose something, leaves this one running on its data."""
    refused_and_as_it_was(lived, str(tmp_path / "gite.db"), tmp_path, what)
    assert not list(tmp_path.glob("gite.db.before*")), "what is there anyway needs no copy"


@pytest.mark.postgres
def test_a_failed_one_changes_nothing_on_a_server(lived: Lived, postgres: str, tmp_path: Path) -> None:
    """PostgreSQL takes tables and columns back as well."""
    with postgres_database(postgres, "failed") as database:
        refused_and_as_it_was(lived, database, tmp_path, "loses a claim")


def test_a_good_one_is_taken(lived: Lived, tmp_path: Path) -> None:
    """The same step without the fault goes through, and this program then leaves the database to the next."""
    database = str(tmp_path / "gite.db")
    lived.left_by(HEAD, database)
    assert upgrade(database, CONFIG, lived.life.now, None, to=following(tmp_path, "pass")).done
    with pytest.raises(LedgerError, match="newer channelsync"):
        lived.life.manager(database)
    with pytest.raises(LedgerError, match="newer channelsync"):
        upgrade(database, CONFIG, lived.life.now, None)


def test_a_damaged_one_is_refused(lived: Lived, tmp_path: Path) -> None:
    """What is damaged before is not migrated: rows that refer to nothing are told, and left as they are."""
    database = str(tmp_path / "gite.db")
    lived.left_by(EARLIER[-1], database)
    by_hand(database, "PRAGMA foreign_keys=OFF", "DELETE FROM listings")
    with pytest.raises(LedgerError, match="is damaged"):
        upgrade(database, CONFIG, lived.life.now, None)
    assert stored_revision(database) == EARLIER[-1]


EVERY = 17
"""Of so many calls one is the last; `1` tries them all, in half a minute."""


def test_killed_at_any_moment(lived: Lived, tmp_path: Path, place: FolderPlace) -> None:
    """Killed between any two effects, the database is as it was or upgraded, and either version's program goes on."""
    before = tmp_path / "before.db"
    lived.left_by(EARLIER[-2], str(before))
    whole = str(shutil.copy(before, tmp_path / "whole.db"))
    calls = upgrading.calls_of(whole, place.label, lived.life.time)
    assert {"copy_to", "upgrade", "after _same_calendars", "after _done"} <= set(calls)
    ends: dict[str | None, int] = {}
    for number in range(1, len(calls) + 1, EVERY):
        database = str(shutil.copy(before, tmp_path / f"killed{number}.db"))
        upgrading.killed_at(database, place.label, lived.life.time, number)
        found = stored_revision(database)
        ends[found] = ends.get(found, 0) + 1
        if found != HEAD:
            assert upgrade(database, CONFIG, lived.life.now, place).done, calls[number - 1]
        with lived.life.manager(database) as manager:
            assert calendars(manager) == lived.calendars, calls[number - 1]
    assert ends.keys() == {EARLIER[-2], HEAD}, ends


def test_drafts_of_killed_ones_go(lived: Lived, tmp_path: Path, place: FolderPlace) -> None:
    """An upgrade that was killed leaves no copy of the database behind for longer than until the next one."""
    database = str(tmp_path / "drafts.db")
    lived.left_by(EARLIER[-1], database)
    draft = Path(f"{database}.before-{HEAD}-20200101T000000Z.draft")
    draft.write_bytes(b"half")
    assert upgrade(database, CONFIG, lived.life.now, place).done
    assert not draft.exists()


@pytest.mark.postgres
def test_a_worker_of_another_role_is_seen(postgres: str) -> None:
    """A former version's worker that comes with a role of its own keeps the upgrade waiting as any other does."""
    with postgres_database(postgres, "roles") as database:
        with psycopg.connect(postgres, autocommit=True) as connection:
            for role in ("upgrade_a", "upgrade_b"):
                connection.execute(f"DROP ROLE IF EXISTS {role}")
                connection.execute(f"CREATE ROLE {role} LOGIN")
            connection.execute("ALTER DATABASE roles OWNER TO upgrade_a")

        def by(role: str) -> str:
            return sa.make_url(database).set(username=role).render_as_string(hide_password=False)

        open_ledger(by("upgrade_a"), now=NOW).close()
        with held_ledger(by("upgrade_a")) as ledger, ledger.transaction() as tx:
            keep_others_out(tx, "roles")
        with (
            psycopg.connect(by("upgrade_b")),
            pytest.raises(LedgerError, match="another program"),
            held_ledger(by("upgrade_a")),
        ):
            pass


@pytest.mark.postgres
def test_killed_on_a_server(lived: Lived, postgres: str, place: FolderPlace) -> None:
    """PostgreSQL takes back what was not committed when its client died, with every check done but the last line."""
    with postgres_database(postgres, "killed") as database:
        lived.left_by(EARLIER[-2], database)
        upgrading.killed_at(database, place.label, lived.life.time, "after _same_calendars")
        assert stored_revision(database) == EARLIER[-2]
        assert upgrade(database, CONFIG, lived.life.now, None, without_backup=True).done
        with lived.life.manager(database) as manager:
            assert calendars(manager) == lived.calendars
