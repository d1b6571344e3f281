"""`backup` and `restore` as people type them: the phrase is shown once, asked for, and never an argument."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.command import House, booking, refused, run, served

UNIT = "gite-du-lac"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A lodging linked to three calendars, looked at once."""
    with served() as feeds:
        made = House(tmp_path / "gite.db", feeds).linked()
        made("sync", "--all")
        yield made


def typed(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """Let the next command read this from standard input."""
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))


def test_the_phrase_is_shown_once(house: House, tmp_path: Path) -> None:
    """The first backup shows it, no later one does; a second one is only made when asked for twice over."""
    first = house("backup", tmp_path / "a.backup")
    assert "montrée une seule fois" in first.out
    second = house("backup", tmp_path / "b.backup", "--lang", "en")
    assert "recovery phrase" not in second.out
    assert "was tried out: b.backup" in second.out
    refused(house("backup", "--init"), "has a recovery phrase already", "--again")
    refused(house("backup", tmp_path / "c.backup", "--again"), "Use it with --init")
    assert len(house.document("backup", "--init", "--again")["phrase"].split()) == 12


def test_nothing_private_is_in_the_clear(house: House, tmp_path: Path) -> None:
    """Neither the file nor anything left beside it holds a private link, a guest's name, or the phrase."""
    house("reserve", UNIT, "2027-06-01/2027-06-03", "--guest", "Hush Dupont")
    phrase = house.document("backup", tmp_path / "a.backup")["phrase"]
    secrets = (b"s=hush", b"Hush Dupont", phrase.encode(), phrase.split()[0].encode() + b" ")
    content = (tmp_path / "a.backup").read_bytes()
    assert not any(secret in content for secret in secrets)
    assert (tmp_path / "a.backup").stat().st_mode & 0o077 == 0
    assert sorted(path.name for path in tmp_path.iterdir() if "db" not in path.name) == ["a.backup"]
    database = b"".join(path.read_bytes() for path in tmp_path.glob("gite.db*"))
    assert phrase.encode() not in database


def test_another_machine(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a machine with nothing but the place and the phrase everything comes back, and the next look holds it."""
    (tmp_path / "kept").mkdir()
    monkeypatch.setenv("CHANNELSYNC_BACKUP", str(tmp_path / "kept"))
    phrase = house.document("backup")["phrase"]
    before = house.document("unit", "show", UNIT)
    other = House(tmp_path / "other.db", house.feeds, "2026-11-23T10:00:00Z")
    house.feeds.put("booking.ics", booking("2027-04-10/2027-04-12", "2027-07-01/2027-07-05"))  # sold since
    typed(monkeypatch, phrase.upper().replace(" ", "\n"))
    answer = other("restore")
    assert answer.code == 0, answer.err
    assert "Rien ne rouvre" in answer.out
    after = other.document("unit", "show", UNIT)
    assert [one["id"] for one in after["claims"]] == [one["id"] for one in before["claims"]]
    report = other.document("sync", "--all")
    assert not any(one["open"] for one in report["changes"])
    assert "DTSTART;VALUE=DATE:20270701" in other("feed", UNIT, "airbnb").out
    assert "DTSTART;VALUE=DATE:20270315" in other("feed", UNIT, "booking").out
    assert other("audit", "verify").code == 0


def test_refusals(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever cannot be done is one line that says what to do, and repeats no word of the phrase."""
    monkeypatch.delenv("CHANNELSYNC_BACKUP", raising=False)
    refused(house("backup"), "nothing says where the backup is to go", "CHANNELSYNC_BACKUP")
    refused(house("restore"), "no backup to restore")
    refused(house("restore", tmp_path / "none"), "no backup called")
    failed = house("backup", tmp_path / "absent" / "a.backup", "--json")
    assert failed.code == 2
    assert "n’est pas là" in failed.err
    phrase = failed.document["phrase"]  # made before it failed, so shown
    refused(house("backup", tmp_path / "absent" / "a.backup"), "is not there")
    assert house("backup", tmp_path / "a.backup").code == 0
    other = House(tmp_path / "other.db", house.feeds)
    words = phrase.split()
    for text, said in (("", "12 words"), (" ".join([*words[:-1], "zzzz"]), "12"), (phrase, "")):
        typed(monkeypatch, text)
        answer = other("restore", tmp_path / "a.backup")
        assert not any(word in answer.err for word in words)
        if said:
            refused(answer, said)
        else:
            assert answer.code == 0
    typed(monkeypatch, phrase)
    refused(other("restore", tmp_path / "a.backup"), "contient déjà des logements", "--replace")
    typed(monkeypatch, phrase)
    refused(other("restore", house.db), "no backup of channelsync")
    refused(other("restore", tmp_path / "a.backup", "--phrase-file", tmp_path / "none"), "file of the phrase")
    assert run("restore", "--help").out.count("phrase") >= 1


def test_figures(house: House) -> None:
    """The figures are told in both languages."""
    assert "disponibilité du service" in house("status", "--indicators").out
    assert "time to the proof" in house("status", "--indicators", "--lang", "en").out


def test_what_is_waited_for_is_told(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a restored lodging waits for a look no calendar is printed; every answer says why, and what ends it."""
    phrase = house.document("backup", tmp_path / "a.backup")["phrase"]
    other = House(tmp_path / "other.db", house.feeds, "2026-11-23T10:00:00Z")
    typed(monkeypatch, phrase)
    assert other("restore", tmp_path / "a.backup").code == 0
    for more in ((), ("--record-fetch",)):
        refused(other("feed", UNIT, "booking", *more), "restored from a backup", "channelsync doctor")
    assert all(one["recovering"] for one in other.document("status"))

    def said(*arguments: str) -> str:
        return " ".join(other(*arguments).out.split())

    assert "à relire après la restauration" in said("status")
    assert "to be read anew" in said("status", "--lang", "en")
    assert "pas encore relu en entier" in said("doctor")
    assert "n’est pas connu" in said("exposed")
    assert "Aucune nuit prise" not in said("exposed")
    assert other("exposed", UNIT).code == 1
    assert "encore une fois : channelsync unlink" in said("unlink", UNIT, "airbnb")
    other("sync", "--all")
    assert "--release" in said("doctor", "--lang", "en")
    refused(other("feed", UNIT, "booking"), "no calendar before airbnb was read whole")
    again = other.document("unlink", UNIT, "airbnb")
    assert again["recovering"] is False
    assert "n’est pas connu" not in said("exposed", UNIT)
    assert other("feed", UNIT, "booking").code == 0
    refused(other("unlink", UNIT, "airbnb"), "no listing called")
