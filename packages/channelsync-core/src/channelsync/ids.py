"""Names of things: plain strings with a type each, so that one is never taken for another."""

from __future__ import annotations

import hashlib
from typing import NewType

__all__ = ["AccountId", "ChannelName", "ClaimId", "ListingId", "OwnerId", "UnitId", "derived"]

OwnerId = NewType("OwnerId", str)
"""An owner: whoever the units belong to; owners never see each other."""
UnitId = NewType("UnitId", str)
"""One rentable lodging."""
ListingId = NewType("ListingId", str)
"""A unit as one channel knows it."""
AccountId = NewType("AccountId", str)
"""Our access to a channel."""
ChannelName = NewType("ChannelName", str)
"""A platform's name: the plugin's entry point, such as ``airbnb``."""
ClaimId = NewType("ClaimId", str)
"""Something that takes nights."""


def derived(*parts: object) -> str:
    """Return a short id that depends on the parts alone, so that the same history gives the same ids.

    Twelve hexadecimal digits (48 bits): ids are looked up within one unit, where a clash is out of the question.
    """
    text = "\x1f".join(str(part) for part in parts)
    return hashlib.blake2s(text.encode(), digest_size=6).hexdigest()
