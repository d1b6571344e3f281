r"""The sealed form of a backup: a file that only its recovery phrase opens, and that shows any change to it.

::

    channelsync backup 1\n   salt   ephemeral key   public key   piece   piece   ...   last piece
    21                       16     32              32           65552                 at most 65552   bytes

Its key comes from an X25519 exchange between a fresh *ephemeral* key and the public key of the phrase, and from the
signet (see `channelsync.service.phrase`); everything that stands before the pieces goes into it (HKDF-SHA256). Each
piece is AES-256-GCM, its number and whether it is the last are the nonce: a piece that is changed, left out, doubled or
moved does not open, and neither does a file whose end is missing or that goes on after it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import BinaryIO, Final, final

from attrs import field, frozen
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from channelsync.errors import BackupError
from channelsync.service.phrase import Opener, opener

__all__ = ["PIECE", "Recipient", "key_of", "new_salt", "open_pieces", "seal_pieces"]

PIECE: Final = 65536
"""Bytes of each piece but the last, before it is sealed."""

_MAGIC: Final = b"channelsync backup 1\n"
_FAMILY: Final = b"channelsync backup "
_SALT: Final = 16
_KEY: Final = 32
_HEAD: Final = len(_MAGIC) + _SALT + 2 * _KEY
_TAG: Final = 16


@final
@frozen
class Recipient:
    """Whom a running service seals its backups to: the salt of the phrase, its public key, and the signet."""

    salt: bytes
    public: bytes
    signet: bytes = field(repr=False)

    @classmethod
    def of(cls, phrase: str, salt: bytes) -> Recipient:
        """Return the recipient that a phrase stands for."""
        worth = opener(phrase, salt)
        return cls(salt, worth.public, worth.signet)


def new_salt() -> bytes:
    """Return a salt for a new phrase."""
    return os.urandom(_SALT)


def seal_pieces(recipient: Recipient, content: Iterable[bytes], out: BinaryIO) -> bytes:
    """Write the content sealed, and return the key that opens just this file, for whoever checks it at once."""
    ephemeral = X25519PrivateKey.generate()
    head = _MAGIC + recipient.salt + ephemeral.public_key().public_bytes_raw() + recipient.public
    key = _derived(ephemeral.exchange(X25519PublicKey.from_public_bytes(recipient.public)), recipient.signet, head)
    out.write(head)
    cipher, number, waiting = AESGCM(key), 0, bytearray()
    for some in content:
        waiting += some
        while len(waiting) > PIECE:  # one is always left to be the last
            out.write(cipher.encrypt(_nonce(number, last=False), bytes(waiting[:PIECE]), None))
            del waiting[:PIECE]
            number += 1
    out.write(cipher.encrypt(_nonce(number, last=True), bytes(waiting), None))
    return key


def key_of(file: BinaryIO, phrase: str) -> bytes:
    """Return the key of the file that begins here, by its recovery phrase; the file stands at its beginning again.

    Raises:
        BackupError: it is no backup, or not one of this phrase.
        UsageError: the phrase is mistyped.
    """
    head = _head(file)
    file.seek(0)
    salt, ephemeral, public = head[:_SALT], head[_SALT : _SALT + _KEY], head[_SALT + _KEY :]
    worth: Opener = opener(phrase, salt)
    if worth.public != public:
        msg = "this backup was made with another recovery phrase, or its beginning is damaged"
        raise BackupError(msg, advice="Use the phrase that was shown when that installation was set up.")
    shared = X25519PrivateKey.from_private_bytes(worth.private).exchange(X25519PublicKey.from_public_bytes(ephemeral))
    return _derived(shared, worth.signet, _MAGIC + head)


def open_pieces(file: BinaryIO, key: bytes) -> Iterator[bytes]:
    """Yield the content of a file from its beginning; what was yielded is only whole once the end is reached.

    Raises:
        BackupError: it is damaged, cut short, or no backup.
    """
    _head(file)
    cipher, number = AESGCM(key), 0
    piece = file.read(PIECE + _TAG)
    while True:
        ahead = file.read(PIECE + _TAG)
        try:
            yield cipher.decrypt(_nonce(number, last=not ahead), piece, None)
        except (InvalidTag, ValueError):
            msg = "the backup is damaged or cut short, or somebody changed it"
            raise BackupError(msg) from None
        if not ahead:
            return
        piece, number = ahead, number + 1


def _head(file: BinaryIO) -> bytes:
    head = file.read(_HEAD)
    if len(head) == _HEAD and head.startswith(_MAGIC):
        return head[len(_MAGIC) :]
    if head.startswith(_FAMILY) and not head.startswith(_MAGIC):
        msg = "this backup was made by a newer channelsync, or its beginning is damaged"
        raise BackupError(msg, advice="Update channelsync on this machine.")
    msg = "this is no backup of channelsync, or its beginning is damaged"
    raise BackupError(msg)


def _derived(shared: bytes, signet: bytes, head: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=_KEY, salt=signet, info=head).derive(shared)


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11) + bytes([last])
