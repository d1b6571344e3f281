"""The door: everything that signing in stands on, put together once as the app starts."""

from __future__ import annotations

from typing import Final, cast, final
from urllib.parse import urlsplit

from attrs import field, frozen

from channelsync.config import Config
from channelsync.engine.address import AddressPolicy
from channelsync.engine.client import DriverLimits
from channelsync.engine.drive import Driver
from channelsync.manager import Manager
from channelsync.notify.smtp import Smtp
from channelsync.service.people import People
from channelsync.service.post import mail_way
from channelsync_web.areas.signin.documents import Documents
from channelsync_web.areas.signin.gates import Gates
from channelsync_web.areas.signin.passwords import Passwords
from channelsync_web.areas.signin.provider import Provider
from channelsync_web.areas.signin.slips import Slips
from channelsync_web.screen import Asking

__all__ = ["Door", "open_door", "provide_door"]

_LIMITS: Final = DriverLimits(total=10.0, body=2**18)
"""Of what another service answers: its settings and keys take a few kilobytes."""


@final
@frozen
class Door:
    """What signing in stands on. ``base_url`` is where the pages are reached, without a slash at its end.

    ``mail`` sends the links to choose a new password, None where no mail server is set; ``provider`` is the service
    that vouches for people, None where there is none. Close it when done.
    """

    people: People
    passwords: Passwords
    gates: Gates
    slips: Slips
    base_url: str
    mail: Smtp | None = None
    provider: Provider | None = None
    driver: Driver = field(factory=Driver, repr=False)
    documents: Documents = field(factory=Documents, repr=False)
    """What that service says of itself."""

    @property
    def host(self) -> str:
        """The host's name: passkeys belong to it."""
        return urlsplit(self.base_url).hostname or ""

    @property
    def origin(self) -> str:
        """Scheme, host and port, as a browser signs them."""
        parts = urlsplit(self.base_url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def has_passkeys(self) -> bool:
        """Whether browsers make passkeys for this address: they do for names, and not for numbers."""
        return not (self.host.replace(".", "").isdigit() or ":" in self.host)

    def close(self) -> None:
        """Let go of the connections."""
        self.driver.close()


def open_door(manager: Manager, people: People, config: Config) -> Door:
    """Put the door together from the installation's settings.

    Raises:
        UsageError: a setting makes no sense; the text names the variable.
    """
    https = config.base_url.startswith("https://")
    mail, provider = mail_way(config), Provider.of(config)
    driver = Driver(AddressPolicy(allow_private=config.allow_private_addresses), _LIMITS)
    slips, gates = Slips(manager.vault, https), Gates(manager.ledger, manager.vault, manager.time)
    return Door(people, Passwords(), gates, slips, config.base_url, mail, provider, driver)


def provide_door(request: Asking) -> Door:
    """Return the app's door."""
    return cast("Door", request.app.state.door)
