"""The vault: seals and unseals with whatever keys its source holds, and lets a new key take the place of the old one.

A rotation goes like this, and can be broken off anywhere (`channelsync.manager.keys` does it):

1. `Vault.begin`: the source holds two keys; the new one seals from here on, both open;
2. everything that the old one sealed is sealed anew (`Vault.heads` tell which is which);
3. `Vault.end`: the source holds the new key alone.

Other programs run meanwhile. One that meets an envelope of a key that it does not know asks its source again. One that
seals, or looks for a fingerprint, asks first whether the source has changed; so what it stores in a transaction is
sealed with a key that was not yet dropped when the transaction began. `Vault.fingerprints` gives a text's hash under
every key, because until step 2 is over equal secrets stand under either.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final, final

from attrs import define, evolve, field, frozen

from channelsync.errors import LedgerError, VaultError
from channelsync.ports import KeyProvider, NewKey, Notes
from channelsync.vault import envelope
from channelsync.vault.keyfile import FileKeys
from channelsync.vault.keys import RELINK, WRAPPED, GivenKeys, NoKeys, Source, WrappedKeys, decoded

__all__ = ["Vault", "open_vault"]

_OLD: Final = "CHANNELSYNC_OLD_KEYS"
_PUT_BACK: Final = f"Put the right key back: it was saved with the backups. {RELINK}"


def open_vault(
    database: str,
    *,
    key: str | None = None,
    secrets_exist: bool,
    old_keys: Sequence[str] = (),
    provider: KeyProvider | None = None,
    read: Callable[[str], str | None] | None = None,
) -> Vault:
    """Return the vault of a database, given as a path or a URL; no key is read or made before the first use.

    Args:
        database: where the database is.
        key: the text of ``CHANNELSYNC_KEY``, None where it is not set.
        secrets_exist: whether the database holds sealed secrets already: then a missing key is an error, never a
            reason to make one.
        old_keys: the texts of the keys that open what they sealed, and seal nothing.
        provider: what wraps the master keys, where they stand in the database.
        read: returns a note of the database as it is stored now; comes with the provider.
    """
    return Vault(_source(database, key, provider, read), secrets_exist, tuple(old_keys))


def _source(
    database: str, key: str | None, provider: KeyProvider | None, read: Callable[[str], str | None] | None
) -> Source:
    if provider is not None and read is not None:
        return WrappedKeys("Azure Key Vault", provider, read)
    if key is not None:
        return GivenKeys(key)
    scheme, separator, rest = database.partition("://")
    if separator and not scheme.startswith("sqlite"):
        return NoKeys()
    path = rest.removeprefix("/").partition("?")[0] if separator else database
    return FileKeys(Path(f"{path}.key"))


@final
@frozen
class _Ring:
    """The keys in use: ``current`` seals, None where only retired ones are there; ``every`` opens."""

    current: bytes | None = field(repr=False)
    every: tuple[bytes, ...] = field(repr=False)

    def named(self, name: bytes | None) -> bytes | None:
        """Return the key of that name."""
        return next((key for key in self.every if envelope.key_id(key) == name), None)


@final
@define
class Vault:
    """Seals and unseals; see the head of the package for where its keys come from. Threads may share it."""

    _source: Source
    _secrets_exist: bool
    _old: tuple[str, ...] = field(default=(), repr=False)
    _ring: _Ring | None = field(default=None, init=False, repr=False)
    _stamp: object = field(default=None, init=False, repr=False)

    @property
    def file(self) -> Path | None:
        """The key file, None where the key is kept elsewhere."""
        return self._source.path if isinstance(self._source, FileKeys) else None

    @property
    def key_id(self) -> str:
        """The name of the key that seals, which says nothing about it.

        Raises:
            VaultError: there is no key, or it cannot be used.
        """
        return envelope.key_id(self._current()).hex()

    @property
    def key_ids(self) -> tuple[str, ...]:
        """The names of all keys that open, the one that seals first; none where none was made yet.

        Raises:
            VaultError: secrets exist and their key is missing, or it cannot be used.
        """
        return tuple(envelope.key_id(key).hex() for key in self._fresh().every)

    @property
    def kept_in(self) -> str:
        """What holds the key: a file's name, a variable's, or Azure's."""
        return self._source.name

    @property
    def heads(self) -> tuple[bytes, ...]:
        """How the envelopes begin that each key sealed, the present key's first; none where no key seals yet."""
        ring = self._fresh()
        return tuple(map(envelope.head, ring.every)) if ring.current else ()

    def seal(self, kind: str, id: str, secret: str) -> bytes:  # noqa: A002 - the word of the ledger's column
        """Return the secret sealed for what it belongs to; seal inside the transaction that stores it.

        Raises:
            VaultError: there is no key and none may be made, or it cannot be used.
        """
        return envelope.sealed(self._current(make=True), kind, id, secret)

    def unseal(self, kind: str, id: str, sealed: bytes) -> str:  # noqa: A002
        """Return the secret.

        Raises:
            VaultError: the key is missing or another one, or the bytes are damaged or belong elsewhere.
        """
        name = envelope.sealed_by(sealed)
        if name is None:
            msg = f"the sealed {kind} of {id} is damaged, or was sealed by a newer channelsync"
            raise VaultError(msg, advice="Update channelsync, or restore the last backup.")
        key = (self._ring or self._fresh()).named(name) or self._fresh(again=True).named(name)
        if key is None:
            held = ", ".join(self.key_ids) or "none"
            msg = f"the {kind} of {id} was sealed with key {name.hex()}; {self.kept_in} holds key {held}"
            raise VaultError(msg, advice=_PUT_BACK)
        secret = envelope.opened(key, kind, id, sealed)
        if secret is None:
            msg = f"the sealed {kind} of {id} does not open: it was changed, or moved here from elsewhere"
            raise VaultError(msg, advice="Restore the last backup, or link the listing anew.")
        return secret

    def fingerprint(self, text: str) -> str:
        """Return a keyed hash of the text, to be stored beside its envelope: it gives nothing away.

        Raises:
            VaultError: as `seal`.
        """
        return _fingerprint(self._current(make=True), text)

    def fingerprints(self, text: str) -> tuple[str, ...]:
        """Return the hashes under which an equal secret may stand, one for each key: to find it without opening any.

        Raises:
            VaultError: as `seal`.
        """
        ring = self._fresh(make=True)
        if ring.current is None:
            raise self._missing()
        return tuple(_fingerprint(key, text) for key in ring.every)

    def check(self) -> None:
        """Make sure that the key can be used, making none; a database without secrets needs none yet.

        Raises:
            VaultError: it cannot.
        """
        for text in self._old:
            decoded(text, _OLD)
        if self._secrets_exist or isinstance(self._source, GivenKeys) or (self.file is not None and self.file.exists()):
            self._current()

    # One key takes the place of another ------------------------------------------------------------------------------
    def prepare(self, alone: Callable[[], AbstractContextManager[Notes]]) -> None:
        """Have the first key made where another machine is asked for it, while no transaction waits for that.

        Raises:
            VaultError: the other machine cannot be asked.
            LedgerError: the key cannot be stored.
        """
        if self._secrets_exist or not isinstance(self._source, WrappedKeys) or self._source.load():
            return
        draft = self._source.draft()
        try:
            with alone() as notes:
                if notes.meta(WRAPPED) is None:
                    self._source.keep((draft.key,), notes, draft)
        except LedgerError:  # another program was faster: its key is the key
            if not self._source.load():
                raise

    def draft(self) -> NewKey:
        """Return a new key for `begin`; outside any transaction, for it may ask another machine.

        Raises:
            UsageError: the keys are for people to set; the advice says how.
            VaultError: there is no present key, or the other machine cannot be asked.
        """
        held = self._source.load()
        if not held and not self._old:
            if self._secrets_exist:
                raise self._missing()
            msg = "there is no key yet that another could replace"
            raise VaultError(msg, advice="The first one is made when the first listing is linked.")
        return evolve(self._source.draft(), after=_name(held))

    def begin(self, draft: NewKey, notes: Notes) -> str:
        """Let the new key seal and the present one only open, in the caller's transaction; return the new one's name.

        Raises:
            VaultError: another key was put in the present one's place since the draft, or the keys cannot be written.
        """
        held = self._source.load()
        if _name(held) != draft.after:
            msg = "the key was replaced just now by somebody else"
            raise VaultError(msg, advice="Run it again: it goes on with what is left.")
        self._source.keep((draft.key, *held[:1]), notes, draft)
        return _name((draft.key,))

    def end(self, notes: Notes) -> bool:
        """Forget the keys that seal nothing any more, in the transaction that has made sure of it.

        Returns:
            Whether there were such keys, and none is left.
        """
        held = self._source.load()
        if not isinstance(self._source, FileKeys):
            # Elsewhere a program on another machine may be about to store what it has sealed with the old key: it is
            # left until the next rotation begins, which drops it.
            return False
        if len(held) > 1:
            self._source.keep(held[:1], notes)
        return len(held) > 1

    # The keys --------------------------------------------------------------------------------------------------------
    def _current(self, *, make: bool = False) -> bytes:
        """Return the key that seals."""
        ring = self._fresh(make=make)
        if ring.current is None:
            raise self._missing()
        return ring.current

    def _fresh(self, *, make: bool = False, again: bool = False) -> _Ring:
        """Return the keys as the source holds them now; those in memory where it cannot be seen just now."""
        stamp = self._source.stamp()
        if self._ring is not None and (stamp is None or (stamp == self._stamp and not again)):
            return self._ring
        ring = self._found(make=make)
        if ring.every:
            self._ring, self._stamp = ring, stamp
            self._secrets_exist = True  # whoever holds a key means to use it: from here on a missing file is an error
        return ring

    def _found(self, *, make: bool) -> _Ring:
        held = self._source.load()
        old = tuple(decoded(text, _OLD) for text in self._old)
        if not held and not old:
            if self._secrets_exist:
                raise self._missing()
            if make:
                self._source.make()
                held = self._source.load()
        return _Ring(held[0] if held else None, tuple(dict.fromkeys((*held, *old))))

    def _missing(self) -> VaultError:
        if self.file is None:
            try:
                self._source.make()
            except VaultError as error:
                return error
        msg = f"the key file {self.file} is missing: without it the feed links cannot be read"
        return VaultError(msg, advice=f"Put the file back from your backup. {RELINK}")


def _name(held: tuple[bytes, ...]) -> str:
    """Return the name of the key that seals, nothing where there is none."""
    return envelope.key_id(held[0]).hex() if held else ""


def _fingerprint(master: bytes, text: str) -> str:
    own_key = hmac.digest(master, b"channelsync fingerprint 1", "sha256")
    return hmac.new(own_key, text.encode(), "sha256").hexdigest()
