"""Who is asking: the cookie that a sign-in leaves, and the guard before everything that belongs to an owner.

The cookie holds a random token and nothing else; `channelsync.service.people` knows it by its hash and ends it. Where
the server is reached by https its name begins with ``__Host-``, which no other host and no plain connection can set.
"""

from __future__ import annotations

import asyncio
from typing import Final, cast

from litestar.datastructures import Cookie
from litestar.exceptions import NotAuthorizedException
from litestar.handlers.base import BaseRouteHandler
from litestar.types import HTTPScope

from channelsync.service.people import People, SignedIn
from channelsync_web.security import Connection

__all__ = ["cookie_name", "known", "session_cookie", "signed_in"]

_MONTHS: Final = 90 * 24 * 3600


def cookie_name(*, https: bool) -> str:
    """Return the cookie's name."""
    return "__Host-channelsync" if https else "channelsync"


def session_cookie(token: str, *, https: bool) -> Cookie:
    """Return the cookie of a sign-in; that of an empty token takes it away."""
    return Cookie(
        key=cookie_name(https=https),
        value=token,
        path="/",
        httponly=True,
        secure=https,
        samesite="lax",
        max_age=_MONTHS if token else 0,
    )


async def known(connection: Connection, _: BaseRouteHandler) -> None:
    """Remember with the request who is asking, where somebody is signed in, and for a page what there is of theirs.

    All of it is asked in one moment and one turn of a thread: a page needs one more of these, to be made.
    """
    https = bool(connection.app.state.https)
    token = connection.cookies.get(cookie_name(https=https), "")
    if token:
        people = cast("People", connection.app.state.people)
        page = cast("HTTPScope", connection.scope)["method"] == "GET"
        connection.state.signed_in = await asyncio.to_thread(people.session, token[:200], hearing=page)


async def signed_in(connection: Connection, handler: BaseRouteHandler) -> None:
    """Let only those in who are signed in.

    Raises:
        NotAuthorizedException: nobody is; a page answers it by the sign-in page, and comes back after it.
    """
    await known(connection, handler)
    if not isinstance(getattr(connection.state, "signed_in", None), SignedIn):
        raise NotAuthorizedException
