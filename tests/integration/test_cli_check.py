"""`channelsync check`: calendars in, who holds what and what to close where out."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.contract.command import NOW, airbnb, booking, calendar, greengo, refused, run, runs, served


def check(folder: Path, *arguments: object, now: str = NOW, **bodies: bytes) -> dict[str, object]:
    """Write the calendars as files, check them, and return the answer; a name's number is left out of its channel."""
    given = []
    for name, body in bodies.items():
        path = folder / f"{name}.ics"
        path.write_bytes(body)
        given.append(f"{name.rstrip('0123456789')}={path}")
    answer = run("--now", now, "--json", "check", *given, *arguments)
    assert answer.code in {0, 1}, answer.err
    return answer.document | {"code": answer.code}


def test_each_channel_closes_what_the_others_take(tmp_path: Path) -> None:
    """What is to be closed on a channel is the union of what the others take, and never its own."""
    found = check(
        tmp_path,
        airbnb=airbnb("2027-03-15/2027-03-18", blocks=("2027-05-01/2027-05-03",)),
        booking=booking("2027-03-18/2027-03-20"),
        greengo=greengo("2027-08-01/2027-08-04"),
    )
    assert runs(found["close"]["airbnb"]) == ["2027-03-18/2027-03-20", "2027-08-01/2027-08-04"]
    assert runs(found["close"]["booking"]) == [
        "2027-03-15/2027-03-18",
        "2027-05-01/2027-05-03",
        "2027-08-01/2027-08-04",
    ]
    assert runs(found["close"]["greengo"]) == ["2027-03-15/2027-03-20", "2027-05-01/2027-05-03"]
    assert found["conflicts"] == []  # a turnover shares no night
    assert found["code"] == 0
    claims = found["sources"][0]["claims"]
    assert [one["kind"] for one in claims] == ["reservation", "block"]
    assert claims[0]["uid"].startswith("1418fb94e984-")


def test_a_likely_double_booking_is_something_to_act_on(tmp_path: Path) -> None:
    """A reservation and a closure that share nights are probable; the exit code says that there is something to do."""
    found = check(tmp_path, airbnb=airbnb("2027-03-10/2027-03-13"), booking=booking("2027-03-11/2027-03-14"))
    (conflict,) = found["conflicts"]
    assert (conflict["certainty"], runs(conflict["nights"])) == ("probable", ["2027-03-11/2027-03-13"])
    assert {one["channel"] for one in conflict["claims"]} == {"airbnb", "booking"}
    assert found["code"] == 1


def test_two_guests_of_one_calendar_are_certain(tmp_path: Path) -> None:
    """Two identified reservations on one night of one listing are a certain double booking."""
    found = check(tmp_path, airbnb=airbnb("2027-03-10/2027-03-13", "2027-03-12/2027-03-14"))
    assert [one["certainty"] for one in found["conflicts"]] == ["certain"]


def test_a_copy_is_no_alarm(tmp_path: Path) -> None:
    """A block that covers another platform's stay whole is a copy to clarify, never an alarm."""
    found = check(tmp_path, airbnb=airbnb(blocks=("2027-03-20/2027-03-23",)), booking=booking("2027-03-20/2027-03-23"))
    assert found["code"] == 0
    assert {one["certainty"] for one in found["conflicts"]} <= {"possible"}


def test_the_unopened_calendar_is_set_aside(tmp_path: Path) -> None:
    """A run up to the platform's horizon closes nothing elsewhere, and the reason is told."""
    found = check(tmp_path, airbnb=airbnb(), booking=booking("2027-12-01/2028-05-22"))
    (apart,) = found["sources"][1]["set_aside"]
    assert (apart["arrival"], apart["departure"]) == ("2027-12-01", "2028-05-22")
    assert "not open" in apart["why"]
    assert found["sources"][1]["claims"] == []
    assert found["close"]["airbnb"] == []


@pytest.mark.parametrize(
    "body",
    [b"", b"<html><body>Please sign in</body></html>", booking("2027-04-10/2027-04-12")[:-40], b'{"error": 500}'],
    ids=["nothing", "a page", "cut off", "an error"],
)
def test_what_is_no_calendar_is_unusable(tmp_path: Path, body: bytes) -> None:
    """A source that is no calendar is unusable with a reason, the others still count, and there is something to do."""
    found = check(tmp_path, airbnb=body, booking=booking("2027-04-10/2027-04-12"))
    assert found["sources"][0]["observation"] == "unusable"
    assert found["sources"][0]["problems"]
    assert runs(found["close"]["airbnb"]) == ["2027-04-10/2027-04-12"]
    assert found["code"] == 1


def test_a_calendar_beyond_the_limit_is_unusable(tmp_path: Path) -> None:
    """More than five mebibytes are not read."""
    found = check(tmp_path, airbnb=airbnb("2027-03-15/2027-03-18") + b"X" * (5 * 2**20))
    assert found["sources"][0]["observation"] == "unusable"


def test_a_channel_given_twice_has_two_keys(tmp_path: Path) -> None:
    """The second calendar of a channel is called channel-2, in keys and in file names."""
    out = tmp_path / "out"
    found = check(
        tmp_path, "--out", out, ical1=booking("2027-04-10/2027-04-12"), ical2=booking("2027-05-10/2027-05-12")
    )
    assert [one["channel"] for one in found["sources"]] == ["ical", "ical-2"]
    assert runs(found["close"]["ical"]) == ["2027-05-10/2027-05-12"]
    assert sorted(path.name for path in out.iterdir()) == ["for-ical-2.ics", "for-ical.ics"]


def test_our_own_calendar_is_recognised(tmp_path: Path) -> None:
    """A calendar that we wrote ourselves is flagged when it is given as a platform's."""
    out = tmp_path / "out"
    check(tmp_path, "--out", out, airbnb=airbnb(), booking=booking("2027-04-10/2027-04-12"))
    found = check(tmp_path, airbnb=(out / "for-airbnb.ics").read_bytes())
    assert any("publish ourselves" in problem for problem in found["sources"][0]["problems"])


def test_the_wrong_platforms_calendar_is_flagged(tmp_path: Path) -> None:
    """Calendars given the wrong way round are flagged, not silently read."""
    found = check(tmp_path, airbnb=booking("2027-04-10/2027-04-12"), booking=airbnb("2027-03-15/2027-03-18"))
    assert all(one["problems"] for one in found["sources"])


def test_out_files_are_stable(tmp_path: Path) -> None:
    """Checked again a day later, an unchanged calendar is the same file to the byte; a changed one keeps the rest."""
    out = tmp_path / "out"
    bodies = {"airbnb": airbnb("2027-03-15/2027-03-18"), "booking": booking()}
    check(tmp_path, "--out", out, **bodies)
    first = (out / "for-booking.ics").read_bytes()
    check(tmp_path, "--out", out, now="2026-11-23T10:00:00Z", **bodies)
    assert (out / "for-booking.ics").read_bytes() == first
    bodies["airbnb"] = airbnb("2027-03-15/2027-03-18", "2027-06-01/2027-06-03")
    check(tmp_path, "--out", out, now="2026-11-24T10:00:00Z", **bodies)
    after = (out / "for-booking.ics").read_bytes()
    assert after.count(b"BEGIN:VEVENT") == 2
    assert first.partition(b"BEGIN:VEVENT")[2].partition(b"END:VEVENT")[0] in after
    assert sorted(path.name for path in out.iterdir()) == ["for-airbnb.ics", "for-booking.ics"]


@pytest.mark.parametrize("body", [b"<html>", airbnb()], ids=["no calendar", "empty"])
def test_bad_evidence_opens_no_night_of_a_file(tmp_path: Path, body: bytes) -> None:
    """What a file has closed stays closed while a calendar comes empty or unreadable; new nights close all the same."""
    out = tmp_path / "out"
    check(tmp_path, "--out", out, airbnb=airbnb("2027-03-15/2027-03-18"), booking=booking(), greengo=greengo())
    check(tmp_path, "--out", out, airbnb=body, booking=booking(), greengo=greengo("2027-08-01/2027-08-04"))
    written = (out / "for-booking.ics").read_text()
    assert "DTSTART;VALUE=DATE:20270315" in written
    assert "DTSTART;VALUE=DATE:20270801" in written


def test_a_cancelled_stay_opens_again(tmp_path: Path) -> None:
    """With every calendar readable and not empty, a file no longer holds what nobody takes."""
    out = tmp_path / "out"
    both = airbnb("2027-03-15/2027-03-18", "2027-06-01/2027-06-03")
    check(tmp_path, "--out", out, airbnb=both, booking=booking("2027-09-01/2027-09-02"))
    check(tmp_path, "--out", out, airbnb=airbnb("2027-06-01/2027-06-03"), booking=booking("2027-09-01/2027-09-02"))
    assert (out / "for-booking.ics").read_text().count("BEGIN:VEVENT") == 1


def test_addresses_are_read_and_never_shown(tmp_path: Path) -> None:
    """A web address is read once; a private link stands in no output, also where it fails."""
    with served() as feeds:
        link = feeds.put("airbnb.ics", airbnb("2027-03-15/2027-03-18"))
        gone = f"{feeds.address}/gone.ics"
        answer = run(
            "--now", NOW, "--allow-private-addresses", "check", f"airbnb={link}?s=hush", f"booking={gone}?t=hush"
        )
        assert answer.code == 1
        assert "15 → 18 mars 2027" in answer.out
        assert "hush" not in answer.out + answer.err
        refused(run("check", f"airbnb={link}?s=hush"), "loopback", "--allow-private-addresses")


def test_a_file_address_is_a_file(tmp_path: Path) -> None:
    """A file: address means the file."""
    path = tmp_path / "mon calendrier.ics"
    path.write_bytes(airbnb("2027-03-15/2027-03-18"))
    answer = run("--now", NOW, "--json", "check", f"airbnb={path.as_uri()}")
    assert len(answer.document["sources"][0]["claims"]) == 1


def test_wrong_use_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    """An unknown channel, a missing file, a folder, a wrong zone: one line, and no file of --out."""
    good, out = tmp_path / "a.ics", tmp_path / "out"
    good.write_bytes(airbnb("2027-03-15/2027-03-18"))
    for arguments, words in (
        ([f"airbnb={good}", f"nowhere={good}"], ["nowhere", "airbnb"]),
        ([f"airbnb={good}", f"booking={tmp_path / 'none.ics'}"], ["none.ics"]),
        ([f"airbnb={tmp_path}"], ["folder"]),
        ([f"airbnb={good}", "booking=ftp://example.com/x.ics"], ["address"]),
        ([str(good)], ["CHANNEL=SOURCE"]),
        ([f"airbnb={good}", "--timezone", "Europe/Atlantis"], ["Europe/Atlantis"]),
        (["airbnb=/dev/zero"], ["ordinary"]),
    ):
        refused(run("--now", NOW, "check", *arguments, "--out", out), *words)
        assert not out.exists()
    blocked = tmp_path / "file"
    blocked.write_text("")
    refused(run("--now", NOW, "check", f"airbnb={good}", "--out", blocked), "--out")


def test_times_of_day_and_durations_are_read(tmp_path: Path) -> None:
    """DTSTART with a DURATION takes its nights."""
    body = calendar("-//x//EN", ("2027-03-15/2027-03-18", "x", "1"))
    body = body.replace(b"DTEND;VALUE=DATE:20270318", b"DURATION:P3D")
    found = check(tmp_path, booking=booking(), ical=body)
    assert runs(found["close"]["booking"]) == ["2027-03-15/2027-03-18"]


def test_the_table_is_readable_at_80_columns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """People get aligned tables of at most 80 columns, without colours where there is no terminal."""
    monkeypatch.setenv("COLUMNS", "80")
    for name, body in (("a", airbnb("2027-03-10/2027-03-13")), ("b", booking("2027-03-11/2027-03-14"))):
        (tmp_path / name).write_bytes(body)
    answer = run("--now", NOW, "check", f"airbnb={tmp_path / 'a'}", f"booking={tmp_path / 'b'}")
    assert max(map(len, answer.out.splitlines())) <= 80
    assert "\x1b" not in answer.out
    assert "Qui tient quelles nuits" in answer.out
    english = run("--now", NOW, "check", f"airbnb={tmp_path / 'a'}", "--lang", "en")
    assert "Who holds which nights" in english.out
