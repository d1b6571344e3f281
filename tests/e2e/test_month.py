"""The played month is a judge that can be trusted: it finds nothing where nothing is wrong, and what was lost."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from attrs import evolve

from benchmarks import month, month_play, report


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_a_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A short one against the real service, with failures and a death: all is told everywhere, and nothing is lost."""
    monkeypatch.setattr(month_play, "STEP", timedelta(hours=1))
    monkeypatch.setattr(month_play, "QUIET", timedelta(hours=12))
    found = month_play.played(tmp_path, days=1, lodgings=2, busy=12)
    part = month.reported(found)
    assert not part.broken, report.text(part)
    assert found.killed == 1
    assert len(found.bookings) >= 4
    assert all(one.closed is not None for one in found.bookings if one.known is not None)
    assert not found.errors
    lost = evolve(found, lost=["Gîte du Lac: a block"], late=1)
    assert len(month.reported(lost).broken) == 2
