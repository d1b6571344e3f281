"""Saying no: what came instead of a calendar, in one line, without quoting it.

A body that is not a calendar may be anything: a log-in page with somebody's name, an error with a token in it. So a
refusal describes the body by its kind and never by its content; the only thing ever taken over is a numeric code.
"""

from __future__ import annotations

import re
from typing import Final

from channelsync.errors import WireFormatError

__all__ = ["refusal", "what_came_instead"]

_LOGIN: Final = re.compile(rb"password|log[ -]?in|sign[ -]?in|connexion|mot de passe", re.IGNORECASE)
_CODE: Final = re.compile(rb"\"(?:code|status)\"\s*:\s*\"?(\d{3})\b")
_HEAD: Final = 64 * 1024
_MAGIC: Final = {
    b"\x1f\x8b": "compressed data (gzip)",
    b"%PDF": "a PDF document",
    b"PK\x03\x04": "a ZIP archive",
    b"<?xml": "an XML document",
}


def refusal(text: str, *, line: int | None = None, cap: str | None = None) -> WireFormatError:
    """Make the error for a body that cannot be read, naming the line in its text as well."""
    return WireFormatError(text if line is None else f"{text} (line {line})", line=line, cap=cap)


def what_came_instead(body: bytes) -> WireFormatError:
    """Make the error for a body that does not begin like a calendar."""
    head = body[:_HEAD].lstrip(b"\xef\xbb\xbf\x00 \t\r\n")
    if not head:
        return refusal("the answer is empty: no calendar came")
    return refusal(f"{_kind(head)} came instead of a calendar", line=1)


def _kind(head: bytes) -> str:
    """Describe what a body is by how it begins."""
    for magic, kind in _MAGIC.items():
        if head.startswith(magic):
            return kind
    if head.startswith(b"<"):
        return "a log-in page (HTML)" if _LOGIN.search(head) else "a web page (HTML)"
    if head[:1] in (b"{", b"["):
        code = _CODE.search(head)
        return f"a JSON answer (code {code[1].decode()})" if code else "a JSON answer"
    if re.match(rb"BEGIN:(?!VCALENDAR)", head, re.IGNORECASE):
        return "a fragment without BEGIN:VCALENDAR"
    if re.search(rb"^BEGIN:VCALENDAR", head, re.IGNORECASE | re.MULTILINE):
        return "other text before BEGIN:VCALENDAR"
    return "binary data" if b"\x00" in head else "plain text"
