"""How often reservations are fetched: counted, not enforced, for nothing was found that says what enforces it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, final

from attrs import define, field

__all__ = ["Pace"]

_BETWEEN: Final = timedelta(seconds=20)
_AFTER_ACKNOWLEDGING: Final = timedelta(seconds=5)


@final
@define
class Pace:
    """The fetches that came too soon: 20 seconds after the same, 5 seconds after an acknowledgement (documented)."""

    hurried: int = 0
    _last: dict[str, datetime] = field(init=False, factory=dict[str, datetime])
    _acknowledged: datetime | None = field(init=False, default=None)

    def fetched(self, address: str, now: datetime) -> None:
        """Count a fetch."""
        last, acknowledged = self._last.get(address), self._acknowledged
        soon = last is not None and now - last < _BETWEEN
        self.hurried += soon or (acknowledged is not None and now - acknowledged < _AFTER_ACKNOWLEDGING)
        self._last[address] = now

    def acknowledged(self, now: datetime) -> None:
        """Take note of an acknowledgement."""
        self._acknowledged = now
