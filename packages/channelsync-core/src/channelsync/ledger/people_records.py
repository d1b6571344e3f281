"""What the ledger hands out about people who sign in: small frozen values, one per kind of row."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import final

from attrs import Factory, field, frozen

from channelsync.ids import OwnerId

__all__ = ["Identity", "Passkey", "Person", "Session", "Ticket"]


@final
@frozen
class Person:
    """How an owner signs in: ``email`` in small letters, ``password`` as its hash; either is None before it is chosen.

    ``totp_at`` is since when codes of an authenticator app are asked for, None where they are not; ``totp_step``
    numbers the 30 seconds of the latest code that was used.
    """

    owner: OwnerId
    created_at: datetime
    email: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    totp_at: datetime | None = None
    totp_step: int = 0


@final
@frozen
class Session:
    """A browser in which an owner is signed in. ``id`` opens nothing: the token does, and only its hash is kept.

    ``confirmed_at`` is when they last proved who they are, ``agent`` the browser in a few words, ``how`` the way in
    (``password``, ``passkey``, ``code``, ``identity``).
    """

    id: str
    owner: OwnerId
    created_at: datetime
    last_seen_at: datetime
    confirmed_at: datetime
    agent: str = ""
    how: str = ""
    ended_at: datetime | None = None


@final
@frozen
class Passkey:
    """A passkey of an owner: its id in URL-safe base64, the key that checks its signatures, how often it was used.

    ``uses`` is the key's own count, 0 where it does not count; ``label`` is how the owner calls it.
    """

    id: str
    owner: OwnerId
    public_key: bytes = field(repr=False)
    created_at: datetime
    uses: int = 0
    label: str = ""
    last_used_at: datetime | None = None


@final
@frozen
class Identity:
    """Who an owner is for a service that vouches for people: its address, and its name for them."""

    issuer: str
    subject: str = field(repr=False)
    owner: OwnerId
    created_at: datetime
    last_used_at: datetime | None = None


@final
@frozen
class Ticket:
    """What serves once, until ``expires_at``: ``kind`` says for what, ``about`` with what."""

    kind: str
    owner: OwnerId
    made_at: datetime
    expires_at: datetime
    about: Mapping[str, object] = field(default=Factory(dict[str, object]), repr=False)
