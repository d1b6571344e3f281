"""What the inner parts ask of the outside world, as Protocols: whoever composes the program supplies them.

Only what is used stands here. The kernel asks for nothing; the time is a function without arguments, ``now``.
"""

from __future__ import annotations

import threading
from datetime import datetime
from typing import Protocol, final

from attrs import field, frozen

from channelsync.ids import ListingId

__all__ = ["KeyProvider", "Message", "NewKey", "Notes", "Queue", "Transport", "Vault"]


class Queue(Protocol):
    """Brings listings that are due to a worker, soon and one worker at a time.

    What is due stands in the ledger, and nowhere else: whatever a queue loses, doubles or delays costs time, never
    truth. No message carries more than a listing's id.
    """

    def submit(self, listing: ListingId) -> None:
        """Say that a listing has just become due. Never raises: a call that is lost costs at most a sweep."""
        ...

    def sweep(self) -> int:
        """Find in the ledger what is due, see that a worker takes it, and return how many listings that are.

        Raises:
            LedgerError: the database cannot be used.
        """
        ...

    def drain(self) -> int:
        """Work off what is due now, and return how many listings were looked at.

        Raises:
            LedgerError: the database cannot be used.
        """
        ...

    def run(self, stop: threading.Event) -> None:
        """Work until told to stop, and let what runs come to its end; a database that is away is waited for."""
        ...


@final
@frozen
class Message:
    """Something to tell a person, whatever carries it.

    The same ``key`` is the same message, so that one sent twice stands only once where that can be had. ``title`` is a
    few words, ``text`` is plain, ``html`` a whole document where there is one. ``urgent`` says that it may wake
    somebody; ``at`` is when it is sent, ``link`` where more is to be seen.
    """

    key: str
    title: str
    text: str
    at: datetime
    html: str = field(default="", repr=False)
    urgent: bool = False
    link: str = ""


class Transport(Protocol):
    """Carries a message to an address, and knows nothing of what it says. Synchronous: it is called from a thread."""

    @property
    def name(self) -> str:
        """What it is called in the ledger and in preferences: ``mail``, ``push``, ``apprise``."""
        ...

    def send(self, message: Message, address: str) -> None:
        """Hand the message over; it returns when somebody else is responsible for it.

        Raises:
            DeliveryError: it was not taken; the error says whether to try again, and whether the address is gone.
        """
        ...


class KeyProvider(Protocol):
    """A key that never leaves its place, and wraps the keys that do the sealing: Azure Key Vault's."""

    @property
    def key_id(self) -> str:
        """The name of the key, with its version, that wraps at present.

        Raises:
            VaultError: its place cannot be asked, or refuses.
        """
        ...

    def wrap(self, key: bytes) -> bytes:
        """Return a key wrapped by the present one.

        Raises:
            VaultError: as `key_id`.
        """
        ...

    def unwrap(self, key_id: str, wrapped: bytes) -> bytes:
        """Return a key that the one of that name wrapped.

        Raises:
            VaultError: as `key_id`, or the bytes are not what that key wrapped.
        """
        ...


class Notes(Protocol):
    """Notes of the installation, in a transaction of the ledger's."""

    def meta(self, key: str) -> str | None:
        """Return a note, None where there is none."""
        ...

    def set_meta(self, key: str, value: str) -> None:
        """Keep a note, in place of an earlier one."""
        ...


@final
@frozen
class NewKey:
    """A master key in use nowhere yet: ``note`` is how its place will keep it, ``after`` names the key it replaces."""

    key: bytes = field(repr=False)
    note: str = field(default="", repr=False)
    after: str = ""


class Vault(Protocol):
    """Seals what nobody may read in the database: private links, tokens, keys.

    ``kind`` and ``id`` name what a secret belongs to; a sealed secret opens for that name only.
    """

    def seal(self, kind: str, id: str, secret: str) -> bytes:  # noqa: A002 - the word of the ledger's column
        """Return the secret sealed for its owner."""
        ...

    def unseal(self, kind: str, id: str, sealed: bytes) -> str:  # noqa: A002
        """Return the secret.

        Raises:
            VaultError: the key is missing or another one, or the bytes are damaged or belong elsewhere.
        """
        ...

    def fingerprint(self, text: str) -> str:
        """Return a keyed hash, by which equal secrets are found without opening any."""
        ...

    def fingerprints(self, text: str) -> tuple[str, ...]:
        """Return the hashes under which an equal secret may stand: several only while one key replaces another."""
        ...

    @property
    def key_ids(self) -> tuple[str, ...]:
        """The names of the keys in use, the one that seals first, none before the first; they say nothing of the keys.

        Raises:
            VaultError: secrets exist and their key is missing, or it cannot be used.
        """
        ...

    @property
    def kept_in(self) -> str:
        """What holds the keys, as people call it."""
        ...

    def check(self) -> None:
        """Make sure that the keys can be used, making none; a database without secrets needs none yet.

        Raises:
            VaultError: they cannot.
        """
        ...

    @property
    def heads(self) -> tuple[bytes, ...]:
        """How the envelopes begin that each key sealed, the present key's first; none where no key seals yet.

        Raises:
            VaultError: as `key_ids`.
        """
        ...

    def draft(self) -> NewKey:
        """Return a new key for `begin`; outside any transaction, for it may ask another machine.

        Raises:
            UsageError: the keys are for people to set; the advice says how.
            VaultError: there is no present key, or the other machine cannot be asked.
        """
        ...

    def begin(self, draft: NewKey, notes: Notes) -> str:
        """Let the new key seal and the present one only open, in the caller's transaction; return the new one's name.

        Raises:
            VaultError: another key has taken the present one's place since, or the keys cannot be written.
        """
        ...

    def end(self, notes: Notes) -> bool:
        """Forget the keys that seal nothing any more, in the transaction that has made sure of it.

        Returns:
            Whether any was forgotten; where several machines share the keys that is left to the next rotation.
        """
        ...
