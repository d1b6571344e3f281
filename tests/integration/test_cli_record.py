"""`record`: what is kept of a calendar, what is not, and that `replay` decides on it as on the calendar itself."""

from __future__ import annotations

import gzip
import io
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.contract.command import Answer, Feeds, airbnb, refused, run, served

PERSONAL = b"""BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Airbnb Inc//Hosting Calendar 1.0//EN
X-WR-CALNAME:Chez Marcelle
BEGIN:VEVENT
DTSTAMP:20261122T080000Z
DTSTART;VALUE=DATE:20270315
DTEND;VALUE=DATE:20270318
SUMMARY:Reserved
UID:1418fb94e984-0123456789abcdef@airbnb.com
DESCRIPTION:Reservation URL: https://www.airbnb.com/hosting/reservations/details/HMSECRET12\\nPhone Number (Last 4 Di
 gits): 4711\\nGuest: Dupont
LOCATION:3 rue des Lilas
END:VEVENT
END:VCALENDAR
""".replace(b"\n", b"\r\n")
SECRETS = ("HMSECRET12", "4711", "Dupont", "Lilas", "Marcelle", "0123456789abcdef", "127.0.0.1", "hush", "http")
DAYS = ("2027-01-04", "2027-01-05", "2027-01-06", "2027-01-07", "2027-01-08", "2027-01-09")
STAYS = (
    ("2027-03-15/2027-03-18", "2027-04-01/2027-04-05", "2027-06-01/2027-06-08"),
    ("2027-03-15/2027-03-18", "2027-06-01/2027-06-08"),
    ("2027-03-15/2027-03-18", "2027-06-01/2027-06-08"),
    (),
    ("2027-03-15/2027-03-18", "2027-06-01/2027-06-09"),
    ("2027-03-15/2027-03-18", "2027-06-01/2027-06-09", "2027-07-01/2027-07-03"),
)
"""What a calendar shows on each day: one is cancelled, all vanish for a day, one is changed, one is new."""


@pytest.fixture
def feeds() -> Iterator[Feeds]:
    """Calendars on a loopback port."""
    with served() as made:
        yield made


def recorded(*words: object) -> Answer:
    """Run the command."""
    return run("--lang", "en", "--allow-private-addresses", "record", "--channel", "airbnb", *words)


def lines(path: Path) -> list[dict[str, Any]]:
    """What a recording holds."""
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_nothing_personal_survives(feeds: Feeds, tmp_path: Path) -> None:
    """Dates and kinds are kept; no name, code, identifier, description or address is, nor is any of it said."""
    out = tmp_path / "r.jsonl"
    answer = recorded(feeds.put("a.ics", PERSONAL) + "?s=hush", "--out", out)
    assert answer.code == 0
    said = answer.out + answer.err + out.read_text()
    assert not [secret for secret in SECRETS if secret in said]
    ((arrival, departure, kind, uid, code),) = lines(out)[0]["events"]
    assert (arrival, departure, kind) == ("20270315", "20270318", "reserved")
    assert (len(uid), len(code)) == (12, 8)
    key = out.with_name("r.jsonl.key")
    assert key.stat().st_mode & 0o777 == 0o600
    other = tmp_path / "other.jsonl"
    recorded(feeds.put("a.ics", PERSONAL), "--out", other)
    assert lines(other)[0]["events"][0][3] != uid  # another key: nobody can tell that it is the same calendar


@pytest.mark.parametrize("name", ["r.jsonl", "r.jsonl.gz"])
def test_replay_decides_as_on_the_calendar(feeds: Feeds, tmp_path: Path, name: str) -> None:
    """Played from the recording, the kernel takes, keeps and releases what it does with the identifiers themselves."""
    out, original = tmp_path / name, tmp_path / "original.jsonl"
    told: list[dict[str, Any]] = []
    for day, stays in zip(DAYS, STAYS, strict=True):
        now = f"{day}T09:00:00Z"
        assert recorded(feeds.put("a.ics", airbnb(*stays)), "--out", out, "--now", now).code == 0
        events = [[*stay.replace("-", "").split("/"), "reserved", f"1418fb94e984-{stay}"] for stay in stays]
        if not told or told[-1]["events"] != events:
            told.append({"t": 1_799_053_200 + 86_400 * DAYS.index(day), "events": events})
    original.write_text("".join(f"{json.dumps(one)}\n" for one in told))
    ours, theirs = (run("--json", "replay", f"airbnb={path}").lines for path in (out, original))
    assert len(ours) > len(told)
    assert {one["did"] for one in ours[:-1]} >= {"claim", "keep", "release"}
    assert ours[:-1] == theirs[:-1]
    text = gzip.decompress(out.read_bytes()) if name.endswith("gz") else out.read_bytes()
    assert len(text.splitlines()) == len(told) < len(DAYS)


def test_a_failure_is_recorded_once(feeds: Feeds, tmp_path: Path) -> None:
    """A fetch that gives nothing usable is a line and something to act on; after it the calendar stands anew."""
    out = tmp_path / "r.jsonl"
    url = feeds.put("a.ics", airbnb("2027-03-15/2027-03-18"))
    for content, code in ((None, 0), (b"<html>", 1), (b"<html>", 1), (airbnb("2027-03-15/2027-03-18"), 0)):
        if content is not None:
            feeds.put("a.ics", content)
        assert recorded(url, "--out", out).code == code
    first, failed, again = lines(out)
    assert failed == {"t": failed["t"], "fetch_failed": True}
    assert first["events"] == again["events"]


def test_fetched_again_and_again(feeds: Feeds, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With --every it goes on, so many times or until Ctrl-C, and waits in between."""
    out, waited = tmp_path / "r.jsonl", list[float]()
    url = feeds.put("a.ics", airbnb("2027-03-15/2027-03-18"))

    def sleep(seconds: float) -> None:
        waited.append(seconds)
        feeds.put("a.ics", airbnb(f"2027-03-15/2027-03-{18 + len(waited)}"))
        if len(waited) > 3:
            raise KeyboardInterrupt

    monkeypatch.setattr("channelsync.cli.record.wait", sleep)
    document = recorded(url, "--out", out, "--every", "15", "--times", "3", "--json").document
    assert (document["fetches"], document["lines"], waited) == (3, 3, [900.0, 900.0])
    answer = recorded(url, "--out", out, "--every", "15", "--json")
    assert (answer.code, answer.document["fetches"], len(waited)) == (0, 2, 4)


def test_whose_calendar_it_is(feeds: Feeds, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An address says it where it is the platform's; else it has to be said. The address may come by standard input."""
    out = tmp_path / "r.jsonl"
    url = feeds.put("a.ics", airbnb("2027-03-15/2027-03-18"))
    refused(
        run("--lang", "en", "--allow-private-addresses", "record", url, "--out", out), "whose calendar", "--channel"
    )
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{url}\n"))
    assert recorded("-", "--out", out).code == 0
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    refused(recorded("-", "--out", out), "no address came")
    file = tmp_path / "a.ics"
    file.write_bytes(airbnb("2027-03-15/2027-03-18"))
    assert recorded(file, "--out", tmp_path / "f.jsonl").code == 0


@pytest.mark.parametrize(
    "spoil, words",
    [
        (lambda out: out.with_name(f"{out.name}.key").unlink(), ("key", "another --out")),
        (lambda out: out.with_name(f"{out.name}.key").write_bytes(b"short"), ("key", "another --out")),
        (lambda out: out.write_text("my diary\n"), ("not of the recorded form",)),
    ],
)
def test_only_its_own_recordings(
    feeds: Feeds, tmp_path: Path, spoil: Callable[[Path], object], words: tuple[str, ...]
) -> None:
    """A recording without its key, or a file that is none, is refused and left as it is."""
    out = tmp_path / "r.jsonl"
    url = feeds.put("a.ics", airbnb("2027-03-15/2027-03-18"))
    recorded(url, "--out", out)
    spoil(out)
    before = out.read_bytes()
    feeds.put("a.ics", airbnb("2027-03-15/2027-03-19"))
    refused(recorded(url, "--out", out), *words)
    assert out.read_bytes() == before


@pytest.mark.parametrize("given", [("--every", "4"), ("--every", "x"), ("--times", "0"), ("--out", "/nowhere/r.jsonl")])
def test_wrong_use(feeds: Feeds, given: tuple[str, str]) -> None:
    """Too often, too few, and a place where nothing can be written: one line each."""
    refused(recorded(feeds.put("a.ics", airbnb("2027-03-15/2027-03-18")), *given))
