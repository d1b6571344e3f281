"""`db upgrade`: a database is brought up by an order of its own, and what was done is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from channelsync.ledger import HEAD, stored_revision
from tests.contract.command import refused, run
from tests.contract.test_ledger import at_revision, by_hand


def test_made_brought_up_and_left_alone(tmp_path: Path) -> None:
    """Where there is none it is made; an older one says from which version it came; a current one stays as it is."""
    new, old = tmp_path / "new.db", tmp_path / "old.db"
    at_revision(str(old), "0001")
    for path, before in ((new, None), (old, "0001"), (new, HEAD)):
        document = run("--db", path, "--json", "db", "upgrade").document
        assert document == {"database": str(path), "from": before, "to": HEAD, "changed": before != HEAD}
        assert stored_revision(str(path)) == HEAD


def test_what_is_said(tmp_path: Path) -> None:
    """In both languages, from and to."""
    old = tmp_path / "old.db"
    at_revision(str(old), "0002")
    assert f"version 0002 → {HEAD}" in run("--db", old, "db", "upgrade").out
    assert f"déjà à jour, version {HEAD}" in run("--db", old, "db", "upgrade").out
    assert f"made, version {HEAD}" in run("--db", tmp_path / "new.db", "--lang", "en", "db", "upgrade").out


@pytest.mark.parametrize(
    "spoil, words",
    [
        ("UPDATE alembic_version SET version_num = '9999'", "newer channelsync"),
        ("DROP TABLE alembic_version", "another program"),
    ],
)
def test_what_is_not_ours(tmp_path: Path, spoil: str, words: str) -> None:
    """A newer program's database and somebody else's are refused and left as they are."""
    path = tmp_path / "other.db"
    run("--db", path, "db", "upgrade")
    by_hand(str(path), spoil)
    before = path.read_bytes()
    refused(run("--db", path, "--lang", "en", "db", "upgrade"), words)
    assert path.read_bytes() == before


def test_upgrade_as_people_type_it(tmp_path: Path) -> None:
    """`upgrade` says what it found again and where the backup is; with nothing to do, or no database, just that."""
    old = tmp_path / "old.db"
    refused(run("--db", old, "--lang", "en", "upgrade"), "no database to upgrade")
    at_revision(str(old), "0002")
    said = run("--db", old, "upgrade").out
    assert f"version 0002 → {HEAD}" in said
    assert "Retrouvés comme avant : 0 logement" in said
    assert f"old.db.before-{HEAD}-" in said.replace("\n", "")
    assert f"déjà à jour, version {HEAD}" in run("--db", old, "upgrade").out
    document = run("--db", old, "--json", "upgrade").document
    assert (document["changed"], document["backup"], document["found"]) == (False, None, None)


def test_asking_makes_nothing(tmp_path: Path) -> None:
    """To ask which version a database has makes none where none is."""
    assert stored_revision(str(tmp_path / "none.db")) is None
    assert list(tmp_path.iterdir()) == []
