"""The tokens of a machine account: an hour each, thirty an hour, given for an id and a secret (documented)."""

from __future__ import annotations

import base64
import json
from datetime import datetime, timedelta
from typing import Final, final

import httpx
from attrs import define, field

from channelsync.testing.values import hex_of
from channelsync_booking.sandbox.wire import WrongRequestError, json_answer, json_object

__all__ = ["LIFE", "MOST_AN_HOUR", "Tokens"]

LIFE: Final = timedelta(hours=1)
MOST_AN_HOUR: Final = 30


@final
@define(repr=False)
class Tokens:
    """One machine account's credentials, and the tokens given out."""

    client_id: str
    client_secret: str
    _until: dict[str, datetime] = field(init=False, factory=dict[str, datetime])
    _given: int = field(init=False, default=0)

    def __repr__(self) -> str:
        """Return nothing that is secret."""
        return "Tokens()"

    def exchange(self, content: bytes, now: datetime, ruid: str) -> httpx.Response:
        """Give a token for the id and the secret.

        Raises:
            WrongRequestError: 400 not such a request; 401 wrong id or secret; 429 too many within the hour.
        """
        wish = json_object(content)
        if not {"client_id", "client_secret"} <= wish.keys():
            raise WrongRequestError(400, "client_id and client_secret are required")
        if (wish["client_id"], wish["client_secret"]) != (self.client_id, self.client_secret):
            raise WrongRequestError(401, "Invalid client credentials")
        self._until = {token: until for token, until in self._until.items() if until > now}
        if len(self._until) >= MOST_AN_HOUR:
            raise WrongRequestError(429, "Too many tokens were asked for")
        token = self._token(now)
        self._until[token] = now + LIFE
        return json_answer(200, {"jwt": token, "ruid": ruid})

    def check(self, header: str, now: datetime) -> None:
        """Check the Authorization of a request.

        Raises:
            WrongRequestError: 401 no token, an unknown or an expired one; 400 the old way, which is no longer served.
        """
        scheme, _, token = header.partition(" ")
        if scheme.lower() == "basic":
            raise WrongRequestError(400, "Basic authentication is no longer supported")
        if scheme.lower() != "bearer" or now >= self._until.get(token.strip(), now):
            raise WrongRequestError(401, "Authentication failed")

    def _token(self, now: datetime) -> str:
        """Return a token in the documented form; its signature depends on the account and the count alone."""
        self._given += 1
        claims: dict[str, object] = {
            "sub": "connectivity-auth-proxy",
            "aud": "connectivity",
            "iss": "urn://connectivity-modern-auth/v1",
            "iat": int(now.timestamp()),
            "exp": int((now + LIFE).timestamp()),
        }
        parts = [json.dumps(part, separators=(",", ":")).encode() for part in ({"alg": "HS256", "typ": "JWT"}, claims)]
        signature = hex_of(self.client_secret, self._given, now.isoformat()).encode()
        return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in (*parts, signature))
