"""A body is taken in piece by piece and never grows beyond its limit, packed or not."""

from __future__ import annotations

import gzip
import zlib

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelsync.engine.body import Body, rebuilt
from channelsync.errors import WireFormatError


def taken(data: bytes, *, encoding: str = "", limit: int = 1000, piece: int = 7) -> bytes:
    """The body after all of the data came in, a piece at a time."""
    body = Body("example.com", limit, encoding)
    for start in range(0, len(data), piece):
        body.feed(data[start : start + piece])
    return body.finished()


@given(st.binary(max_size=300), st.integers(1, 64), st.sampled_from(["", "identity", "gzip", "x-gzip", " GZIP "]))
def test_what_goes_in_comes_out(data: bytes, piece: int, encoding: str) -> None:
    """In whatever pieces it comes, the body is what was sent."""
    packed = gzip.compress(data) if "gzip" in encoding.lower() else data
    assert taken(packed, encoding=encoding, piece=piece) == data


@given(st.integers(900, 1100), st.booleans())
def test_limit(size: int, packed: bool) -> None:
    """Exactly the limit is allowed and one byte more is not, measured unpacked."""
    data = b"x" * size
    sent, encoding = (gzip.compress(data), "gzip") if packed else (data, "")
    if size <= 1000:
        assert taken(sent, encoding=encoding) == data
        return
    with pytest.raises(WireFormatError) as caught:
        taken(sent, encoding=encoding)
    assert caught.value.cap == "body"


def test_bomb() -> None:
    """A thousandfold packed body is stopped at the limit: unpacking never runs ahead of it."""
    body = Body("example.com", 1000, "gzip")
    with pytest.raises(WireFormatError):
        body.feed(gzip.compress(b"\0" * 50_000_000))
    assert body._size == 1001
    assert not body._parts


@given(st.data())
def test_truncated(data: st.DataObject) -> None:
    """A packed body that stops anywhere is refused."""
    packed = gzip.compress(b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")
    with pytest.raises(WireFormatError, match="broke off"):
        taken(packed[: data.draw(st.integers(1, len(packed) - 1))], encoding="gzip")


def test_something_behind_the_end() -> None:
    """A second packed part behind the first is refused rather than left out."""
    with pytest.raises(WireFormatError):
        taken(gzip.compress(b"one") + gzip.compress(b"two"), encoding="gzip", piece=1000)
    with pytest.raises(WireFormatError):
        taken(gzip.compress(b"one") + gzip.compress(b"two"), encoding="gzip", piece=1)


@pytest.mark.parametrize("encoding", ["br", "zstd", "deflate", "gzip, gzip", "nonsense"])
def test_unasked_packing(encoding: str) -> None:
    """A packing that nobody asked for is refused at once."""
    with pytest.raises(WireFormatError):
        Body("example.com", 1000, encoding)


def test_damaged() -> None:
    """What is no gzip is refused."""
    with pytest.raises(WireFormatError):
        taken(zlib.compress(b"hello"), encoding="gzip")


def test_nothing_at_all() -> None:
    """A 304 may announce a packing and send nothing."""
    assert taken(b"", encoding="gzip") == b""


def test_rebuilt() -> None:
    """The response a flow is sent has its body, its other headers, and no trace of how it was packed."""
    request = httpx.Request("GET", "https://example.com/")
    raw = httpx.Response(
        200, headers={"Content-Encoding": "gzip", "Content-Length": "9", "ETag": '"1"'}, content=b"", request=request
    )
    response = rebuilt(raw, b"hello")
    assert (response.content, response.headers["ETag"], response.request) == (b"hello", '"1"', request)
    assert "content-encoding" not in response.headers
