"""A new master key in the place of the old one: nothing is lost, nothing waits, and it may be broken off anywhere."""

from __future__ import annotations

import os
import shutil
import stat
import threading
from pathlib import Path

import pytest

from channelsync.errors import UsageError, VaultError
from channelsync.vault import new_key
from channelsync.vault.keys import decoded
from tests.contract.rotating import NOW, filled, killed_at, lines_of, opened, whole

NAMES = [f"listing{number:03}" for number in range(60)]
"""More than are sealed anew in one transaction."""


class TestInTheEnvironment:
    """Keys that people set, on both databases."""

    def test_it_says_what_to_set(self, database: str) -> None:
        """We cannot change an environment: the line says what to set where, and nothing was changed."""
        key = new_key()
        environ = {"CHANNELSYNC_KEY": key}
        with opened(database, environ) as manager:
            filled(manager, NAMES)
            with pytest.raises(UsageError, match="yours to set") as refused:
                manager.rotate_keys()
            assert "CHANNELSYNC_OLD_KEYS" in refused.value.advice
            assert key not in f"{refused.value}{refused.value.advice}"
            whole(manager, NAMES)

    def test_both_keys_set(self, database: str) -> None:
        """With the new key set and the old one kept, all is sealed anew, and the old one may go."""
        old, new = new_key(), new_key()
        with opened(database, {"CHANNELSYNC_KEY": old}) as manager:
            filled(manager, NAMES)
        environ = {"CHANNELSYNC_KEY": new, "CHANNELSYNC_OLD_KEYS": f" {old} ,"}
        with opened(database, environ) as manager:
            whole(manager, NAMES)
            before = manager.keys()
            report = manager.rotate_keys()
            assert (before.secrets, report.secrets, report.sealed_anew) == ((0, 60), (60, 0), 60)
            assert manager.rotate_keys().sealed_anew == 0
        with opened(database, {"CHANNELSYNC_KEY": new}) as manager:
            whole(manager, NAMES)
            with manager.ledger.reading() as tx:
                told = [(line.what, line.details) for line in tx.audit_lines()]
                tx.verify_audit()
        assert told[0] == ("keys rotated", {"key": report.keys[0], "sealed": 60})
        with opened(database, {"CHANNELSYNC_KEY": old}) as manager, pytest.raises(VaultError, match="was sealed with"):
            whole(manager, NAMES)

    def test_killed_at_any_line(self, database: str) -> None:
        """Wherever it dies, everything opens, and the next run ends what it had begun."""
        keys = [new_key() for _ in range(12)]
        with opened(database, {"CHANNELSYNC_KEY": keys[0]}) as manager:
            filled(manager, NAMES)
        environ = {"CHANNELSYNC_KEY": keys[1], "CHANNELSYNC_OLD_KEYS": keys[0]}
        lines = lines_of(database, environ)
        for old, new, line in zip(keys[1:], keys[2:], range(1, lines + 1, max(1, lines // 10)), strict=False):
            environ = {"CHANNELSYNC_KEY": new, "CHANNELSYNC_OLD_KEYS": old}
            killed_at(database, environ, line)
            with opened(database, environ) as manager:
                whole(manager, NAMES)
                manager.rotate_keys()
            with opened(database, {"CHANNELSYNC_KEY": new}) as manager:
                whole(manager, NAMES)

    def test_a_secret_that_does_not_open(self, database: str) -> None:
        """One damaged secret stops no other; it is named, and counts as not done."""
        old, new = new_key(), new_key()
        with opened(database, {"CHANNELSYNC_KEY": old}) as manager:
            filled(manager, NAMES)
            with manager.ledger.transaction() as tx:
                sealed = tx.secret("feed", NAMES[7]) or b""
                tx.put_secret("feed", NAMES[7], sealed[:-1], fingerprint="x", at=NOW)
        with opened(database, {"CHANNELSYNC_KEY": new, "CHANNELSYNC_OLD_KEYS": old}) as manager:
            for _ in range(2):
                with pytest.raises(VaultError, match=f"1 sealed secrets do not open.*feed of {NAMES[7]}"):
                    manager.rotate_keys()
                whole(manager, NAMES[:7] + NAMES[8:])
            assert manager.keys().secrets == (59, 1)


class TestTheKeyFile:
    """The file beside a SQLite database."""

    @pytest.fixture
    def house(self, tmp_path: Path) -> Path:
        """A database with secrets and its key file."""
        path = tmp_path / "gite.db"
        with opened(str(path), {}) as manager:
            filled(manager, NAMES)
        return path

    def test_rotation(self, house: Path) -> None:
        """Afterwards there is one key, another one, in a file as any version reads it and nobody else may."""
        file = house.with_name("gite.db.key")
        before = file.read_text()
        with opened(str(house), {}) as manager:
            old = manager.keys()
            report = manager.rotate_keys()
            whole(manager, NAMES)
        assert (old.secrets, report.secrets, report.sealed_anew) == ((60,), (60,), 60)
        assert report.keys != old.keys
        assert file.read_text() != before
        assert len(decoded(file.read_text(), "file")) == 32
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert not list(house.parent.glob("gite.db.key.*"))
        file.write_text(before)
        with opened(str(house), {}) as manager, pytest.raises(VaultError, match="was sealed with"):
            whole(manager, NAMES)

    def test_no_key_yet(self, tmp_path: Path) -> None:
        """Where nothing was sealed there is nothing to rotate, and no key is made."""
        with opened(str(tmp_path / "new.db"), {}) as manager:
            assert manager.keys().keys == ()
            with pytest.raises(VaultError, match="no key yet"):
                manager.rotate_keys()
        assert not list(tmp_path.glob("*.key"))

    def test_an_older_program_refuses_two_keys(self, house: Path) -> None:
        """While a rotation lasts, a version that knows one key a file finds none in it, says so and stops."""
        with opened(str(house), {}) as manager:
            draft = manager.vault.draft()
            with manager.ledger.transaction() as tx:
                manager.vault.begin(draft, tx)
            whole(manager, NAMES)
        with pytest.raises(VaultError, match="does not hold a key"):
            decoded(house.with_name("gite.db.key").read_text(), "the file")

    def test_killed_anywhere(self, house: Path, tmp_path: Path) -> None:
        """Wherever it dies: all opens, new secrets can be sealed, and the next run leaves one key and no draft.

        At every ninth line; ``CHANNELSYNC_KILL_STEP=1`` takes each.
        """
        place = tmp_path / "copy"

        def fresh() -> str:
            shutil.rmtree(place, ignore_errors=True)
            place.mkdir()
            for path in house.parent.glob("gite.db*"):
                shutil.copy2(path, place)
            return str(place / "gite.db")

        lines = lines_of(fresh(), {})
        assert lines > 40
        for line in range(1, lines + 1, int(os.environ.get("CHANNELSYNC_KILL_STEP", "9"))):
            database = fresh()
            killed_at(database, {}, line)
            with opened(database, {}) as manager:
                whole(manager, NAMES)
                filled(manager, ["new"], "token")
                assert manager.rotate_keys().secrets[0] == 61
                whole(manager, NAMES)
                whole(manager, ["new"], "token")
                with manager.ledger.reading() as tx:
                    tx.verify_audit()
            assert sorted(path.name for path in place.glob("*.key*")) == ["gite.db.key"], line
            assert len(decoded((place / "gite.db.key").read_text(), "file")) == 32

    def test_others_run_meanwhile(self, house: Path) -> None:
        """Programs that read and seal while keys rotate, again and again, meet no error and lose nothing."""
        over, made, failed = threading.Event(), list[str](), list[BaseException]()

        def work(mine: str) -> None:
            try:
                with opened(str(house), {}) as manager:
                    number = 0
                    while not over.is_set():
                        number += 1
                        filled(manager, [f"{mine}{number}"], "token")
                        made.append(f"{mine}{number}")
                        whole(manager, NAMES[number % 50 : number % 50 + 3])
            except BaseException as error:  # noqa: BLE001 - told by the test's own thread
                failed.append(error)

        workers = [threading.Thread(target=work, args=(name,)) for name in "ab"]
        for worker in workers:
            worker.start()
        with opened(str(house), {}) as manager:
            names = [manager.rotate_keys().keys for _ in range(5)]
        over.set()
        for worker in workers:
            worker.join()
        assert not failed
        assert len(set(names)) == 5
        with opened(str(house), {}) as manager:
            whole(manager, NAMES)
            whole(manager, made, "token")
            assert manager.keys().secrets == (60 + len(made),)

    def test_two_rotations_at_once(self, house: Path) -> None:
        """Two people who rotate at the same moment: one may be told to run it again; nothing is lost."""
        ready, told = threading.Barrier(2), list[str]()

        def rotate() -> None:
            with opened(str(house), {}) as manager:
                ready.wait()
                try:
                    manager.rotate_keys()
                except VaultError as error:
                    told.append(str(error))

        threads = [threading.Thread(target=rotate) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert all("just now" in one for one in told)
        with opened(str(house), {}) as manager:
            whole(manager, NAMES)
            manager.rotate_keys()
            assert len(manager.keys().keys) == 1

    def test_a_file_that_cannot_be_written(self, tmp_path: Path) -> None:
        """Where no key file can be written (here its name is too long) the old key stays, and one line says so."""
        house = tmp_path / ("g" * 240)
        file = tmp_path / f"{house.name}.key"
        file.touch(0o600)
        file.write_text(new_key())
        before = file.read_text()
        with opened(str(house), {}) as manager:
            filled(manager, NAMES)
            with pytest.raises(VaultError, match="cannot be written"):
                manager.rotate_keys()
            whole(manager, NAMES)
            assert manager.keys().secrets == (60,)
            with manager.ledger.reading() as tx:
                assert tx.audit_lines() == ()
        assert file.read_text() == before
