"""A rotation of the key that dies at a chosen line, in a process of its own; and what must be true afterwards."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from multiprocessing import get_context
from multiprocessing.connection import Connection
from types import FrameType
from typing import Any

import channelsync as cs
from channelsync.manager import Manager, keys
from channelsync.vault import keyfile, sealing

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
_FILES = {module.__file__ for module in (keys, keyfile, sealing)}
_STEPS = {"rotate_keys", "_lot", "_sealed_anew", "draft", "begin", "end", "keep", "_written", "_sync_folder", "kept"}


def opened(database: str, environ: Mapping[str, str]) -> Manager:
    """The manager, as a program that was just started has it."""
    return cs.open(database, now=lambda: NOW, environ=dict(environ))


def filled(manager: Manager, names: list[str], kind: str = "feed") -> None:
    """Seal and store a secret of each name."""
    with manager.ledger.transaction() as tx:
        for name in names:
            text = f"https://example.com/{name}"
            sealed, mark = manager.vault.seal(kind, name, text), manager.vault.fingerprint(text)
            tx.put_secret(kind, name, sealed, fingerprint=mark, at=NOW)


def whole(manager: Manager, names: list[str], kind: str = "feed") -> None:
    """Hold that every secret opens, and is found by its own text."""
    with manager.ledger.reading() as tx:
        for name in names:
            text, sealed = f"https://example.com/{name}", tx.secret(kind, name)
            assert sealed is not None
            assert manager.vault.unseal(kind, name, sealed) == text
            assert tx.secret_holders(kind, *manager.vault.fingerprints(text)) == (name,)


def lines_of(database: str, environ: Mapping[str, str]) -> int:
    """How many lines a whole rotation passes, each counted once; it is done to the database given."""
    context = get_context("forkserver")
    context.set_forkserver_preload(["tests.contract.rotating"])
    ours, theirs = context.Pipe()
    child = context.Process(target=_rotate, args=(database, dict(environ), None, theirs))
    child.start()
    count: int = ours.recv()
    child.join()
    assert child.exitcode == 0
    return count


def killed_at(database: str, environ: Mapping[str, str], line: int) -> None:
    """Rotate in a process that kills itself when it comes to that line."""
    context = get_context("forkserver")
    child = context.Process(target=_rotate, args=(database, dict(environ), line, None))
    child.start()
    child.join()
    assert child.exitcode == -signal.SIGKILL


def _rotate(database: str, environ: Mapping[str, str], stop_at: int | None, tell: Connection | None) -> None:
    seen: set[tuple[str, int]] = set()

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        code = frame.f_code
        if code.co_filename not in _FILES or code.co_name not in _STEPS:
            return None
        if event == "line" and (code.co_filename, frame.f_lineno) not in seen:
            seen.add((code.co_filename, frame.f_lineno))
            if len(seen) == stop_at:
                os.kill(os.getpid(), signal.SIGKILL)
        return trace

    with opened(database, environ) as manager:
        sys.settrace(trace)
        manager.rotate_keys()
        sys.settrace(None)
    if tell is not None:
        tell.send(len(seen))
