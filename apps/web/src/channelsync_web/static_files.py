"""Styles, scripts and pictures, under a path that names their content: a browser may keep them for ever.

There are few and they are small, so they are read once and given out from memory, compressed beforehand.
"""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from functools import cache
from hashlib import blake2s
from pathlib import Path
from typing import Final, final

from attrs import frozen
from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from channelsync_web.screen import Asking

__all__ = ["static", "static_file", "static_paths"]

_FOLDER: Final = Path(__file__).parent / "static"
_FOREVER: Final = "public, max-age=31536000, immutable"
_TYPES: Final[Mapping[str, str]] = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
}


@final
@frozen
class _File:
    """One file: as it is, compressed where that helps, and its media type."""

    plain: bytes
    packed: bytes
    media_type: str


@cache
def _files() -> Mapping[str, _File]:
    """Return every file, by its path."""
    found: dict[str, _File] = {}
    for path in sorted(_FOLDER.rglob("*")):
        media_type = _TYPES.get(path.suffix)
        if path.is_file() and media_type is not None:
            plain = path.read_bytes()
            found[path.relative_to(_FOLDER).as_posix()] = _File(plain, gzip.compress(plain, 9, mtime=0), media_type)
    return found


@cache
def _version() -> str:
    """Return what changes as soon as one file does: scripts find each other by relative paths, so all move together."""
    content = blake2s(digest_size=6)
    for path, file in _files().items():
        content.update(path.encode() + b"\0" + file.plain)
    return content.hexdigest()


def static(path: str) -> str:
    """Return the address of one file.

    Raises:
        KeyError: there is no such file.
    """
    _files()[path]
    return f"/static/{_version()}/{path}"


def static_paths() -> tuple[str, ...]:
    """Return the address of every file, for whoever keeps them all."""
    return tuple(static(path) for path in _files())


@get("/static/{version:str}/{path:path}", include_in_schema=False, sync_to_thread=False)
def static_file(request: Asking, version: FromPath[str], path: FromPath[str]) -> Response[bytes]:
    """Give out one file; of an earlier version only while it is the same path, and then not for ever."""
    file = _files().get(path.strip("/"))
    if file is None:
        raise NotFoundException
    headers = {"Cache-Control": _FOREVER if version == _version() else "no-cache", "Vary": "Accept-Encoding"}
    packed = "gzip" in request.headers.get("accept-encoding", "") and len(file.packed) < len(file.plain)
    if packed:
        headers["Content-Encoding"] = "gzip"
    return Response(file.packed if packed else file.plain, headers=headers, media_type=file.media_type)
