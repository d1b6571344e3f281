"""The first owner, in a browser: whoever reads what the web app says as it starts may begin there, and nobody else.

While an installation has no owner, the app prints a one-time code each time it starts: each process one of its own,
good at all of them for a day. What is kept of it is a keyed fingerprint, by which it is found, so that the time of an
answer says nothing of near misses. Once there is an owner none of these codes opens anything.
"""

from __future__ import annotations

import base64
import secrets
from datetime import timedelta
from typing import Final

from channelsync.errors import UsageError
from channelsync.ledger import Transaction
from channelsync.manager import Manager

__all__ = ["begun", "offered", "opens"]

_VALID: Final = timedelta(days=1)
_CODE_BYTES: Final = 15
_GROUP: Final = 4


def offered(manager: Manager) -> str | None:
    """Return a new code that makes the first owner within a day; None where there is an owner.

    Raises:
        LedgerError: the database cannot be used.
    """
    if manager.owners():
        return None
    text = base64.b32encode(secrets.token_bytes(_CODE_BYTES)).decode()
    with manager.ledger.transaction(fleeting=True) as tx:
        tx.note_try(_kept(manager, text), until=manager.time() + _VALID)
    return "-".join(text[place : place + _GROUP] for place in range(0, len(text), _GROUP))


def opens(manager: Manager, code: str) -> bool:
    """Whether a code makes the first owner now."""
    with manager.ledger.reading() as tx:
        return _opens(manager, tx, code)


def begun(manager: Manager, code: str, name: str, language: str) -> str:
    """Use a code up: add the first owner, and return the one-time code with which they sign in.

    Raises:
        UsageError: the code opens nothing, or the name will not do; nothing is changed.
    """
    with manager.ledger.transaction(fleeting=True) as tx:
        if not _opens(manager, tx, code):
            msg = "this code does not open anything: it is mistyped, used, or older than a day"
            raise UsageError(msg, advice="`channelsync owner reset NAME` makes another.")
    made = manager.add_owner(name, language=language)
    with manager.ledger.transaction(fleeting=True) as tx:
        tx.note_try(_kept(manager, code), until=manager.time())
    return made.code


def _opens(manager: Manager, tx: Transaction, code: str) -> bool:
    return not tx.owners() and tx.has_try(_kept(manager, code), at=manager.time())


def _kept(manager: Manager, code: str) -> str:
    plain = "".join(char for char in code.upper() if char.isalnum())
    return manager.vault.fingerprint(f"the first owner\0{plain}")
