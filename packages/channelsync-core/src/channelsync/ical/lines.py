"""From bytes to properties: line ends, byte order marks, blank lines and folds, each undone once, here.

Feeds pass through proxies, editors and scripts that change line ends and pad lines. None of that changes what a
property says, so all of it is undone before anything is interpreted. Bytes stay bytes: a fold may stand in the middle
of a UTF-8 character. Each property keeps the number of the line it began on, for messages a person can follow.
"""

from __future__ import annotations

from typing import Final

from channelsync.ical.reading import Caps
from channelsync.ical.refusals import refusal, what_came_instead

__all__ = ["Line", "unfold"]

_BOM: Final = b"\xef\xbb\xbf"
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
_PADDING: Final = b" \t\x00\x0c\x1a"


Line = tuple[int, bytes]
"""One property, unfolded, without trailing blanks, behind the number of the line it began on."""


def unfold(body: bytes, caps: Caps) -> list[Line]:
    """Return the properties of a body, blank lines left out.

    Raises:
        WireFormatError: a property or the body is longer than its cap, or the encoding is broken.
    """
    lines: list[Line] = []
    parts: list[bytes] = []
    for number, raw in enumerate(_split(body), 1):
        text = raw.rstrip(_PADDING)
        if not text:
            continue
        if raw[0] in b" \t" and lines:
            parts.append(raw[1:])
            continue
        if len(parts) > 1:
            lines[-1] = _joined(lines[-1][0], parts, caps)
        elif len(lines) > caps.lines:
            msg = f"the calendar has more than {caps.lines} lines"
            raise refusal(msg, line=number, cap="lines")
        parts = [raw]
        text = text if lines else text.lstrip(b" \t")
        lines.append((number, text) if len(raw) <= caps.line else _joined(number, parts, caps))
    if len(parts) > 1:
        lines[-1] = _joined(lines[-1][0], parts, caps)
    return lines


def _joined(number: int, parts: list[bytes], caps: Caps) -> Line:
    """Undo the folds of one property; a blank before a fold belongs to its text."""
    if sum(map(len, parts)) > caps.line:
        msg = f"a property is longer than {caps.line} bytes"
        raise refusal(msg, line=number, cap="line")
    return number, b"".join(parts).rstrip(_PADDING)


def _split(body: bytes) -> list[bytes]:
    """Split into lines at CRLF, LF or CR, whichever the body mixes."""
    if body[:2] in _UTF16:
        try:
            body = body.decode("utf-16").encode()
        except UnicodeError:
            raise what_came_instead(body) from None
    if _BOM in body:
        # Also where several calendars, each with its mark, were joined.
        body = body.replace(_BOM, b"")
    if b"\r" in body:
        body = body.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return body.split(b"\n")
