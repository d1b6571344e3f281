"""Accounts: our access to a platform's API, given by the owner, sealed, and given anew when the platform refuses it.

Its fields are the plugin's to name (`ChannelPlugin.account`). They and the token stand in one sealed secret of kind
`ACCESS`; beside it the ledger keeps until when it is good. A refused access changes nothing but that: account, listings
and claims stay, their nights stay closed, and everything goes on when the owner has connected it anew.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, final

from attrs import evolve, frozen

from channelsync.adapter import Access, ChannelPlugin, Secret, Setting
from channelsync.adapter.protocol import GrantsAccess, RefreshesCredential
from channelsync.cadence import DISCONNECTED_AFTER, HealthEvent, begun
from channelsync.cadence import after as health_after
from channelsync.errors import CredentialRejectedError, UsageError, VaultError
from channelsync.ids import AccountId, ListingId, UnitId
from channelsync.ledger import Account, Credential, Link, Transaction
from channelsync.manager.desk import Desk
from channelsync.notices import from_health

__all__ = ["ACCESS", "RECONNECT", "AccountReport", "Accounts", "HeldAccess", "Term", "packed", "term"]

ACCESS: Final = "access"
"""The kind under which accesses are kept in the vault; their id is the account's."""
RECONNECT: Final = "Connect the account anew: channelsync account reconnect"
"""What an owner does about an access that the platform refuses."""
TOKEN: Final = "token"  # noqa: S105 - a field's name
"""The field of an account that is its token already, on a platform that gives one to the owner."""

REFRESHED: Final = frozenset({"refresh_token"})
"""The fields that renew a token without the owner's consent."""

_LONGEST: Final = 4000
_MARGIN: Final = 0.1
"""The last share of a token's life in which it is not relied upon."""
_LEAST_MARGIN: Final = timedelta(minutes=5)
_LONGEST_LIFE: Final = timedelta(days=3650)


@final
@frozen
class AccountReport:
    """One account as people see it.

    ``state`` is ``connected``, ``waiting`` (the owner has not given consent yet), ``failing`` (its access could not be
    renewed, and that is tried again) or ``revoked`` (only the owner can mend that); ``why`` says what went wrong.
    """

    id: AccountId
    channel: str
    name: str
    state: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    why: str
    listings: int


@final
@frozen
class HeldAccess:
    """An access, and which generation of it this is: whoever found it refused, or renewed it, says which one."""

    access: Access
    state: Credential
    plugin: ChannelPlugin


@final
@frozen
class Term:
    """Until when a token is good, and when to renew it; None where it does not expire."""

    expires_at: datetime | None = None
    refresh_at: datetime | None = None


def term(lifetime: timedelta | None, now: datetime, jitter: float) -> Term:
    """Return the term of a token given now.

    It is renewed before its last tenth, and before its last five minutes; the jitter (``0 <= jitter < 1``) brings that
    forward by as much again at most, so that tokens given together are not all renewed together. Of a token that lives
    for minutes only, no more than the last half is given up.
    """
    if lifetime is None:
        return Term()
    life = min(max(lifetime, timedelta()), _LONGEST_LIFE)
    margin = min(max(life * _MARGIN, _LEAST_MARGIN), life / 4)
    return Term(now + life, now + life - margin * (1 + jitter))


class Accounts(Desk):
    """Accounts, and the access to them."""

    def accounts(self) -> tuple[AccountReport, ...]:
        """Return every account."""
        with self.ledger.reading() as tx:
            links = tx.listings()
            return tuple(self._report(tx, one, links) for one in tx.accounts())

    def account(self, account: str) -> AccountReport:
        """Return the account of that id or name.

        Raises:
            UsageError: there is none, or several have that name; the advice lists them.
        """
        with self.ledger.reading() as tx:
            return self._report(tx, _found(tx, account), tx.listings())

    def add_account(
        self, channel: str, fields: Mapping[str, str], *, name: str = "", owner: str | None = None
    ) -> AccountReport:
        """Add an account on a platform's API; ``fields`` are those that its plugin asks for.

        ``owner`` is whose it is, by name or id; None is the first owner.

        Raises:
            UsageError: the channel has no API, a field is missing, unknown or wrong, or the name is taken.
        """
        plugin = self._plugin(channel)
        values, now = _checked(plugin, fields), self._now()
        with self.ledger.transaction() as tx:
            whose = self._owner(tx, now) if owner is None else tx.owner_by(owner)
            made = tx.add_account(whose.id, plugin.name, name or plugin.title, at=now)
            self._given(tx, plugin, made, values, now)
            tx.audit("owner", "account added", {"account": made.id, "channel": plugin.name}, at=now)
            return self._report(tx, made, ())

    def reconnect(self, account: str, fields: Mapping[str, str]) -> AccountReport:
        """Put a new access in the place of one that was refused; its listings are looked at as soon as possible.

        Raises:
            UsageError: there is no such account, or a field is missing, unknown or wrong.
        """
        now = self._now()
        with self.ledger.transaction() as tx:
            known = _found(tx, account)
            plugin = self._plugin(known.channel)
            self._given(tx, plugin, known, _checked(plugin, fields), now)
            links = tx.listings()
            for link in links:
                if link.account == known.id:
                    tx.mark_due(link.id, now, now=now)
            tx.audit("owner", "account reconnected", {"account": known.id}, at=now)
            return self._report(tx, known, links)

    def held_access(self, account: str) -> HeldAccess:
        """Return the access of an account, for a request.

        Raises:
            UsageError: there is no such account.
            CredentialRejectedError: it was refused; only the owner can give it again.
            VaultError: it cannot be opened.
        """
        with self.ledger.reading() as tx:
            known = _found(tx, account)
            state, sealed = tx.credential(known.id), tx.secret(ACCESS, known.id)
        if state is None or sealed is None:
            msg = f"the access of {known.name} is not in the database"
            raise VaultError(msg, advice=f"{RECONNECT} {known.id}")
        if state.revoked_at is not None:
            msg = f"{known.channel} refuses the account {known.name}: {state.why}"
            raise CredentialRejectedError(msg, advice=f"{RECONNECT} {known.id}")
        access = _unpacked(known.id, self.vault.unseal(ACCESS, known.id, sealed))
        return HeldAccess(access, state, self._plugin(known.channel))

    def fields(self, account: AccountId) -> Mapping[str, Secret]:
        """Return what the owner filled in for an account, and what its platform gave along with the token.

        Raises:
            VaultError: it cannot be opened.
        """
        with self.ledger.reading() as tx:
            sealed = tx.secret(ACCESS, account)
        if sealed is None:
            msg = f"the access of {account} is not in the database"
            raise VaultError(msg, advice=f"{RECONNECT} {account}")
        return _unpacked(account, self.vault.unseal(ACCESS, account, sealed)).fields

    def accept(self, account: AccountId, access: Access) -> None:
        """Put a first access, for which the owner has just given consent, in its place."""
        now = self._now()
        until = term(access.lifetime, now, 0.0)
        with self.ledger.transaction() as tx:
            tx.put_secret(ACCESS, account, self.vault.seal(ACCESS, account, packed(access)), at=now)
            tx.put_credential(account, expires_at=until.expires_at, refresh_at=until.refresh_at)
            for link in tx.listings():
                if link.account == account:
                    tx.mark_due(link.id, now, now=now)
            tx.audit("owner", "account granted", {"account": account}, at=now)

    def access_refused(self, held: HeldAccess, why: str) -> bool:
        """Note that a platform refuses an access for good, and tell the owner for each listing of its account.

        Returns:
            False where it was replaced meanwhile, or this is known already: then nothing is noted.
        """
        account, now = held.access.account, self._now()
        with self.ledger.transaction() as tx:
            if not tx.revoke_credential(account, held.state.generation, at=now, why=why):
                return False
            tx.audit(str(held.plugin.name), "account refused", {"account": account}, at=now)
            links = [link for link in tx.listings() if link.account == account]
        for unit in dict.fromkeys(link.unit for link in links):
            self._disconnected(unit, [link.id for link in links if link.unit == unit])
        return True

    def _report(self, tx: Transaction, account: Account, links: tuple[Link, ...]) -> AccountReport:
        state = tx.credential(account.id) or Credential(account.id, 0)
        return AccountReport(
            account.id,
            account.channel,
            account.name,
            self._word(account, state),
            account.created_at,
            state.expires_at,
            state.revoked_at,
            state.why,
            sum(link.account == account.id for link in links),
        )

    def _word(self, account: Account, state: Credential) -> str:
        if state.revoked_at:
            return "revoked"
        never_had_one = state.expires_at is None and state.refresh_at is None
        if never_had_one and account.channel in self.registry.names and self._grants(account.channel):
            return "waiting"
        return "failing" if state.failures else "connected"

    def _grants(self, channel: str) -> bool:
        return isinstance(self._plugin(channel).api, GrantsAccess)

    def _given(
        self, tx: Transaction, plugin: ChannelPlugin, account: Account, fields: Mapping[str, Secret], now: datetime
    ) -> None:
        """Seal what the owner gave; where the platform gives tokens for it, the first is asked for at once."""
        access = Access(account.id, fields.get(TOKEN, Secret("")), fields)
        tx.put_secret(ACCESS, account.id, self.vault.seal(ACCESS, account.id, packed(access)), at=now)
        waits = isinstance(plugin.api, GrantsAccess) and not fields.keys() & {TOKEN, *REFRESHED}
        renewable = isinstance(plugin.api, RefreshesCredential) and TOKEN not in fields and not waits
        tx.put_credential(account.id, expires_at=None, refresh_at=now if renewable else None)

    def _disconnected(self, unit: UnitId, listings: list[ListingId]) -> None:
        """Book the refusal on a unit's listings: it is the platform's last word, so no patience is due."""
        with self.ledger.reading() as tx:
            known = tx.unit_by(unit)
        with self._changing(known, quiet=True) as change:
            for one in listings:
                listing = change.state.of(one)
                if listing.retired:
                    continue
                before = listing.health or begun(change.now)
                since = before.refused_since or change.now
                refused = evolve(before, refused_since=min(since, change.now - DISCONNECTED_AFTER))
                health = health_after(refused, HealthEvent.REJECTED, change.now, 0.0, self.policy)
                health = evolve(health, refused_since=since)
                change.state = change.state.with_listing(evolve(listing, health=health))
                change.notices += from_health(change.state, one, before, health, change.now)


def packed(access: Access) -> str:
    """Return an access as the text that is sealed."""
    document = {
        "token": access.token.reveal(),
        "fields": {name: value.reveal() for name, value in access.fields.items()},
        "lifetime": access.lifetime.total_seconds() if access.lifetime is not None else None,
    }
    return json.dumps(document)


def _unpacked(account: AccountId, text: str) -> Access:
    document = json.loads(text)
    fields = {name: Secret(value) for name, value in document["fields"].items()}
    seconds = document["lifetime"]
    lifetime = None if seconds is None else timedelta(seconds=seconds)
    return Access(account, Secret(document["token"]), fields, lifetime)


def _checked(plugin: ChannelPlugin, given: Mapping[str, str]) -> dict[str, Secret]:
    """Hold the owner's fields against those that the plugin asks for; no error repeats a value."""
    if plugin.api is None or not plugin.account:
        msg = f"{plugin.title} is reached by calendar links only"
        raise UsageError(
            msg, advice="Link its listings by their export links: channelsync link UNIT CHANNEL --feed URL"
        )
    known = {one.name: one for one in plugin.account}
    asked = f"Asked for: {', '.join(known)}."
    for name in given:
        if name not in known:
            msg = f"{plugin.title} asks for no field {name[:40]!r}"
            raise UsageError(msg, advice=asked)
    found = {one.name: Secret(_value(one, given.get(one.name, ""))) for one in plugin.account}
    return {name: value for name, value in found.items() if value.reveal()}


def _value(setting: Setting, text: str) -> str:
    value = text.strip() or setting.default
    if not value and setting.required:
        msg = f"the field {setting.name} is missing"
        raise UsageError(msg, advice=setting.help_en or "Give it.")
    if setting.choices and value and value not in setting.choices:
        msg = f"the field {setting.name} has a value that is not offered"
        raise UsageError(msg, advice=f"Use one of {', '.join(setting.choices)}.")
    if len(value) > _LONGEST or not value.isprintable():
        msg = f"the field {setting.name} is too long, or holds what cannot be printed"
        raise UsageError(msg, advice="Copy it from the platform again.")
    return value


def _found(tx: Transaction, account: str) -> Account:
    """Return the account of that id or name."""
    every = tx.accounts()
    named = [one for one in every if one.id == account] or [one for one in every if one.name == account]
    if len(named) == 1:
        return named[0]
    msg = f"{'several accounts are' if named else 'no account is'} called {account[:40]!r}"
    known = ", ".join(f"{one.id} ({one.name})" for one in (named or every))
    raise UsageError(msg, advice=f"Accounts: {known or 'none'}.")
