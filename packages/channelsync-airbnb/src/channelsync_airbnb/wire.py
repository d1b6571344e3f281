"""Airbnb's calendar as it comes over the wire: the only file that knows it.

Measured on 339,495 events of six listings, from February to August 2026, and on single feeds back to 2018:

* There are two kinds of event, told apart by the first part of the UID: ``1418fb94e984-`` for a reservation (334,906
  of 334,906), ``7f662ec65913-`` for a block (4,589 of 4,589), ``6fec1092d3fa-`` for a block from 2020 to 2025.
* A reservation's UID stays with its confirmation code for life: none of 885 codes ever had two, and 69 of 69 date
  changes kept it. A block's UID changes with its dates (6 of 6).
* Only a reservation has a DESCRIPTION. It holds the confirmation code in a link, ``HM`` and eight letters or digits;
  in 2018 the code stood behind the guest's name in the title.
* Dates are dates, the end is the day of departure, and an event stays whole until a day after it.

* The titles say the same: ``Reserved`` on every reservation, ``Airbnb (Not available)`` on every block (339,495 of
  339,495), ``Not available`` in 2018.

A UID with another beginning is a form nobody has seen. A confirmation code or the title of a reservation still says
that there is a guest, the title of a block that there is none; whatever is left may be one.
"""

from __future__ import annotations

import re
from typing import Final

from channelsync.adapter import Dialect
from channelsync.claims import Kind
from channelsync.ical import RawEvent

__all__ = ["BLOCK_PREFIXES", "DIALECT", "PRODID", "RESERVATION_PREFIX", "code_of", "kind_of"]

RESERVATION_PREFIX: Final = "1418fb94e984"
"""The first part of a reservation's UID (measured: 334,906 of 334,906)."""
BLOCK_PREFIXES: Final = frozenset({"7f662ec65913", "6fec1092d3fa"})
"""The first part of a block's UID: since 2025 (measured: 4,589 of 4,589), and from 2020 to 2025 (18 in samples)."""
PRODID: Final = "Airbnb Inc"
"""Part of the PRODID in every generation (measured)."""

_CODE: Final = re.compile(r"(?:/reservations/details/|[?&]code=)(HM[A-Z0-9]{8})(?![A-Z0-9])")
_CODE_IN_TITLE: Final = re.compile(r"\((HM[A-Z0-9]{8})\)\s*\Z")
_BLOCK_TITLES: Final = frozenset({"airbnb (not available)", "not available"})


def code_of(event: RawEvent) -> str:
    """Return the confirmation code, empty where the event has none."""
    found = _CODE.search(event.description) or _CODE_IN_TITLE.search(event.summary)
    return found[1] if found else ""


def kind_of(event: RawEvent) -> Kind:
    """Return what the event is, going by its UID; by code and title where the UID is of a form nobody has seen."""
    prefix = event.uid.partition("-")[0]
    if prefix == RESERVATION_PREFIX:
        return Kind.RESERVATION
    if prefix in BLOCK_PREFIXES:
        return Kind.BLOCK
    title = event.summary.strip().casefold()
    if title == "reserved" or code_of(event):
        return Kind.RESERVATION
    return Kind.BLOCK if title in _BLOCK_TITLES else Kind.CLOSURE


DIALECT: Final = Dialect("Airbnb", kind=kind_of, code=code_of)
"""How Airbnb writes."""
