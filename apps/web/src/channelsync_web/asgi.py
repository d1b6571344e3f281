"""The web app: made by `create_app`, run by any ASGI server, for example ``uvicorn channelsync_web.asgi:app``."""

from __future__ import annotations

from litestar import Litestar, get
from litestar.logging import LoggingConfig

__all__ = ["app", "create_app"]


@get("/health", sync_to_thread=False)
def health() -> dict[str, str]:
    """Say that the app answers; whoever watches it needs no sign-in and learns nothing else."""
    return {"status": "ok"}


def create_app() -> Litestar:
    """Return the app.

    Its logging leaves the root logger alone: Litestar's default would make httpx print private links.
    """
    return Litestar([health], openapi_config=None, logging_config=LoggingConfig(configure_root_logger=False))


app = create_app()
