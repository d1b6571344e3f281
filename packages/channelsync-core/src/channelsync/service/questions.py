"""Questions that a platform asks at its secret address, answered at once; see `channelsync.manager.answering`.

Whoever asks has to know the address and, where the account names a constant (`SECRET`), to send it along. A question
that cannot be read, or that the database cannot answer, is answered no: a sale lost is no double booking.
"""

from __future__ import annotations

import hmac
import logging
from collections.abc import Mapping
from typing import Final

from channelsync.adapter import AsksQuestions, Question, Reply
from channelsync.errors import ChannelSyncError
from channelsync.manager import Manager
from channelsync.manager.accounts import ACCESS

__all__ = ["SECRET", "answered", "is_caller", "receipt"]

SECRET: Final = "call_secret"  # noqa: S105 - a field's name
"""The field of an account that holds the constant its platform sends in ``Authorization``."""

_log = logging.getLogger("channelsync.questions")


def is_caller(manager: Manager, source: str, headers: Mapping[str, str]) -> bool:
    """Whether a call at an address carries the constant that its account asks for; True where none is known.

    An account whose access was refused goes on asking for it: the address has not changed.

    Raises:
        LedgerError: the database cannot be used.
        VaultError: the account's fields cannot be opened.
    """
    scope = source.partition("/")[2]
    account = next((one.id for one in manager.accounts() if one.id == scope), None)
    if account is None:
        return True  # an owner's address: it alone counts
    with manager.ledger.reading() as tx:
        if tx.secret(ACCESS, account) is None:
            return True  # it was never given an access, so no constant either
    wanted = manager.fields(account).get(SECRET)
    if wanted is None or not wanted.reveal():
        return True
    return hmac.compare_digest(wanted.reveal().encode(), headers.get("authorization", "").encode())


def answered(
    manager: Manager, source: str, method: str, path: str, query: Mapping[str, str], body: bytes
) -> Reply | None:
    """Return the answer to a question; None where the call is none, or its platform asks nothing.

    Args:
        manager: whose ledger answers.
        source: by which address it came, ``<channel>/<scope>``.
        method: of the request.
        path: what follows the address.
        query: of the request.
        body: of the request.

    Raises:
        WireFormatError: it is a question that cannot be read.
    """
    channel, _, scope = source.partition("/")
    api = manager.registry.get(channel).api
    if not isinstance(api, AsksQuestions):
        return None
    question = api.question(method, path, query, body)
    return None if question is None else api.reply(question, free=_free(manager, channel, scope, question))


def receipt(manager: Manager, source: str) -> Reply | None:
    """Return what a platform wants to hear when its delivery is kept; None where any success will do."""
    found: object = getattr(manager.registry.get(source.partition("/")[0]).api, "receipt", None)
    return found if isinstance(found, Reply) else None


def _free(manager: Manager, channel: str, scope: str, question: Question) -> bool:
    try:
        known = {one.id for one in manager.accounts()} if scope else set[str]()
        return manager.may_sell(channel, scope if scope in known else "", question)
    except ChannelSyncError as error:
        _log.error("a question was answered no: %s", error)
        return False
