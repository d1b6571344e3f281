"""What can be wrong outside of the program: one clear line, exit code 2, nothing half done, and no secret told.

Every refusal is checked for its form by `Ran.refused`; every command in this folder is checked for the private links.
"""

from __future__ import annotations

import os
import resource
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from channelsync.vault import new_key
from tests.e2e.command import EXECUTABLE, Command, here
from tests.e2e.platforms import MEASURED, SECRET, Event, airbnb, booking, closed, greengo, nights

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)
NOW = ["--now", NOON.isoformat()]


# --- calendars that are none ------------------------------------------------------------------------------------------
BODIES: dict[str, tuple[bytes, str]] = {
    "html": (b"<html><body>Please log in</body></html>", "HTML"),
    "json": (b'{"code": 500}', "JSON"),
    "nothing": (b"", "empty"),
    "bytes": (bytes(range(256)), ""),
    "text": (b"Too many requests\n", "text"),
    "half": (b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n", ""),
    "backwards": (MEASURED["booking"].write([booking("2027-06-13", "2027-06-10")], NOON), "before it starts"),
}


@pytest.mark.parametrize("name", BODIES)
def test_check_says_why_a_file_is_no_calendar(tmp_path: Path, name: str) -> None:
    """A file that is no calendar is unusable, with the reason; the others are read all the same, and the code is 1."""
    body, reason = BODIES[name]
    (tmp_path / "bad.ics").write_bytes(body)
    (tmp_path / "good.ics").write_bytes(MEASURED["booking"].write([booking("2027-06-10", "2027-06-13")], NOON))
    ran = here([*NOW, "--json", "check", f"booking={tmp_path}/good.ics", f"airbnb={tmp_path}/bad.ics"]).done(1)
    good, bad = ran.json["sources"]
    assert good["observation"] == "complete"
    assert bad["observation"] == "unusable"
    assert reason.casefold() in " ".join(bad["problems"]).casefold()
    assert bad["claims"] == []
    assert ran.json["close"]["airbnb"] == [{"arrival": "2027-06-10", "departure": "2027-06-13"}]


@pytest.mark.parametrize("name", BODIES)
def test_link_refuses_what_is_no_calendar(command: Command, name: str) -> None:
    """A link that leads to no calendar is refused, and nothing of it is kept."""
    body, _ = BODIES[name]
    command.run("unit", "add", "Gîte du Lac").done()
    command.town["airbnb"].fail(body=body)
    command.run("link", command.unit, "airbnb", "--feed", command.town.url("airbnb")).refused("calendar")
    assert command.json("unit", "show", command.unit)["links"] == []


# --- arguments --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "words, said",
    [
        (["check", "airbnb=none.ics"], "none.ics"),
        (["check", "airbnb=/"], "folder"),
        (["check", "vrbo=none.ics"], "vrbo"),
        (["check", "none.ics"], "CHANNEL=SOURCE"),
        (["check", "airbnb=ftp://example.com/a.ics"], "address"),
        (["check", "airbnb=https://"], "address"),
        (["check", "airbnb=http://127.0.0.1:1/a.ics"], "--allow-private-addresses"),
        (["check", "airbnb=http://localhost:1/a.ics"], "--allow-private-addresses"),
        (["check", "airbnb=http://10.0.0.1/a.ics"], "--allow-private-addresses"),
        (["check", "airbnb=http://[::1]/a.ics"], "--allow-private-addresses"),
        (["check", "airbnb=http://2130706433/a.ics"], ""),
        (["check", "airbnb=http://169.254.169.254/latest/meta-data"], ""),
        (["check", "airbnb=/dev/null"], ""),
        (["check", "airbnb=none.ics", "--timezone", "Mars/Olympus"], "Mars/Olympus"),
        (["unit", "add", "x", "--timezone", "Mars/Olympus"], "Mars/Olympus"),
        (["unit", "add", "x", "--timezone", "../../etc/passwd"], "time zone"),
        (["unit", "add", "x", "--turnover", "-1"], "turnover"),
        (["unit", "add", "  "], "name"),
        (["unit", "add", "Gîte du Lac"], "Gîte du Lac"),
        (["unit", "show", "nowhere"], "nowhere"),
        (["unit"], "--help"),
        ([], "--help"),
        (["frobnicate"], "frobnicate"),
        (["sync", "nowhere"], "nowhere"),
        (["link", "gite-du-lac", "vrbo", "--feed", "https://example.com/a.ics"], "vrbo"),
        (["link", "nowhere", "airbnb", "--feed", "https://example.com/a.ics"], "nowhere"),
        (["link", "gite-du-lac", "airbnb"], "--feed"),
        (["link", "gite-du-lac", "airbnb", "--feed", "my calendar"], "https://"),
        (["link", "gite-du-lac", "airbnb", "--feed", "/tmp/a.ics"], "https://"),
        (["feed", "gite-du-lac", "airbnb"], "airbnb"),
        (["feed", "gite-du-lac", "vrbo"], "vrbo"),
        (["unlink", "gite-du-lac", "airbnb"], "airbnb"),
        (["relink", "gite-du-lac", "airbnb", "--feed", "https://example.com/a.ics"], "airbnb"),
        (["unit", "retire", "nowhere"], "nowhere"),
        (["owner", "export", "nobody", "a.zip"], "nobody"),
        (["owner", "delete", "nobody"], "--yes"),
        (["owner", "delete", "nobody", "--yes"], "nobody"),
        (["confirm", "gite-du-lac", "airbnb"], "airbnb"),
        (["block", "gite-du-lac", "2027-06-10"], "ARRIVAL/DEPARTURE"),
        (["block", "gite-du-lac", "2027-06-10/2027-06-10"], "not after"),
        (["block", "gite-du-lac", "2027-06-13/2027-06-10"], "not after"),
        (["reserve", "gite-du-lac", "2027-06-13/2027-06-10"], "not after"),
        (["block", "gite-du-lac", "2027-02-30/2027-03-02"], "not a stay"),
        (["block", "gite-du-lac", "2026-06-10/2026-06-13"], "over"),
        (["block", "gite-du-lac", "2027-06-10/2027-06-13", "--category", "fun"], "personal"),
        (["reserve", "gite-du-lac", "2027-06-10/2027-06-13", "--channel", "vrbo"], "vrbo"),
        (["unblock", "nothing"], "nothing"),
        (["cancel", "nothing"], "nothing"),
        (["dismiss", "nothing"], ""),
        (["takeover", "gite-du-lac", "--answer", "nothing=mine"], "nothing"),
        (["takeover", "gite-du-lac", "--answer", "nothing"], "ID=ANSWER"),
        (["explain", "gite-du-lac", "12/06/2027"], "YYYY-MM-DD"),
        (["explain", "gite-du-lac", "2027-06-12", "airbnb"], "airbnb"),
        (["log", "--since", "yesterday"], "yesterday"),
        (["replay", "airbnb=none.jsonl"], "none.jsonl"),
        (["--now", "soon", "status"], "soon"),
        (["calendar", "gite-du-lac", "--month", "juin"], "juin"),
    ],
    ids=lambda value: " ".join(value)[:60] if isinstance(value, list) else "",
)
def test_wrong_use(tmp_path: Path, words: list[str], said: str) -> None:
    """Each wrong use is refused in one line that names what was wrong; the database is as before."""
    db = tmp_path / "gite.db"
    here([*NOW, "--db", str(db), "unit", "add", "Gîte du Lac"]).done()
    before = _content(db)
    here([*NOW, "--db", str(db), "--json", *words]).refused(said)
    assert _content(db) == before


def _content(db: Path) -> list[str]:
    """Everything that a database holds."""
    with closing(sqlite3.connect(db)) as connection:
        return list(connection.iterdump())


# --- links that make no sense -----------------------------------------------------------------------------------------
def test_broken_links_are_refused(command: Command) -> None:
    """F2.3: twice, two of one platform, one listing on two units, the wrong way round, our own calendar."""
    town = command.town
    town["airbnb"].show(airbnb("2027-06-10", "2027-06-13"))
    command.linked("airbnb").sync()
    command.run("unit", "add", "Autre gîte").done()
    command.run("link", command.unit, "airbnb", "--feed", town.url("airbnb")).refused("already")
    command.run("link", "autre-gite", "airbnb", "--feed", town.url("airbnb")).refused("Gîte du Lac")
    town.calendars["airbnb2"] = town["airbnb"]
    command.run("link", command.unit, "airbnb", "--feed", town.url("airbnb2")).refused("already has a listing")
    command.run("link", command.unit, "booking", "--feed", town.url("airbnb2")).refused("Airbnb", "Booking.com")
    command.run("link", "autre-gite", "airbnb", "--feed", town.url("booking")).refused("Airbnb", "Booking.com")
    ours = command.run("feed", command.unit, "airbnb").out.encode()
    command.run("block", command.unit, "2027-08-01/2027-08-03").done()
    full = command.run("feed", command.unit, "airbnb").out.encode()
    for body in (ours, full):
        town["greengo"].fail(body=body)
        command.run("link", command.unit, "greengo", "--feed", town.url("greengo")).refused("publish")
    assert len(command.json("unit", "show", command.unit)["links"]) == 1
    assert command.json("unit", "show", "autre-gite")["links"] == []


def test_calendars_that_contradict_each_other_are_flagged(command: Command) -> None:
    """F2.3: a calendar whose stays overlap most of another one's is linked, and said to be odd."""
    town = command.town
    weeks = ["2027-06-01", "2027-06-11", "2027-06-21", "2027-07-01"]
    town["airbnb"].show(*(airbnb(day, f"{day[:-1]}8", day) for day in weeks))
    town.calendars["other"] = type(town["airbnb"])(MEASURED["airbnb"])
    command.linked("airbnb").sync()
    town["other"].show(*(Event(day[:-1] + "3", day[:-1] + "9", f"g{day}", "Reserved") for day in weeks))
    ran = command.run("--json", "check", f"airbnb={town.url('airbnb')}", f"airbnb={town.url('other')}").done(1)
    assert any("overlap" in problem for source in ran.json["sources"] for problem in source["problems"])
    command.run("unit", "add", "Autre gîte").done()
    town["other"].show(*town["airbnb"].events)
    linked = command.json("link", "autre-gite", "airbnb", "--feed", town.url("other"))
    assert any("Gîte du Lac" in problem for problem in linked["problems"])


# --- the network ------------------------------------------------------------------------------------------------------
def test_private_addresses_are_refused_without_the_word(command: Command) -> None:
    """Loopback and private addresses are fetched only when the owner says so: linking, looking, in `check`."""
    command.run("unit", "add", "Gîte du Lac").done()
    url = command.town.url("airbnb")
    command.run("link", command.unit, "airbnb", "--feed", url, private=False).refused("loopback", "--allow-private")
    command.run("check", f"airbnb={url}", private=False).refused("loopback", "--allow-private")
    assert command.town["airbnb"].reads == 0
    command.run("link", command.unit, "airbnb", "--feed", url).done()
    reads = command.town["airbnb"].reads
    ran = command.run("--json", "sync", "--all", private=False).done(1)
    assert command.town["airbnb"].reads == reads
    assert ran.json["looks"][0]["observation"] == "unusable"


@pytest.mark.parametrize(
    "target", ["http://169.254.169.254/latest/meta-data", "file:///etc/passwd", "ftp://127.0.0.1/x"]
)
def test_a_redirect_elsewhere_opens_nothing(command: Command, target: str) -> None:
    """A redirect to the machine's own data, a file or another protocol is a look at nothing."""
    command.town["airbnb"].show(airbnb("2027-06-10", "2027-06-13"))
    command.linked("airbnb", "booking").sync()
    command.town["airbnb"].fail(status=302, location=target)
    command.later(minutes=15)
    report = command.json("sync", "--all", codes=(1,))
    assert report["looks"][0]["observation"] == "unusable"
    assert command.closed("booking") == nights("2027-06-10", "2027-06-13")


def test_no_secret_is_told_or_kept_in_clear(command: Command) -> None:
    """No link stands in clear in the database, whatever went wrong; nothing that is told holds it (see `here`)."""
    command.linked().sync()
    for fault in (
        {"status": 500},
        {"status": 404},
        {"body": b"<html>"},
        {"status": 302, "location": f"http://127.0.0.1:1/{SECRET}"},
    ):
        for channel in ("airbnb", "booking", "greengo"):
            command.town[channel].fail(**fault)
        command.later(hours=1)
        command.run("sync", "--all").done(0, 1)
        command.run("--json", "sync", "--all").done(0, 1)
    for words in (
        ["status"],
        ["log"],
        ["unit", "show", command.unit],
        ["exposed"],
        ["takeover", command.unit],
        ["doctor"],
    ):
        command.run(*words).done(0, 1)
        command.run("--json", *words).done(0, 1)
    files = [path for path in command.folder.rglob("*") if path.is_file()]
    assert {path.name for path in files} >= {"gite.db", "gite.db.key"}
    for path in files:
        content = path.read_bytes()
        assert SECRET.encode() not in content, path
        assert b"/airbnb/" not in content, path
    assert (command.folder / "gite.db.key").stat().st_mode & 0o077 == 0


# --- the machine ------------------------------------------------------------------------------------------------------
def test_a_locked_database(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """While another program holds the database, a command waits a little, then says so; afterwards all is as before."""
    monkeypatch.setattr("channelsync.ledger.opening._BUSY_MILLISECONDS", 300)  # the ledger's own tests wait in full
    command.linked("airbnb")
    with closing(sqlite3.connect(command.db)) as other:
        other.execute("BEGIN EXCLUSIVE")
        command.run("sync", "--all").refused("locked")
        other.rollback()
    command.run("sync", "--all").done()


def test_a_newer_and_a_foreign_database(command: Command) -> None:
    """A database of a newer version, of another program, or no database at all is left alone."""
    command.linked("airbnb")
    with closing(sqlite3.connect(command.db)) as other:
        other.execute("UPDATE alembic_version SET version_num = '9999'")
        other.commit()
    command.run("sync").refused("newer")
    junk = command.folder / "junk.db"
    junk.write_bytes(b"not a database, whatever its name says " * 100)
    here(["--db", str(junk), "status"]).refused("junk.db")
    assert junk.read_bytes().startswith(b"not a database")
    with closing(sqlite3.connect(command.folder / "other.db")) as other:
        other.execute("CREATE TABLE songs (title)")
        other.commit()
    here(["--db", str(command.folder / "other.db"), "status"]).refused("another program")
    here(["--db", str(command.folder), "status"]).refused("folder")
    here(["--db", str(command.folder / "no" / "x.db"), "status"]).refused("does not exist")
    here(["--db", "postgresql://me:pa55word@127.0.0.1:1/x", "status"]).refused("does not answer")


def test_a_missing_or_another_key(command: Command) -> None:
    """Without its key the links cannot be read: no new one is made in its place, and nothing is forgotten."""
    command.town["airbnb"].show(airbnb("2027-06-10", "2027-06-13"))
    command.linked("airbnb", "booking").sync()
    key = command.folder / "gite.db.key"
    kept = key.read_bytes()
    key.unlink()
    command.run("sync", "--all").refused("gite.db.key", "missing")
    command.run("unit", "add", "Autre").done()
    command.run("link", "autre", "airbnb", "--feed", command.town.url("greengo")).refused("missing")
    assert not key.exists()
    key.touch(0o600)
    for wrong in ("nonsense", new_key()):
        key.write_text(wrong)
        command.run("sync", "--all").refused("key")
    key.write_bytes(kept)
    command.run("sync", "--all").done()
    assert command.closed("booking") == nights("2027-06-10", "2027-06-13")


@contextmanager
def small_disk(folder: Path):
    """A disk of 1.5 MB."""
    folder.mkdir()
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1500k", "tmpfs", str(folder)], capture_output=True, check=False
    ).returncode:
        pytest.skip("this user may not mount a small disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk(command: Command) -> None:
    """On a full disk a command says so, and what was stored before is whole."""
    with small_disk(command.folder / "disk") as disk:
        there = Command(disk, command.town)
        there.town["airbnb"].show(airbnb("2027-06-10", "2027-06-13"))
        there.linked("airbnb", "booking").sync()
        filler = disk / "filler"
        with suppress(OSError), filler.open("wb", buffering=0) as file:
            while True:
                file.write(b"x" * 512)
        there.town["booking"].show(booking("2027-07-01", "2027-07-08"))
        there.later(minutes=15)
        there.run("sync", "--all").refused("disk")
        there.run("block", there.unit, "2027-08-01/2027-08-03").refused("disk")
        here(["--db", str(disk / "new.db"), "unit", "add", "x"]).refused("disk")
        here([*NOW, "check", f"airbnb={_calendar(command.folder)}", "--out", str(disk)]).refused("disk")
        assert list(disk.glob("for-*")) == []
        filler.unlink()
        assert there.closed("booking") == nights("2027-06-10", "2027-06-13")
        there.run("sync", "--all").done()
        assert there.closed("airbnb") == nights("2027-07-01", "2027-07-08")


def _calendar(folder: Path) -> Path:
    path = folder / "a.ics"
    path.write_bytes(MEASURED["airbnb"].write([airbnb("2027-06-10", "2027-06-13")], NOON))
    return path


def test_a_limit_on_the_size_of_files(command: Command) -> None:
    """A limit on file sizes is the machine's too: one line, and the database stays whole."""
    command.linked("airbnb").sync()

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))

    ran = subprocess.run(
        [str(EXECUTABLE), *command.arguments("unit", "add", "x" * 80)],
        preexec_fn=limited,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},  # Python's own cache would be cut short, and stay so
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 2, (ran.stdout, ran.stderr)
    assert ran.stderr.count("\n") == 1
    command.run("sync", "--all").done()


def test_out_cannot_be_written(tmp_path: Path) -> None:
    """An `--out` that is a file, or lies where nothing can be made, is refused before anything is written."""
    calendar = _calendar(tmp_path)
    here([*NOW, "check", f"airbnb={calendar}", "--out", str(calendar)]).refused("--out")
    here([*NOW, "check", f"airbnb={calendar}", "--out", "/proc/nowhere"]).refused("--out")
    ran = here([*NOW, "check", f"airbnb={calendar}", f"booking={calendar}", "--out", str(tmp_path / "out")])
    assert ran.code in {0, 1}
    assert closed((tmp_path / "out" / "for-booking.ics").read_bytes().decode()) == nights("2027-06-10", "2027-06-13")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    """A read-only folder is refused, for the database and for `--out`."""
    calendar = _calendar(tmp_path)
    shut = tmp_path / "shut"
    shut.mkdir(0o555)
    here(["--db", str(shut / "x.db"), "unit", "add", "x"]).refused("x.db")
    here([*NOW, "check", f"airbnb={calendar}", "--out", str(shut)]).refused("--out")


def test_a_disk_mounted_read_only(command: Command) -> None:
    """The same on a disk that is read-only, which holds for every user."""
    with small_disk(command.folder / "disk") as disk:
        there = Command(disk, command.town)
        there.linked("airbnb")
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        there.run("sync", "--all").refused("gite.db")
        here(["--db", str(disk / "new.db"), "unit", "add", "x"]).refused("new.db")
        here([*NOW, "check", f"airbnb={_calendar(command.folder)}", "--out", str(disk)]).refused("--out")
        here([*NOW, "check", f"airbnb={_calendar(command.folder)}", "--out", str(disk / "out")]).refused("--out")


def test_the_other_names_of_a_unit(start: Callable[..., Command]) -> None:
    """A unit answers to its name, its slug and its id, in any case and any composition of accents."""
    command = start()
    command.town["greengo"].show(greengo("2027-06-10", "2027-06-13"))
    made = command.json("unit", "add", "L’Écrin — Été n° 2")
    for name in (made["name"], made["slug"], made["id"], made["name"].upper()):
        assert command.json("unit", "show", name)["id"] == made["id"]
    bare = command.json("unit", "add", "🏡")
    assert command.json("unit", "show", "🏡")["id"] == bare["id"]
    assert command.json("unit", "show", bare["id"])["id"] == bare["id"]
