"""The worker's command: ``channelsync-worker [--db DATABASE] [--once] [--health HOST:PORT] [--log-json]``."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
import threading
from collections.abc import Sequence
from contextlib import ExitStack
from types import FrameType

from channelsync.errors import ChannelSyncError
from channelsync.service.logs import begin_logs
from channelsync_worker.composition import Parts, composed
from channelsync_worker.health import health_of, parsed, serving
from channelsync_worker.run import Running

__all__ = ["main"]

_log = logging.getLogger("channelsync.worker")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the worker until it is told to stop; return 0, or 2 with one line where it cannot work."""
    args = _parser().parse_args(argv)
    begin_logs(as_json=args.log_json)
    try:
        place = parsed(args.health) if args.health else None
        with composed(args.db) as parts:
            if args.once:
                _once(parts)
            else:
                _run(parts, place)
    except ChannelSyncError as error:
        sys.stderr.write(f"channelsync-worker: {error}. {error.advice}".rstrip() + "\n")
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="channelsync-worker", description="Looks at every listing that is due.")
    parser.add_argument("--db", help="path or URL of the database; default CHANNELSYNC_DB, or channelsync.db here")
    parser.add_argument("--once", action="store_true", help="look at what is due, do what is to be done, and end")
    parser.add_argument("--health", metavar="HOST:PORT", help="answer GET /health and /metrics there")
    parser.add_argument("--log-json", action="store_true", help="one JSON object a line in place of plain lines")
    return parser


def _once(parts: Parts) -> None:
    """Do what is to be done now; a mailbox that cannot be read is told, and stops nothing else."""
    if parts.mailbox is not None:
        try:
            parts.mailbox.look()
        except ChannelSyncError as error:
            _log.error("%s. %s", error, error.advice)
    parts.queue.drain()
    parts.duties.run_due()


def _run(parts: Parts, place: tuple[str, int] | None) -> None:
    """Work until told to stop."""
    before = set(threading.enumerate())
    running = Running(parts.queue.run, parts.duties.run, *([parts.mailbox.watch] if parts.mailbox else []))
    since = parts.now()

    def told(_number: int, _frame: FrameType | None) -> None:
        running.end()

    with ExitStack() as stack:
        for name in (signal.SIGINT, signal.SIGTERM):
            stack.callback(signal.signal, name, signal.signal(name, told))
        if place is not None:
            stack.enter_context(
                serving(place, lambda: health_of(parts, running=running.alive, since=since), parts.metrics)
            )
        _log.info("watching %s", parts.manager.ledger.name)
        running.start()
        running.wait()
        _log.info("stopping")
        running.stop()
    _leave(before)


def _leave(before: set[threading.Thread]) -> None:
    """Let go of what is still running: Python itself would wait for a step that reads a slow platform.

    Nothing is half done: a step stores in one transaction, which is not there or whole, and its lease runs out.
    """
    if any(one not in before and not one.daemon for one in threading.enumerate()):
        _log.info("left what still ran: its leases run out, and it is done again")
        logging.shutdown()
        os._exit(0)


if __name__ == "__main__":
    sys.exit(main())
