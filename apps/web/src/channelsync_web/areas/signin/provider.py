"""A service that vouches for people (OpenID Connect): the code flow with PKCE, and the token that it ends with.

What is asked of the service are three requests under the limits of the engine's driver: its settings, the exchange of a
code, its keys; the first and the last may be answered by what it said a while ago (`documents`). A token counts only
when its signature fits one of these keys, it is from that service, for us, for this very sign-in (``nonce``), and not
over (OpenID Connect Core 1.0, section 3.1.3.7; documented). Whose it is here is asked by the service's name for the
person, never by a mail address.
"""

from __future__ import annotations

import base64
import hmac
import json
import secrets
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any, Final, Self, cast, final
from urllib.parse import quote, urlencode, urlsplit

import httpx
from attrs import field, frozen
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from channelsync.adapter import Flow
from channelsync.config import Config
from channelsync.errors import ChannelUnavailableError, WireFormatError
from channelsync_web.areas.signin.documents import AFRESH, is_kept

__all__ = ["Asked", "Provider", "asked_for"]

_ALGORITHMS: Final = ("RS256", "ES256", "PS256", "EdDSA", "RS384", "RS512", "ES384", "PS384", "PS512", "ES512")
"""Signatures by a key that only the service has; ``none`` and shared keys are not among them."""
_LEEWAY: Final = 60
"""Seconds by which two clocks may differ."""
_LONGEST: Final = 2000
_LONGEST_SUBJECT: Final = 255
_UNFIT: Final = "the service that vouches for people does not answer as it should"


@final
@frozen
class Asked:
    """One question to the service: what comes back must carry ``state``, and its token ``nonce``."""

    state: str
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)


def asked_for() -> Asked:
    """Return a new question."""
    return Asked(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48))


@final
@frozen
class Provider:
    """The service, as the installation is set up with it. ``name`` is how owners call it."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    name: str
    back: str
    """Where it sends the browser back to."""

    @classmethod
    def of(cls, config: Config) -> Self | None:
        """Return the service of an installation, None where there is none."""
        if config.oidc_issuer is None:
            return None
        host = urlsplit(config.oidc_issuer).hostname or ""
        back = f"{config.base_url}/connexion/oidc/retour"
        return cls(config.oidc_issuer, config.oidc_client_id, config.oidc_client_secret, config.oidc_name or host, back)

    def address(self, asked: Asked) -> Flow[str]:
        """Return the address of the service's own sign-in page for a question.

        Raises:
            ChannelUnavailableError: the service does not answer.
            WireFormatError: it answers something else.
        """
        settings = yield from self._settings()
        proof = base64.urlsafe_b64encode(sha256(asked.verifier.encode()).digest()).decode().rstrip("=")
        query = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.back,
            "scope": "openid",
            "state": asked.state,
            "nonce": asked.nonce,
            "code_challenge": proof,
            "code_challenge_method": "S256",
        }
        start = settings["authorization_endpoint"]
        return start + ("&" if "?" in start else "?") + urlencode(query)

    def subject(self, asked: Asked, code: str, now: datetime) -> Flow[str]:
        """Exchange a code, and return the service's name for the person who signed in there.

        Raises:
            ChannelUnavailableError: the service does not answer.
            WireFormatError: it refuses the code, or its token does not count.
        """
        settings = yield from self._settings()
        answer = yield self._exchange(settings, asked, code)
        token = str(_document(answer).get("id_token"))
        told = yield httpx.Request("GET", settings["jwks_uri"])
        claims = _claims(token, _document(told))
        if claims is None and is_kept(told):  # signed with a key that is newer than what we remember
            told = yield httpx.Request("GET", settings["jwks_uri"], headers={"Cache-Control": AFRESH})
            claims = _claims(token, _document(told))
        if claims is None:
            raise WireFormatError(_UNFIT)
        return self._checked(claims, asked, now)

    def _settings(self) -> Flow[Mapping[str, str]]:
        """Return the service's settings: where it is asked for what."""
        where = self.issuer.rstrip("/") + "/.well-known/openid-configuration"
        found = _document((yield httpx.Request("GET", where)))
        wanted = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        good = found.get("issuer") == self.issuer and all(self._is_safe(found.get(name)) for name in wanted)
        if not good:
            raise WireFormatError(_UNFIT)
        methods = found.get("token_endpoint_auth_methods_supported")
        by_post = isinstance(methods, list) and "client_secret_basic" not in methods
        return {**{name: str(found[name]) for name in wanted}, "by": "post" if by_post else "basic"}

    def _is_safe(self, address: object) -> bool:
        """Whether an address is encrypted, or no less so than the service's own is here."""
        scheme = urlsplit(self.issuer).scheme
        return (
            isinstance(address, str) and len(address) <= _LONGEST and address.startswith(("https://", f"{scheme}://"))
        )

    def _exchange(self, settings: Mapping[str, str], asked: Asked, code: str) -> httpx.Request:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.back,
            "code_verifier": asked.verifier,
        }
        headers = {"Accept": "application/json"}
        if self.client_secret and settings["by"] == "basic":
            pair = f"{quote(self.client_id, safe='')}:{quote(self.client_secret, safe='')}"
            headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        else:
            form["client_id"] = self.client_id
            if self.client_secret:
                form["client_secret"] = self.client_secret
        return httpx.Request("POST", settings["token_endpoint"], data=form, headers=headers)

    def _checked(self, claims: Mapping[str, Any], asked: Asked, now: datetime) -> str:
        """Return whom a token is about, whose signature was found good."""
        audience = claims.get("aud")
        for_us = audience == self.client_id or (isinstance(audience, list) and self.client_id in audience)
        several = isinstance(audience, list) and len(cast("list[object]", audience)) > 1
        by_us = claims.get("azp", None if several else self.client_id) == self.client_id
        seconds, until, made = now.timestamp(), claims.get("exp"), claims.get("iat")
        timely = (
            isinstance(until, int | float)
            and isinstance(made, int | float)
            and made - _LEEWAY <= seconds < until + _LEEWAY
        )
        fresh = hmac.compare_digest(str(claims.get("nonce", "")).encode(), asked.nonce.encode())
        subject = claims.get("sub")
        named = isinstance(subject, str) and 0 < len(subject) <= _LONGEST_SUBJECT
        if not (claims.get("iss") == self.issuer and for_us and by_us and timely and fresh and named):
            raise WireFormatError(_UNFIT)
        return str(subject)


def _claims(token: str, keys: Mapping[str, object]) -> Mapping[str, Any] | None:
    """Return what a token says, None where none of these keys has signed it."""
    try:
        return jwt.decode(token, KeySet.import_key_set(cast("Any", keys)), algorithms=_ALGORITHMS).claims
    except (JoseError, ValueError, TypeError, KeyError):
        return None


def _document(answer: httpx.Response) -> Mapping[str, object]:
    """Return the JSON object that an answer holds."""
    if answer.status_code >= 500:  # noqa: PLR2004 - the service's own fault
        msg = "the service that vouches for people does not answer just now"
        raise ChannelUnavailableError(msg)
    try:
        found: object = json.loads(answer.content) if answer.is_success else None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise WireFormatError(_UNFIT)
    return cast("Mapping[str, object]", found)
