"""The contract of the ledger when things go wrong: killed, raced, locked, full, unreadable, damaged."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import sqlalchemy as sa

from channelsync.errors import LedgerError, Retry, UsageError
from channelsync.ids import ChannelName
from channelsync.ledger import open_ledger
from channelsync.ledger.tables import listings
from channelsync.traits import Traits

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)

PRELUDE = """
import sys
from datetime import UTC, datetime
from attrs import evolve
from channelsync.claims import Claim, Kind
from channelsync.errors import ChannelSyncError
from channelsync.ids import ClaimId
from channelsync.ledger import open_ledger
from channelsync.nights import Stay
from channelsync.traits import Traits
NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
def say(word):
    print(word, flush=True)
"""

KILLED = """
with open_ledger(sys.argv[1], now=NOW) as ledger, ledger.transaction() as tx:
    owner = tx.add_owner("Bob", at=NOW)
    tx.add_unit(owner.id, "Mer", at=NOW)
    say("written, not committed")
    sys.stdin.readline()
"""

BLOCK = """
me = sys.argv[2]
with open_ledger(sys.argv[1], now=NOW) as ledger:
    say("ready")
    sys.stdin.readline()
    try:
        with ledger.transaction() as tx:
            before = tx.load(tx.unit_by("gite-du-lac").id, lambda channel, options: Traits())
            mine = Claim(ClaimId(me), Kind.BLOCK, Stay.parse("2027-04-01/2027-04-05"), NOW, NOW)
            tx.save(before, evolve(before, own=(*before.own, mine)), [], NOW)
        say("won")
    except ChannelSyncError as error:
        say(f"lost: {error}")
"""


ANOTHER_USER = """
import os
open_ledger(sys.argv[2], now=NOW).close()  # load everything while we still may
os.seteuid(65534)
try:
    with open_ledger(sys.argv[1], now=NOW) as ledger, ledger.transaction() as tx:
        tx.set_meta("a", "b")
    say("written")
except ChannelSyncError as error:
    say(f"{error} ADVICE {error.advice}")
"""


def traits(channel: ChannelName, options: Mapping[str, object]) -> Traits:
    """No habits."""
    return Traits()


@contextmanager
def process(code: str, *arguments: str, **options: Any) -> Iterator[subprocess.Popen[str]]:
    """Another program on the same database; it is killed at the end."""
    command = [sys.executable, "-c", PRELUDE + code, *arguments]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, **options) as running:
        try:
            yield running
        finally:
            running.kill()


def line(running: subprocess.Popen[str]) -> str:
    """The next thing it says."""
    assert running.stdout is not None
    return running.stdout.readline().strip()


def go(running: subprocess.Popen[str]) -> None:
    """Let it go on."""
    assert running.stdin is not None
    running.stdin.write("\n")
    running.stdin.flush()


def furnished(database: str) -> None:
    """Make a ledger with a unit in it."""
    with open_ledger(database, now=NOW) as ledger, ledger.transaction() as tx:
        tx.add_unit(tx.add_owner("Anne", at=NOW).id, "Gîte du Lac", at=NOW)


def names(database: str) -> list[str]:
    """The units' names."""
    with open_ledger(database, now=NOW) as ledger, ledger.reading() as tx:
        return [unit.name for unit in tx.units()]


def test_killed_in_the_middle(database: str) -> None:
    """What a killed program had not committed is gone, and the next one writes at once."""
    furnished(database)
    with process(KILLED, database) as running:
        assert line(running) == "written, not committed"
        assert names(database) == ["Gîte du Lac"], "readers do not wait for a writer"
        running.kill()
        running.wait()
        assert names(database) == ["Gîte du Lac"]
        with open_ledger(database, now=NOW) as ledger, ledger.transaction() as tx:
            tx.add_unit(tx.owners()[0].id, "Mer", at=NOW)
        assert names(database) == ["Gîte du Lac", "Mer"]


def test_two_requests_for_the_same_nights(database: str) -> None:
    """Of two programs that block the same nights at the same moment, one wins and the other is told."""
    furnished(database)
    with process(BLOCK, database, "one") as one, process(BLOCK, database, "two") as two:
        assert [line(one), line(two)] == ["ready", "ready"]
        go(one)
        go(two)
        said = sorted([line(one), line(two)])
    assert said[0].startswith("lost: Gîte du Lac: the nights from 2027-04-01 to 2027-04-05 are taken by block ")
    assert said[1] == "won"
    with open_ledger(database, now=NOW) as ledger, ledger.reading() as tx:
        assert len(tx.load(tx.units()[0].id, traits).own) == 1


def test_two_programs_make_one_new_ledger(database: str) -> None:
    """Two programs that open a new database at once both succeed, and it is made once."""
    code = "open_ledger(sys.argv[1], now=NOW).close()"
    with process(code, database) as one, process(code, database) as two:
        assert [one.wait(30), two.wait(30)] == [0, 0]
    assert names(database) == []


def test_the_nights_themselves_are_a_last_guard(database: str) -> None:
    """A program that went round every check still cannot write a night that is taken."""
    furnished(database)
    with open_ledger(database, now=NOW) as ledger:
        with ledger.reading() as tx:
            unit = tx.units()[0].id
        row = {"unit_id": unit, "night": NOW.date(), "claim_id": "a"}
        nights = sa.Table("owner_nights", sa.MetaData(), *(sa.Column(name) for name in row))
        with pytest.raises(LedgerError, match="refused a statement"), ledger.transaction() as tx:
            tx._connection.execute(nights.insert(), [row, {**row, "claim_id": "b"}])


@pytest.mark.slow
def test_locked(database: str) -> None:
    """A database that another program holds for too long is an error that says so, and that trying again can help."""
    furnished(database)
    with process(KILLED, database) as running:
        line(running)
        if "://" in database:  # there, writers of different units do not wait for one another: hold the table
            held = sa.create_engine(sa.make_url(database).set(drivername="postgresql+psycopg"))
            with held.begin() as connection:
                connection.execute(sa.text("SELECT 1 FROM units FOR UPDATE"))
                refused = _refused(database)
            held.dispose()
        else:
            refused = _refused(database)
    assert "is locked by another program" in str(refused)
    assert refused.retry is Retry.LATER


def _refused(database: str) -> LedgerError:
    with open_ledger(database, now=NOW) as ledger, pytest.raises(LedgerError) as refused, ledger.transaction() as tx:
        tx.load(tx.unit_by("gite-du-lac").id, traits)
    return refused.value


@pytest.mark.parametrize("where", ["", ":memory:", "mysql://host/name", "sqlite://", "not a url://x", "://"])
def test_places_that_make_no_sense(where: str) -> None:
    """Neither a path nor a URL of a database we know: the caller's fault."""
    with pytest.raises(UsageError) as refused:
        open_ledger(where, now=NOW)
    assert refused.value.advice


def test_no_server() -> None:
    """A server that does not answer is told without the password."""
    with pytest.raises(LedgerError, match=r"the database gite on 127\.0\.0\.1 does not answer") as refused:
        open_ledger("postgresql://anne:hush@127.0.0.1:1/gite", now=NOW)
    assert "hush" not in f"{refused.value}{refused.value.advice}"


def test_missing_folder(tmp_path: Path) -> None:
    """A folder that does not exist is named and not made."""
    with pytest.raises(LedgerError, match="does not exist") as refused:
        open_ledger(str(tmp_path / "new" / "gite.db"), now=NOW)
    assert "mkdir" in refused.value.advice
    assert not (tmp_path / "new").exists()


def test_a_folder(tmp_path: Path) -> None:
    """A folder is no database."""
    with pytest.raises(LedgerError, match="is a folder"):
        open_ledger(str(tmp_path), now=NOW)


def test_not_a_database(tmp_path: Path) -> None:
    """A file that is something else is left as it is."""
    path = tmp_path / "gite.db"
    path.write_text("Dear diary, " * 500)
    with pytest.raises(LedgerError, match=r"gite\.db is not a database"):
        open_ledger(str(path), now=NOW)
    assert path.read_text().startswith("Dear diary")


def test_damaged(tmp_path: Path) -> None:
    """A database whose pages are overwritten is called damaged, with the advice to keep a copy."""
    path = tmp_path / "gite.db"
    furnished(str(path))
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xa5" * (len(content) - 4096)
    path.write_bytes(content)
    with pytest.raises(LedgerError, match="is damaged") as refused:
        names(str(path))
    assert "restore the last backup" in refused.value.advice


def test_a_damaged_memory_is_not_guessed_at(tmp_path: Path) -> None:
    """A listing's memory or looks that cannot be read, or are a newer program's, stop the load: nothing is assumed."""
    path = tmp_path / "gite.db"
    furnished(str(path))
    engine = sa.create_engine(f"sqlite:///{path}")
    with open_ledger(str(path), now=NOW) as ledger:
        with ledger.transaction() as tx:
            unit = tx.units()[0].id
            tx.add_listing(unit, ChannelName("airbnb"), at=NOW)
        for column, (held, told) in itertools.product(
            ["memory", "looks"],
            [
                ('{"v": 2}', "newer channelsync"),
                ('{"v": 1, "dreams": []}', "newer channelsync"),
                ('{"v": 1, "shown": 7}', "damaged"),
                ("{}", "damaged"),
            ],
        ):
            with engine.begin() as connection:
                connection.execute(sa.text("""UPDATE listings SET memory = '{"v": 1}', looks = '{"v": 1}'"""))
                connection.execute(sa.update(listings).values({column: json.loads(held)}))
            with pytest.raises(LedgerError, match=told), ledger.reading() as tx:
                tx.load(unit, traits)
    engine.dispose()


class TestAsRoot:
    """What only root can arrange: a small disk, another user."""

    @pytest.fixture
    def disk(self, tmp_path: Path) -> Iterator[Path]:
        """A disk of one megabyte."""
        place = tmp_path / "disk"
        place.mkdir()
        if (
            os.geteuid()
            or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", place], check=False).returncode
        ):
            pytest.skip("a small disk cannot be mounted here")
        yield place
        subprocess.run(["umount", "-l", place], check=True)

    def test_full_disk(self, disk: Path) -> None:
        """A full disk is told; nothing that was committed is lost, and the ledger goes on once there is room."""
        database = str(disk / "gite.db")
        furnished(database)
        with open_ledger(database, now=NOW) as ledger:
            with pytest.raises(LedgerError, match="its disk is full") as refused, ledger.transaction() as tx:  # noqa: PT012
                for number in range(2000):
                    tx.put_secret("feed", str(number), bytes(1000), at=NOW)
            assert "Make room" in refused.value.advice
            with ledger.transaction() as tx:
                assert not tx.has_secrets()
                tx.set_meta("room", "enough for this")
        assert names(database) == ["Gîte du Lac"]

    def test_no_room_for_a_new_ledger(self, disk: Path) -> None:
        """A ledger that cannot be made whole is not made: once there is room, opening makes it."""
        filler = disk / "filler"
        filler.write_bytes(bytes(1024 * 1024 - 60_000))
        with pytest.raises(LedgerError, match="its disk is full"):
            open_ledger(str(disk / "gite.db"), now=NOW)
        filler.unlink()
        assert names(str(disk / "gite.db")) == []

    @pytest.mark.parametrize(
        "mode, folder, told",
        [(0o444, 0o755, "is read-only for this user"), (0o600, 0o755, "cannot be"), (0o600, 0o700, "cannot be")],
    )
    def test_another_user(self, mode: int, folder: int, told: str) -> None:
        """A file or a folder of somebody else's is told in one line, with what to do."""
        if os.geteuid():
            pytest.skip("only root can run a program as somebody else")
        with TemporaryDirectory() as place:  # pytest's own folders are closed to others
            database = Path(place) / "gite.db"
            furnished(str(database))
            database.chmod(mode)
            Path(place).chmod(folder)
            with process(ANOTHER_USER, str(database), f"{place}/other.db") as running:
                said = line(running)
        assert told in said
        assert said.split(" ADVICE ")[1]


def test_too_many_at_once(tmp_path: Path) -> None:
    """A program that opens more readers than there are connections is told so, and goes on when one is given back."""
    with open_ledger(str(tmp_path / "gite.db"), now=NOW) as ledger, ExitStack() as held:
        ledger._engine.pool._timeout = 0.01  # type: ignore[attr-defined]
        for _ in range(15):
            held.enter_context(ledger.reading())
        with pytest.raises(LedgerError, match="too many users") as refused, ledger.reading():
            pass
        assert refused.value.retry is Retry.LATER
        held.close()
        with ledger.reading() as tx:
            assert tx.units() == ()
