"""The secret addresses at which others may call: a platform's webhooks, or a service that hands on an owner's mail.

An address holds a token of 192 random bits, sealed like every secret (kind ``hook``) and found by its keyed hash, so an
unknown one and a wrong one cost the same and say the same. The secret's id is the *source* of what comes in there:
``<channel>/<scope>``, where the channel ``mail`` is for mails, and the scope is an account, an owner, or empty for the
whole installation.

Beside each stands by which of our names it was called, and when last: whoever calls keeps the name that was given to
them (`channelsync.service.moving`).
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

from channelsync.adapter import ReceivesWebhooks
from channelsync.errors import LedgerError, UsageError
from channelsync.ledger import Transaction
from channelsync.manager import Manager
from channelsync.manager.addresses import check_keys

__all__ = ["HOOK", "IMAP", "MAIL", "called_by", "close_hook", "find_hook", "hook", "note_caller", "note_question"]

HOOK: Final = "hook"
"""The kind under which the tokens are kept in the vault."""
MAIL: Final = "mail"
"""The channel of mails that a service hands on."""
IMAP: Final = "imap"
"""The channel of mails read in a mailbox; it has no address."""

_TOKEN_BYTES: Final = 24
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{32}")
_NOTE: Final = "called:"
_NOBODY: Final = "{}"
_AGAIN: Final = timedelta(hours=1)
"""A name that was noted so lately is not noted again: a platform may call many times a minute."""
_MOST: Final = 10
"""So many names are kept for one address, those that were used last."""


def hook(manager: Manager, channel: str, scope: str = "", *, now: datetime, renew: bool = False) -> str:
    """Return the token of an address, made where there is none; with ``renew`` a new one, and the old one is void.

    Raises:
        UsageError: the channel has no webhooks, or the scope is nobody's.
        PluginError: the channel's plugin is broken.
        VaultError: the token cannot be sealed or opened.
    """
    source = f"{channel}/{scope}"
    if channel != MAIL and not isinstance(manager.registry.get(channel).api, ReceivesWebhooks):
        msg = f"{channel} sends no webhooks"
        raise UsageError(msg, advice=f"Its mails can be used: open the address for {MAIL!r}.")
    with manager.ledger.transaction() as tx:
        if scope and scope not in {*(one.id for one in tx.owners()), *(one.id for one in tx.accounts())}:
            msg = f"there is no owner and no account {scope[:40]!r}"
            raise UsageError(msg)
        sealed = None if renew else tx.secret(HOOK, source)
        if sealed is not None:
            return manager.vault.unseal(HOOK, source, sealed)
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        envelope = manager.vault.seal(HOOK, source, token)  # first: a key that is replaced meanwhile marks it anew
        tx.put_secret(HOOK, source, envelope, fingerprint=manager.vault.fingerprint(token), at=now)
        _forget(tx, source)
        tx.audit("owner", "hook opened", {"source": source}, at=now)
        return token


def close_hook(manager: Manager, channel: str, scope: str = "", *, now: datetime) -> bool:
    """Make an address void; return whether there was one."""
    source = f"{channel}/{scope}"
    with manager.ledger.transaction() as tx:
        there = tx.secret(HOOK, source) is not None
        if there:
            tx.drop_secret(HOOK, source)
            _forget(tx, source)
            tx.audit("owner", "hook closed", {"source": source}, at=now)
    return there


def find_hook(manager: Manager, channel: str, token: str) -> str | None:
    """Return the source whose address this is, None where it is nobody's.

    Raises:
        VaultError: the key is missing, or another one than sealed the addresses here.
    """
    if not _TOKEN.fullmatch(token):
        return None
    with manager.ledger.reading() as tx:
        found = tx.secret_holders(HOOK, *manager.vault.fingerprints(token))
        if not found:
            check_keys(tx, manager.vault)
    return next((source for source in found if source.startswith(f"{channel}/")), None)


def note_caller(tx: Transaction, source: str, host: str, *, at: datetime) -> None:
    """Note by which of our names an address was called; not more often than is needed.

    Args:
        tx: where it is kept.
        source: whose address it is.
        host: the name; empty where it came by none.
        at: the time.
    """
    if not host:
        return
    before = called_by(tx, source)
    if _is_fresh(before, host, at):
        return
    latest = sorted({**before, host: at}.items(), key=lambda one: one[1], reverse=True)[:_MOST]
    tx.set_meta(f"{_NOTE}{source}", json.dumps({name: when.isoformat() for name, when in latest}))


def note_question(manager: Manager, source: str, host: str, *, at: datetime) -> None:
    """Note it of a question that was answered already: no database that is busy or away keeps an answer back."""
    with suppress(LedgerError):
        with manager.ledger.reading() as tx:
            known = _is_fresh(called_by(tx, source), host, at)
        if not known:
            with manager.ledger.transaction() as tx:
                note_caller(tx, source, host, at=at)


def called_by(tx: Transaction, source: str) -> Mapping[str, datetime]:
    """Return by which names an address was called, and when last, the latest first; to the hour."""
    noted = json.loads(tx.meta(f"{_NOTE}{source}") or _NOBODY)
    return {str(name): datetime.fromisoformat(str(when)) for name, when in noted.items()}


def _is_fresh(before: Mapping[str, datetime], host: str, at: datetime) -> bool:
    """Whether a name was noted a short while ago, and no other since."""
    last = before.get(host)
    return last is not None and last == max(before.values()) and timedelta() <= at - last < _AGAIN


def _forget(tx: Transaction, source: str) -> None:
    """Forget who called an address that is no more."""
    if tx.meta(f"{_NOTE}{source}") is not None:
        tx.set_meta(f"{_NOTE}{source}", _NOBODY)
