"""The web app: made by `create_app`, run by any ASGI server, for example ``uvicorn channelsync_web.asgi:app``."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import ExitStack, asynccontextmanager
from datetime import UTC, datetime
from typing import cast
from urllib.parse import urlsplit

from litestar import Litestar, Response, get
from litestar.datastructures import State
from litestar.logging import LoggingConfig
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from channelsync.config import Config
from channelsync.errors import ChannelSyncError
from channelsync.manager import Manager, open_manager
from channelsync.manager.addresses import check_keys
from channelsync.service.gauges import Gauges
from channelsync.service.inbox import Inbox
from channelsync.service.mailbox import open_inbox
from channelsync.service.people import People
from channelsync.service.settings import check_settings
from channelsync.service.telemetry import NO_TELEMETRY, telemetry
from channelsync.vault import redact_logs
from channelsync_web.areas.live import open_pulse
from channelsync_web.areas.rehearsal import Stage
from channelsync_web.areas.signin import open_door
from channelsync_web.areas.signin.first import offered
from channelsync_web.composition import COMPRESSION, pages, templates
from channelsync_web.feeds import feed_routes, hide_tokens
from channelsync_web.hooks import hook_routes
from channelsync_web.hosts import known_hosts, under_known_hosts
from channelsync_web.limits import Buckets
from channelsync_web.metrics import Counts, counted, metrics_route
from channelsync_web.security import guarded_answers
from channelsync_web.troubles import HANDLERS

__all__ = ["app", "create_app", "in_one_line"]


@get("/health", sync_to_thread=True)
def health(state: State) -> Response[dict[str, str]]:
    """Say whether calendars can be given out; whoever watches needs no sign-in and learns nothing else."""
    manager = cast("Manager", state.manager)
    try:
        manager.vault.check()
        with manager.ledger.reading() as tx:
            check_keys(tx, manager.vault)
    except ChannelSyncError:  # told in the log by whoever asked for a calendar
        return Response({"status": "unusable"}, status_code=503)
    return Response({"status": "ok"})


def create_app(
    manager: Manager | Callable[[], Manager] | None = None,
    *,
    environ: Mapping[str, str] | None = None,
    stage: Stage | None = None,
) -> Litestar:
    """Return the app.

    Its logging leaves the root logger alone: Litestar's default would make httpx print private links.

    Args:
        manager: what it stands on, or what gives it each time the app starts; the caller closes it. None: the app
            opens one as it starts, and closes it.
        environ: the environment that says where the database is; None for the process's own.
        stage: what a rehearsal is played on; None, and there is no trace of it, for a real app.
    """

    @asynccontextmanager
    async def open_and_close(web: Litestar) -> AsyncGenerator[None]:
        redact_logs()
        hide_tokens()
        with ExitStack() as stack:
            try:
                ours = manager() if callable(manager) else manager
                web.state.manager = ours or stack.enter_context(await asyncio.to_thread(_opened, given))
                web.state.gauges = Gauges(web.state.manager)
                counts.telemetry = stack.enter_context(telemetry("channelsync-web"))
                stack.callback(setattr, counts, "telemetry", NO_TELEMETRY)
                web.state.pulse = open_pulse(web.state.manager)
                web.state.exports, web.state.trials = Buckets(size=3, every=120), Buckets(size=6, every=20)
                web.state.people = People(web.state.manager.ledger, web.state.manager.vault, web.state.manager.time)
                web.state.door = open_door(web.state.manager, web.state.people, Config.from_environment(given))
                stack.callback(web.state.door.close)
                if manager is None:
                    await asyncio.to_thread(_offer, web.state.manager)
                web.state.inbox, _ = open_inbox(web.state.manager, Config.from_environment(given), _real_time)
            except ChannelSyncError as error:
                web.state.refused = f"channelsync-web: {error}. {error.advice}".rstrip()
                raise
            yield

    given = os.environ if environ is None else environ
    config = Config.from_environment(given)
    https, counts = urlsplit(config.base_url).scheme == "https", Counts()
    made = Litestar(
        [
            health,
            metrics_route(counts, config.metrics_token),
            feed_routes(lambda: cast("Manager", made.state.manager)),
            hook_routes(lambda: cast("Inbox", made.state.inbox), _real_time),
            *pages(rehearsal=stage is not None),
        ],
        lifespan=[open_and_close],
        state=State({"https": https, "config": config, "stage": stage}),
        template_config=templates(),
        compression_config=COMPRESSION,
        exception_handlers=HANDLERS,
        openapi_config=None,
        logging_config=LoggingConfig(configure_root_logger=False),
    )
    hosts = known_hosts(config.base_url, config.hosts)
    gate = under_known_hosts(counted(made.asgi_handler, counts), hosts=hosts, base_url=config.base_url)
    made.asgi_handler = guarded_answers(gate, https=https)  # as middleware it would miss what has no route
    return made


def in_one_line(web: Litestar) -> ASGIApp:
    """Return the app for a server's log: where it cannot start, one line says why, and not where in the code."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        async def briefly(message: Message) -> None:
            if str(message["type"]) == "lifespan.startup.failed" and "refused" in web.state:
                message = cast("Message", {**message, "message": web.state.refused})
            await send(message)

        await web(scope, receive, briefly if str(scope["type"]) == "lifespan" else send)

    return serve


def _opened(environ: Mapping[str, str]) -> Manager:
    """Open the manager of an installation whose settings can be worked with."""
    manager = open_manager(environ=environ)
    try:
        check_settings(manager, Config.from_environment(environ))
    except BaseException:
        manager.close()
        raise
    return manager


def _offer(manager: Manager) -> None:
    """Print the code that makes the first owner, while there is none: on the console alone, in no log line of ours."""
    code = offered(manager)
    if code is not None:
        told = f"channelsync-web: nobody is set up here yet. Open the page /bienvenue and enter, within a day: {code}"
        print(told, flush=True)  # noqa: T201 - for whoever started it


def _real_time() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - here the clock comes in


app: ASGIApp
"""The app of this process's environment, made when a server asks for it."""


def __getattr__(name: str) -> ASGIApp:
    """Make `app`: not before somebody wants it, because a wrong setting would then be told by a traceback."""
    if name == "app":
        return in_one_line(create_app())
    raise AttributeError(name)
