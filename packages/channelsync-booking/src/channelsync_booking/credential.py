"""The token: a machine account's id and secret are exchanged for one that is good for an hour.

At most thirty are given in an hour (documented), so that an exchange is neither repeated nor made in passing: a flow
that has no token, or whose token is refused, says so, and the engine asks once. There is no other way to renew it; what
an exchange refuses only the owner can mend. Basic authentication was switched off at the end of 2025 (documented).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import attrs
import httpx

from channelsync.adapter import Access, Flow, Secret
from channelsync.errors import CredentialRejectedError, WireFormatError
from channelsync_booking.account import of_account, said, under, web_address
from channelsync_booking.answers import OK, numbered, object_of, refused
from channelsync_booking.settings import CLIENT_ID, CLIENT_SECRET, TOKEN_ADDRESS

__all__ = ["LIFETIME", "exchange"]

LIFETIME: Final = timedelta(hours=1)
"""How long a token is good (documented)."""
_PATH: Final = "/token-based-authentication/exchange"
_FINAL: Final = frozenset({400, 401, 403})
"""Statuses that another try does not change (seen in one client)."""
_LONGEST: Final = 8192
_ADVICE: Final = (
    "Check the id and the secret of the machine account in the provider's portal; connect the account anew."
)


def exchange(access: Access) -> Flow[Access]:
    """Ask for a new token.

    Raises:
        CredentialRejectedError: the id or the secret is no longer good.
        RateLimitedError: too many were asked for.
        ChannelUnavailableError: it is not known.
        WireFormatError: the answer holds no token.
    """
    url = under(web_address(said(access.fields, TOKEN_ADDRESS)), _PATH)
    pair = {name: said(access.fields, name) for name in (CLIENT_ID, CLIENT_SECRET)}
    request = httpx.Request("POST", url, json=pair, headers={"Accept": "application/json"})
    request.extensions = {**request.extensions, **of_account(access)}
    response = yield request
    if response.status_code in _FINAL:
        line = numbered(f"{url.host} answered {response.status_code}: it gives no token for this account", response)
        raise CredentialRejectedError(line, advice=_ADVICE)
    if response.status_code != OK:
        raise refused(request, response, "a token")
    token = object_of(response, "the token").get("jwt")
    if not isinstance(token, str) or not _is_token(token):
        msg = numbered("the token: there is none in the answer", response)
        raise WireFormatError(msg)
    return attrs.evolve(access, token=Secret(token), lifetime=LIFETIME)


def _is_token(text: str) -> bool:
    """Whether a text can stand in a header."""
    return 0 < len(text) <= _LONGEST and text.isascii() and text.isprintable() and " " not in text
