"""Any service that the package ``apprise`` knows: Signal, Telegram, Matrix, ntfy, a home server and a hundred more.

Its address is a URL of apprise's own, which usually holds a key: it is a secret. It may also lead into the house's own
network, or start a program on this machine, so that only whoever runs the installation may set one.
"""

from __future__ import annotations

import logging
import warnings
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Final, final

from attrs import field, frozen

from channelsync.errors import DeliveryError, Retry, UsageError

if TYPE_CHECKING:
    from channelsync.ports import Message

__all__ = ["Apprise"]

_SECONDS: Final = 30


@final
@frozen
class Apprise:
    """Sends through the service that the address names."""

    name: str = field(default="apprise", init=False)

    def send(self, message: Message, address: str) -> None:
        """Hand a message to the service.

        Raises:
            DeliveryError: it did not take it, or the address is none.
            UsageError: the package is not installed.
        """
        library = _library()
        asset = library.AppriseAsset(app_id="channelsync", storage_mode="memory", async_mode=False)
        services = library.Apprise(asset=asset)
        with warnings.catch_warnings():  # it loads its hundred services now, some with what Python gives up
            warnings.simplefilter("ignore", DeprecationWarning)
            known = services.add(address)
        if not known:
            msg = "apprise knows no service of this address"
            raise DeliveryError(msg, retry=Retry.NEVER, advice="Its form is told in apprise's own documentation.")
        taken = services.notify(
            body=f"{message.text}\n{message.link}".strip(),
            title=message.title,
            notify_type=library.NotifyType.WARNING if message.urgent else library.NotifyType.INFO,
            body_format=library.NotifyFormat.TEXT,
            timeout=_SECONDS,
        )
        if not taken:
            msg = "the service behind apprise did not take the message"
            raise DeliveryError(msg, advice="Check its address with: channelsync notify test")


def _library() -> ModuleType:
    """Load the package, which is an extra; its types are only half known."""
    try:
        library = import_module("apprise")
    except ImportError:
        msg = "this service needs one more package"
        raise UsageError(msg, advice="Install channelsync-core[notices].") from None
    for chatty, level in (("apprise", logging.CRITICAL), ("urllib3", logging.WARNING)):
        logging.getLogger(chatty).setLevel(level)  # what they log may name the address
    return library
