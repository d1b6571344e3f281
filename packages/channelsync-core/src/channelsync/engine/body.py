"""Takes in a response's body piece by piece and never holds more than its limit, compressed or not.

Bytes that are packed a thousandfold must not be unpacked first and measured afterwards, so the unpacking is done
here, a bounded piece at a time. Only gzip is asked for and understood. A compressed body that stops in
the middle is refused: half a calendar is no calendar.
"""

from __future__ import annotations

import zlib
from typing import Final, Protocol, final

import httpx
from attrs import define, field

from channelsync.errors import WireFormatError

__all__ = ["ENCODINGS", "Body", "rebuilt"]

ENCODINGS: Final = "gzip"
"""What we ask for in ``Accept-Encoding``."""
_GZIP: Final = 31
"""The window size by which zlib knows that gzip is meant."""
_UNDONE: Final = frozenset({"content-encoding", "content-length", "transfer-encoding"})


class _Unpacking(Protocol):
    """What zlib returns, whose class has no public name."""

    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...

    @property
    def eof(self) -> bool: ...

    @property
    def unconsumed_tail(self) -> bytes: ...

    @property
    def unused_data(self) -> bytes: ...


@final
@define
class Body:
    """One body on its way in, at most ``limit`` bytes of it."""

    host: str
    limit: int
    encoding: str
    _parts: list[bytes] = field(factory=list[bytes], init=False)
    _size: int = field(default=0, init=False)
    _unpack: _Unpacking | None = field(default=None, init=False)

    def __attrs_post_init__(self) -> None:
        """Choose how to unpack.

        Raises:
            WireFormatError: the body is packed in a way nobody asked for.
        """
        self.encoding = self.encoding.strip().lower()
        if self.encoding in {"gzip", "x-gzip"}:
            self._unpack = zlib.decompressobj(_GZIP)
        elif self.encoding not in {"", "identity"}:
            msg = f"{self.host} sent its answer packed in a way that nobody asked for"
            raise WireFormatError(msg)

    def feed(self, chunk: bytes) -> None:
        """Take in what came over the wire.

        Raises:
            WireFormatError: the body is over its limit, or its packing is broken.
        """
        if self._unpack is None:
            self._keep(chunk)
            return
        while chunk:
            if self._unpack.eof:  # something follows the end
                raise self._broken()
            try:
                self._keep(self._unpack.decompress(chunk, self.limit + 1 - self._size))
            except zlib.error:
                raise self._broken() from None
            chunk = self._unpack.unconsumed_tail or self._unpack.unused_data

    def finished(self) -> bytes:
        """Return the whole body.

        Raises:
            WireFormatError: it was packed, and stops in the middle.
        """
        if self._unpack is not None and self._parts and not self._unpack.eof:
            raise self._broken()
        return b"".join(self._parts)

    def _keep(self, part: bytes) -> None:
        self._size += len(part)
        if self._size > self.limit:
            msg = f"the answer of {self.host} is larger than {self.limit // 1024} KiB"
            raise WireFormatError(msg, cap="body")
        self._parts.append(part)

    def _broken(self) -> WireFormatError:
        return WireFormatError(f"the answer of {self.host} broke off or is damaged")


def rebuilt(response: httpx.Response, content: bytes) -> httpx.Response:
    """Return the response with its body read and unpacked, as a flow is sent it."""
    headers = [(name, value) for name, value in response.headers.multi_items() if name.lower() not in _UNDONE]
    return httpx.Response(response.status_code, headers=headers, content=content, request=response.request)
