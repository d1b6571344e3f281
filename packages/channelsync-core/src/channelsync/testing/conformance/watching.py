"""Watches what a flow does while it runs: the clock it reads, the chance it takes, the I/O it does, what it logs.

Python tells a profiler of each call of a built-in function, with the object itself: a clock read through any number of
helpers is seen, and one that is only imported is not. Calls made by the standard library on the way to something
harmless (a boundary of a form, cookies) are left out.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Generator
from contextlib import contextmanager
from datetime import date
from random import Random
from types import FrameType
from typing import Any, Final, final

from attrs import define, field

__all__ = ["Watch", "logged", "watched"]

_CLOCKS: Final = frozenset({"now", "utcnow", "today"})
_CHANCE: Final = frozenset({"random", "getrandbits", "urandom", "getrandom"})
_TIME: Final = frozenset(
    {"time", "time_ns", "monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns", "sleep", "clock_gettime"}
)
_IO_MODULES: Final = frozenset(
    {"_socket", "_ssl", "_sqlite3", "_posixsubprocess", "_subprocess", "_asyncio", "_thread"}
)
_THREADS: Final = frozenset({"start_new_thread", "start_joinable_thread"})
_SYSTEM: Final = frozenset(
    {"open", "read", "write", "stat", "listdir", "scandir", "mkdir", "remove", "unlink", "rename", "replace", "fork"}
    | {"system", "posix_spawn", "putenv", "getcwd", "lstat", "access", "chmod"}
)
_HARMLESS: Final = ("http.cookiejar", "httpx._multipart", "importlib", "linecache", "logging")


@final
@define
class Watch:
    """What was seen: each a short text with the place that called."""

    clock: list[str] = field(factory=list[str])
    chance: list[str] = field(factory=list[str])
    io: list[str] = field(factory=list[str])

    def told(self, frame: FrameType, event: str, called: Any) -> None:  # noqa: ANN401 - what sys.setprofile hands over
        """Hear of one call; what `sys.setprofile` is given."""
        if event != "c_call":
            return
        name: str = getattr(called, "__name__", "")
        if not name or _harmless(frame):
            return
        module: str = getattr(called, "__module__", None) or ""
        owner: object = getattr(called, "__self__", None)
        place = f"{module or type(owner).__name__}.{name} in {frame.f_globals.get('__name__', '?')}"
        if (module == "time" and name in _TIME) or (name in _CLOCKS and _is_calendar(owner)):
            self.clock.append(place)
        elif name in _CHANCE and (isinstance(owner, Random) or module in {"posix", "nt"}):
            self.chance.append(place)
        elif _is_io(name, module, owner):
            self.io.append(place)


def _harmless(frame: FrameType) -> bool:
    """Whether the caller is a part of the standard library or of httpx that calls it for nothing that matters."""
    module = str(frame.f_globals.get("__name__", ""))
    return module.startswith(("_frozen_importlib", *_HARMLESS))


def _is_calendar(owner: object) -> bool:
    return isinstance(owner, type) and issubclass(owner, date)


def _is_io(name: str, module: str, owner: object) -> bool:
    if module in {"posix", "nt"}:
        return name in _SYSTEM
    if module in {"io", "_io", "builtins"}:
        return name in {"open", "open_code", "print", "input"}
    if module == "_thread":
        return name in _THREADS
    return module in _IO_MODULES or type(owner).__module__ in {"socket", "_socket", "ssl", "_ssl"}


@contextmanager
def watched() -> Generator[Watch]:
    """Watch this thread until the context ends; the profiler that was there before comes back."""
    watch, before = Watch(), sys.getprofile()
    sys.setprofile(watch.told)
    try:
        yield watch
    finally:
        sys.setprofile(before)


@final
class _Keeper(logging.Handler):
    """Keeps the text of every record."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record as it would be written, with what was given beside its text."""
        self.texts.append(f"{record.getMessage()} {record.exc_text or ''} {record.__dict__.get('extra', '')}")


@contextmanager
def logged() -> Generator[list[str]]:
    """Keep all that is logged until the context ends, whatever the level."""
    root, keeper = logging.getLogger(), _Keeper()
    level = root.level
    root.handlers.insert(0, keeper)  # first: a handler that redacts changes the record for those after it
    root.setLevel(logging.DEBUG)
    try:
        yield keeper.texts
    finally:
        root.removeHandler(keeper)
        root.setLevel(level)
