"""What the owner hears of backups: that one failed and when the last was made, or that none can be; the doctor too."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import channelsync as cs
from channelsync.errors import BackupError
from channelsync.ledger import BackupRecord
from channelsync.manager import Manager
from channelsync.manager.desk import notice_of
from channelsync.notices import Notice
from channelsync.service.backup import daily, set_up
from channelsync.service.places import FolderPlace
from channelsync.vault import new_key
from channelsync.wording import text
from tests.contract.command import Feeds, House

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def told(manager: Manager) -> list[Notice]:
    """What the owner is told, the latest first."""
    with manager.ledger.reading() as tx:
        return [notice_of(one) for one in tx.notices()]


def test_a_failure_says_when_the_last_one_was_made(database: str, tmp_path: Path) -> None:
    """A backup that fails is told once a day, with the last good one, however many tries have failed since."""
    kept = tmp_path / "kept"
    kept.mkdir()
    with cs.open(database, environ={"CHANNELSYNC_KEY": new_key()}) as manager:
        set_up(manager, NOW)
        assert daily(manager, FolderPlace(kept), NOW) is not None
        with manager.ledger.transaction() as tx:
            for number in range(150):
                failed = BackupRecord(NOW + DAY + number * HOUR / 10, str(kept), "", 0, checked=False, failure="away")
                tx.record_backup(failed)
        kept.rename(tmp_path / "away")
        for hours in (48, 49):
            with pytest.raises(BackupError, match="is not there"):
                daily(manager, FolderPlace(kept), NOW + hours * HOUR)
        (one,) = told(manager)
    assert (one.kind.value, one.data.since) == ("backup_failed", NOW)
    assert "dernière réussie : le 22 novembre à 11 h 00" in text(one, "fr")


def test_no_phrase_is_told_once(database: str, tmp_path: Path, caplog) -> None:
    """Without a recovery phrase the owner is told once that there is no backup, and what to do; then there is one."""
    (tmp_path / "kept").mkdir()
    place = FolderPlace(tmp_path / "kept")
    with cs.open(database, environ={"CHANNELSYNC_KEY": new_key()}) as manager:
        for hours in range(0, 100, 10):
            assert daily(manager, place, NOW + hours * HOUR) is None
        (one,) = told(manager)
        assert (one.kind.value, one.kind.loud) == ("no_phrase", True)
        assert "channelsync backup --init" in text(one, "fr")
        assert len(caplog.records) == 1
        set_up(manager, NOW)
        assert daily(manager, place, NOW + 100 * HOUR) is not None


def findings(house: House) -> list[tuple[str, str]]:
    """What the doctor says of backups."""
    return [(one["state"], one["found"]) for one in house.document("doctor")["checks"] if one["what"] == "backup"]


def test_the_doctor_looks_at_backups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a backup is wished for, the doctor says that there is no phrase, that none is made, or that it is old."""
    monkeypatch.delenv("CHANNELSYNC_BACKUP", raising=False)
    house, kept = House(tmp_path / "gite.db", Feeds("")), tmp_path / "kept"
    kept.mkdir()
    assert house("unit", "add", "Gîte du Lac").code == 0
    assert findings(house) == []
    monkeypatch.setenv("CHANNELSYNC_BACKUP", str(kept))
    assert findings(house) == [("fail", "aucune : il n’y a pas de phrase de récupération")]
    assert house("backup", "--init").code == 0
    assert findings(house) == [("warn", "encore aucune")]
    assert house("backup").code == 0
    ((state, found),) = findings(house)
    assert (state, found.replace("\xa0", " ")) == ("ok", "dernière : 22/11/2026 à 11 h 00")
    house.now = "2026-11-24T09:59:00Z"
    assert findings(house)[0][0] == "ok"
    house.now = "2026-11-24T10:01:00Z"
    ((state, found),) = findings(house)
    assert (state, found.replace("\xa0", " ")) == ("warn", "la dernière : 22/11/2026 à 11 h 00")
    monkeypatch.setenv("CHANNELSYNC_BACKUP", "ftp://example.org/kept")
    assert findings(house)[0][0] == "fail"
