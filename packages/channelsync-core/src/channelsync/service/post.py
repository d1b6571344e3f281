"""The post of an installation: the ways of reaching people that are set up here, and one sweep that uses them.

A worker calls `Post.sweep` every few seconds (it is a duty like any other); nothing has to call it at the right time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from importlib.util import find_spec
from types import TracebackType
from typing import Final, Self, final

from channelsync.config import Config
from channelsync.engine.address import AddressPolicy
from channelsync.engine.client import DriverLimits
from channelsync.engine.drive import Driver
from channelsync.errors import UsageError
from channelsync.ledger import Ledger
from channelsync.manager import Manager
from channelsync.manager.telling import closing_page
from channelsync.notify.apprise_ import Apprise
from channelsync.notify.hub import Hub, HubPush
from channelsync.notify.push import Push
from channelsync.notify.smtp import Smtp, SmtpServer, mail_address
from channelsync.ports import Transport, Vault
from channelsync.service.addresses import vapid_key
from channelsync.service.delivering import Delivering
from channelsync.service.telling import Telling

__all__ = ["EVERY", "Post", "hub_way", "mail_way", "open_post", "transports"]

EVERY: Final = timedelta(seconds=5)
"""How often to sweep: what is loud is sent within so long of being found."""
_ROUNDS: Final = 3
_NOBODY: Final = "mailto:channelsync@localhost"


@final
class Post:
    """Tells and delivers. Close it when done."""

    def __init__(self, telling: Telling, delivering: Delivering, driver: Driver | None = None) -> None:
        self.telling = telling
        self.delivering = delivering
        self._driver = driver

    def sweep(self) -> int:
        """Send everything that is owed now, and return how many messages were taken.

        What sending finds out (that no device is left) is told in the same sweep.

        Raises:
            LedgerError: the database cannot be used.
            VaultError: an address cannot be opened.
        """
        taken = 0
        for _ in range(_ROUNDS):
            new = self.telling.sweep()
            taken += self.delivering.deliver_due()
            if not new:
                break
        return taken

    def close(self) -> None:
        """Let go of the connections."""
        if self._driver is not None:
            self._driver.close()

    def __enter__(self) -> Self:
        """Return the post; leaving the block closes it."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def transports(
    config: Config, driver: Driver, ledger: Ledger, vault: Vault, now: Callable[[], datetime], *, link: str = ""
) -> Mapping[str, Transport]:
    """Return the ways of reaching people that this installation has, by name.

    E-mail where a server is configured; push messages and apprise where their packages are installed. The key of push
    messages is made with the first of them.

    Raises:
        UsageError: the mail server, the sender's address or the hub makes no sense; the text names the variable.
    """
    found: list[Transport] = []
    smtp = mail_way(config)
    if smtp is not None:
        found.append(smtp)
    if find_spec("pywebpush") is not None:
        mail = smtp.sender if smtp is not None else config.mail_from
        contact = f"mailto:{mail}" if mail else link if link.startswith("https://") else _NOBODY
        insecure = config.allow_private_addresses
        direct = Push(driver.run, lambda: vapid_key(ledger, vault, now()), contact, insecure=insecure)
        hub = hub_way(config)
        found.append(direct if hub is None else HubPush(driver.run, hub, direct, now, insecure=insecure))
    if find_spec("apprise") is not None:
        found.append(Apprise())
    return {one.name: one for one in found}


def mail_way(config: Config) -> Smtp | None:
    """Return the way by e-mail, None where no server is configured.

    Raises:
        UsageError: the mail server or the sender's address makes no sense; the text names the variable.
    """
    private = config.allow_private_addresses
    server = None if config.smtp_url is None else SmtpServer.parse(config.smtp_url, allow_private=private)
    if server is None and config.mail_from is None:
        return None
    try:
        sender = mail_address(config.mail_from or (server.user if server else ""))
    except UsageError:
        msg = (
            "CHANNELSYNC_MAIL_FROM is not an e-mail address" if config.mail_from else "nobody is set to send our mails"
        )
        raise UsageError(msg, advice="Set CHANNELSYNC_MAIL_FROM to the address our mails come from.") from None
    return None if server is None else Smtp(server, sender)


def hub_way(config: Config) -> Hub | None:
    """Return the notification hub that alerts go out by, None where none is configured.

    Raises:
        UsageError: what is configured is none; the text names the variable.
    """
    if config.notification_hub is None:
        return None
    return Hub.parse(config.notification_hub, insecure=config.allow_private_addresses)


def open_post(manager: Manager, config: Config, now: Callable[[], datetime], *, link: str = "") -> Post:
    """Compose the post of an installation; ``link`` is where its owners see more.

    Raises:
        UsageError: a variable makes no sense.
    """
    driver = Driver(AddressPolicy(allow_private=config.allow_private_addresses), DriverLimits(total=10.0))
    try:
        ways = transports(config, driver, manager.ledger, manager.vault, now, link=link)
    except BaseException:
        driver.close()
        raise
    names = {str(plugin.name): plugin.title for plugin in manager.registry.plugins}
    telling = Telling(manager.ledger, manager.vault, tuple(ways), now)
    page = partial(closing_page, manager.registry)
    return Post(telling, Delivering(manager.ledger, manager.vault, ways, now, names, link, page), driver)
