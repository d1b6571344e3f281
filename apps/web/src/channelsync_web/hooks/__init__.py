"""Where others call us: platforms' webhooks, and services that hand on mails. Kept first, answered at once."""

from channelsync_web.hooks.routes import hook_routes

__all__ = ["hook_routes"]
