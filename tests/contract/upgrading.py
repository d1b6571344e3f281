"""An upgrade that dies at a chosen call, in a process of its own."""

from __future__ import annotations

import os
import signal
import sys
from datetime import datetime
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from types import FrameType
from typing import Any, Final

from channelsync.config import Config
from channelsync.ledger import OURS, aside, census, opening, transaction
from channelsync.manager import upgrading
from channelsync.service import upgrade
from channelsync.service.places import FolderPlace
from tests.contract.life import KEY

_FILES: Final = {module.__file__ for module in (aside, census, opening, transaction, upgrading, upgrade)}
_STEPS: Final = {
    *("held_ledger", "copy_to", "_try_out", "sync_folder", "keep_others_out", "census", "flaws", "_migrate"),
    *("_refuse_lost", "_same_calendars", "upgrade", "_kept", "_done", "close"),
}


def calls_of(database: str, place: str, now: datetime) -> list[str]:
    """Return the calls that a whole upgrade makes or comes back from, in order; it is done to the database given."""
    ours, theirs = get_context("forkserver").Pipe()
    code = _child(database, place, now, None, theirs)
    assert code == 0
    found: list[str] = ours.recv()
    return found


def killed_at(database: str, place: str, now: datetime, call: int | str) -> None:
    """Upgrade in a process that kills itself at that call: so many calls from the beginning, or the first so called."""
    assert _child(database, place, now, call, None) == -signal.SIGKILL


def _child(*arguments: object) -> int | None:
    context = get_context("forkserver")
    context.set_forkserver_preload(["tests.contract.upgrading", "alembic.command"])
    child = context.Process(target=_upgraded, args=arguments)
    child.start()
    child.join(60)
    return child.exitcode


def _upgraded(database: str, place: str, now: datetime, stop_at: int | str | None, tell: Connection | None) -> None:
    seen: list[str] = []

    def passed(what: str) -> None:
        seen.append(what)
        if stop_at in {len(seen), what}:
            os.kill(os.getpid(), signal.SIGKILL)

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        code = frame.f_code
        ours = code.co_filename in _FILES and code.co_name in _STEPS
        step = "/versions/" in code.co_filename and code.co_name == "upgrade"
        if event == "call" and (ours or step):
            passed(code.co_name)
            frame.f_trace_lines = False
            return trace
        if event == "return":
            passed(f"after {code.co_name}")
        return trace if event != "call" else None

    sys.settrace(trace)
    upgrade.upgrade(database, Config(key=KEY), lambda: now, FolderPlace(Path(place)), to=OURS)
    sys.settrace(None)
    if tell is not None:
        tell.send(seen)
