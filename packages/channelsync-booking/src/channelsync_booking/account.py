"""An account as its requests need it: which property, which hosts, and how requests are written.

Two hosts answer: one for what is no secret of a guest, one for reservations (documented). Both want the token of the
moment; the availability interface wants its version named (documented). A request says for which account it speaks, so
that the engine asks no faster than one account may, and whether it may be repeated: all may, but the one that takes
reservations away by reading them. Those of the queues are spaced: a machine account's queues are one for all of its
properties, and are asked every 20 s at most, and 5 s after an acknowledgement at the earliest (documented).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from typing import Final, Self, final

import httpx
from attrs import frozen

from channelsync.adapter import SPACED, Access, Secret, Spaced
from channelsync.errors import CredentialRejectedError, UsageError
from channelsync_booking.markup import is_number
from channelsync_booking.settings import (
    ACCOUNT,
    ADDRESS,
    BXML,
    CLIENT_ID,
    CLIENT_SECRET,
    HOTEL,
    MESSAGES,
    SECURE_ADDRESS,
)

__all__ = ["Account", "of_account", "said", "under", "web_address"]

_ACCOUNT: Final = "channelsync.account"
_REPEATABLE: Final = "channelsync.repeatable"
_REMEMBERED: Final = 64
"""Addresses kept: each request has one of a few."""
_DEFAULTS: Final = {one.name: one.default for one in ACCOUNT}


@final
@frozen
class Account:
    """Our access to one property; ``reads_away`` says that its reservations come in B.XML, where reading takes them."""

    access: Access
    hotel: str
    address: httpx.URL
    secure_address: httpx.URL
    reads_away: bool

    @classmethod
    def of(cls, access: Access, listing: str | None = None) -> Self:
        """Read the fields that the owner filled in; ``listing`` is the room that is meant, where one is.

        Raises:
            UsageError: the property's id or the room's is none, or an address is no web address.
            CredentialRejectedError: no token was given yet.
        """
        hotel = said(access.fields, HOTEL)
        if not is_number(hotel):
            msg = "the property's id is missing, or is not a number"
            raise UsageError(msg, advice="It is the number shown beside the property's name in the extranet.")
        if listing is not None and not is_number(listing):
            msg = "the listing's id at Booking.com is not a number"
            raise UsageError(msg, advice="Ask which rooms the account has, and link the listing by the room's id.")
        if not access.token.reveal():
            msg = "there is no token for Booking.com yet"
            raise CredentialRejectedError(msg, advice="Check the account's id and secret, and connect it anew.")
        address, secure = (web_address(said(access.fields, name)) for name in (ADDRESS, SECURE_ADDRESS))
        return cls(access, hotel, address, secure, said(access.fields, MESSAGES) == BXML)

    def get(self, path: str, *, secure: bool = False, spaced: float | None = None) -> httpx.Request:
        """Return a GET request; ``spaced`` are the seconds between two of them."""
        return self._request("GET", path, None, secure=secure, spaced=spaced)

    def post(
        self, path: str, body: bytes, *, secure: bool = False, repeatable: bool = True, spaced: float | None = None
    ) -> httpx.Request:
        """Return a POST request with an XML document; ``spaced`` are the seconds until the next GET from there."""
        return self._request("POST", path, body, secure=secure, repeatable=repeatable, spaced=spaced)

    def _request(
        self, method: str, path: str, body: bytes | None, *, secure: bool, spaced: float | None, repeatable: bool = True
    ) -> httpx.Request:
        headers = {"Accept": "application/xml", "Authorization": f"Bearer {self.access.token.reveal()}"}
        if body is not None:
            headers["Content-Type"] = "application/xml"
        if not secure:
            headers["Accept-Version"] = "1.1"
        url = under(self.secure_address if secure else self.address, path)
        extensions = {**of_account(self.access), _REPEATABLE: repeatable}
        if spaced is not None:
            extensions[SPACED] = Spaced(_machine(self.access), spaced)
        return httpx.Request(method, url, headers=headers, content=body, extensions=extensions)


def of_account(access: Access) -> dict[str, object]:
    """Return the extensions of a request that speaks for this account."""
    return {_ACCOUNT: str(access.account)}


def _machine(access: Access) -> str:
    """Return a name for the machine account, which only who knows its secret can name: its answers are shared by it."""
    known = "\0".join((said(access.fields, CLIENT_ID), said(access.fields, CLIENT_SECRET)))
    return sha256(known.encode()).hexdigest()


def said(fields: Mapping[str, Secret], name: str) -> str:
    """Return what the owner said in a field, its default where they said nothing."""
    found = fields.get(name)
    return (found.reveal() if found else "") or _DEFAULTS.get(name, "")


@lru_cache(_REMEMBERED)
def under(address: httpx.URL, path: str) -> httpx.URL:
    """Return the address of something on a host, or under a folder of it."""
    return address.copy_with(path=address.path.rstrip("/") + path)


@lru_cache(_REMEMBERED)
def web_address(text: str) -> httpx.URL:
    """Return the address of a host.

    Raises:
        UsageError: it is none. The text is not repeated.
    """
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL:
        url = httpx.URL()
    if url.scheme not in {"https", "http"} or not url.host or url.query or url.userinfo:
        msg = "an address of the account is no web address"
        raise UsageError(msg, advice="Leave the field empty: Booking.com's own addresses are then used.")
    return url
