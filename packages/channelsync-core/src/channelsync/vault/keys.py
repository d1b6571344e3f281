"""Where master keys come from, and where a new one goes: a file, the environment, or the database, wrapped by Azure.

A *source* holds the key that seals and, while a rotation lasts, the one before it. Its `Source.stamp` changes when its
keys may have changed, so that a running program notices another's rotation without reading them each time.
"""

from __future__ import annotations

import base64
import binascii
import json
import secrets
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from typing import Final, NamedTuple, Protocol, final

from attrs import define, field

from channelsync.errors import UsageError, VaultError
from channelsync.ports import KeyProvider, NewKey, Notes
from channelsync.vault.envelope import KEY_BYTES, key_id

__all__ = ["RELINK", "WRAPPED", "GivenKeys", "NoKeys", "Source", "WrappedKeys", "decoded", "new_key"]

RELINK: Final = "If it is lost for good, copy each export link from its platform again and link the listings anew."
WRAPPED: Final = "keys"
"""Under this name the wrapped keys stand among the ledger's notes."""

_HOW: Final = (
    "Everywhere: set CHANNELSYNC_OLD_KEYS to the value that CHANNELSYNC_KEY has now and CHANNELSYNC_KEY to a new one "
    "(`openssl rand -base64 32`), start every program again, then run `channelsync keys rotate` once more."
)


def new_key() -> str:
    """Return a new master key, as ``CHANNELSYNC_KEY`` and the key file hold it."""
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def decoded(text: str, source: str) -> bytes:
    """Return the master key of a text.

    Raises:
        VaultError: it is none; the error names the source and repeats nothing of the text.
    """
    master = b""
    with suppress(binascii.Error, ValueError):
        master = base64.b64decode(text.strip(), validate=True)
    if len(master) != KEY_BYTES:
        msg = f"{source} does not hold a key: {KEY_BYTES} bytes in base64 are expected"
        raise VaultError(msg, advice=f"Put the right key back: it was saved with the backups. {RELINK}")
    return master


class Source(Protocol):
    """Holds master keys."""

    @property
    def name(self) -> str:
        """What holds the keys, as people call it."""
        ...

    def stamp(self) -> object:
        """Return something that changes when the keys do; None where that cannot be told just now."""
        ...

    def load(self) -> tuple[bytes, ...]:
        """Return the keys, the one that seals first; none where none was made yet.

        Raises:
            VaultError: they cannot be read.
        """
        ...

    def make(self) -> None:
        """Make the first key; where another program was faster, its key stands.

        Raises:
            VaultError: this source makes none of its own accord, or it cannot be written.
        """
        ...

    def draft(self) -> NewKey:
        """Return a new key for a rotation; this may ask another machine, so call it outside any transaction.

        Raises:
            UsageError: the keys of this source are for people to set; the advice says how.
            VaultError: the other machine cannot be asked.
        """
        ...

    def keep(self, keys: tuple[bytes, ...], notes: Notes, draft: NewKey | None = None) -> None:
        """Hold exactly these keys from now on, the one that seals first; the draft is the one that is new.

        Raises:
            VaultError: they cannot be written; those held before are still held.
        """
        ...


@final
@define
class GivenKeys:
    """The key in ``CHANNELSYNC_KEY``."""

    _text: str = field(repr=False)
    name: str = field(default="CHANNELSYNC_KEY", init=False)

    def stamp(self) -> object:
        """Return a constant: an environment does not change."""
        return True

    def load(self) -> tuple[bytes, ...]:
        """Return the key."""
        return (decoded(self._text, self.name),)

    def make(self) -> None:
        """Do nothing: the key is given."""

    def draft(self) -> NewKey:
        """Say what to set: whoever set the key replaces it."""
        msg = "the key is in CHANNELSYNC_KEY, so the next one is yours to set"
        raise UsageError(msg, advice=_HOW)

    def keep(self, keys: tuple[bytes, ...], notes: Notes, draft: NewKey | None = None) -> None:
        """Do nothing: the keys are those of the environment."""
        del keys, notes, draft


@final
@define
class NoKeys:
    """A PostgreSQL database without a key: none is made here, and the error says what is missing."""

    name: str = field(default="CHANNELSYNC_KEY", init=False)

    def stamp(self) -> object:
        """Return a constant."""
        return True

    def load(self) -> tuple[bytes, ...]:
        """Return none."""
        return ()

    def make(self) -> None:
        """Refuse."""
        msg = "a PostgreSQL database needs its key in CHANNELSYNC_KEY"
        advice = "Set CHANNELSYNC_KEY to 32 random bytes in base64 (`openssl rand -base64 32`), the same everywhere."
        raise VaultError(msg, advice=advice)

    def draft(self) -> NewKey:
        """Refuse."""
        self.make()
        raise AssertionError

    def keep(self, keys: tuple[bytes, ...], notes: Notes, draft: NewKey | None = None) -> None:
        """Do nothing."""
        del keys, notes, draft


class _Wrapped(NamedTuple):
    """A master key in the database: its name, what wrapped it, and what came of that."""

    id: str
    by: str
    wrapped: str


@final
@define
class WrappedKeys:
    """Master keys in the database, each wrapped by a `KeyProvider`; unwrapped once, then held in memory.

    ``read`` returns the note of that name as it is stored now, from a moment of its own.
    """

    name: str
    _provider: KeyProvider
    _read: Callable[[str], str | None]
    _known: dict[str, bytes] = field(factory=dict[str, bytes], init=False, repr=False)

    def stamp(self) -> object:
        """Return what is stored, as a hash."""
        return sha256((self._read(WRAPPED) or "").encode()).digest()

    def load(self) -> tuple[bytes, ...]:
        """Return the keys, asking the provider for those not known yet."""
        rows = _parsed(self._read(WRAPPED))
        self._known = {row.id: self._known.get(row.id) or self._unwrapped(row) for row in rows}
        return tuple(self._known.values())

    def make(self) -> None:
        """Refuse: the first key is made when the database is opened (`open_vault`), outside any transaction."""
        msg = f"the database does not hold the key that {self.name} wrapped"
        raise VaultError(msg, advice=f"Restore the last backup. {RELINK}")

    def draft(self) -> NewKey:
        """Return a new key, wrapped by the provider's newest."""
        key = secrets.token_bytes(KEY_BYTES)
        row = _Wrapped(key_id(key).hex(), self._provider.key_id, base64.b64encode(self._provider.wrap(key)).decode())
        return NewKey(key, json.dumps(row))

    def keep(self, keys: tuple[bytes, ...], notes: Notes, draft: NewKey | None = None) -> None:
        """Note exactly these keys, in the caller's transaction."""
        rows = {row.id: row for row in _parsed(notes.meta(WRAPPED))}
        if draft is not None:
            new = _Wrapped(*json.loads(draft.note))
            rows[new.id] = new
        kept = [rows[name] for name in (key_id(key).hex() for key in keys) if name in rows]
        notes.set_meta(WRAPPED, json.dumps(kept))

    def _unwrapped(self, row: _Wrapped) -> bytes:
        key = self._provider.unwrap(row.by, base64.b64decode(row.wrapped))
        if key_id(key).hex() != row.id:
            msg = f"what {self.name} unwrapped is not the key {row.id}"
            raise VaultError(msg, advice="Restore the last backup: the database was changed.")
        return key


def _parsed(note: str | None) -> list[_Wrapped]:
    try:
        return [_Wrapped(*map(str, row)) for row in json.loads(note or "[]")]
    except (ValueError, TypeError):
        msg = "the wrapped keys in the database are damaged"
        raise VaultError(msg, advice="Restore the last backup.") from None
