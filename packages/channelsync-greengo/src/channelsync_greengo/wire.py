"""GreenGo's calendar as it comes over the wire: the only file that knows it.

Little is known, all of it from one host's two fetches around a click, in August 2026 (measured):

* Days are written as UTC midnights, ``DTSTART:20280301T000000Z``, and the end is the day of departure. Read at a
  lodging west of Greenwich they would be the day before, so the date is taken in UTC.
* A block is titled ``GreenGo (Not Available)`` and appears in the export at once.

How a *reservation* is titled is unknown. It may be titled just so: then an event taken for a block, *certainly no
guest*, would be a guest. So every event is a closure, *may be a guest*, until somebody has seen a reservation. UIDs,
PRODID and DTSTAMP are unknown too; nothing here relies on them.
"""

from __future__ import annotations

from typing import Final

from channelsync.adapter import Dialect
from channelsync.ical import DateRule

__all__ = ["DIALECT"]

DIALECT: Final = Dialect("GreenGo", dates=DateRule.UTC)
"""How GreenGo writes: days in UTC, everything a closure, no code."""
