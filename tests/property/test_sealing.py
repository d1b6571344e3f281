"""The sealed form of a backup: what is sealed comes back, and whatever is done to the file shows."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channelsync.errors import BackupError
from channelsync.service.sealing import PIECE, Recipient, key_of, open_pieces, seal_pieces

PHRASE = "bori rivi giro halo ritu lobo raku rudo nitu diba sora zujo"
RECIPIENT = Recipient.of(PHRASE, bytes(16))
CONTENT = bytes(range(256)) * (2 * PIECE // 256) + b"the end"


def sealed(content: bytes) -> tuple[bytes, bytes]:
    """A sealed file, and the key that opens just this one."""
    out = io.BytesIO()
    key = seal_pieces(RECIPIENT, [content], out)
    return out.getvalue(), key


def opened(file: bytes, key: bytes) -> bytes:
    """What a file holds."""
    return b"".join(open_pieces(io.BytesIO(file), key))


FILE, KEY = sealed(CONTENT)
SEALED = PIECE + 16
HEAD = len(FILE) - len(CONTENT) - 3 * 16


@given(st.lists(st.binary(max_size=200), max_size=5), st.integers(-2, 2), st.integers(0, 2))
def test_round_trip(some: list[bytes], more: int, pieces: int) -> None:
    """Any content comes back, also one that fills its pieces exactly."""
    content = b"".join(some) + bytes(max(0, pieces * PIECE + more))
    file, key = sealed(content)
    assert opened(file, key) == content


def test_the_phrase_opens_it() -> None:
    """The key kept in memory for the check is the one that the phrase leads to; the next file has another."""
    assert key_of(io.BytesIO(FILE), PHRASE) == KEY
    assert sealed(CONTENT)[1] != KEY


def flipped(place: int, flip: int) -> bytes:
    """The file with some bits of one byte turned over."""
    return FILE[:place] + bytes([FILE[place] ^ flip]) + FILE[place + 1 :]


@given(st.integers(HEAD, len(FILE) - 1), st.integers(1, 255))
def test_a_flipped_byte_shows(place: int, flip: int) -> None:
    """A byte that is changed anywhere in the pieces shows."""
    with pytest.raises(BackupError):
        opened(flipped(place, flip), KEY)


@settings(max_examples=30)
@given(st.integers(0, HEAD - 1), st.integers(1, 255))
def test_a_flipped_byte_of_the_head_shows(place: int, flip: int) -> None:
    """A byte that is changed in what stands before the pieces shows, though nothing there is sealed itself."""
    damaged = flipped(place, flip)
    with pytest.raises(BackupError):
        opened(damaged, key_of(io.BytesIO(damaged), PHRASE))


@given(st.integers(0, len(FILE) - 1))
def test_a_missing_end_shows(length: int) -> None:
    """A file that is cut off anywhere shows, also between two pieces."""
    with pytest.raises(BackupError):
        opened(FILE[:length], KEY)


@given(st.binary(min_size=1, max_size=100))
def test_a_longer_file_shows(more: bytes) -> None:
    """A file that goes on after its end shows."""
    with pytest.raises(BackupError):
        opened(FILE + more, KEY)


def test_pieces_out_of_order_show() -> None:
    """Pieces that are swapped, doubled or left out show."""
    first, second = (FILE[HEAD + number * SEALED : HEAD + (number + 1) * SEALED] for number in (0, 1))
    last = FILE[HEAD + 2 * SEALED :]
    for order in ((second, first, last), (first, first, last), (first, last), (first, second, second, last), (last,)):
        with pytest.raises(BackupError):
            opened(FILE[:HEAD] + b"".join(order), KEY)


def test_nobody_else_makes_one() -> None:
    """A file sealed to the same public key by somebody without the signet is not opened by the phrase."""
    out = io.BytesIO()
    seal_pieces(Recipient(RECIPIENT.salt, RECIPIENT.public, bytes(32)), [CONTENT], out)
    with pytest.raises(BackupError):
        opened(out.getvalue(), key_of(io.BytesIO(out.getvalue()), PHRASE))
