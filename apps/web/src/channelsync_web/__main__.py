"""The web app's command: ``channelsync-web [--db DATABASE] [--host HOST] [--port PORT] [--with-worker] [--log-json]``.

It serves the pages and the calendars until it is told to stop; open answers are given some seconds to end. With
``--with-worker`` the worker runs in the same process: one program is enough for one owner. The worker is found by the
entry point group ``channelsync.workers``, so neither app knows the other.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from importlib.metadata import entry_points
from typing import Final, Protocol, cast

import uvicorn

from channelsync.config import Config
from channelsync.errors import ChannelSyncError, UsageError
from channelsync.service.logs import begin_logs
from channelsync_web.asgi import create_app, in_one_line

__all__ = ["WORKERS", "main"]

WORKERS: Final = "channelsync.workers"
"""The entry points of workers that run inside another program."""
_GRACE: Final = 5
"""Seconds that open answers are given."""
_LAST_PORT: Final = 65535


class Working(Protocol):
    """What such an entry point gives: a worker that runs while the block does, and says when it ends by itself."""

    def __call__(
        self, where: str | None, environ: Mapping[str, str], ended: Callable[[], None]
    ) -> AbstractContextManager[None]:
        """Run it."""
        ...


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until told to stop; return 0, or 2 with one line where that cannot be."""
    try:
        args = _parser().parse_args(argv)
        return _serve(args, dict(os.environ))
    except ChannelSyncError as error:
        sys.stderr.write(f"channelsync-web: {error}. {error.advice}".rstrip() + "\n")
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="channelsync-web", description="Serves the owner's pages and the calendars.")
    parser.add_argument("--db", help="path or URL of the database; default CHANNELSYNC_DB, or channelsync.db here")
    parser.add_argument("--host", default="127.0.0.1", help="where to listen; default this machine alone")
    parser.add_argument("--port", default=8000, type=int, help="default 8000")
    parser.add_argument("--with-worker", action="store_true", help="run the worker in this process too")
    parser.add_argument("--log-json", action="store_true", help="one JSON object a line in place of plain lines")
    return parser


def _serve(args: argparse.Namespace, environ: dict[str, str]) -> int:
    """Serve until a signal comes, or until the worker in this process has ended."""
    if not 0 < args.port <= _LAST_PORT:
        msg = f"there is no port {args.port}"
        raise UsageError(msg, advice="Choose one from 1 to 65535.")
    if args.db:
        environ["CHANNELSYNC_DB"] = args.db
    config = Config.from_environment(environ)
    begin_logs(as_json=args.log_json)
    server = uvicorn.Server(_settings(args, config, environ))

    def ended() -> None:
        server.should_exit = True

    with ExitStack() as stack:
        if args.with_worker:
            stack.enter_context(_worker()(args.db, environ, ended))
        server.run()
    return 0 if server.started else 2


def _settings(args: argparse.Namespace, config: Config, environ: Mapping[str, str]) -> uvicorn.Config:
    """Return how the server runs: no line for each request, and nobody believed who is no proxy of ours."""
    return uvicorn.Config(
        in_one_line(create_app(environ=environ)),
        host=args.host,
        port=args.port,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(config.trusted_proxies),
        forwarded_allow_ips=list(config.trusted_proxies),
        timeout_graceful_shutdown=_GRACE,
    )


def _worker() -> Working:
    """Return the worker that is installed beside us.

    Raises:
        UsageError: none is.
    """
    for found in entry_points(group=WORKERS):
        return cast("Working", found.load())
    msg = "no worker is installed beside the web app"
    raise UsageError(msg, advice="Install channelsync-worker, or leave --with-worker away.")


if __name__ == "__main__":
    sys.exit(main())
