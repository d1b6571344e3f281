"""Booking.com's calendar as it comes over the wire: the only file that knows it.

Measured on 26,441 fetches of five rooms, from October 2025 to August 2026:

* There is one kind of event, titled ``CLOSED - Not available``: for stays, for the owner's closures and for the part
  of the calendar that is not opened yet alike. So every event is a closure, *may be a guest*; filtering "not
  available" as one does for Airbnb would drop every stay. Until about 2023 the title held the guest's name
  (reported); that tells a guest but not which one, so it changes nothing.
* The UID is made of the room and the first day: a new end keeps it (1,327 of 1,327), a new beginning changes it (318
  of 318), and another guest with the same arrival gets the same one. It identifies nothing. **Only the nights are
  real.**
* Since July 2026 nights that touch are one event (no pair in 3,911 fetches since, 2,966 in 22,918 before).
* There is no code, no description, no status. Dates are dates, the end is the day of departure.
"""

from __future__ import annotations

from typing import Final

from channelsync.adapter import Dialect

__all__ = ["DIALECT", "PRODID"]

PRODID: Final = "admin.booking.com"
"""Part of the PRODID, beside backslashes that intermediaries multiply (measured: 26,829 of 26,829)."""

DIALECT: Final = Dialect("Booking.com")
"""How Booking.com writes: everything is a closure, and there is no code."""
