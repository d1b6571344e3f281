"""`feed-url` as an owner uses it: the address whole, replaced, cut, given up; and who reads it, in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from channelsync.config import Config
from channelsync.errors import UsageError
from channelsync.manager import Asked, open_manager
from tests.contract.command import House, refused, served

UNIT = "gite-du-lac"
BASE = "https://calendars.a-rather-long-name-for-the-server-of-a-small-lodging.example.org/channelsync"


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """A lodging on three platforms."""
    monkeypatch.setenv("CHANNELSYNC_BASE_URL", f"{BASE}/")
    with served() as feeds:
        yield House(tmp_path / "gite.db", feeds).linked()


def fetch(house: House, url: str, client: str) -> int:
    """Read a calendar, as the web app would."""
    with open_manager(str(house.db), environ={}) as manager:
        return manager.serve(url.rpartition("/")[2].removesuffix(".ics"), Asked(client=client)).status


def test_the_address(house: House) -> None:
    """It stands whole on the first line, the same each time; who has read it follows."""
    shown = house("feed-url", UNIT, "booking").out.splitlines()
    assert re.fullmatch(re.escape(BASE) + r"/c/[\w-]{32}\.ics", shown[0])
    assert "personne encore" in "\n".join(shown)
    assert house.document("feed-url", UNIT, "booking")["url"] == shown[0]
    assert fetch(house, shown[0], "curl/8.5") == 200
    assert fetch(house, shown[0], "BookingCalendarReader/1") == 200
    french, english = (house("feed-url", UNIT, "booking", "--lang", one).out for one in ("fr", "en"))
    assert "curl/8.5" in french
    assert "oui, elle se nomme" in french
    assert "no, somebody, or a tool" in english
    house("feed", UNIT, "booking", "--record-fetch")
    shown = house("feed-url", UNIT, "booking").out
    assert ("noté à la main" in shown, "recorded by hand" in shown) == (True, False)
    assert "yes, it names itself" in english


def test_replaced_and_cut(house: House) -> None:
    """`--rotate` lets the old address answer on, and says so; `--cut` ends it."""
    old = house.document("feed-url", UNIT, "booking")["url"]
    rotated = house("feed-url", UNIT, "booking", "--rotate")
    assert "L’adresse précédente répond" in rotated.out
    new = rotated.out.splitlines()[0]
    assert [fetch(house, one, "curl") for one in (old, new)] == [200, 200]
    assert house.document("feed-url", UNIT, "booking", "--cut")["url"] == new
    assert [fetch(house, one, "curl") for one in (old, new)] == [404, 200]


def test_given_up(house: House) -> None:
    """`--removed` is refused while the listing is linked; then the address answers 410."""
    url = house.document("feed-url", UNIT, "booking")["url"]
    refused(house("feed-url", UNIT, "booking", "--removed"), "Unlink it first")
    house("unlink", UNIT, "booking")
    refused(house("feed-url", UNIT, "booking"), "no listing")
    assert fetch(house, url, "curl") == 200
    assert house("feed-url", UNIT, "booking", "--removed").code == 0
    assert fetch(house, url, "curl") == 410
    refused(house("feed-url", UNIT, "nothing", "--removed"))


def test_who_reads(house: House) -> None:
    """The owner's word on a client counts from the next visit on, except for what anybody may have."""
    url = house.document("feed-url", UNIT, "booking")["url"]
    fetch(house, url, "axios/1.7.2")
    [reader] = house.document("feed-url", UNIT, "booking")["readers"]
    assert (reader["client"], reader["visitor"], reader["platform"]) == ("axios/1.7.2", "unknown", False)
    said = house("feed-url", UNIT, "booking", "--reader", "axios/1.7.2")
    assert "oui, vous l’avez dit" in said.out
    fetch(house, url, "axios/1.8.0")
    assert house.document("feed-url", UNIT, "booking")["last_read"] is not None
    refused(house("feed-url", UNIT, "booking", "--reader", "curl/8"), "anybody")
    refused(house("feed-url", UNIT, "booking", "--rotate", "--cut"))


@pytest.mark.parametrize(
    "address",
    [
        "http://calendars.example.org",
        "ftp://127.0.0.1",
        "calendars.example.org",
        "https://",
        "https://user@host",
        "https://host/?a=b",
        "https://host/#a",
        "https://ho st",
        "https://[::1",
        "https://host:99999",
    ],
)
def test_base_addresses_that_make_no_sense(address: str) -> None:
    """Calendars stand at secret addresses, so they are served encrypted; the error does not repeat what was set."""
    with pytest.raises(UsageError, match="CHANNELSYNC_BASE_URL"):
        Config.from_environment({"CHANNELSYNC_BASE_URL": address})


@pytest.mark.parametrize(
    "address", ["https://host", "https://host:8443/calendars/", "http://localhost:8000", "http://[::1]:1"]
)
def test_base_addresses(address: str) -> None:
    """Any https address will do, and plain http on this machine; a slash at the end is left out."""
    assert Config.from_environment({"CHANNELSYNC_BASE_URL": address}).base_url == address.rstrip("/")
