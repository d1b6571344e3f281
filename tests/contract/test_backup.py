"""Backup and restore on both databases, and from either to the other."""

from __future__ import annotations

import base64
import io
import json
import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest

import channelsync as cs
from channelsync.errors import BackupError, LedgerError, UsageError, VaultError
from channelsync.ids import OwnerId
from channelsync.ledger import BackupRecord, held_ledger, open_ledger
from channelsync.manager import Manager, open_manager
from channelsync.orders import recovering
from channelsync.service.backup import back_up, back_up_to, daily, set_up
from channelsync.service.packing import Contents, brought_back, packed
from channelsync.service.places import FolderPlace
from channelsync.service.restore import RestoreReport, restore
from tests.contract.life import HOUR, KEY, START, Life, living
from tests.contract.test_ledger import at_revision, by_hand

OTHER_KEY = base64.b64encode(bytes(range(1, 33))).decode()


@pytest.fixture
def life() -> Iterator[Life]:
    """Platforms being served."""
    with living() as found:
        yield found


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A second, empty database: where a backup is restored."""
    if request.param == "sqlite":
        yield str(tmp_path / "fresh.db")
        return
    with postgres_database(
        request.getfixturevalue("postgres"), f"fresh_{os.getpid()}_{random.randrange(10**9)}"
    ) as url:
        yield url


@contextmanager
def postgres_database(server: str, name: str) -> Iterator[str]:
    """An empty PostgreSQL database."""
    import psycopg
    from sqlalchemy.engine import make_url

    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    yield make_url(server).set(database=name).render_as_string(hide_password=False)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def backed_up(manager: Manager, folder: Path, at: datetime) -> tuple[bytes, str]:
    """A backup's bytes, and the phrase."""
    phrase = set_up(manager, at)
    file = folder / "all.backup"
    report = back_up_to(manager, file, at)
    assert report.flaw is None
    return file.read_bytes(), phrase


def brought(manager: Manager, content: bytes, phrase: str, at: datetime, *, replace: bool = False) -> RestoreReport:
    """Restore from bytes."""
    return restore(manager, io.BytesIO(content), phrase, at, replace=replace)


def rows(manager: Manager) -> dict[str, list[str]]:
    """Every row of every table, as text, in some fixed order."""
    with manager.ledger.reading() as tx:
        return {
            name: sorted(
                json.dumps(dict(row), sort_keys=True) for row in tx.copied(name) if row.get("key") != "audit_head"
            )
            for name in tx.tables()
        }


AGAIN = {"units", "listings", "due", "audit", "inbox", "notices", "secrets", "backups", "signins"}
"""What a restore changes on purpose, or what the backup itself writes after it was made."""


def test_everything_comes_back(life: Life, database: str, fresh: str, tmp_path: Path) -> None:
    """What was stored comes back row by row on either database; what waits or is held by a machine begins anew."""
    with life.manager(database) as manager:
        life.begin(manager)
        content, phrase = backed_up(manager, tmp_path, life.time)
        before = rows(manager)
        links = [one.id for one in manager.links("gite-du-lac")]
        addresses = [manager.feed_url("gite-du-lac", name) for name in life.platforms]
    life.time += 5 * HOUR
    with life.manager(fresh, OTHER_KEY) as manager:
        report = brought(manager, content, phrase, life.time)
        assert report.units == ("Gîte du Lac",)
        assert (report.made_at, report.flaw, report.aside) == (START, None, None)
        after = rows(manager)
        assert {name: found for name, found in after.items() if name not in AGAIN} == {
            name: found for name, found in before.items() if name not in AGAIN
        }
        assert [one.id for one in manager.links("gite-du-lac")] == links
        assert [manager.feed_url("gite-du-lac", name) for name in life.platforms] == addresses
        assert manager.verify_audit() > 3
        assert manager.audit_lines()[-1].what == "restored"
        with manager.ledger.reading() as tx:
            assert len(tx.due_listings(life.time)) == 2
            assert not tx.incoming()
        manager.sync()  # the links open with this installation's key
        assert {one.observation for one in manager.status()} == {"complete"}
        with manager.ledger.transaction() as tx:  # numbering goes on
            tx.record_backup(BackupRecord(life.time, "x", "y", 1, checked=True))


def test_nothing_opens_after_a_restore(life: Life, database: str, fresh: str, tmp_path: Path) -> None:
    """What was sold after the backup is never opened by the restore: calendars are silent, then hold it again."""
    sold = cs.Stay.parse("2027-06-05/2027-06-08")
    with life.manager(database) as manager:
        life.begin(manager)
        content, phrase = backed_up(manager, tmp_path, life.time)
        life.time += HOUR
        life.platforms["airbnb"].book(sold, life.time)
        life.look(manager)
        assert "20270605" in manager.feed("gite-du-lac", "booking")
    life.time += 20 * HOUR
    with life.manager(fresh, OTHER_KEY) as manager:
        brought(manager, content, phrase, life.time)
        assert recovering(manager.state("gite-du-lac")), "no calendar is given out yet"
        life.look(manager)
        assert not recovering(manager.state("gite-du-lac"))
        text = manager.feed("gite-du-lac", "booking")
        assert "20270605" in text
        assert "20270315" in text
        report = manager.sync(everything=True)
        assert not any(change.open for change in report.changes)


def test_a_database_with_units_is_not_overwritten(life: Life, database: str, tmp_path: Path) -> None:
    """A database that holds units is refused; with ``replace`` a SQLite one is copied aside, whole, before."""
    with life.manager(database) as manager:
        life.begin(manager)
        content, phrase = backed_up(manager, tmp_path, life.time)
        manager.add_unit("Chalet")
        before = rows(manager)
        with pytest.raises(UsageError, match="holds units already"):
            brought(manager, content, phrase, life.time)
        assert rows(manager) == before
        if "://" in database:
            with pytest.raises(UsageError, match="no file that could be copied"):
                brought(manager, content, phrase, life.time, replace=True)
            assert rows(manager) == before
            return
        report = brought(manager, content, phrase, life.time, replace=True)
        assert [one.name for one in manager.units()] == ["Gîte du Lac"]
    assert report.aside is not None
    with life.manager(report.aside) as manager:
        assert rows(manager) == before


def test_a_wrong_phrase_or_a_damaged_file_changes_nothing(life: Life, database: str, tmp_path: Path) -> None:
    """With another phrase, or a byte changed anywhere, nothing is restored, and one line says why."""
    with life.manager(str(tmp_path / "source.db")) as manager:
        life.begin(manager)
        content, phrase = backed_up(manager, tmp_path, life.time)
        other = set_up(manager, life.time, again=True)
    with life.manager(database) as manager:
        before = rows(manager)
        with pytest.raises(BackupError, match="another recovery phrase"):
            brought(manager, content, other, life.time)
        middle = len(content) // 2
        for damaged in (content[:-1], content[:middle], content[:middle] + b"\x00" + content[middle + 1 :], b"", b"x"):
            with pytest.raises(BackupError):
                brought(manager, damaged, phrase, life.time)
        assert rows(manager) == before
        brought(manager, content, phrase, life.time)


def test_an_older_backup_is_migrated_and_a_newer_refused(life: Life, tmp_path: Path) -> None:
    """A backup of an earlier version comes back in today's form; one of a version yet to come is refused."""
    old = str(tmp_path / "old.db")
    at_revision(old, "0002")
    by_hand(
        old,
        "INSERT INTO owners VALUES ('o', 0, 'Anne', 'fr', '2027-01-10 09:00:00.000000')",
        "INSERT INTO units (id, position, owner_id, name, name_key, timezone, turnover, takeover, created_at, version)"
        " VALUES ('u', 0, 'o', 'Lac', 'lac', 'UTC', 0, '{\"v\": 1}', '2027-01-10 09:00:00.000000', '')",
        "INSERT INTO meta VALUES ('created', 'then')",
    )
    with life.manager(str(tmp_path / "any.db")) as manager:
        with held_ledger(old) as ledger, ledger.reading() as tx:
            tables, lines = tx.tables(), b"".join(packed(tx, manager.vault, life.time))
        with brought_back([lines], manager.vault) as (scratch, contents):
            assert contents == Contents(
                life.time, "0002", {name: 1 if name in {"owners", "units", "meta"} else 0 for name in tables}
            )
            with scratch.reading() as tx:
                assert [one.name for one in tx.units()] == ["Lac"]
                assert tx.owners()[0].id == OwnerId("o")
                assert tx.subscribers() == ()
        by_hand(old, "UPDATE alembic_version SET version_num = '9999'")
        with held_ledger(old) as ledger, ledger.reading() as tx:
            newer = b"".join(packed(tx, manager.vault, life.time))
        with pytest.raises(LedgerError, match="newer channelsync"), brought_back([newer], manager.vault):
            pass


def test_while_writers_run(life: Life, database: str, fresh: str, tmp_path: Path) -> None:
    """A backup made while others write is one moment: what was written together is in it together or not at all."""
    over = threading.Event()

    def write() -> None:
        with open_ledger(database, now=life.time) as ledger:
            count = 0
            while not over.is_set():
                count += 1
                with ledger.transaction() as tx:
                    tx.set_meta("left", str(count))
                    tx.add_owner(f"owner {count}", at=life.time)
                    tx.set_meta("right", str(count))
                over.wait(0.005)  # on SQLite one writer waits for the other by asking again, and may never be first

    with life.manager(database) as manager:
        life.begin(manager)
        phrase = set_up(manager, life.time)
        writer = threading.Thread(target=write)
        writer.start()
        try:
            contents = []
            for number in range(3):
                back_up_to(manager, tmp_path / f"{number}.backup", life.time)
                contents.append((tmp_path / f"{number}.backup").read_bytes())
        finally:
            over.set()
            writer.join()
    with life.manager(fresh, OTHER_KEY) as manager:
        brought(manager, contents[-1], phrase, life.time)
        with manager.ledger.reading() as tx:
            left, right = tx.meta("left"), tx.meta("right")
            made = sum(one.name.startswith("owner ") for one in tx.owners())
    assert left == right == (str(made) if made else None)


def test_what_the_scratch_does_not_hold_is_noticed(life: Life, tmp_path: Path, monkeypatch) -> None:
    """A backup that does not come back as it was is no backup: it fails, nothing is kept, and the owner is told."""
    with life.manager(str(tmp_path / "gite.db")) as manager:
        life.begin(manager)
        set_up(manager, life.time)
        place = FolderPlace(tmp_path / "kept")
        (tmp_path / "kept").mkdir()
        good = daily(manager, place, life.time)
        assert good is not None
        life.time += timedelta(days=1)
        from channelsync.ledger.copying import CopyRows

        paste = CopyRows.paste
        monkeypatch.setattr(
            CopyRows, "paste", lambda self, name, some: paste(self, name, list(some)[:-1] if name == "claims" else some)
        )
        with pytest.raises(BackupError, match="claims of the backup did not come back"):
            daily(manager, place, life.time)
        monkeypatch.undo()
        assert place.names() == (good.name,)
        assert [path.name for path in (tmp_path / "kept").iterdir()] == [good.name]
        with manager.ledger.reading() as tx:
            assert tx.backups()[0].failure
            assert [one.kind for one in tx.notices() if one.kind == "backup_failed"] == ["backup_failed"]
        assert daily(manager, place, life.time) is not None


def test_once_a_day_whatever_the_clock_does(life: Life, tmp_path: Path) -> None:
    """One backup a day; one that a wrong clock made a year ahead neither stops those of today nor doubles them."""
    (tmp_path / "kept").mkdir()
    place = FolderPlace(tmp_path / "kept")
    with life.manager(str(tmp_path / "gite.db")) as manager:
        set_up(manager, life.time)
        made = [daily(manager, place, life.time + hours * HOUR) for hours in (0, 1, 22, 24, 366 * 24, 48, 49, 50)]
        assert [one is not None for one in made] == [True, False, False, True, True, True, False, False]


def test_without_a_folder_the_owner_is_told(life: Life, tmp_path: Path) -> None:
    """A backup into a folder that is not there is not made, and is told."""
    with life.manager(str(tmp_path / "gite.db")) as manager:
        set_up(manager, life.time)
        with pytest.raises(BackupError, match="is not there") as refused:
            daily(manager, FolderPlace(tmp_path / "absent"), life.time)
        assert refused.value.advice
        with manager.ledger.reading() as tx:
            assert [one.kind for one in tx.notices()] == ["backup_failed"]
            assert len(tx.backups()) == 1
    assert not (tmp_path / "absent").exists()


def test_a_broken_audit_trail_is_kept_and_told(life: Life, tmp_path: Path) -> None:
    """A database whose audit trail was tampered with is still backed up; the backup and the restore say so."""
    (tmp_path / "kept").mkdir()
    database = str(tmp_path / "gite.db")
    with life.manager(database) as manager:
        life.begin(manager)
        phrase = set_up(manager, life.time)
    by_hand(database, "UPDATE audit SET actor = 'nobody' WHERE seq = 2")
    with life.manager(database) as manager:
        report = daily(manager, FolderPlace(tmp_path / "kept"), life.time)
        assert report is not None
        assert "line 2 was changed" in str(report.flaw)
        with manager.ledger.reading() as tx:
            assert not tx.backups()[0].checked
            assert "backup_failed" in [one.kind for one in tx.notices()]
    with life.manager(str(tmp_path / "fresh.db")) as manager:
        content = (tmp_path / "kept" / report.name).read_bytes()
        assert "line 2 was changed" in str(brought(manager, content, phrase, life.time).flaw)


@pytest.mark.postgres
def test_postgresql_asks_for_a_key_first(life: Life, postgres: str, tmp_path: Path) -> None:
    """Without a key in the environment nothing is put into PostgreSQL, and the line says which variable to set."""
    with life.manager(str(tmp_path / "gite.db")) as manager:
        life.begin(manager)
        content, phrase = backed_up(manager, tmp_path, life.time)
    with postgres_database(postgres, f"keyless_{os.getpid()}") as url:
        with open_manager(url, now=life.now, environ={}) as manager:
            with pytest.raises(VaultError, match="CHANNELSYNC_KEY"):
                brought(manager, content, phrase, life.time)
            assert manager.units() == ()
        with life.manager(url, OTHER_KEY) as manager:
            brought(manager, content, phrase, life.time)


CHILD = """
import io, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from channelsync.manager import open_manager
from channelsync.service.backup import back_up_to
from channelsync.service.restore import restore
what, database, file, phrase = sys.argv[1:]
now = datetime(2027, 1, 11, 9, tzinfo=UTC)
environ = {"CHANNELSYNC_KEY": %r}
with open_manager(database, now=lambda: now, environ=environ) as manager:
    print("ready", flush=True)
    while True:
        if what == "backup":
            back_up_to(manager, Path(file), now)
        else:
            restore(manager, io.BytesIO(Path(file).read_bytes()), phrase, now, replace="://" not in database)
            if "://" in database:  # it holds units now, so another restore would be refused
                signal.pause()
            for copy in Path(database).parent.glob("*.before-restore-*"):
                copy.unlink()
"""


@pytest.mark.parametrize("what", ["backup", "restore"])
def test_killed_at_any_moment(life: Life, database: str, tmp_path: Path, what: str) -> None:
    """Kill -9 during a backup leaves the earlier one whole; during a restore, the database as before or as after."""
    source = str(tmp_path / "source.db") if what == "restore" and "://" in database else database
    with life.manager(source) as manager:
        life.begin(manager)
        content, phrase = backed_up(manager, tmp_path, life.time)
    target = tmp_path / "kept.backup"
    target.write_bytes(content)
    rng = random.Random(11)
    if what == "restore" and "://" in database:
        with life.manager(database) as manager:
            brought(manager, content, phrase, life.time)
            with manager.ledger.transaction() as tx:  # without units, so that each restore is let in
                tx.clear()
    for _ in range(3):
        child = subprocess.Popen(
            [sys.executable, "-c", CHILD % KEY, what, database, str(target), phrase], stdout=subprocess.PIPE, text=True
        )
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        with pytest.raises(subprocess.TimeoutExpired):
            child.wait(rng.random() * 0.4)
        child.send_signal(signal.SIGKILL)
        child.wait()
        child.stdout.close()
        with life.manager(database) as manager:
            manager.verify_audit()
            names = [one.name for one in manager.units()]
            if what == "backup":
                with life.manager(str(tmp_path / f"again-{rng.random()}.db"), OTHER_KEY) as again:
                    brought(again, target.read_bytes(), phrase, life.time)
            elif names:
                assert names == ["Gîte du Lac"]
                manager.state("gite-du-lac")
                if "://" in database:
                    with manager.ledger.transaction() as tx:
                        tx.clear()
            else:
                assert "://" in database


LIMITED = """
import resource, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from channelsync.errors import BackupError
from channelsync.manager import open_manager
from channelsync.service.backup import back_up
from channelsync.service.places import FolderPlace
now = datetime(2027, 1, 11, 9, tzinfo=UTC)
with open_manager(sys.argv[1], now=lambda: now, environ={"CHANNELSYNC_KEY": %r}) as manager:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
    try:
        back_up(manager, FolderPlace(Path(sys.argv[2])), now)
    except BackupError as error:
        print(error)
"""


def test_full_disk(life: Life, tmp_path: Path) -> None:
    """A disk that fills up costs the new backup, told in one line, and nothing of the earlier ones."""
    database, folder = str(tmp_path / "gite.db"), tmp_path / "kept"
    folder.mkdir()
    with life.manager(database) as manager:
        life.begin(manager)
        phrase = set_up(manager, life.time)
        name = back_up(manager, FolderPlace(folder), life.time).name
    told = subprocess.run(
        [sys.executable, "-c", LIMITED % KEY, database, str(folder)], capture_output=True, text=True, check=True
    )
    assert "the disk is full" in told.stdout
    assert [path.name for path in folder.iterdir()] == [name]
    with life.manager(str(tmp_path / "again.db")) as manager:
        brought(manager, (folder / name).read_bytes(), phrase, life.time)
