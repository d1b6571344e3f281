"""The consent page: the owner approves or denies on airbnb.com, and is sent back with a code or an error.

``GET /oauth2/auth?client_id=&redirect_uri=&scope=&state=`` (seen in code; ``response_type`` is not sent) shows it, and
its two buttons post back to it. Who cannot grant, a co-host or an account that another software keeps, is told so and
is not sent back (reported).
"""

from __future__ import annotations

from datetime import datetime
from html import escape
from typing import Final

import httpx

from channelsync_airbnb.sandbox.tokens import Tokens
from channelsync_airbnb.sandbox.ways import Obstacle

__all__ = ["CONSENT", "consent"]

CONSENT: Final = "/oauth2/auth"
_SCOPES: Final = frozenset({"property_management", "reservations_web_hooks", "messages_read", "messages_write"})
_WHY: Final = {
    Obstacle.ANOTHER_SOFTWARE: "This account is already connected to another software. Disconnect that one first.",
    Obstacle.COHOST: "You are a co-host of these listings. Only their owner can connect a software.",
}


def consent(tokens: Tokens, obstacle: Obstacle | None, request: httpx.Request, now: datetime) -> httpx.Response:
    """Answer a request to the consent page."""
    query = request.url.params
    redirect = query.get("redirect_uri", "")
    if query.get("client_id") != tokens.client_id or not redirect.startswith(("https://", "http://")):
        return _page(400, "<p>This software is not known.</p>")
    wanted = set(query.get("scope", "").split(","))
    if not wanted <= _SCOPES:
        return _back(redirect, error="invalid_scope", error_description="Unknown scope", state=query.get("state", ""))
    if obstacle:
        return _page(403, f"<p>{escape(_WHY[obstacle])}</p>")
    if request.method != "POST":
        return _page(200, _form(sorted(wanted)))
    decision = httpx.QueryParams(request.content.decode("ascii", "replace")).get("decision")
    state = query.get("state", "")
    if decision != "approve":
        return _back(redirect, error="access_denied", error_description="The user denied access", state=state)
    return _back(redirect, code=tokens.code(now), scope=query.get("scope", ""), state=state)


def _back(redirect: str, **added: str) -> httpx.Response:
    """Send the owner back to the software."""
    return httpx.Response(302, headers={"Location": str(httpx.URL(redirect).copy_merge_params(added))})


def _form(scopes: list[str]) -> str:
    """Return the question and its two buttons; they post to the page's own address."""
    asked = "".join(f"<li>{escape(scope)}</li>" for scope in scopes)
    buttons = "".join(
        f'<button name="decision" value="{value}">{label}</button>'
        for value, label in (("approve", "Allow"), ("deny", "Refuse"))
    )
    return f'<p>A software asks for access:</p><ul>{asked}</ul><form method="post">{buttons}</form>'


def _page(status: int, body: str) -> httpx.Response:
    """Return a page of airbnb.com."""
    return httpx.Response(
        status, html=f'<!DOCTYPE html>\n<html lang="en"><title>Airbnb</title><body>{body}</body></html>\n'
    )
