"""The sealed form of one secret: bytes that only its master key opens, and only for what it belongs to.

::

    version  key id  nonce  wrapped data key  nonce  secret
    1        4       12     32 + 16           12     n + 16      bytes

A fresh data key seals the secret; the master key wraps the data key (both AES-256-GCM). What the secret belongs to is
authenticated by both and stands in neither.
"""

from __future__ import annotations

import os
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

__all__ = ["KEY_BYTES", "head", "key_id", "opened", "sealed", "sealed_by"]

KEY_BYTES: Final = 32
"""The length of a master key, and of a data key."""

_VERSION: Final = b"\x01"
_ID_BYTES: Final = 4
_NONCE_BYTES: Final = 12
_TAG_BYTES: Final = 16
_OUTER: Final = len(_VERSION) + _ID_BYTES
_INNER: Final = _OUTER + _NONCE_BYTES + KEY_BYTES + _TAG_BYTES


def key_id(master: bytes) -> bytes:
    """Return a master key's name, which says nothing about it."""
    return sha256(b"channelsync key id\x00" + master).digest()[:_ID_BYTES]


def head(master: bytes) -> bytes:
    """Return how everything begins that this master key sealed."""
    return _VERSION + key_id(master)


def sealed_by(envelope: bytes) -> bytes | None:
    """Return the name of the key that sealed an envelope, None where these bytes are none of ours."""
    if envelope[:1] != _VERSION or len(envelope) < _INNER + _NONCE_BYTES:
        return None
    return envelope[len(_VERSION) : _OUTER]


def sealed(master: bytes, kind: str, owner: str, secret: str) -> bytes:
    """Return the secret sealed for what it belongs to."""
    bound = _bound(kind, owner)
    data_key, wrap_nonce, nonce = AESGCM.generate_key(256), os.urandom(_NONCE_BYTES), os.urandom(_NONCE_BYTES)
    wrapped = AESGCM(master).encrypt(wrap_nonce, data_key, bound)
    return head(master) + wrap_nonce + wrapped + nonce + AESGCM(data_key).encrypt(nonce, secret.encode(), bound)


def opened(master: bytes, kind: str, owner: str, envelope: bytes) -> str | None:
    """Return the secret of an envelope that this key sealed; None where it was changed, or belongs elsewhere."""
    bound, wrapped = _bound(kind, owner), envelope[_OUTER:_INNER]
    nonce, body = envelope[_INNER : _INNER + _NONCE_BYTES], envelope[_INNER + _NONCE_BYTES :]
    try:
        data_key = AESGCM(master).decrypt(wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:], bound)
        return AESGCM(data_key).decrypt(nonce, body, bound).decode()
    except (InvalidTag, ValueError):
        return None


def _bound(kind: str, owner: str) -> bytes:
    return f"channelsync\x1f{kind}\x1f{owner}".encode()
