"""Finding thousands of tests costs each process of a run as little as can be: all of them read the same files.

What pytest makes of a test file (asserts that tell what they compared) is kept beside it, but processes that begin at
the same moment each make it anew, all in the same order: here each makes its share first. And Python counts again and
again what is still in use while hundreds of modules come in, all of which stay to the end.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Generator
from contextlib import suppress
from typing import Final

import pytest
from _pytest.assertion import rewrite
from _pytest.assertion.rewrite import assertstate_key

from tests.support import ROOT

_YOUNG: Final = 20_000
"""Objects that are made before Python looks which of them are garbage; by default it does so 30 times as often."""

# What checks addresses for jsonschema builds dozens of grammars while it is imported, for a second and a half: ours are
# not checked by their formats, and jsonschema does without it.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection(session: pytest.Session) -> Generator[None, object, object]:
    """Find the tests; what is in memory by then is garbage at the end of the process alone."""
    gc.disable()
    try:
        _share(session.config)
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.set_threshold(_YOUNG, 10, 10)
        gc.enable()


def _share(config: pytest.Config) -> None:
    """Make what is kept of every so-manieth test file, where several processes begin."""
    worker: dict[str, object] = getattr(config, "workerinput", {})
    if not worker or sys.dont_write_bytecode:
        return
    number, count = int(str(worker["workerid"])[2:]), int(str(worker["workercount"]))
    for path in sorted((ROOT / "tests").glob("**/test_*.py"))[number::count]:
        kept = rewrite.get_cache_dir(path) / f"{path.stem}{rewrite.PYC_TAIL}"
        if rewrite._read_pyc(path, kept) is not None or not rewrite.try_makedirs(kept.parent):
            continue
        with suppress(SyntaxError, OSError):  # told when it is collected
            stamp, code = rewrite._rewrite_test(path, config)
            rewrite._write_pyc(config.stash[assertstate_key], code, stamp, kept)
