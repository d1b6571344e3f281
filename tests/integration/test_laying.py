"""Calendars on static hosting: laid once they are stored, never an older over a newer one, and no proof of reading."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import asyncssh
import pytest
from attrs import evolve

import channelsync as cs
from channelsync.errors import BackupError, ChannelSyncError
from channelsync.manager import Manager
from channelsync.service.backup import back_up, set_up
from channelsync.service.laying import lay_out
from channelsync.service.places import place_at
from channelsync.service.restore import opened, restore
from channelsync.service.sftp import Sftp
from channelsync.service.shelves import Shelf, shelf_at
from channelsync.service.unlaid import unlaid
from channelsync_worker.composition import composed
from tests.contract.command import run
from tests.integration.test_azure_backup import azurite, signature  # noqa: F401 - a fixture
from tests.integration.test_library import Town, town  # noqa: F401 - a fixture

UNIT, PASSWORD = "gite-du-lac", "un secret pour SFTP"
KNOCKS: list[str] = []
"""The passwords that were shown to the machine reached by SFTP."""


@pytest.fixture
def manager(town: Town, tmp_path: Path):  # noqa: F811
    """A lodging on Booking.com, which has been given its address."""
    with cs.open(str(tmp_path / "gite.db"), now=town.now, allow_private_addresses=True, environ={}) as made:
        made.link(made.add_unit("Gîte du Lac"), "booking", feed=town.url("booking"))
        made.sync()
        yield made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that somebody serves."""
    made = tmp_path / "served"
    made.mkdir()
    return made


def lying(folder: Path) -> dict[str, str]:
    """What lies in a folder, by its name."""
    return {path.name: path.read_text() for path in folder.iterdir()}


def name_of(manager: Manager) -> str:
    """The name under which Booking.com's calendar is to lie."""
    return manager.feed_url(UNIT, "booking").reveal().rpartition("/")[2]


def test_the_calendar_lies_under_the_name_of_its_address(manager: Manager, folder: Path) -> None:
    """What lies there is the calendar as it would be served, with a line that says which revision it is."""
    (one,) = lay_out(manager, shelf_at(str(folder)), manager.time())
    assert (one.listing, one.at, one.failure) == ("booking", manager.time(), None)
    (body,) = lying(folder).values()
    assert list(lying(folder)) == [name_of(manager)]
    assert "\nX-CHANNELSYNC-REVISION:" in body
    served = manager.feed(UNIT, "booking").splitlines()
    assert [line for line in body.splitlines() if not line.startswith("X-CHANNELSYNC")] == served


def test_a_change_replaces_what_lies_there(manager: Manager, town: Town, folder: Path) -> None:  # noqa: F811
    """A closing is laid out as soon as it is stored; what has not changed is not written again."""
    shelf = shelf_at(str(folder))
    lay_out(manager, shelf, manager.time())
    before = (folder / name_of(manager)).stat().st_mtime_ns
    lay_out(manager, shelf, manager.time())
    assert (folder / name_of(manager)).stat().st_mtime_ns == before
    town.time += timedelta(minutes=5)
    manager.block(UNIT, cs.Stay.parse("2027-04-01/2027-04-05"), category="personal")
    lay_out(manager, shelf, manager.time())
    assert "20270401" in lying(folder)[name_of(manager)]


def test_an_older_calendar_never_replaces_a_newer_one(
    manager: Manager,
    town: Town,  # noqa: F811
    folder: Path,
    tmp_path: Path,
) -> None:
    """A database of yesterday leaves alone what today's has laid out, says so, and goes on once it is ahead."""
    phrase = set_up(manager, manager.time())
    shelf, place = shelf_at(str(folder)), place_at(str(tmp_path))
    report = back_up(manager, place, manager.time())
    town.time += timedelta(hours=1)
    manager.block(UNIT, cs.Stay.parse("2027-04-01/2027-04-05"), category="personal")
    lay_out(manager, shelf, manager.time())
    newer = lying(folder)
    with cs.open(str(tmp_path / "older.db"), now=town.now, allow_private_addresses=True, environ={}) as older:
        with opened(report.name, place) as file:
            restore(older, file, phrase, older.time())
        assert lay_out(older, shelf, older.time()) == ()  # it owes looks, so nothing is in force
        older.sync(everything=True)
        (one,) = lay_out(older, shelf, older.time())
        assert one.at is None
        assert "newer" in (one.failure or "")
        assert lying(folder) == newer
        town.time += timedelta(hours=1)
        older.block(UNIT, cs.Stay.parse("2027-05-01/2027-05-03"), category="personal")
        (one,) = lay_out(older, shelf, older.time())
        assert one.at == older.time()


def test_a_clock_that_was_ahead_keeps_no_closing_back(manager: Manager, town: Town, folder: Path) -> None:  # noqa: F811
    """What this installation laid itself is replaced by its next calendar, also where the clock was set back since."""
    shelf = shelf_at(str(folder))
    town.time += timedelta(days=300)
    manager.block(UNIT, cs.Stay.parse("2028-04-01/2028-04-05"), category="personal")
    lay_out(manager, shelf, manager.time())
    town.time -= timedelta(days=300)
    manager.block(UNIT, cs.Stay.parse("2027-05-01/2027-05-03"), category="personal")
    lay_out(manager, shelf, manager.time())
    assert "20270501" in lying(folder)[name_of(manager)]


class Slow:
    """A shelf on which somebody else's work comes between our reading and our laying."""

    label = "slow"

    def __init__(self, real: Shelf, meanwhile: Callable[[], object]) -> None:
        self._real, self._meanwhile = real, [meanwhile]

    def read(self, name: str) -> bytes | None:
        """Read."""
        return self._real.read(name)

    def lay(self, name: str, content: bytes) -> None:
        """Let the other come first."""
        if self._meanwhile:
            self._meanwhile.pop()()
        self._real.lay(name, content)

    def drop(self, name: str) -> None:
        """Drop."""
        self._real.drop(name)


def test_a_worker_that_was_held_up_opens_nothing_for_long(manager: Manager, town: Town, folder: Path) -> None:  # noqa: F811
    """Where an older calendar came over a newer one after all, the shelf is read again soon, and that is mended."""
    shelf = shelf_at(str(folder))
    lay_out(manager, shelf, manager.time())
    manager.block(UNIT, cs.Stay.parse("2027-04-01/2027-04-05"), category="personal")

    def other() -> None:
        town.time += timedelta(minutes=1)
        manager.block(UNIT, cs.Stay.parse("2027-05-01/2027-05-05"), category="personal")
        lay_out(manager, shelf, manager.time())

    town.time += timedelta(minutes=1)
    lay_out(manager, Slow(shelf, other), manager.time())
    town.time += timedelta(minutes=15)
    lay_out(manager, shelf, manager.time())
    assert "20270501" in lying(folder)[name_of(manager)]


def test_a_shelf_that_was_emptied_is_filled_again(manager: Manager, town: Town, folder: Path) -> None:  # noqa: F811
    """What was noted is not believed for ever: a folder may be put back, or lost."""
    shelf = shelf_at(str(folder))
    lay_out(manager, shelf, manager.time())
    (folder / name_of(manager)).unlink()
    town.time += timedelta(minutes=15)
    (one,) = lay_out(manager, shelf, manager.time())
    assert one.at == town.time
    assert list(lying(folder)) == [name_of(manager)]


@pytest.mark.parametrize("removed", [True, False])
def test_an_owner_who_leaves_leaves_no_name(manager: Manager, town: Town, folder: Path, removed: bool) -> None:  # noqa: F811
    """Until the last night is over a calendar without a name stays there, none where ours are removed; then nothing."""
    shelf = shelf_at(str(folder))
    manager.block(UNIT, cs.Stay.parse("2027-04-01/2027-04-05"), category="personal")
    lay_out(manager, shelf, manager.time())
    manager.delete_owner(manager.owners()[0].id, calendars_removed=removed)
    lay_out(manager, shelf, manager.time())
    left = list(lying(folder).values())
    assert [("20270401" in one, "Gîte" in one) for one in left] == ([] if removed else [(True, False)])
    town.time += timedelta(days=500)
    lay_out(manager, shelf, manager.time())
    assert not lying(folder)


def test_a_damaged_lodging_keeps_no_other_back(
    manager: Manager,
    town: Town,  # noqa: F811
    folder: Path,
    tmp_path: Path,
) -> None:
    """What one lodging's row has suffered is told; the others' closings are laid, and nothing is taken away."""
    other = manager.add_unit("Mas")
    manager.link(other, "greengo", feed=town.url("greengo"))
    manager.sync()
    shelf = shelf_at(str(folder))
    lay_out(manager, shelf, manager.time())
    names = set(lying(folder))
    manager.block(other, cs.Stay.parse("2027-04-01/2027-04-05"), category="personal")
    with closing(sqlite3.connect(tmp_path / "gite.db")) as raw, raw:
        first = (manager.units()[0].id,)
        raw.execute('UPDATE listings SET memory = \'{"v": 1, "echo": 7}\' WHERE unit_id = ?', first)
        raw.execute("UPDATE units SET version = 'x' WHERE id = ?", first)
    with (
        cs.open(str(tmp_path / "gite.db"), now=town.now, allow_private_addresses=True, environ={}) as again,
        pytest.raises(ChannelSyncError),
    ):
        lay_out(again, shelf, again.time())
    assert set(lying(folder)) == names
    assert any("20270401" in one for one in lying(folder).values())


def test_a_shelf_that_is_away_is_told_and_tried_again(manager: Manager, folder: Path) -> None:
    """What could not be laid is said to be missing, and lies there as soon as that can be."""
    shelf = shelf_at(str(folder))
    folder.rename(folder.with_name("away"))
    (one,) = lay_out(manager, shelf, manager.time())
    assert (one.at, "cannot" in (one.failure or "") or "no calendar" in (one.failure or "")) == (None, True)
    folder.with_name("away").rename(folder)
    (one,) = lay_out(manager, shelf, manager.time())
    assert one.at is not None


def notices(manager: Manager, *kinds: str) -> list[str]:
    """What the owner was told of these kinds, or of the shelf, the latest last."""
    with manager.ledger.reading() as tx:
        return [one.kind for one in reversed(tx.notices()) if one.kind in (kinds or {"not_laid", "laid_again"})]


@pytest.mark.parametrize("laid", [True, False])
def test_nobody_is_said_not_to_read_what_is_laid(town: Town, folder: Path, tmp_path: Path, laid: bool) -> None:  # noqa: F811
    """A platform that may well have read is not told as silent; nights that are not proven closed are, as ever."""
    environ = {"CHANNELSYNC_PUBLISH": str(folder)} if laid else {}
    with cs.open(str(tmp_path / "g.db"), now=town.now, allow_private_addresses=True, environ=environ) as manager:
        manager.link(manager.add_unit("Gîte du Lac"), "booking", feed=town.url("booking"))
        manager.sync()
        manager.block(UNIT, cs.Stay.parse("2027-04-01/2027-04-05"), category="personal")
        town.time += timedelta(days=3)
        manager.sync()
        assert notices(manager, "not_read", "exposed") == ["exposed"] if laid else ["exposed", "not_read"]


def test_a_shelf_that_stays_away_is_told_to_the_owner(manager: Manager, town: Town, folder: Path) -> None:  # noqa: F811
    """Once it has lasted a quarter of an hour, again each day, and when all is well; a short absence is no news."""
    shelf, away = shelf_at(str(folder)), folder.with_name("away")

    def after(**time: float) -> list[str]:
        town.time += timedelta(**time)
        lay_out(manager, shelf, manager.time())
        return notices(manager)

    folder.rename(away)
    assert after(minutes=1) == []
    assert after(minutes=14) == []
    away.rename(folder)
    assert after(minutes=1) == []
    folder.rename(away)
    assert after(minutes=11) == []  # what was found there is believed for a while, so the trouble begins here
    assert after(minutes=15) == after(minutes=1) == after(hours=12) == ["not_laid"]
    assert after(hours=12) == after(hours=23) == ["not_laid", "not_laid"]
    with manager.ledger.reading() as tx:
        assert unlaid(tx, manager.time()) == 1
        assert unlaid(tx, manager.time() + timedelta(days=1)) == 0  # publishing was given up
    away.rename(folder)
    assert after(minutes=1) == after(hours=1) == ["not_laid", "not_laid", "laid_again"]
    with manager.ledger.reading() as tx:
        assert unlaid(tx, manager.time()) == 0


def test_an_address_that_cannot_be_opened_is_told_as_well(
    manager: Manager,
    town: Town,  # noqa: F811
    folder: Path,
    tmp_path: Path,
) -> None:
    """A lodging whose calendars fail before they come to the shelf is missing there like any other."""
    shelf = shelf_at(str(folder))
    manager.feed_url(UNIT, "booking")
    with closing(sqlite3.connect(tmp_path / "gite.db")) as raw, raw:
        raw.execute("UPDATE secrets SET envelope = x'00' WHERE kind = 'calendar'")
    for _ in range(2):
        with pytest.raises(ChannelSyncError):
            lay_out(manager, shelf, manager.time())
        town.time += timedelta(minutes=20)
    assert notices(manager) == ["not_laid"]


def test_what_lasts_is_logged_once(manager: Manager, folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Every calendar is tried again within seconds; the same failure is one line in the log."""
    folder.rename(folder.with_name("away"))
    for _ in range(3):
        lay_out(manager, shelf_at(str(folder)), manager.time())
    assert [one.levelname for one in caplog.records if "is not laid out" in one.message] == ["ERROR"]


def test_an_address_that_is_cut_is_taken_away(manager: Manager, folder: Path) -> None:
    """A replaced address lies there beside the new one, until it is cut: then its file goes."""
    shelf = shelf_at(str(folder))
    lay_out(manager, shelf, manager.time())
    first = name_of(manager)
    manager.rotate_feed_url(UNIT, "booking")
    lay_out(manager, shelf, manager.time())
    assert set(lying(folder)) == {first, name_of(manager)}
    manager.cut_feed_url(UNIT, "booking")
    lay_out(manager, shelf, manager.time())
    assert set(lying(folder)) == {name_of(manager)}


def test_an_unlinked_listing_closes_nothing_any_more(manager: Manager, folder: Path) -> None:
    """Its calendar is laid out empty, as it would be served, until the owner says that it is removed there."""
    shelf, name = shelf_at(str(folder)), name_of(manager)
    manager.block(UNIT, cs.Stay.parse("2027-04-01/2027-04-05"), category="personal")
    lay_out(manager, shelf, manager.time())
    manager.unlink(UNIT, "booking")
    lay_out(manager, shelf, manager.time())
    assert "BEGIN:VEVENT" not in lying(folder)[name]
    manager.link_removed(UNIT, "booking")
    lay_out(manager, shelf, manager.time())
    assert lying(folder) == {}


def test_nothing_is_proven(manager: Manager, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What lies there is told as laid, reading unknown; its nights stay shown as exposed."""
    manager.block(UNIT, cs.Stay.parse("2027-04-01/2027-04-05"), category="personal")
    lay_out(manager, shelf_at(str(folder)), manager.time())
    assert [one.listing for one in manager.exposed(UNIT)] == ["booking"]
    monkeypatch.setenv("CHANNELSYNC_PUBLISH", str(folder))
    told = run("--db", tmp_path / "gite.db", "--now", manager.time().isoformat(), "publish")
    assert (told.code, "posé le" in told.out, "lecture inconnue" in told.out) == (0, True, True)
    checked = run("--db", tmp_path / "gite.db", "--now", manager.time().isoformat(), "--json", "doctor")
    assert any("lecture inconnue" in one["found"] for one in checked.document["checks"])


def test_whoever_synchronises_lays_out_as_well(
    manager: Manager, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`sync` and the worker lay out what is in force, and say where they cannot; a timer or the worker is enough."""
    place, now = str(tmp_path / "gite.db"), manager.time()
    monkeypatch.setenv("CHANNELSYNC_PUBLISH", str(folder / "away"))
    failed = run("--db", place, "--now", now.isoformat(), "--allow-private-addresses", "--json", "sync")
    assert (failed.code, "pas posé" in failed.err) == (1, True)
    with composed(place, now=lambda: now, environ={"CHANNELSYNC_PUBLISH": str(folder)}) as parts:
        assert "shelf" in parts.duties.run_due()
    assert list(lying(folder)) == [name_of(manager)]
    monkeypatch.setenv("CHANNELSYNC_PUBLISH", str(folder))
    (folder / name_of(manager)).unlink()
    manager.block(UNIT, cs.Stay.parse("2027-04-01/2027-04-05"), category="personal")
    run("--db", place, "--now", now.isoformat(), "--allow-private-addresses", "sync")
    assert "20270401" in lying(folder)[name_of(manager)]


@contextmanager
def sftp_server(root: Path, key: asyncssh.SSHKey) -> Iterator[int]:
    """A machine that lets in whoever has the password, and sees a folder as its root."""
    loop, ready, found = asyncio.new_event_loop(), threading.Event(), []

    class Door(asyncssh.SSHServer):
        """Asks for a password."""

        def password_auth_supported(self) -> bool:
            return True

        def validate_password(self, username: str, password: str) -> bool:
            KNOCKS.append(password)
            return password == PASSWORD

    class Files(asyncssh.SFTPServer):
        """Shows the folder."""

        def __init__(self, chan: asyncssh.SSHServerChannel) -> None:
            super().__init__(chan, chroot=str(root))

    async def serve() -> None:
        server = await asyncssh.listen("127.0.0.1", 0, server_factory=Door, server_host_keys=[key], sftp_factory=Files)
        found.append(server)
        ready.set()

    def main() -> None:
        loop.run_until_complete(serve())
        loop.run_forever()

    thread = threading.Thread(target=main)
    thread.start()
    assert ready.wait(20)
    try:
        yield found[0].get_port()
    finally:

        async def over() -> None:
            found[0].close()
            await found[0].wait_closed()

        asyncio.run_coroutine_threadsafe(over(), loop).result(20)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(20)
        loop.close()


@pytest.fixture
def known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[bool], str]]:
    """Gives the address of a machine reached by SFTP, known by its key or not."""
    key = asyncssh.generate_private_key("ssh-ed25519")
    (tmp_path / "root/calendars").mkdir(parents=True)
    (tmp_path / ".ssh").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path))
    with sftp_server(tmp_path / "root", key) as port:

        def address(trusted: bool) -> str:
            line = f"[127.0.0.1]:{port} {key.export_public_key().decode()}" if trusted else ""
            (tmp_path / ".ssh/known_hosts").write_text(line)
            return f"sftp://gite:{PASSWORD.replace(' ', '%20')}@127.0.0.1:{port}/calendars"

        yield address


def test_a_machine_that_lets_nobody_in_is_left_alone(known: Callable[[bool], str]) -> None:
    """A wrong password is not shown again and again, or the machine shuts us out; it is asked again after a while."""
    ticks = [0.0]
    there = evolve(Sftp.parse(known(True).replace("un%20secret", "autre"), "X"), clock=lambda: ticks[0])
    right = Sftp.parse(known(True), "X")
    asked: list[float] = []
    for second in range(0, 3600, 10):
        ticks[0] = float(second)
        attempts = len(KNOCKS)
        with pytest.raises(BackupError, match="lets nobody in"):
            there.names()
        asked += [ticks[0]] * (len(KNOCKS) > attempts)
    assert asked == [0, 60, 180, 420, 900, 1500, 2100, 2700, 3300]
    assert right.read("nothing.ics", 100) is right.read("nothing.ics", 100) is None


def test_by_sftp(
    manager: Manager,
    town: Town,  # noqa: F811
    tmp_path: Path,
    known: Callable[[bool], str],
) -> None:
    """A folder of another machine holds calendars, and backups; a machine that nobody knows is not spoken to."""
    place = tmp_path / "root/calendars"
    (one,) = lay_out(manager, shelf_at(known(False)), manager.time())
    assert (one.at, "not known by its key" in (one.failure or "")) == (None, True)
    for stay in ("2027-04-01/2027-04-05", "2027-05-01/2027-05-05"):  # the second time over what lies there
        (one,) = lay_out(manager, shelf_at(known(True)), manager.time())
        assert one.at is not None
        manager.block(UNIT, cs.Stay.parse(stay), category="personal")
    assert list(lying(place)) == [name_of(manager)]
    phrase, backups = set_up(manager, manager.time()), place_at(known(True))
    report = back_up(manager, backups, manager.time())
    assert backups.names() == (report.name,)
    town.time += timedelta(minutes=1)
    with (
        cs.open(str(tmp_path / "back.db"), now=town.now, environ={}) as back,
        opened(None, backups) as file,
    ):
        assert restore(back, file, phrase, back.time()).units == ("Gîte du Lac",)
    backups.drop(report.name)
    assert backups.names() == ()
    wrong = place_at(known(True).replace("un%20secret", "autre"))
    with pytest.raises(BackupError, match="lets nobody in") as refused:
        wrong.names()
    assert "autre" not in str(refused.value)


def test_in_a_container(manager: Manager, azurite: str) -> None:  # noqa: F811
    """A container of Azure Blob Storage holds calendars by their names, with the type that platforms expect."""
    from azure.storage.blob import BlobServiceClient

    from tests.integration.test_azure_backup import ACCOUNT, KEY

    service = BlobServiceClient(azurite, {"account_name": ACCOUNT, "account_key": KEY})
    service.create_container("calendars")
    address = f"{azurite}/calendars?{signature('calendars', 'rwdl')}"
    shelf = shelf_at(address)
    (one,) = lay_out(manager, shelf, manager.time())
    assert one.at is not None
    blob = service.get_blob_client("calendars", name_of(manager))
    assert blob.get_blob_properties().content_settings.content_type == "text/calendar; charset=utf-8"
    manager.cut_feed_url(UNIT, "booking")
    lay_out(manager, shelf, manager.time())
    assert list(service.get_container_client("calendars").list_blob_names()) == [name_of(manager)]
    service.delete_container("calendars")
    manager.block(UNIT, cs.Stay.parse("2027-04-01/2027-04-05"), category="personal")
    (one,) = lay_out(manager, shelf, manager.time())
    assert (one.at, "sig=" in (one.failure or "sig=")) == (None, False)
