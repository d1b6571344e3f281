"""The worker's command: ``channelsync-worker [--db DATABASE] [--once]``."""

from __future__ import annotations

import argparse
import logging
import signal
import sys
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from types import FrameType

from channelsync.errors import ChannelSyncError
from channelsync.manager import open_manager
from channelsync.vault import redact_logs
from channelsync_worker.run import run, turn

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the worker until it is told to stop; return 0, or 2 with one line where it cannot work."""
    parser = argparse.ArgumentParser(prog="channelsync-worker", description="Looks at every listing that is due.")
    parser.add_argument("--db", help="path or URL of the database; default CHANNELSYNC_DB, or channelsync.db here")
    parser.add_argument("--once", action="store_true", help="look at what is due, and end")
    args = parser.parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    redact_logs()
    stop = threading.Event()
    try:
        with open_manager(args.db) as manager:
            if args.once:
                turn(manager)
            else:
                _stop_on_signals(stop)
                run(manager, stop, _now)
    except ChannelSyncError as error:
        sys.stderr.write(f"channelsync-worker: {error}. {error.advice}".rstrip() + "\n")
        return 2
    return 0


def _stop_on_signals(stop: threading.Event) -> None:
    """Let the turn that runs come to its end when the process is told to stop."""

    def told(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, told)


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - here the clock comes in


if __name__ == "__main__":
    sys.exit(main())
