"""The head of a mail, read within limits: its sender may want us to fail, or to see another sender than the server saw.

Readers of mail disagree about odd heads, and a forger lives on that. So whatever could be read in two ways is not read
at all: two senders, two subjects, line ends of another kind, a sender's address with anything unusual in it.
"""

from __future__ import annotations

import re
from email.errors import MessageError, ObsoleteHeaderDefect
from email.headerregistry import AddressHeader
from email.message import EmailMessage
from email.parser import BytesHeaderParser, BytesParser
from email.policy import default as policy
from typing import Final, final

from attrs import field, frozen

from channelsync.mail.reasons import Reason
from channelsync.mail.rules import plain

__all__ = ["LONGEST_HEAD", "LONGEST_MAIL", "Head", "numbers_in", "read_head"]

LONGEST_MAIL: Final = 65_536
"""Bytes of a mail that are read at all; what stands behind them adds nothing."""
LONGEST_HEAD: Final = 49_152
"""Bytes of a head; real ones have 4,000 to 12,000."""

_MOST_LINES: Final = 800
_LONGEST_FIELD: Final = 1000
_LONGEST_VERDICT: Final = 6000
_MOST_PARTS: Final = 20
_MOST_NUMBERS: Final = 200
_END: Final = re.compile(rb"\r?\n\r?\n")
_FOLD: Final = re.compile(r"[\r\n]+[ \t]*")
_ADDRESS: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9.-]{1,253}")
_NUMBER: Final = re.compile(r"(?<![0-9])[0-9]{6,20}(?![0-9])")


@final
@frozen
class Head:
    """What the head of a mail says.

    ``sender`` is an address in lower case and ``domain`` its domain; ``subject`` is decoded, with single blanks.
    ``verdict`` is the topmost Authentication-Results field, unfolded, empty where there is none: the server that took
    the mail in writes above whatever came with it.
    """

    sender: str
    domain: str
    subject: str = field(repr=False)  # it may name a guest
    verdict: str = field(repr=False)


def read_head(raw: bytes) -> Head | Reason:
    """Return the head of a mail, or why it is not read; never raises, whatever the bytes are."""
    end = _END.search(raw, 0, LONGEST_HEAD)
    head = raw[: end.start()] if end else raw
    if len(head) > LONGEST_HEAD or head.count(b"\n") > _MOST_LINES:
        return Reason.TOO_LONG
    if b"\0" in head or b"\r" in head.replace(b"\r\n", b"\n"):
        return Reason.ODD_HEAD
    try:
        return _head(BytesHeaderParser(policy=policy).parsebytes(head + b"\r\n\r\n"))
    except Exception:  # noqa: BLE001 - the standard library's header parser raises whatever it meets (IndexError, ...)
        return Reason.UNREADABLE


def _head(parsed: EmailMessage) -> Head | Reason:
    fields: dict[str, list[str]] = {}
    for name, value in parsed.raw_items():
        fields.setdefault(name.lower(), []).append(_FOLD.sub(" ", str(value)).strip())
    senders, subjects = fields.get("from", []), fields.get("subject", [])
    if len(senders) != 1 or len(subjects) > 1:
        return Reason.SEVERAL
    if max(map(len, (*senders, *subjects))) > _LONGEST_FIELD:
        return Reason.TOO_LONG
    address = _address(parsed)
    if not address:
        return Reason.ODD_SENDER
    subject = plain(str(parsed["subject"])) if subjects else ""
    verdict = fields.get("authentication-results", [""])[0]
    return Head(address, address.rpartition("@")[2], subject, verdict if len(verdict) <= _LONGEST_VERDICT else "")


def _address(parsed: EmailMessage) -> str:
    """Return the one sender's address in lower case, empty where it is anything but plain."""
    sender = parsed["from"]
    if not isinstance(sender, AddressHeader) or [one.display_name for one in sender.groups] != [None]:
        return ""
    defects: tuple[object, ...] = getattr(sender, "defects", ())
    if not all(isinstance(one, ObsoleteHeaderDefect) for one in defects):  # a dot in a name: Booking.com <...>
        return ""
    address = sender.addresses[0].addr_spec
    return address.lower() if _ADDRESS.fullmatch(address) else ""


def numbers_in(raw: bytes) -> frozenset[str]:
    """Return the long numbers in a mail's texts and links, among which a listing's may be; for genuine mails only."""
    raw = raw[:LONGEST_MAIL]
    if raw.lower().count(b"boundary") > _MOST_PARTS:
        return frozenset()
    found: set[str] = set()
    try:
        mail = BytesParser(policy=policy).parsebytes(raw)
        for part in mail.walk():
            if part.get_content_maintype() == "text":
                body = part.get_payload(decode=True)
                text = body.decode("utf-8", "replace") if isinstance(body, bytes) else ""
                found.update(_NUMBER.findall(text)[:_MOST_NUMBERS])
    except (MessageError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return frozenset()  # then all listings are looked at
    return frozenset(found)
