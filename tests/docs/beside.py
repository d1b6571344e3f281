"""A program that goes on beside a story, as in another terminal: on a free port, ended when the story ends."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from attrs import frozen

from tests.docs.scenes import NOW, Stage

__all__ = ["Beside"]

_PATIENCE = 30.0
_READY = re.compile(r"Ctrl-C|running on")
_LINK = re.compile(r"http://127\.0\.0\.1:\d+/\S+")


@frozen
class Beside:
    """What it changes for the lines after it: its port is another one, and it printed links."""

    instead: dict[str, str]
    links: tuple[str, ...]

    @classmethod
    @contextmanager
    def begun(cls, words: list[str], stage: Stage) -> Generator[Beside]:
        """Start it, and wait until it says that it is there; its ``--port`` is another one here."""
        asked = words[words.index("--port") + 1]
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = str(free.getsockname()[1])
        given = [port if word == asked else word for word in words[1:]]
        if words[0] == "channelsync":
            given = ["--now", NOW.isoformat(), *given]
        program = str(Path(sys.executable).with_name(words[0]))
        running = subprocess.Popen(
            [program, *given], cwd=stage.folder, env=os.environ | {"PYTHONUNBUFFERED": "1"}, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        late = threading.Timer(_PATIENCE, running.kill)
        late.start()
        try:
            said = _said(running)
            yield cls({f"127.0.0.1:{asked}": f"127.0.0.1:{port}"}, tuple(_LINK.findall(said)))
        finally:
            late.cancel()
            running.terminate()
            running.communicate(timeout=_PATIENCE)


def _said(running: subprocess.Popen[str]) -> str:
    """Read what it says until it is there."""
    assert running.stdout is not None
    said = ""
    for line in running.stdout:
        said += line
        if _READY.search(line):
            return said
    raise AssertionError(said)
