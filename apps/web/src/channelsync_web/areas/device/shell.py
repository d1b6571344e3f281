"""What makes an app of the pages: ``/manifest.webmanifest``, the worker ``/sw.js``, and the page ``/hors-ligne``.

Browsers ask for all three without saying who asks, so there is nothing of anybody in them.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Final

from litestar import Response, Router, get
from litestar.di import NamedDependency
from litestar.response import Template

from channelsync_web.areas.device.views import KEPT
from channelsync_web.screen import Screen
from channelsync_web.static_files import static, static_paths

__all__ = ["for_anybody"]

_WORKER: Final = Path(__file__).parents[2] / "static" / "js" / "sw.js"
_ICONS: Final = (
    ("icons/icon-192.png", "192x192", "any"),
    ("icons/icon-512.png", "512x512", "any"),
    ("icons/maskable-512.png", "512x512", "maskable"),
)
_SHORTCUTS: Final = (
    ("Block dates", "/bloquer"),
    ("This week", "/semaine"),
    ("Calendar", "/calendrier"),
)


@get("/manifest.webmanifest", sync_to_thread=False)
def manifest(screen: NamedDependency[Screen]) -> Response[bytes]:
    """Say how the app is called and shown where somebody installs it."""
    say = screen.say
    icons = [
        {"src": static(path), "sizes": sizes, "type": "image/png", "purpose": purpose}
        for path, sizes, purpose in _ICONS
    ]
    told = {
        "id": "/",
        "name": "channelsync",
        "short_name": "channelsync",
        "description": say("The calendars of your lodgings, kept in step on every platform."),
        "lang": say.language,
        "dir": "ltr",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#f6f4ef",
        "theme_color": "#0f5c52",
        "categories": ["business", "travel"],
        "icons": icons,
        "shortcuts": [{"name": say(name), "url": path, "icons": icons[:1]} for name, path in _SHORTCUTS],
    }
    body = json.dumps(told, ensure_ascii=False).encode()
    return Response(body, media_type="application/manifest+json", headers={"Cache-Control": "no-cache"})


@get("/sw.js", sync_to_thread=False)
def worker(screen: NamedDependency[Screen]) -> Response[bytes]:
    """Give out the worker, with what belongs to this version: any change in a file makes browsers take the new one."""
    shell = {
        "version": static("icon.svg").split("/")[2],
        "files": [path for path in static_paths() if not path.endswith((".png", "/js/sw.js"))],
        "kept": KEPT,
        "icon": static("icons/icon-192.png"),
        "badge": static("icons/badge-96.png"),
        "unread": screen.say("Something happened: open channelsync to see it."),
    }
    body = f"self.shell = {json.dumps(shell, ensure_ascii=True)};\n".encode() + _text()
    return Response(body, media_type="text/javascript; charset=utf-8", headers={"Cache-Control": "no-cache"})


@cache
def _text() -> bytes:
    return _WORKER.read_bytes()


@get("/hors-ligne", sync_to_thread=False)
def offline(screen: NamedDependency[Screen]) -> Template:
    """Show what is shown where there is no network: the way to the pages that the device keeps."""
    return screen.page("device/offline.html", "Offline")


for_anybody = Router("/", route_handlers=[manifest, worker, offline])
