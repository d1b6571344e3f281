"""Access to an owner's Airbnb account: the consent page, the code that comes back, the token and its renewal.

OAuth 2 as working integrations do it (seen in code): scopes with commas, no ``response_type``, the client's id and
secret as Basic authentication, a JSON body. An access token lives for about a day and the answer names its end; how
long a refresh token lives is unknown, and it stays the same unless a new one is asked for (quoted). Asking for a new
one is left to the owner, who consents again.

How long a token lives is counted from the answer's own ``Date``, so that no clock is needed; without one, a day is
assumed (seen in code, 2017).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final
from urllib.parse import quote, urlencode

import attrs
import httpx

from channelsync.adapter import Access, Flow, Secret, SecretUrl
from channelsync.errors import CredentialRejectedError, UsageError
from channelsync_airbnb.sending import ADVICE, answered, basic, field, refusal
from channelsync_airbnb.settings import CONSENT_ADDRESS
from channelsync_airbnb.wire_answers import Token, token

__all__ = ["SCOPES", "consent_page", "exchange", "refresh", "revoke"]

SCOPES: Final = ("property_management", "reservations_web_hooks")
"""What we ask the owner for: calendars and reservations, and to be told of them; no messages of guests."""

_TOKENS: Final = "oauth2/authorizations"
_USUAL: Final = timedelta(hours=24)
_LONGEST: Final = timedelta(days=400)
_REJECTED: Final = frozenset({400, 401, 403, 404})
_GONE: Final = frozenset({404, 410})


def consent_page(fields: Mapping[str, Secret], redirect: str, state: str) -> SecretUrl:
    """Return the page on which the owner agrees: not a co-host, and no other software may be connected (reported).

    Raises:
        UsageError: the application's id is missing.
    """
    values = {name: secret.reveal().strip() for name, secret in fields.items()}
    if not values.get("client_id"):
        msg = "the application's id is missing"
        raise UsageError(msg, advice="Fill in the client id that Airbnb has given.")
    query = {
        "client_id": values["client_id"],
        "redirect_uri": redirect,
        "scope": ",".join(SCOPES),
        "state": state,
    }
    address = values.get("consent_address") or CONSENT_ADDRESS
    return SecretUrl(f"{address}{'&' if '?' in address else '?'}{urlencode(query, safe=',')}")


def exchange(access: Access, code: str, redirect: str) -> Flow[Access]:
    """Exchange the code that came back for a token.

    ``redirect_uri`` is sent along as the newest integration does; older ones leave it out (seen in code).

    Raises:
        CredentialRejectedError: the code is not, or no longer, good.
    """
    return (yield from _granted(access, {"code": code, "redirect_uri": redirect}))


def refresh(access: Access) -> Flow[Access]:
    """Ask for a new token.

    Raises:
        CredentialRejectedError: only the owner can give access again.
    """
    known = field(access, "refresh_token")
    if not known:
        msg = "there is nothing to renew Airbnb's access with"
        raise CredentialRejectedError(msg, advice=ADVICE)
    return (yield from _granted(access, {"refresh_token": known, "reset_refresh_token": 0}))


def revoke(access: Access) -> Flow[None]:
    """Give the access back; nothing to give back is no error."""
    known = field(access, "refresh_token")
    if not known:
        return
    response = yield basic(access, "DELETE", f"{_TOKENS}/{quote(known, safe='')}")
    if not response.is_success and response.status_code not in _GONE:
        raise refusal(response)


def _granted(access: Access, body: Mapping[str, object]) -> Flow[Access]:
    response = yield basic(access, "POST", _TOKENS, body)
    if response.status_code in _REJECTED:
        msg = f"Airbnb answered {response.status_code}: it gives no token for this"
        raise CredentialRejectedError(msg, advice=ADVICE)
    given = token(answered(response))
    fields = dict(access.fields)
    if given.refresh:
        fields["refresh_token"] = Secret(given.refresh)
    if given.user:
        fields["user_id"] = Secret(given.user)
    return attrs.evolve(access, token=Secret(given.access), fields=fields, lifetime=_lifetime(given, response))


def _lifetime(given: Token, response: httpx.Response) -> timedelta:
    """Return how long a token is good, by the platform's own clock; a day where it shows none."""
    if given.expires is None:
        return _USUAL
    try:
        sent = parsedate_to_datetime(response.headers.get("Date", ""))
    except ValueError:
        return _USUAL
    sent = sent if sent.tzinfo else sent.replace(tzinfo=UTC)
    left = timedelta(seconds=given.expires) - (sent - datetime(1970, 1, 1, tzinfo=UTC))
    return min(max(left, timedelta(0)), _LONGEST)
