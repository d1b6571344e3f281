"""From bytes to properties: line ends, byte order marks, blank lines and folds, each undone once, here.

Feeds pass through proxies, editors and scripts that change line ends and pad lines. None of that changes what a
property says, so all of it is undone before anything is interpreted. Bytes stay bytes: a fold may stand in the middle
of a UTF-8 character. Each property keeps the number of the line it began on, for messages a person can follow.
"""

from __future__ import annotations

from typing import Final

from channelsync.errors import WireFormatError
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
    parts: list[bytes] = []  # of the last line, where it is folded
    last = b""
    longest, most = caps.line, caps.lines
    for number, raw in enumerate(_split(body), 1):
        text = raw.rstrip(_PADDING)
        if not text:
            continue
        if raw[0] in b" \t" and lines:
            parts = parts or [last]
            parts.append(raw[1:])
            continue
        if parts:
            lines[-1] = _joined(lines[-1][0], parts, caps)
            parts = []
        if len(raw) > longest or len(lines) >= most:
            raise _too_long(number, len(raw), caps)
        last = raw
        lines.append((number, text))
    if parts:
        lines[-1] = _joined(lines[-1][0], parts, caps)
    if lines:
        lines[0] = lines[0][0], lines[0][1].lstrip(b" \t")
    return lines


def _joined(number: int, parts: list[bytes], caps: Caps) -> Line:
    """Undo the folds of one property; a blank before a fold belongs to its text."""
    length = sum(map(len, parts))
    if length > caps.line:
        raise _too_long(number, length, caps)
    return number, b"".join(parts).rstrip(_PADDING)


def _too_long(number: int, length: int, caps: Caps) -> WireFormatError:
    """Make the error for a property that is too long, or one too many."""
    if length > caps.line:
        return refusal(f"a property is longer than {caps.line} bytes", line=number, cap="line")
    return refusal(f"the calendar has more than {caps.lines} lines", line=number, cap="lines")


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
