"""Where each owner can be reached: their wishes, their devices, and what is sealed of both.

The keys under which secrets are kept: ``push`` (a device's subscription, by the device's id), ``apprise`` (a service's
URL, by the owner's id) and ``vapid`` (the key with which push messages are signed: one for the installation, made once,
because every subscription is bound to it).
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Final, final

from attrs import asdict, evolve, field, frozen

from channelsync.codec import dumped, read
from channelsync.errors import DeliveryError, LedgerError, UsageError
from channelsync.ids import OwnerId
from channelsync.inventory import Owner
from channelsync.ledger import Ledger, Subscriber, Transaction
from channelsync.notify.push import PUSH_HOSTS, known_service, new_vapid_key, public_key, subscription
from channelsync.ports import Vault
from channelsync.service.preferences import APPRISE, MAIL, PUSH, Preferences

__all__ = [
    "MISSED",
    "VAPID",
    "Reach",
    "drop_device",
    "note_device",
    "preferences_of",
    "reach",
    "set_apprise",
    "set_language",
    "set_preferences",
    "subscribe",
    "vapid_key",
    "vapid_public_key",
]

VAPID: Final = "vapid"
_INSTALLATION: Final = "installation"
_MOST_DEVICES: Final = 20
MISSED: Final = 5
"""After so many misses in a row a device counts as not working."""
_LONGEST_LABEL: Final = 60
_LONGEST_URL: Final = 2000


@final
@frozen
class Reach:
    """How one owner can be reached now: what they wish, by which ways, and with what addresses.

    ``working`` are the ways that have not just failed; ``devices`` are subscriptions by the device's id.
    """

    owner: Owner
    preferences: Preferences
    available: tuple[str, ...] = ()
    working: tuple[str, ...] = ()
    devices: Mapping[str, str] = field(factory=dict[str, str], repr=False)
    url: str = field(default="", repr=False)

    @property
    def addresses(self) -> tuple[tuple[str, str], ...]:
        """Every way with an address; with several devices a way has several."""
        single = {MAIL: self.preferences.mail, APPRISE: self.url}
        devices = [(PUSH, one) for one in self.devices.values()]
        return (*devices, *((way, single[way]) for way in self.available if way != PUSH))


def preferences_of(tx: Transaction, owner: Owner) -> tuple[Preferences, datetime | None]:
    """Return an owner's wishes, and since when; where they never said, the defaults of their language and lodgings.

    Raises:
        LedgerError: a newer program wrote them, or they are damaged.
    """
    stored = tx.preferences(owner.id)
    if stored is not None:
        return read(stored[0], Preferences), stored[1]
    timezone = next((unit.timezone for unit in tx.units(owner.id)), "Europe/Paris")
    return Preferences(language=owner.language, timezone=timezone), None


def set_preferences(tx: Transaction, owner: Owner, wishes: Preferences, *, actor: str, at: datetime) -> None:
    """Keep an owner's wishes; the audit trail has which of them changed, and no value."""
    old = asdict(preferences_of(tx, owner)[0])
    changed = sorted(name for name, value in asdict(wishes).items() if old[name] != value)
    tx.set_preferences(owner.id, dumped(wishes), at=at)
    tx.audit(actor, "preferences", {"owner": owner.id, "changed": changed}, at=at)


def set_language(tx: Transaction, owner: Owner, language: str, *, actor: str, at: datetime) -> None:
    """Note which language an owner reads, on pages and in messages.

    Raises:
        UsageError: it is not offered.
    """
    wishes = evolve(preferences_of(tx, owner)[0], language=language)
    if tx.preferences(owner.id) is not None:
        set_preferences(tx, owner, wishes, actor=actor, at=at)
    tx.set_language(owner.id, wishes.language)
    tx.audit(actor, "language", {"owner": owner.id, "language": wishes.language}, at=at)


def set_apprise(tx: Transaction, vault: Vault, owner: OwnerId, url: str, *, actor: str, at: datetime) -> None:
    """Keep the address of the service behind apprise, or forget it where the address is empty.

    Raises:
        UsageError: it is too long to be one.
    """
    if not url:
        tx.drop_secret(APPRISE, owner)
    elif len(url) > _LONGEST_URL or "://" not in url:
        msg = "this is not an address of a service"
        raise UsageError(msg, advice="Its form is told in apprise's own documentation, for example ntfys://TOPIC.")
    else:
        sealed = vault.seal(APPRISE, owner, url)
        tx.put_secret(APPRISE, owner, sealed, fingerprint=vault.fingerprint(url), at=at)
    tx.audit(actor, "apprise", {"owner": owner, "set": bool(url)}, at=at)


def subscribe(
    tx: Transaction,
    vault: Vault,
    owner: OwnerId,
    text: str,
    *,
    label: str = "",
    actor: str = "owner",
    at: datetime,
    hosts: Collection[str] | None = PUSH_HOSTS,
) -> str:
    """Keep a device that asked for push messages, and return its id; one that is known is only renewed.

    Args:
        tx: a transaction.
        vault: seals where the device is reached.
        owner: whose it is.
        text: what the browser gives for its subscription, as JSON.
        label: how the owner calls it.
        actor: who says so.
        at: the time.
        hosts: where push services are; None for anywhere, also without TLS, in rehearsals.

    Raises:
        UsageError: it is no subscription, it leads elsewhere, or the owner has more devices than anybody.
    """
    device = subscription(text, insecure=hosts is None)
    if hosts is not None:
        known_service(device, hosts)
    plain = json.dumps(device, sort_keys=True)
    mine = {one.id for one in tx.subscribers(owner)}
    for held in tx.secret_holders(PUSH, *vault.fingerprints(plain)):  # the same browser, perhaps with another owner
        mine.discard(held)
        tx.drop_subscriber(held)
        tx.drop_secret(PUSH, held)
    if len(mine) >= _MOST_DEVICES:
        msg = f"there are {_MOST_DEVICES} devices already"
        raise UsageError(msg, advice="Remove one that is no longer used.")
    new = secrets.token_hex(8)
    tx.add_subscriber(Subscriber(new, owner, " ".join(label.split())[:_LONGEST_LABEL], at))
    envelope = vault.seal(PUSH, new, plain)
    tx.put_secret(PUSH, new, envelope, fingerprint=vault.fingerprint(plain), at=at)
    tx.audit(actor, "device", {"owner": owner, "device": new, "added": True}, at=at)
    return new


def note_device(tx: Transaction, device: str, error: DeliveryError | None, *, at: datetime) -> None:
    """Note what came of a message to a device: it was reached, missed, or is gone and forgotten."""
    if error is None:
        tx.subscriber_reached(device, at=at)
    elif error.gone:
        drop_device(tx, device, actor="service", at=at)
    else:
        tx.subscriber_missed(device)


def drop_device(tx: Transaction, device: str, *, actor: str, at: datetime) -> bool:
    """Forget a device and where it is reached; return whether it was known."""
    tx.drop_secret(PUSH, device)
    known = tx.drop_subscriber(device)
    if known:
        tx.audit(actor, "device", {"device": device, "added": False}, at=at)
    return known


def reach(tx: Transaction, vault: Vault, owner: Owner, transports: Collection[str]) -> Reach:
    """Return how an owner can be reached with these transports.

    Raises:
        LedgerError: what they wish cannot be read.
        VaultError: an address cannot be opened.
    """
    wishes, _ = preferences_of(tx, owner)
    known = tx.subscribers(owner.id) if PUSH in transports else ()
    sealed = {one.id: tx.secret(PUSH, one.id) for one in known}
    devices = {one: vault.unseal(PUSH, one, secret) for one, secret in sealed.items() if secret is not None}
    url = tx.secret(APPRISE, owner.id) if APPRISE in transports else None
    ways = {PUSH: bool(devices), MAIL: MAIL in transports and bool(wishes.mail), APPRISE: url is not None}
    fit = {one.id for one in known if one.failures < MISSED}
    available = tuple(way for way, there in ways.items() if there)
    working = tuple(way for way in available if way != PUSH or fit & devices.keys())
    plain = "" if url is None else vault.unseal(APPRISE, owner.id, url)
    return Reach(owner, wishes, available, working, devices, plain)


def vapid_key(ledger: Ledger, vault: Vault, now: datetime) -> str:
    """Return the private key of the installation; made when it is first asked for.

    Raises:
        VaultError: it cannot be sealed or opened.
    """
    with ledger.reading() as tx:
        sealed = tx.secret(VAPID, _INSTALLATION)
    if sealed is None:
        made = new_vapid_key()
        with suppress(LedgerError), ledger.transaction() as tx:  # another process may be as fast: the first key stands
            if tx.secret(VAPID, _INSTALLATION) is None:
                envelope = vault.seal(VAPID, _INSTALLATION, made)
                tx.put_secret(VAPID, _INSTALLATION, envelope, fingerprint=vault.fingerprint(made), at=now)
        with ledger.reading() as tx:
            sealed = tx.secret(VAPID, _INSTALLATION)
    if sealed is None:
        msg = "the key for push messages could not be kept"
        raise LedgerError(msg)
    return vault.unseal(VAPID, _INSTALLATION, sealed)


def vapid_public_key(ledger: Ledger, vault: Vault, now: datetime) -> str:
    """Return what a browser needs to subscribe: the public half of the key."""
    return public_key(vapid_key(ledger, vault, now))
