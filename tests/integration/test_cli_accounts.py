"""`account` and `keys` on the command line: secrets come in without being shown, and never come out."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract import platform_api
from tests.contract.command import House, airbnb, refused, run, served


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A database with one linked listing."""
    with served() as feeds:
        house = House(tmp_path / "gite.db", feeds)
        house("unit", "add", "Lac")
        house("link", "lac", "airbnb", "--feed", feeds.put("a.ics", airbnb("2027-03-15/2027-03-18")) + "?s=hush")
        yield house


def test_the_key_rotates(house: House) -> None:
    """The new key's name is told and never the key; the listing is read as before."""
    before = house.document("keys", "show")
    answer = house("keys", "rotate", "--lang", "en")
    key = house.db.with_name(f"{house.db.name}.key").read_text().strip()
    assert "secrets sealed anew" in answer.out
    assert key not in answer.out + answer.err
    after = house.document("keys", "show")
    assert after["keys"][0]["id"] != before["keys"][0]["id"]
    assert after["keys"][0]["id"] in answer.out
    assert "all of them readable" in house("doctor", "--lang", "en").out


def test_a_key_in_the_environment(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """What to set is said; once it is set the rotation says what may go."""
    file = house.db.with_name(f"{house.db.name}.key")
    old = file.read_text().strip()
    file.unlink()
    monkeypatch.setenv("CHANNELSYNC_KEY", old)
    refused(house("keys", "rotate"), "yours to set", "CHANNELSYNC_OLD_KEYS")
    monkeypatch.setenv("CHANNELSYNC_OLD_KEYS", old)
    monkeypatch.setenv("CHANNELSYNC_KEY", "A" * 43 + "=")
    assert "Remove CHANNELSYNC_OLD_KEYS" in house("keys", "rotate", "--lang", "en").out
    monkeypatch.delenv("CHANNELSYNC_OLD_KEYS")
    assert "all of them readable" in house("doctor", "--lang", "en").out


def test_keys_in_two_places(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key here and one in Key Vault: nobody can mean both."""
    monkeypatch.setenv("CHANNELSYNC_KEY", "A" * 43 + "=")
    monkeypatch.setenv("CHANNELSYNC_KEY_VAULT", "https://example.vault.azure.net/keys/a")
    refused(house("keys", "show"), "both set")
    monkeypatch.setenv("CHANNELSYNC_KEY_VAULT", "https://example.vault.azure.net/keys/a/1?x=hush")
    answer = house("keys", "show")
    refused(answer, "not the address of a key")
    assert "hush" not in answer.err


class TestAccounts:
    """`account`."""

    def test_from_standard_input(self, house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Secrets are read from standard input; the account is listed, in both languages, without them."""
        with platform_api.installed(tmp_path / "site", monkeypatch):
            monkeypatch.setattr(sys, "stdin", io.StringIO("\nrefresh_token=marked-renewal-0\n"))
            answer = house("account", "add", "exemple", "--name", "Anne", "--field", "client=c", "--secrets", "-")
            assert (answer.code, "Le compte Anne (Exemple) est ajouté." in answer.out) == (0, True)
            listed = house("account", "list").out + house("account", "list", "--lang", "en").out
            assert "connecté" in listed
            assert "connected" in listed
            assert "marked" not in answer.out + answer.err + listed

    @pytest.mark.parametrize(
        "given, words",
        [
            (("--field", "refresh_token=hush"), "not taken from the command line"),
            (("--field", "client=c"), "secret fields of the account are missing: refresh_token"),
            (("--secrets", "nowhere"), "cannot be read from there"),
            (("--secrets", "-"), "FIELD=VALUE"),
        ],
    )
    def test_refusals(
        self,
        house: House,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        given: tuple[str, ...],
        words: str,
    ) -> None:
        """A secret on the command line, or none at all, is refused in one line that does not repeat it."""
        with platform_api.installed(tmp_path / "site", monkeypatch):
            monkeypatch.setattr(sys, "stdin", io.StringIO("hush hush"))
            answer = house("account", "add", "exemple", *given)
            refused(answer, words)
            assert "hush" not in answer.err

    def test_channels_without_an_api(self, house: House) -> None:
        """A channel of calendar links has no accounts, and one that is not there is told as such."""
        refused(house("account", "add", "greengo"), "calendar links only")
        refused(house("account", "add", "nowhere"), "no channel")
        refused(house("account", "reconnect", "anne"), "no account is called")

    def test_a_refused_account_is_something_to_act_on(
        self, house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The list ends with 1 while a platform refuses an account, and says why; connected anew, with 0."""
        with platform_api.installed(tmp_path / "site", monkeypatch):
            secrets = tmp_path / "secrets"
            secrets.write_text("refresh_token=marked-renewal-0")
            given = "--field", "client=c", "--secrets", secrets
            made = house.document("account", "add", "exemple", *given)
            import channelsync as cs

            with cs.open(str(house.db), environ={}) as manager:
                assert manager.access_refused(manager.held_access(made["id"]), "Exemple has taken it back")
            answer = house("account", "list", "--lang", "en")
            assert (answer.code, "taken it back" in answer.out) == (1, True)
            assert house("account", "reconnect", made["id"], *given).code == 0
            assert house("account", "list").code == 0


def test_help_is_whole() -> None:
    """Each verb says what it is for."""
    for verb in (
        ("keys", "rotate"),
        ("keys", "show"),
        ("account", "add"),
        ("account", "list"),
        ("account", "reconnect"),
    ):
        assert run(*verb, "--help").code == 0
