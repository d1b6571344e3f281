"""Moving an installation from SQLite to PostgreSQL and back, by the very commands of `sqlite-to-postgresql.md`."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from channelsync.vault import new_key
from tests.contract.command import House, airbnb, booking, greengo, run, served
from tests.contract.test_backup import postgres_database
from tests.support import ROOT

PAGE = ROOT / "docs" / "how-to" / "sqlite-to-postgresql.md"
MARK = "<!-- run: tests/contract/test_moving.py -->"
UNIT = "gite-du-lac"


def blocks() -> list[list[str]]:
    """The commands of the page that this test runs, block by block."""
    found = re.findall(rf"{re.escape(MARK)}\s*```sh\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    return [[line.strip() for line in block.splitlines() if line.strip()] for block in found]


def followed(block: list[str], url: str, patch: pytest.MonkeyPatch) -> None:
    """Do what a block says, with the server and the key that are here."""
    for line in block:
        words = shlex.split(line, comments=True)
        if words[0] == "export":
            name, _, value = words[1].partition("=")
            patch.setenv(name, url if name == "CHANNELSYNC_DB" else new_key() if "openssl" in line else value)
        elif words[0] == "unset":
            patch.delenv(words[1])
        else:
            assert words[0] == "channelsync", line
            answer = run("--now", "2026-11-22T12:00:00Z", "--allow-private-addresses", *words[1:])
            assert answer.code in {0, 1}, (line, answer)


def calendars(*database: str) -> list[str]:
    """What the platforms are given, by the command line; without the times at which a run was first published."""
    found: list[str] = []
    for name in ("airbnb", "booking", "greengo"):
        answer = run(*database, "feed", UNIT, name)
        assert answer.code == 0, answer
        found.append(answer.out)
    return found


@pytest.mark.postgres
def test_there_and_back(postgres: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever follows the page has everything on PostgreSQL, and back in a file: calendars, addresses, trail."""
    monkeypatch.chdir(tmp_path)
    first, second, third = blocks()
    with served() as feeds, postgres_database(postgres, "moved") as url:
        house = House(tmp_path / "channelsync.db", feeds).linked()
        for name, body in (("airbnb", airbnb), ("booking", booking), ("greengo", greengo)):
            feeds.put(f"{name}.ics", body("2027-06-01/2027-06-04"))
        house("block", UNIT, "2027-08-01/2027-08-08")
        house("sync", "--all")
        Path("phrase").write_text(house.document("backup", "--init")["phrase"], encoding="utf-8")
        before, address = calendars(), run("feed-url", UNIT, "airbnb").out
        followed(first, url, monkeypatch)
        followed(second, url, monkeypatch)
        assert calendars() == before
        assert run("feed-url", UNIT, "airbnb").out == address
        followed(third, url, monkeypatch)
        assert calendars("--db", "gite.db") == before
        assert run("--db", "gite.db", "feed-url", UNIT, "airbnb").out == address
        assert Path("gite.db.key").exists()


def test_what_the_page_of_several_workers_relies_on() -> None:
    """Each promise of the page names the tests that hold it, and these are there."""
    page = (ROOT / "docs" / "how-to" / "several-workers.md").read_text(encoding="utf-8")
    named = re.findall(r"`(tests/[\w/]+\.py)`", page)
    assert len(named) >= 5
    assert [name for name in named if not (ROOT / name).is_file()] == []
