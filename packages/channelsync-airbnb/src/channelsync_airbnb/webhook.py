"""What Airbnb's calls to us come to: hints that cause a look, and questions that are answered at once.

A notification is never believed. It may be lost, doubled, late or forged, and a message to the owner has been seen to
come in place of a confirmation; so whatever its action, what it names is looked at, and where it names nothing that can
be read, the whole account is. Only a notice of a payment causes nothing.

No signature of Airbnb's is proven. What protects the address is that nobody can guess it and, where the owner has
agreed on one with Airbnb, a constant ``Authorization`` header (inferred). This route is not shown the account's
secrets, so whoever receives the calls compares that header with the account's ``call_secret``, in constant time, before
asking here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from channelsync.adapter import Hint, Question, Reply
from channelsync_airbnb import wire_calls

__all__ = ["hints", "question", "reply"]

_REVOKED: Final = "authorization_revoked"
_NOTHING: Final = frozenset({"payout_notification", "test_notification"})
_OK: Final = 200


def hints(headers: Mapping[str, str], body: bytes) -> tuple[Hint, ...]:
    """Return what a notification is about: one hint a listing, one for the whole account where none is named.

    Raises:
        WireFormatError: it cannot be read.
    """
    del headers  # whoever receives the call checks them; see the head of this module
    told = wire_calls.told(body)
    if told.action in _NOTHING:
        return ()
    if told.action == _REVOKED:
        return (Hint(revoked=True),)
    if not told.listings:
        return (Hint(code=told.code),)
    return tuple(Hint(listing, told.code) for listing in told.listings)


def question(method: str, path: str, query: Mapping[str, str], body: bytes) -> Question | None:
    """Return what is asked before a guest may book or change a stay, None where the call is no question.

    Raises:
        WireFormatError: it cannot be read.
    """
    asked = wire_calls.asked(method.upper(), path, query, body)
    if asked is None:
        return None
    return Question(asked.listing, asked.stay, asked.code, probe=asked.stay is None)


def reply(question: Question, *, free: bool) -> Reply:
    """Return the answer; a refusal has status 200 as well (seen in code), and a test is always answered with yes."""
    return Reply(_OK, wire_calls.answer(about_reservation=bool(question.code), free=free or question.probe))
