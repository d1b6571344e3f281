"""Mails of the door: the link to choose another password, and a word after whatever changes how an owner gets in.

They leave after the answer, so that nobody waits for a mail server, and nobody learns by the time it takes whether an
address is somebody's. The word goes to the address that was the owner's before the change: whoever took over a browser
cannot keep it away.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from secrets import token_hex
from typing import Final, final

from litestar.background_tasks import BackgroundTask

from channelsync.errors import ChannelSyncError
from channelsync.inventory import Owner
from channelsync.ports import Message
from channelsync.service.people.base import hashed
from channelsync_web.areas.signin.door import Door
from channelsync_web.screen import Screen
from channelsync_web.speech import Say

__all__ = ["link_letter", "word_of_change"]

_log = logging.getLogger("channelsync.web")


@final
class _Line:
    """Mails that leave a few at a time, in threads of their own.

    A slow mail server keeps no page and no calendar waiting: these are made in threads that all requests share.
    Beyond ``most`` of them, on their way or waiting, none is taken.
    """

    def __init__(self, most: int) -> None:
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="letter")
        self._room = threading.BoundedSemaphore(most)

    async def send(self, written: Callable[[], None]) -> None:
        """Send when it is its turn; what goes wrong is told in the log alone, without the address."""
        if not self._room.acquire(blocking=False):
            _log.warning("a mail about a sign-in was not sent: too many are on their way")
            return
        try:
            await asyncio.get_running_loop().run_in_executor(self._threads, written)
        except ChannelSyncError as error:
            _log.warning("a mail about a sign-in was not sent: %s", error)
        finally:
            self._room.release()


_AT_ONCE: Final = 4
_LINKS: Final = _Line(_AT_ONCE)
"""Anybody may ask for a link, so none waits."""
_WORDS: Final = _Line(64)
"""Words wait for their turn, apart from links: or whoever asks for much at once would keep one away."""


def link_letter(door: Door, screen: Screen, email: str) -> BackgroundTask:
    """Return the sending of a link to choose another password, if the address is somebody's."""

    def written() -> None:
        known = door.people.reset_ticket(email) if door.gates.may_write(email) else None
        if known is None:
            return
        owner, address, ticket = known
        say = _voice(screen, owner)
        lines = (
            say("Somebody, you we hope, has asked to choose another password for your lodgings."),
            say("Open this link within half an hour; it serves once:"),
            f"{door.base_url}/mot-de-passe/{ticket}",
            say("If it was not you, do nothing: your password stays as it is."),
        )
        _send(door, screen, address, hashed("mail", ticket), say("Choose another password"), lines)

    return BackgroundTask(_LINKS.send, written)


def word_of_change(door: Door, screen: Screen, owner: Owner, address: str | None, what: str) -> BackgroundTask | None:
    """Return the sending of a word that something changed about how an owner signs in; None where none can be sent.

    Args:
        door: what signing in stands on.
        screen: the request.
        owner: whose sign-in it is.
        address: the address before the change.
        what: what has changed, in English; one of this app's texts.
    """
    if door.mail is None or not address:
        return None
    say = _voice(screen, owner)
    lines = (
        say(what),
        say("It was done {when}.", when=say.moment(screen.now)),
        say("If it was not you, choose another password at once; every browser is signed out by that:"),
        f"{door.base_url}/mot-de-passe-oublie",
    )
    return BackgroundTask(
        _WORDS.send, lambda: _send(door, screen, address, token_hex(16), say("Your sign-in was changed"), lines)
    )


def _voice(screen: Screen, owner: Owner) -> Say:
    return Say(owner.language, screen.now, screen.say.names)


def _send(door: Door, screen: Screen, address: str, key: str, title: object, lines: tuple[object, ...]) -> None:
    if door.mail is not None:
        words = "\n\n".join(map(str, lines))
        door.mail.send(Message(key, str(title), words, screen.now, urgent=True), address)
