"""The web app: made by `create_app`, run by any ASGI server, for example ``uvicorn channelsync_web.asgi:app``."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import cast

from litestar import Litestar, get
from litestar.logging import LoggingConfig

from channelsync.config import Config
from channelsync.manager import Manager, open_manager
from channelsync.service.inbox import Inbox
from channelsync.service.mailbox import open_inbox
from channelsync.vault import redact_logs
from channelsync_web.feeds import feed_routes, hide_tokens
from channelsync_web.hooks import hook_routes

__all__ = ["app", "create_app"]


@get("/health", sync_to_thread=False)
def health() -> dict[str, str]:
    """Say that the app answers; whoever watches it needs no sign-in and learns nothing else."""
    return {"status": "ok"}


def create_app(manager: Manager | None = None, *, environ: Mapping[str, str] | None = None) -> Litestar:
    """Return the app.

    Its logging leaves the root logger alone: Litestar's default would make httpx print private links.

    Args:
        manager: what it stands on; the caller closes it. None: the app opens one as it starts, and closes it.
        environ: the environment that says where the database is; None for the process's own.
    """

    @asynccontextmanager
    async def open_and_close(web: Litestar) -> AsyncGenerator[None]:
        redact_logs()
        hide_tokens()
        given = os.environ if environ is None else environ
        web.state.manager = manager or await asyncio.to_thread(open_manager, environ=given)
        try:
            web.state.inbox, _ = open_inbox(web.state.manager, Config.from_environment(given), _real_time)
            yield
        finally:
            if manager is None:
                await asyncio.to_thread(web.state.manager.close)

    made = Litestar(
        [
            health,
            feed_routes(lambda: cast("Manager", made.state.manager)),
            hook_routes(lambda: cast("Inbox", made.state.inbox), _real_time),
        ],
        lifespan=[open_and_close],
        openapi_config=None,
        logging_config=LoggingConfig(configure_root_logger=False),
    )
    return made


def _real_time() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - here the clock comes in


app = create_app()
