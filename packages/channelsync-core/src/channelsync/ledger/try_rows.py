"""How often something was tried lately, counted for all processes of an installation together, and over restarts.

Each count is a bucket of so many tries that fills with time, kept as the one moment at which it is full again. A bucket
that is full is no row, so there are never more of them than were tried lately.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import case, delete, or_, select

from channelsync.ledger.people_tables import tries
from channelsync.ledger.rows import Rows

__all__ = ["TryRows"]

_MILLISECOND: Final = timedelta(milliseconds=1)


class TryRows(Rows):
    """Tries, by a key that says nothing to whoever reads it."""

    def take_try(self, key: str, size: int, every: timedelta, *, at: datetime) -> timedelta:
        """Count a try, and return nothing to wait for; or count none, and return how long to wait for the next.

        Two processes that count at once both count: it is one statement.

        Args:
            key: what is tried.
            size: so many tries are free at once.
            every: after so long there is one more.
            at: the time of it.
        """
        now, step = _milliseconds(at), every // _MILLISECOND
        self._run(delete(tries).where(tries.c.until <= now))
        empty = now + size * step
        astray = tries.c.until > empty  # the clock was set back: what it said then counts no more
        taken = self._insert(tries, key=key, until=now + step).on_conflict_do_update(
            index_elements=["key"],
            set_={"until": case((astray, now + step), else_=tries.c.until + step)},
            where=or_(astray, tries.c.until <= empty - step),
        )
        if self._run(taken):
            return timedelta(0)
        row = self._first(select(tries.c.until).where(tries.c.key == key))
        return timedelta(0) if row is None else (row.until - (empty - step)) * _MILLISECOND

    def note_try(self, key: str, *, until: datetime) -> None:
        """Remember a key until a moment, in place of what was remembered of it."""
        value = {"until": _milliseconds(until)}
        self._run(self._insert(tries, key=key, **value).on_conflict_do_update(index_elements=["key"], set_=value))

    def has_try(self, key: str, *, at: datetime) -> bool:
        """Whether a key is remembered still."""
        row = self._first(select(tries.c.until).where(tries.c.key == key))
        return row is not None and row.until > _milliseconds(at)


def _milliseconds(at: datetime) -> int:
    return int(at.timestamp()) * 1000 + at.microsecond // 1000
