"""XML from outside, read so that it can do nothing but say what it says.

The reader is lxml's with everything off that reaches beyond the document: no entities, no DTD, no network, no trees
without bounds. A document type declaration is refused before the parser sees it, whatever it declares; that the
encoding is UTF-8 whatever the document claims keeps one from hiding there. Comments are dropped, but for the one that
Booking.com writes after the root of every answer: its own number for that answer, which its support asks for
(documented).

No error repeats what the document says: reservations hold guests' names, and sometimes cards.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import Final, Protocol, cast

from lxml import etree

from channelsync.errors import UsageError, WireFormatError
from channelsync.nights import LIMIT, Stay

__all__ = ["Element", "day", "how_many", "is_number", "one_line", "parse", "ruid", "stay"]

_LARGEST: Final = 5 * 2**20
"""Bytes of one answer; a hundred reservations are about a quarter of a million."""
_LONGEST_ID: Final = 20
"""Digits of an id; those seen have up to ten, and are beyond 2**31."""
_LONGEST_LINE: Final = 100
_DECLARED: Final = re.compile(rb"(?>\s+|<\?.*?\?>|<!--.*?-->)*+<!DOCTYPE", re.DOTALL | re.IGNORECASE)
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_RUID: Final = re.compile(rb"<!--\s*RUID:\s*\[([!-Z^-~]{1,160})\]\s*-->\s*\Z")
_RUID_IN_JSON: Final = re.compile(rb'"ruid"\s*:\s*"([!#-\[\]-~]{1,160})"')
_TAIL: Final = 512
_REMEMBERED: Final = 2048
"""Dates kept: every answer about availability names the same years of them."""
_PARSER: Final = etree.XMLParser(
    encoding="utf-8",
    resolve_entities=False,
    load_dtd=False,
    dtd_validation=False,
    no_network=True,
    huge_tree=False,
    remove_comments=True,
    remove_pis=True,
    collect_ids=False,
)


class Element(Protocol):
    """As much of an element as is used here."""

    @property
    def tag(self) -> str:
        """Its name, the namespace in braces before it."""
        ...

    @property
    def text(self) -> str | None:
        """The text before its first child."""
        ...

    def get(self, key: str, /) -> str | None:
        """Return an attribute, None where it is not there."""
        ...

    def iter(self, tag: str | None = None, /) -> Iterator[Element]:
        """Yield it and everything under it, or what has that name of these."""
        ...

    def iterchildren(self, tag: str, /) -> Iterator[Element]:
        """Yield its children of that name."""
        ...

    def __iter__(self) -> Iterator[Element]:
        """Yield its children."""
        ...

    def __len__(self) -> int:
        """Return how many children it has."""
        ...


def parse(body: bytes) -> Element:
    """Return the root of a document.

    Raises:
        WireFormatError: it is empty, too large, no XML, breaks off, or declares a document type.
    """
    if len(body) > _LARGEST:
        msg = "the answer is too large"
        raise WireFormatError(msg, cap="body")
    text = body.removeprefix(_BYTE_ORDER_MARK)
    if not text.strip():
        msg = "the answer is empty"
        raise WireFormatError(msg)
    if _DECLARED.match(text):
        msg = "the answer is a web page, or declares a document type, which none of Booking.com's does"
        raise WireFormatError(msg)
    try:
        root = etree.fromstring(text, _PARSER)
    except etree.XMLSyntaxError as error:
        msg = "the answer is no XML, or breaks off"
        raise WireFormatError(msg, line=error.lineno or None) from None
    except ValueError:
        msg = "the answer is no XML"
        raise WireFormatError(msg) from None
    return cast("Element", root)


def ruid(body: bytes) -> str:
    """Return Booking.com's own number for an answer, empty where there is none."""
    found = _RUID.search(body[-_TAIL:]) or _RUID_IN_JSON.search(body[:_TAIL])
    return found[1].decode("ascii") if found else ""


def how_many(root: Element, tag: str) -> int:
    """Return how many elements of that name there are, wherever they stand."""
    found = 0
    for _ in root.iter(tag):
        found += 1
    return found


def is_number(text: str | None) -> bool:
    """Whether a text is an id: digits, and not too many. It stays text: ids are beyond what some numbers hold."""
    return text is not None and len(text) <= _LONGEST_ID and text.isascii() and text.isdecimal()


def one_line(text: str) -> str:
    """Return a text as one short line, without what looks like a piece of a document."""
    shown = "".join(one if one.isprintable() and one not in "<>{}" else " " for one in " ".join(text.split()))
    return shown[:_LONGEST_LINE]


@lru_cache(_REMEMBERED)
def day(text: str | None) -> date:
    """Read exactly ``YYYY-MM-DD``.

    Raises:
        WireFormatError: it is something else.
    """
    try:
        if text is not None and len(text) == len("2027-04-01") and text[4] + text[7] == "--":
            found = date.fromisoformat(text)
            if found < LIMIT:
                return found
    except ValueError:
        pass
    msg = "a date is missing, is none, or is too far away to be real"
    raise WireFormatError(msg)


def stay(arrival: date, departure: date) -> Stay:
    """Return the nights from an arrival to a departure.

    Raises:
        WireFormatError: the departure is not after the arrival.
    """
    try:
        return Stay(arrival, departure)
    except UsageError:
        msg = "a departure is not after its arrival"
        raise WireFormatError(msg) from None
