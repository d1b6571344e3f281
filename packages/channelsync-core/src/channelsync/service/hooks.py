"""The secret addresses at which others may call: a platform's webhooks, or a service that hands on an owner's mail.

An address holds a token of 192 random bits, sealed like every secret (kind ``hook``) and found by its keyed hash, so an
unknown one and a wrong one cost the same and say the same. The secret's id is the *source* of what comes in there:
``<channel>/<scope>``, where the channel ``mail`` is for mails, and the scope is an account, an owner, or empty for the
whole installation.
"""

from __future__ import annotations

import re
import secrets
from datetime import datetime
from typing import Final

from channelsync.adapter import ReceivesWebhooks
from channelsync.errors import UsageError
from channelsync.manager import Manager
from channelsync.manager.addresses import check_keys

__all__ = ["HOOK", "IMAP", "MAIL", "close_hook", "find_hook", "hook"]

HOOK: Final = "hook"
"""The kind under which the tokens are kept in the vault."""
MAIL: Final = "mail"
"""The channel of mails that a service hands on."""
IMAP: Final = "imap"
"""The channel of mails read in a mailbox; it has no address."""

_TOKEN_BYTES: Final = 24
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{32}")


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
        tx.audit("owner", "hook opened", {"source": source}, at=now)
        return token


def close_hook(manager: Manager, channel: str, scope: str = "", *, now: datetime) -> bool:
    """Make an address void; return whether there was one."""
    source = f"{channel}/{scope}"
    with manager.ledger.transaction() as tx:
        there = tx.secret(HOOK, source) is not None
        if there:
            tx.drop_secret(HOOK, source)
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
