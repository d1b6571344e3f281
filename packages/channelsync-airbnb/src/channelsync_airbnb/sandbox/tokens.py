"""Tokens of the simulated API: a code is exchanged for a pair, the pair is renewed, checked and given back.

``POST`` and ``GET``/``DELETE`` on ``/v2/oauth2/authorizations`` with Basic authentication (seen in code); access tokens
live for 24 hours (seen in code, 2017), the refresh token stays the same until ``reset_refresh_token`` is 1 (quoted).
"""

from __future__ import annotations

import base64
from datetime import datetime, timedelta
from random import Random
from typing import Final, final

import httpx
from attrs import define, field

from channelsync_airbnb.sandbox.answers import DeclinedError, Json, declined, said, text

__all__ = ["AUTHORIZATIONS", "Tokens"]

AUTHORIZATIONS: Final = "/v2/oauth2/authorizations"
_LIFE: Final = timedelta(hours=24)
_CODE_LIFE: Final = timedelta(minutes=10)
"""Inferred: nobody has written down how long a code is good."""


@final
@define(repr=False)
class Tokens:
    """What one host has granted to one client."""

    client_id: str
    client_secret: str
    user_id: int
    rng: Random
    refresh: str = ""
    """The refresh token, empty while nothing is granted."""
    _codes: dict[str, datetime] = field(init=False, factory=dict[str, datetime])
    _access: dict[str, datetime] = field(init=False, factory=dict[str, datetime])

    def grant(self) -> None:
        """Grant access, as an approved and exchanged code does."""
        self.refresh = self.refresh or self._drawn()

    def code(self, now: datetime) -> str:
        """Return a code for the redirect of an approval."""
        code = self._drawn()
        self._codes[code] = now + _CODE_LIFE
        return code

    def holds(self, access: str, now: datetime) -> bool:
        """Whether an access token is good."""
        return bool(access) and now < self._access.get(access, now)

    def revoke(self) -> None:
        """Take every token back."""
        self.refresh = ""
        self._access.clear()
        self._codes.clear()

    def handle(self, request: httpx.Request, now: datetime, *, nested_check: bool) -> httpx.Response:
        """Answer a request to the token's address."""
        try:
            self._identified(request)
            body = self._answered(request, now)
        except DeclinedError as error:
            return declined(error, "")
        bare = "_unwrapped" in request.url.params and not (nested_check and request.method == "GET")
        return httpx.Response(200, json=body if bare else {"oauth2_authorization": body, "metadata": {}})

    def _identified(self, request: httpx.Request) -> None:
        """Refuse who is not the client."""
        pair = f"{self.client_id}:{self.client_secret}".encode()
        if request.headers.get("Authorization", "") != f"Basic {base64.b64encode(pair).decode('ascii')}":
            raise DeclinedError(401, "The client's id and secret are not right.", "invalid_client")

    def _answered(self, request: httpx.Request, now: datetime) -> Json:
        """Exchange, renew, check or give back."""
        token = request.url.path.removeprefix(AUTHORIZATIONS).strip("/")
        match request.method, bool(token):
            case "POST", False:
                return self._pair(said(request), now)
            case "GET", True:
                return {"valid": self.holds(token, now) or token == self.refresh}
            case "DELETE", True:
                if token != self.refresh:
                    raise DeclinedError(404, "There is no such token.", "not_found")
                self.revoke()
                return {"user_id": self.user_id, "valid": False}
            case _:
                raise DeclinedError(404, "There is nothing here.", "not_found")

    def _pair(self, body: Json, now: datetime) -> Json:
        """Return a new access token for a code or for the refresh token."""
        code, refresh = text(body, "code"), text(body, "refresh_token")
        if code:
            if now >= self._codes.pop(code, now):
                raise DeclinedError(400, "The code is not, or no longer, good.", "invalid_grant")
            self.grant()
        elif not refresh or refresh != self.refresh:
            raise DeclinedError(400, "The refresh token is not good.", "invalid_grant")
        if not code and text(body, "reset_refresh_token") == "1":
            self.refresh = self._drawn()
        self._access = {token: until for token, until in self._access.items() if now < until}
        access = self._drawn()
        self._access[access] = now + _LIFE
        expires = int((now + _LIFE).timestamp())
        return {
            "access_token": access,
            "expires_at": expires,
            "refresh_token": self.refresh,
            "user_id": self.user_id,
        }

    def _drawn(self) -> str:
        """Return a new token."""
        return f"{self.rng.getrandbits(128):032x}"
