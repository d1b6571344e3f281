"""What the app is made of: the areas behind a sign-in, those before it, and how pages are rendered."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import Router
from litestar.config.compression import CompressionConfig
from litestar.di import Provide
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.template import TemplateConfig
from litestar.types import ControllerRouterHandler

from channelsync_web.areas import calendar, conflicts, device, home, journal, live, lodgings, quick, settings, signin
from channelsync_web.areas import rehearsal as acting
from channelsync_web.screen import provide_mine, provide_screen
from channelsync_web.security import from_our_pages
from channelsync_web.signing import known, signed_in
from channelsync_web.static_files import static, static_file

__all__ = ["COMPRESSION", "environment", "pages", "templates"]

_TEMPLATES: Final = Path(__file__).parent / "templates"

BEHIND_SIGN_IN: Final[tuple[ControllerRouterHandler, ...]] = (
    calendar.routes,
    conflicts.routes,
    device.routes,
    home.routes,
    journal.routes,
    live.routes,
    lodgings.routes,
    quick.routes,
    settings.routes,
    signin.settings,
)
"""The areas that belong to an owner."""
FOR_ANYBODY: Final[tuple[ControllerRouterHandler, ...]] = (device.for_anybody, settings.for_anybody, signin.routes)
"""Those that nobody has to be signed in for."""

LONGEST_FORM: Final = 262_144
"""Bytes of what a page of ours sends; a pasted calendar link is the longest of it."""

COMPRESSION: Final = CompressionConfig(
    backend="gzip", gzip_compress_level=6, exclude=["^/vivant", "^/static/", "^/c/", "^/hooks/"]
)


def pages(*, rehearsal: bool = False) -> list[ControllerRouterHandler]:
    """Return the routes of every page; a rehearsal has some more."""
    screen = {"screen": Provide(provide_screen, sync_to_thread=False)}
    mine = {**screen, "mine": Provide(provide_mine, sync_to_thread=False)}
    return [
        static_file,
        Router(
            "/",
            route_handlers=[*BEHIND_SIGN_IN, *([acting.routes] if rehearsal else [])],
            dependencies=mine,
            guards=[from_our_pages, signed_in],
            request_max_body_size=LONGEST_FORM,
        ),
        Router(
            "/",
            route_handlers=[*FOR_ANYBODY, *([acting.entrance] if rehearsal else [])],
            dependencies=screen,
            guards=[from_our_pages, known],
            request_max_body_size=LONGEST_FORM,
        ),
    ]


def environment() -> Environment:
    """Return how templates are read: a name that nobody gave is an error, and text is never taken for markup."""
    made = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,  # they are this version's, as its code is
    )
    vars(made)["globals"]["static"] = static  # jinja types it by its own defaults alone
    return made


def templates() -> TemplateConfig[JinjaTemplateEngine]:
    """Return the engine that makes the pages."""
    return TemplateConfig(instance=JinjaTemplateEngine.from_environment(environment()))
