"""A lodging run from the command line against calendars on loopback: link, look, close, prove, take over, explain."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

import channelsync as cs
from channelsync.service.indicators import alive
from tests.contract.command import House, airbnb, booking, greengo, refused, run, runs, served

UNIT = "gite-du-lac"
LATER = ("2026-11-22T10:20:00Z", "2026-11-22T10:40:00Z", "2026-11-22T11:00:00Z", "2026-11-22T11:20:00Z")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A lodging with three listings, none of them read since it was linked."""
    with served() as feeds:
        yield House(tmp_path / "gite.db", feeds).linked()


def test_a_reservation_closes_the_others_and_is_exposed_until_read(house: House) -> None:
    """What one platform takes closes on the others; it is exposed there until each has read its calendar."""
    report = house.document("sync")
    assert {one["channel"] for one in report["looks"]} == {"airbnb", "booking", "greengo"}
    closed = {one["channel"]: runs(one["close"]) for one in report["changes"]}
    assert closed["greengo"] == ["2027-03-15/2027-03-18", "2027-04-10/2027-04-12"]
    assert {one["channel"] for one in report["exposed"]} == {"airbnb", "booking", "greengo"}
    assert "DTSTART;VALUE=DATE:20270315" in house("feed", UNIT, "booking", "--record-fetch").out
    exposed = house.document("exposed")
    assert [one["channel"] for one in exposed] == ["airbnb", "greengo"]
    assert exposed[0]["evidence"] == "recorded"
    assert house("exposed").code == 0  # not past its time yet
    house.now = "2026-11-23T10:00:00Z"
    assert house("exposed").code == 1
    assert "anormalement long" in house("exposed").out


def test_nothing_is_due_twice(house: House) -> None:
    """A listing just read is not read again unless asked."""
    house("sync")
    assert house.document("sync")["looks"] == []
    assert len(house.document("sync", "--all")["looks"]) == 3
    assert len(house.document("sync", UNIT, "--all")["looks"]) == 3


def test_a_cancelled_stay_opens_slowly(house: House) -> None:
    """A vanished reservation is kept at first, and opened once three looks agree over half an hour."""
    stays = ("2027-03-15/2027-03-18", "2027-06-01/2027-06-10")
    house.feeds.put("airbnb.ics", airbnb(*stays))
    house("sync")
    house.feeds.put("airbnb.ics", airbnb(stays[1]))
    kept, opened = [], []
    for house.now in LATER:
        report = house.document("sync", "--all")
        kept += [run for look in report["looks"] for run in runs(look["kept"])]
        opened += [(one["channel"], *runs(one["open"])) for one in report["changes"] if one["open"]]
    assert kept[0] == stays[0]
    assert sorted(opened) == [("booking", stays[0]), ("greengo", stays[0])]


@pytest.mark.parametrize("status, body", [(200, b"<html>"), (500, b""), (200, airbnb()[:60]), (404, b"")])
def test_an_unusable_calendar_opens_nothing(house: House, status: int, body: bytes) -> None:
    """An error is something to act on, changes nothing that is closed, and is told in the owner's language."""
    house("sync")
    before = house("feed", UNIT, "booking").out
    house.feeds.put("airbnb.ics", body, status)
    house.now = LATER[0]
    answer = house("sync", "--all")
    assert answer.code == 1
    assert "illisible" in answer.out
    assert house("feed", UNIT, "booking").out == before
    status_told = house("status")
    assert (status_told.code, "illisible" in status_told.out) == (1, True)
    assert "calendar " not in answer.out + status_told.out + house("doctor").out
    assert house("doctor").code == 1


def test_a_mass_disappearance_waits_for_the_owner(house: House) -> None:
    """A calendar that lost everything frees nothing until the owner confirms."""
    house.feeds.put("airbnb.ics", airbnb("2027-03-15/2027-03-18", "2027-06-01/2027-06-03", "2027-07-01/2027-07-09"))
    house("sync")
    house.feeds.put("airbnb.ics", airbnb())
    house.now = LATER[0]
    assert [one["observation"] for one in house.document("sync", "--all")["looks"]].count("suspect") == 1
    for words in (("sync", "--all"), ("sync",)):  # also while nothing is due
        answer = house(*words)
        assert (answer.code, "Tout est en ordre" in answer.out) == (1, False)
        assert f"channelsync confirm {UNIT} airbnb" in " ".join(answer.out.split())
    assert "douteux" in house("status").out
    assert "20270701" in house("feed", UNIT, "greengo").out
    assert len(house.document("confirm", UNIT, "airbnb")["released"]) == 3
    assert "confirm" not in house("sync").out
    assert "20270701" not in house("feed", UNIT, "greengo").out


def test_a_double_booking_is_told_and_can_be_dismissed(house: House) -> None:
    """A conflict is listed with its unit and id, asks for action, and is quiet once the owner knows it."""
    house("sync")
    house.feeds.put("booking.ics", booking("2027-03-16/2027-03-20"))
    house.now = LATER[0]
    assert house("sync", "--all").code == 1
    (conflict,) = house.document("conflicts")
    assert conflict["unit"] == "Gîte du Lac"
    assert conflict["certainty"] == "probable"
    assert runs(conflict["nights"]) == ["2027-03-16/2027-03-18"]
    assert conflict["id"] in house("conflicts").out
    assert house("dismiss", conflict["id"]).code == 0
    assert house("conflicts").code == 0
    assert house.document("conflicts")[0]["dismissed"] is True
    refused(house("dismiss", "nothing"), "nothing")


def test_blocks_and_reservations_of_the_owner(house: House) -> None:
    """The owner's own nights close everywhere at once, are refused over a guest's, and can be ended."""
    house("sync")
    block = house.document("block", UNIT, "2027-05-01/2027-05-05", "--category", "maintenance", "--note", "toit")
    assert block["category"] == "maintenance"
    assert "20270501" in house("feed", "Gîte du Lac", "airbnb").out
    refused(house("block", UNIT, "2027-03-16/2027-03-17"), "--insist")
    assert house("block", UNIT, "2027-03-16/2027-03-17", "--insist").code == 0
    refused(house("block", UNIT, "2020-03-16/2020-03-17"), "over")
    typed = house.document("reserve", UNIT, "2027-08-01/2027-08-04", "--channel", "booking", "--guest", "Dupont")
    assert "20270801" in house("feed", UNIT, "greengo").out
    assert "20270801" not in house("feed", UNIT, "booking").out
    assert house("unblock", block["id"]).code == 0
    assert "20270501" not in house("feed", UNIT, "airbnb").out
    refused(house("unblock", typed["id"]), "cancel")
    assert house("cancel", typed["id"]).code == 0
    refused(house("cancel", "nothing"), "nothing")


def test_an_order_says_where_it_is_still_to_be_closed(house: House) -> None:
    """Nothing has reached a platform by an order: it is noted, and the listings are named that it waits for."""
    house("sync")
    for channel in ("airbnb", "booking", "greengo"):
        house("feed", UNIT, channel, "--record-fetch")
    text = " ".join(house("block", UNIT, "2027-05-01/2027-05-05").out.split())
    assert "noté ; à fermer sur Airbnb, Booking.com et GreenGo" in text
    assert "channelsync sync" in text
    english = house("--lang", "en", "reserve", UNIT, "2027-08-01/2027-08-04", "--channel", "booking").out
    assert "noted; to be closed on Airbnb and GreenGo" in " ".join(english.split())
    block = next(one for one in house.document("unit", "show", UNIT)["claims"] if one["kind"] == "block")
    house("feed", UNIT, "airbnb", "--record-fetch")
    made = house.document("block", UNIT, "2027-05-02/2027-05-04", "--insist")
    assert made["closing"] == {"airbnb": "fetched", "booking": "recorded", "greengo": "recorded"}
    assert made["opening"] == []
    ended = house.document("unblock", made["id"])  # the other block keeps its nights closed
    assert (ended["unit"], ended["closing"], ended["opening"]) == ("Gîte du Lac", {}, [])
    text = " ".join(house("unblock", block["id"]).out.split())
    assert "fin notée ; à rouvrir sur Airbnb, Booking.com et GreenGo" in text


def test_an_order_is_the_worker_s_where_one_is_alive(house: House) -> None:
    """Who runs a worker is not told to do its work; one that has stopped is not counted on."""
    house("sync")
    now = datetime.fromisoformat(house.now)
    with cs.open(str(house.db)) as manager, manager.ledger.transaction() as tx:
        alive(tx, now)
    assert "Le worker s’en charge" in house("block", UNIT, "2027-05-01/2027-05-03").out
    house.now = (now + timedelta(minutes=10)).isoformat()
    assert "channelsync sync" in house("block", UNIT, "2027-06-01/2027-06-03").out


def test_taking_over_is_a_checklist_with_questions(house: House) -> None:
    """The steps are ticked as they are done, and a copy is asked about and answered by its id."""
    house.feeds.put("booking.ics", booking("2027-03-15/2027-03-18", "2027-04-10/2027-04-12"))
    house.feeds.put("greengo.ics", greengo("2027-09-01/2027-09-03"))
    house("sync")
    state = house.document("takeover", UNIT)
    assert {one["step"]: one["done"] for one in state["steps"]} == {
        "read-all": True,
        "paste-links": False,
        "remove-direct-links": False,
        "watch": False,
    }
    (question,) = state["questions"]
    assert (question["channel"], runs(question["nights"])) == ("booking", ["2027-03-15/2027-03-18"])
    assert question["id"] in house("takeover", UNIT).out
    refused(house("takeover", UNIT, "--answer", f"{question['id']}=perhaps"), "old-link")
    refused(house("takeover", UNIT, "--answer", question["id"]), "ID=ANSWER")
    for channel in ("airbnb", "booking", "greengo"):
        house("feed", UNIT, channel, "--record-fetch")
    state = house.document("takeover", UNIT, "--answer", f"{question['id']}=old-link", "--links-removed")
    assert [one["done"] for one in state["steps"]] == [True, True, True, False]
    assert state["questions"] == []


def test_unlinking_keeps_the_stays_closed_elsewhere(house: House) -> None:
    """What a platform has sold stays closed on the others after it is unlinked, unless the owner releases it."""
    house("sync")
    assert runs(house.document("unlink", UNIT, "airbnb")["kept"]) == ["2027-03-15/2027-03-18"]
    assert "20270315" in house("feed", UNIT, "booking").out
    assert house.document("unlink", UNIT, "booking", "--release")["kept"] == []
    assert "20270410" not in house("feed", UNIT, "greengo").out
    refused(house("unlink", UNIT, "airbnb"), "greengo")


def test_a_night_is_explained(house: House) -> None:
    """Why, since when, in which revision, with what proof: for people and for scripts."""
    house("sync")
    house("feed", UNIT, "booking", "--record-fetch")
    text = house("explain", UNIT, "2027-03-16", "booking").out
    assert "Airbnb" in text
    assert "lu par la plateforme" in text
    (chain,) = house.document("explain", UNIT, "2027-03-16", "booking")["explanations"]
    assert (chain["channel"], chain["closed"], chain["proof"]) == ("booking", True, "fetched")
    assert "rien ne prend cette nuit" in house("explain", UNIT, "2027-03-25").out
    assert "nothing" in house("explain", UNIT, "2027-03-25", "--lang", "en").out


def test_a_month_shows_who_holds_each_night(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The grid names the holders, marks arrivals and departures, and lists the proof, within 80 columns."""
    monkeypatch.setenv("COLUMNS", "80")
    house("sync")
    house("feed", UNIT, "booking", "--record-fetch")
    out = house("calendar", UNIT, "--month", "2027-03").out
    assert "15 ▸" in out
    assert "18 ◂" in out
    assert out.count("Airbnb") >= 3
    assert "lu par la plateforme" in out
    assert max(map(len, out.splitlines())) <= 80
    nights = house.document("calendar", UNIT, "--month", "2027-03")["nights"]
    assert len(nights) == 31
    assert nights[15]["closed"] == {"booking": "fetched", "greengo": "recorded"}
    assert house.document("calendar", UNIT)["month"] == "2026-11"


def test_the_log_is_in_french_whatever_happened(house: House) -> None:
    """What came, changed, vanished, came back, went with its listing or was ended here: each has its word."""
    first, second = "2027-06-01/2027-06-10", "2027-07-01/2027-07-04"
    contents = ((first, second), (first, "2027-07-01/2027-07-05"), (first,), (first, "2027-07-01/2027-07-05"))
    for house.now, stays in zip(("2026-11-22T10:05:00Z", *LATER), contents, strict=False):
        house.feeds.put("airbnb.ics", airbnb(*stays))
        house("sync", "--all")
    house("cancel", house.document("reserve", UNIT, "2027-08-01/2027-08-04")["id"])
    house("unlink", UNIT, "airbnb", "--release")
    found = {one["what"] for one in house.document("log")}
    assert {"claim", "missing", "back", "cancelled", "unlinked"} <= found
    text = house("log").out
    for english in ("changed", "missing", "back", "released", "cancelled", "unlinked", "past"):
        assert english not in text
    assert "réapparu" in text


def test_the_log_and_the_status_are_readable(house: House) -> None:
    """What happened, in French, with the time; how each listing fares."""
    house("sync")
    out = house("log", UNIT).out
    assert "dim. 22 nov. 2026" in out
    assert "déjà là à la première lecture" in out
    assert "taken elsewhere" in house("log", "--lang", "en").out
    assert house.document("log", "--since", "2026-11-22T10:00:01Z") == []
    assert "pas encore" in house("status").out
    assert "hush" not in house("status").out + out


def test_links_that_make_no_sense_are_refused(house: House) -> None:
    """F2.3: the same listing twice, a second one of a platform, the wrong platform, no calendar, nobody there."""
    other = house.feeds.put("other.ics", airbnb("2027-08-01/2027-08-03"))
    refused(house("link", UNIT, "airbnb", "--feed", other), "Airbnb")
    assert house("unit", "add", "Chalet").code == 0
    refused(house("link", "chalet", "airbnb", "--feed", house.feeds.address + "/airbnb.ics?s=hush"), "Gîte du Lac")
    refused(house("link", "chalet", "booking", "--feed", other), "Airbnb")
    refused(house("link", "chalet", "airbnb", "--feed", house.feeds.put("page", b"<html>hello</html>")), "calendar")
    refused(house("link", "chalet", "airbnb", "--feed", house.feeds.address + "/nowhere.ics?s=hush"))
    refused(house("link", "chalet", "airbnb", "--feed", "not a link"), "address")
    refused(house("link", "chalet", "nowhere", "--feed", other), "nowhere")
    refused(house("link", "castle", "airbnb", "--feed", other), "castle")
    refused(house("link", "chalet", "airbnb", "--feed", other, "--option", "colour=blue"), "colour")
    private = run("--db", house.db, "link", "chalet", "airbnb", "--feed", other)
    refused(private, "--allow-private-addresses")
    assert house.document("unit", "show", "chalet")["links"] == []


def test_several_other_platforms_have_names(house: House) -> None:
    """The generic channel may be linked several times, told apart by the name given as an option."""
    for name, stay in (("abritel", "2027-08-01/2027-08-03"), ("office", "2027-08-10/2027-08-13")):
        link = house.feeds.put(f"{name}.ics", greengo(stay))
        assert (
            house.document("link", UNIT, "ical", "--feed", link, "--option", f"name={name}")["channel"]
            == f"ical:{name}"
        )
    house("sync")
    assert "20270810" in house("feed", UNIT, "ical:abritel").out
    refused(house("feed", UNIT, "ical"), "ical:abritel")


def test_units_are_added_once_and_found_by_any_name(house: House) -> None:
    """A name, a slug and an id all lead to the unit; a wrong zone or a taken name is refused."""
    unit = house.document("unit", "list")[0]
    assert unit["channels"] == ["airbnb", "booking", "greengo"]
    for ref in ("Gîte du Lac", UNIT, unit["id"]):
        assert house.document("unit", "show", ref)["id"] == unit["id"]
    refused(house("unit", "add", "Gîte du Lac"))
    refused(house("unit", "add", "X", "--timezone", "Europe/Atlantis"), "Europe/Atlantis")
    refused(house("unit", "show", "castle"), "castle")
    refused(house("sync", "castle"), "castle")
    refused(house("feed", UNIT, "castle"), "castle")


def test_a_database_that_cannot_be_used_is_one_line(house: House, tmp_path: Path) -> None:
    """Newer, foreign, a folder, damaged, without its key: whose fault and what to do; doctor tells the same."""
    house("sync")
    key = Path(f"{house.db}.key")
    secret = key.read_bytes()
    key.unlink()
    refused(house("sync", "--all"), "key")
    assert house("doctor").code == 1
    assert not key.exists()
    key.write_bytes(secret)
    key.chmod(0o600)
    with sqlite3.connect(house.db) as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    raw.close()
    refused(house("status"), "newer")
    assert house("doctor").code == 1
    foreign = tmp_path / "foreign.db"
    foreign.write_text("not a database, but long enough to be looked at" * 40)
    refused(run("--db", foreign, "status"), "not a database")
    refused(run("--db", tmp_path, "status"), "folder")
    refused(run("--db", tmp_path / "no" / "where.db", "status"), "mkdir")
    refused(run("--db", "mysql://nobody:hush@example.com/x", "status"))


@pytest.mark.slow
def test_a_locked_database_is_one_line(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another program that holds the database is named as the reason, after a wait."""
    monkeypatch.setattr("channelsync.ledger.opening._BUSY_MILLISECONDS", 300)  # the ledger's own tests wait in full
    other = sqlite3.connect(house.db, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    try:
        refused(house("sync", "--all"), "locked")
    finally:
        other.execute("ROLLBACK")
        other.close()


def test_doctor_says_what_to_do(house: House, tmp_path: Path) -> None:
    """A new place is fine and is left alone; a house nobody reads is to be looked at; a clock set back is told."""
    nowhere = tmp_path / "new.db"
    assert run("--db", nowhere, "doctor").code == 0
    assert not nowhere.exists()
    house("sync")
    states = {one["what"]: one["state"] for one in house.document("doctor")["checks"]}
    assert states["database"] == states["keys"] == states["clock"] == "ok"
    assert "warn" in states.values()
    house.now = "2026-11-20T10:00:00Z"
    assert {one["what"]: one["state"] for one in house.document("doctor")["checks"]}["clock"] == "fail"
