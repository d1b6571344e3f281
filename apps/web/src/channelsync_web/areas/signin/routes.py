"""The area's routes: those for anybody, and those behind a sign-in under ``/reglages/securite``."""

from __future__ import annotations

from typing import Final

from litestar import Router
from litestar.di import Provide

from channelsync_web.areas.signin import elsewhere, entering, forgotten, passkeys, protection, telephone, welcome
from channelsync_web.areas.signin.arriving import ConfirmFirstError, ask_to_confirm
from channelsync_web.areas.signin.door import provide_door

__all__ = ["routes", "settings"]

_LONGEST_BODY: Final = 2**16
"""Bytes: a form, or what a passkey signed."""


def _router(path: str, *parts: Router) -> Router:
    return Router(
        path,
        route_handlers=list(parts),
        dependencies={"door": Provide(provide_door, sync_to_thread=False)},
        exception_handlers={ConfirmFirstError: ask_to_confirm},
        request_max_body_size=_LONGEST_BODY,
    )


routes = _router("/", entering.routes, welcome.routes, forgotten.routes, passkeys.routes, elsewhere.routes)
settings = _router("/reglages/securite", protection.routes, telephone.routes, passkeys.settings, elsewhere.settings)
