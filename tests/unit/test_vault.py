"""Secrets at rest and secrets kept out of texts; and the settings that say where the key is."""

from __future__ import annotations

import logging
import stat
import threading
from io import StringIO
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from channelsync.config import Config
from channelsync.errors import UsageError, VaultError
from channelsync.vault import RedactingFilter, Vault, new_key, open_vault, redact, redact_logs

LINK = "https://www.airbnb.fr/calendar/ical/123456.ics?s=0123456789abcdef"


@pytest.fixture
def database(tmp_path: Path) -> str:
    """The path of a database; the vault does not need it to exist."""
    return str(tmp_path / "gite.db")


def vault(database: str, *, secrets_exist: bool = False) -> Vault:
    """The vault beside a database, as after a restart."""
    return open_vault(database, secrets_exist=secrets_exist)


class TestSealing:
    """Envelopes."""

    def test_a_secret_comes_back(self, database: str) -> None:
        """What is sealed opens again, also after a restart, and says nothing while sealed."""
        sealed = vault(database).seal("feed", "a", LINK)
        assert b"airbnb" not in sealed
        assert vault(database, secrets_exist=True).unseal("feed", "a", sealed) == LINK

    def test_each_envelope_is_different(self, database: str) -> None:
        """The same secret sealed twice gives different bytes: nobody sees that two links are equal."""
        one = vault(database)
        assert one.seal("feed", "a", LINK) != one.seal("feed", "a", LINK)

    @pytest.mark.parametrize("kind, owner", [("feed", "b"), ("token", "a"), ("feeda", "")])
    def test_an_envelope_opens_for_its_owner_only(self, database: str, kind: str, owner: str) -> None:
        """An envelope copied to another row, or another kind of row, does not open."""
        one = vault(database)
        with pytest.raises(VaultError, match="does not open"):
            one.unseal(kind, owner, one.seal("feed", "a", LINK))

    @given(place=st.integers(min_value=0), bit=st.integers(0, 7))
    def test_a_changed_envelope_does_not_open(self, place: int, bit: int) -> None:
        """Whichever bit of an envelope is changed, it opens no more; nothing but VaultError comes of it."""
        one = open_vault("x", key="A" * 43 + "=", secrets_exist=True)
        sealed = bytearray(one.seal("feed", "a", LINK))
        sealed[place % len(sealed)] ^= 1 << bit
        with pytest.raises(VaultError):
            one.unseal("feed", "a", bytes(sealed))

    @given(st.binary(max_size=200))
    def test_any_other_bytes_are_refused(self, sealed: bytes) -> None:
        """Bytes that are no envelope give a VaultError, whatever they are."""
        with pytest.raises(VaultError):
            open_vault("x", key="A" * 43 + "=", secrets_exist=True).unseal("feed", "a", sealed)

    def test_fingerprints(self, database: str) -> None:
        """Equal texts have equal fingerprints under one key and different ones under another."""
        one = vault(database)
        assert one.fingerprint(LINK) == vault(database).fingerprint(LINK) != one.fingerprint(LINK + "x")
        assert one.fingerprint(LINK) != open_vault("x", key=new_key(), secrets_exist=False).fingerprint(LINK)

    def test_nothing_secret_in_a_repr(self) -> None:
        """Neither a vault nor the settings show the key."""
        key = new_key()
        one = open_vault("x", key=key, secrets_exist=False)
        assert one.key_id
        assert key not in repr(one)
        assert key not in repr(Config(key=key))


class TestKeyFile:
    """The key beside a SQLite database."""

    def test_it_is_made_for_its_owner_alone(self, database: str) -> None:
        """The file is made when first needed, nobody else may read it, and no draft is left."""
        one = vault(database)
        one.check()
        assert one.file is not None
        assert not one.file.exists(), "a database without secrets needs no key yet"
        one.seal("feed", "a", LINK)
        assert stat.S_IMODE(one.file.stat().st_mode) == 0o600
        assert list(one.file.parent.iterdir()) == [one.file]

    def test_it_is_found_from_a_url(self, tmp_path: Path) -> None:
        """A URL leads to the same file as the path."""
        found = vault(f"sqlite:///{tmp_path}/gite.db").file, vault("sqlite:///gite.db").file
        assert found == (tmp_path / "gite.db.key", Path("gite.db.key"))

    def test_it_is_never_overwritten(self, database: str) -> None:
        """Programs that need a key at the same moment all end up with one and the same."""
        ready, ids = threading.Barrier(8), set[str]()

        def race() -> None:
            one = vault(database)
            ready.wait()
            one.seal("feed", "a", LINK)
            ids.add(one.key_id)

        threads = [threading.Thread(target=race) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(ids) == 1

    def test_a_missing_file_is_an_error_and_none_is_made(self, database: str) -> None:
        """Where secrets exist, a missing key file is named, with what cannot be read and what to do."""
        one = vault(database)
        sealed = one.seal("feed", "a", LINK)
        assert one.file is not None
        one.file.unlink()
        again = vault(database, secrets_exist=True)
        for attempt in (
            lambda: again.unseal("feed", "a", sealed),
            lambda: again.seal("feed", "a", LINK),
            lambda: again.fingerprint(LINK),
            again.check,
        ):
            with pytest.raises(VaultError, match=r"gite\.db\.key is missing: .*feed links cannot be read") as refused:
                attempt()
            assert "Put the file back" in refused.value.advice
        assert not one.file.exists()

    def test_another_key_is_recognised(self, database: str) -> None:
        """A key that belongs elsewhere is told by its name, before anything is tried."""
        one = vault(database)
        sealed = one.seal("feed", "a", LINK)
        assert one.file is not None
        name = one.key_id
        one.file.write_text(new_key())
        with pytest.raises(VaultError, match=f"sealed with key {name}"):
            vault(database, secrets_exist=True).unseal("feed", "a", sealed)

    @pytest.mark.parametrize("mode", [0o640, 0o604, 0o644])
    def test_a_file_that_others_may_read_is_refused(self, database: str, mode: int) -> None:
        """A key that others may read is no secret: refused, with the command that mends it."""
        one = vault(database)
        one.seal("feed", "a", LINK)
        assert one.file is not None
        one.file.chmod(mode)
        with pytest.raises(VaultError, match="can be read by others") as refused:
            vault(database).check()
        assert refused.value.advice == f"Run: chmod 600 {one.file}"

    @pytest.mark.parametrize("content", ["", "hello", "AAAA", "é" * 40])
    def test_a_file_that_holds_no_key(self, database: str, content: str) -> None:
        """Anything else in the file is an error, not a key."""
        one = vault(database)
        assert one.file is not None
        one.file.write_text(content, encoding="utf-8")
        one.file.chmod(0o600)
        with pytest.raises(VaultError, match="does not hold a key"):
            one.check()

    def test_a_folder_that_is_not_there(self, tmp_path: Path) -> None:
        """A key that cannot be written is an error in one line."""
        with pytest.raises(VaultError, match="cannot be written"):
            vault(str(tmp_path / "new" / "gite.db")).seal("feed", "a", LINK)


class TestKeyInTheEnvironment:
    """CHANNELSYNC_KEY."""

    def test_it_comes_first(self, database: str) -> None:
        """A given key is used, and no file is made."""
        one = open_vault(database, key=new_key(), secrets_exist=False)
        assert one.unseal("feed", "a", one.seal("feed", "a", LINK)) == LINK
        assert one.file is None
        assert not Path(f"{database}.key").exists()

    def test_postgresql_needs_it(self) -> None:
        """Without it a PostgreSQL database has no key, and none is made on this machine."""
        with pytest.raises(VaultError, match="CHANNELSYNC_KEY") as refused:
            open_vault("postgresql://host/gite", secrets_exist=False).seal("feed", "a", LINK)
        assert "openssl rand" in refused.value.advice

    def test_it_must_be_a_key(self) -> None:
        """A word is no key, and is not repeated in the error."""
        with pytest.raises(VaultError, match="CHANNELSYNC_KEY does not hold a key") as refused:
            open_vault("x", key="hunter2", secrets_exist=False).check()
        assert "hunter2" not in str(refused.value)


class TestRedaction:
    """Texts."""

    @pytest.mark.parametrize(
        "text, expected",
        [
            (f"GET {LINK} failed", "GET https://www.airbnb.fr/… failed"),
            ("see http://anne:hush@host:8080/a?b=c.", "see http://host:8080/…"),
            ("postgresql://anne:hush@host/gite", "postgresql://host/…"),
            ("postgresql://anne:hush@host", "postgresql://host"),
            ("https://ical.booking.com", "https://ical.booking.com"),
            ("webcal://host/x, and more", "webcal://host/… and more"),
            ("www.airbnb.fr/calendar/ical/1.ics?s=2", "www.airbnb.fr/…"),
            ("POST /feeds/0123abcd.ics 304", "POST /….ics 304"),
            ("/hook?token=hush&x=1", "/hook?token=…&x=…"),
            ("'https://h/a' \"https://h/b\"", "'https://h/…' \"https://h/…\""),
            ("2027-04-01/2027-04-05 is free at 14/03", "2027-04-01/2027-04-05 is free at 14/03"),
        ],
    )
    def test_beyond_the_host_nothing_is_left(self, text: str, expected: str) -> None:
        """A link keeps its scheme and host; stays, dates and plain words are untouched."""
        assert redact(text) == expected

    @given(st.text(max_size=60), st.text(max_size=20))
    def test_a_token_never_survives(self, before: str, after: str) -> None:
        """Whatever stands around a link, its secret is gone, and redacting again changes nothing."""
        shown = redact(f"{before} {LINK} {after}")
        assert "0123456789abcdef" not in shown
        assert redact(shown) == shown

    def test_every_handler_of_the_root(self) -> None:
        """Records of any logger are redacted: message, arguments, traceback; a broken record does no harm."""
        written = StringIO()
        handler = logging.StreamHandler(written)
        root = logging.Logger("root-of-a-test")  # noqa: LOG001 - the real root stays as it is
        root.addHandler(handler)
        redact_logs(root)
        redact_logs(root)
        assert len(handler.filters) == 1
        child = logging.Logger("child")  # noqa: LOG001
        child.parent = root
        child.error("at %s", LINK)
        child.error("%d nights", LINK)
        child.error("no arguments: %s %s", LINK)
        try:
            raise ValueError(LINK)
        except ValueError:
            child.exception("it broke")
        child.error("where", stack_info=True)
        assert "0123456789abcdef" not in written.getvalue()
        assert "ValueError: https://www.airbnb.fr/…" in written.getvalue()
        assert logging.getLogger("httpx").level >= logging.WARNING

    def test_a_record_is_never_lost(self) -> None:
        """The filter lets everything through."""
        record = logging.makeLogRecord({"msg": "plain"})
        assert RedactingFilter().filter(record)
        assert record.getMessage() == "plain"


class TestConfig:
    """The settings of an installation."""

    def test_defaults(self) -> None:
        """Nothing set, or set to nothing: the defaults."""
        assert Config.from_environment({}) == Config()
        assert Config.from_environment({"CHANNELSYNC_DB": " ", "CHANNELSYNC_KEY": ""}) == Config()

    def test_values(self) -> None:
        """Each variable has its effect."""
        found = Config.from_environment(
            {"CHANNELSYNC_DB": "a.db", "CHANNELSYNC_KEY": "k", "CHANNELSYNC_ALLOW_PRIVATE_ADDRESSES": "Yes", "X": "y"}
        )
        assert found == evolve(Config(), database="a.db", key="k", allow_private_addresses=True)

    def test_a_value_that_makes_no_sense(self) -> None:
        """Neither yes nor no is an error that names the variable: private addresses are not opened by a slip."""
        with pytest.raises(UsageError, match="CHANNELSYNC_ALLOW_PRIVATE_ADDRESSES is 'maybe'"):
            Config.from_environment({"CHANNELSYNC_ALLOW_PRIVATE_ADDRESSES": "maybe"})
