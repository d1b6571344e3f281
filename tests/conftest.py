"""What every test has: draws whose failures can be repeated, the conformance report, and a quick place for files."""

from __future__ import annotations

import os
import tempfile
from typing import Final

from hypothesis import HealthCheck, settings

from tests.quick import remembered  # noqa: F401 - a fixture

# The conformance kit's report, and what is gathered; only a conftest at the top may ask for plugins.
pytest_plugins = ["channelsync_pytest", "tests.gathering"]

settings.register_profile(
    "channelsync",
    deadline=None,  # shared machines are slow at times; pytest-timeout ends what hangs
    print_blob=True,  # a failure prints the line that repeats it
    derandomize=False,  # the draws follow --hypothesis-seed, which make test prints
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("channelsync")

_MEMORY: Final = "/dev/shm"
_ROOM: Final = 2 << 30
"""Bytes that must be free there: a whole run leaves far less, and a small container has less."""


def _in_memory() -> None:
    """Let temporary files lie in memory where there is room: thousands of databases are made, each commit synced.

    No test can tell the difference: a killed process loses nothing either way, and none cuts the power. ``TMPDIR``
    chooses another place.
    """
    if os.environ.get("TMPDIR") or not os.access(_MEMORY, os.W_OK | os.X_OK):
        return
    found = os.statvfs(_MEMORY)
    if found.f_bavail * found.f_frsize >= _ROOM and not found.f_flag & os.ST_NOEXEC:
        os.environ["TMPDIR"] = tempfile.tempdir = _MEMORY


_in_memory()
