"""Files on another machine by SFTP, for backups and for calendars on static hosting.

Who we are is shown by the keys in ``~/.ssh`` of the user that runs us, or by a password in the address; who the other
side is, by ``~/.ssh/known_hosts``: a machine that is not in there is not spoken to. A file is written beside its name
and takes it in one step, so that under the name there is the whole of it or what was there before.

A machine that lets us not in is left alone for a while, longer each time: whoever knocks often with a wrong password
is shut out by many for good.
"""

from __future__ import annotations

import asyncio
import logging
import posixpath
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar, final
from urllib.parse import unquote, urlsplit

from attrs import define, field, frozen

from channelsync.errors import BackupError, Retry, UsageError

if TYPE_CHECKING:
    from asyncssh import SFTPClient

__all__ = ["Sftp"]

T = TypeVar("T")

_PORT: Final = 22
_CONNECTING: Final = 15
_LONGEST: Final = 600.0
"""Seconds for one conversation; a backup of some megabytes takes one of them."""
_DRAFT: Final = ".channelsync-draft"
_LEFT_ALONE: Final = (60.0, 600.0)
"""Seconds for which a machine that did not let us in is left alone, at first and at most."""
_ADVICE: Final = "Check the address, the user's key and the folder there, and that ~/.ssh/known_hosts has that machine."


@final
@define(eq=False)
class _Door:
    """The way into one machine, as this process has found it: what kept us out last, and until when we stay away."""

    fault: BackupError | None = None
    wait: float = 0.0
    until: float = 0.0

    def knock(self, now: float) -> None:
        """Go on; or say again what kept us out a short while ago."""
        if self.fault is not None and now < self.until:
            raise BackupError(str(self.fault), advice=self.fault.advice, retry=self.fault.retry)

    def shut(self, fault: BackupError, now: float) -> None:
        """Note that nobody let us in."""
        first, most = _LEFT_ALONE
        self.fault, self.wait = fault, min(max(first, 2 * self.wait), most)
        self.until = now + self.wait

    def opened(self) -> None:
        """Note that we are in."""
        self.fault, self.wait = None, 0.0


@final
@frozen
class Sftp:
    """A folder on another machine; each call is a conversation of its own.

    ``clock`` gives seconds that only go forward.
    """

    host: str
    port: int
    user: str | None
    password: str | None = field(repr=False)
    folder: str
    clock: Callable[[], float] = field(default=time.monotonic, repr=False, eq=False)
    _door: _Door = field(factory=_Door, init=False, repr=False, eq=False)

    @classmethod
    def parse(cls, address: str, variable: str) -> Sftp:
        """Read ``sftp://USER[:PASSWORD]@HOST[:PORT]/FOLDER``; ``/~/FOLDER`` begins where the user's files are.

        Raises:
            UsageError: it is none, or a package is missing; the text names the variable.
        """
        try:
            parts = urlsplit(address)
            host, port = parts.hostname or "", parts.port or _PORT
        except ValueError:
            host, port, parts = "", _PORT, urlsplit("")
        if parts.scheme != "sftp" or not host or len(parts.path) < 2:  # noqa: PLR2004 - a slash, and what follows it
            msg = f"{variable} is not the address of a folder"
            raise UsageError(msg, advice="Write it as sftp://USER@HOST/FOLDER.")
        if find_spec("asyncssh") is None:
            msg = "SFTP needs one more package"
            raise UsageError(msg, advice="Install channelsync-core[sftp].")
        logging.getLogger("asyncssh").setLevel(logging.WARNING)
        folder = unquote(parts.path)
        user = unquote(parts.username) if parts.username else None
        password = unquote(parts.password) if parts.password else None
        return cls(host, port, user, password, folder.removeprefix("/~/") if folder.startswith("/~/") else folder)

    @property
    def label(self) -> str:
        """Machine and folder, without who we are there."""
        return f"sftp://{self.host}/{self.folder.lstrip('/')}"

    def names(self) -> tuple[str, ...]:
        """Return the names in the folder.

        Raises:
            BackupError: it cannot be read.
        """

        async def listed(sftp: SFTPClient) -> tuple[str, ...]:
            return tuple(str(name) for name in await sftp.listdir(self.folder))

        return self._talk(listed)

    def read(self, name: str, most: int) -> bytes | None:
        """Return a small file; None where there is none.

        Raises:
            BackupError: it cannot be read, or is longer than that.
        """
        from asyncssh import SFTPNoSuchFile  # noqa: PLC0415 - only where it is used

        async def got(sftp: SFTPClient) -> bytes | None:
            try:
                async with sftp.open(self._path(name), "rb") as file:
                    content: bytes = await file.read(most + 1)
            except SFTPNoSuchFile:
                return None
            if len(content) > most:
                msg = f"what lies at {self.label} is no calendar of ours"
                raise BackupError(msg)
            return content

        return self._talk(got)

    def write(self, name: str, content: bytes) -> None:
        """Write a small file, in place of the one of that name.

        Raises:
            BackupError: it cannot be written; what was there before is there still.
        """

        async def put(sftp: SFTPClient) -> None:
            draft = self._path(f"{_DRAFT}-{name}")
            async with sftp.open(draft, "wb") as file:
                await file.write(content)
            await self._named(sftp, draft, name)

        self._talk(put)

    def upload(self, source: Path, name: str) -> int:
        """Copy a file there under a name; return how long it arrived.

        Raises:
            BackupError: it cannot be written; nothing stands under that name.
        """

        async def put(sftp: SFTPClient) -> int:
            draft = self._path(f"{_DRAFT}-{name}")
            await sftp.put(str(source), draft)
            size = (await sftp.stat(draft)).size or 0
            await self._named(sftp, draft, name)
            return size

        return self._talk(put)

    def download(self, name: str, target: Path) -> None:
        """Copy a file from there.

        Raises:
            BackupError: it is not there, or cannot be read.
        """

        async def got(sftp: SFTPClient) -> None:
            await sftp.get(self._path(name), str(target))

        self._talk(got)

    def drop(self, name: str) -> None:
        """Remove a file, where there is one.

        Raises:
            BackupError: it cannot be removed.
        """
        from asyncssh import SFTPNoSuchFile  # noqa: PLC0415 - only where it is used

        async def gone(sftp: SFTPClient) -> None:
            with suppress(SFTPNoSuchFile):
                await sftp.remove(self._path(name))

        self._talk(gone)

    def _path(self, name: str) -> str:
        return posixpath.join(self.folder, name)

    async def _named(self, sftp: SFTPClient, draft: str, name: str) -> None:
        """Give a draft its name in one step; where the other side cannot, in two."""
        from asyncssh import SFTPNoSuchFile, SFTPOpUnsupported  # noqa: PLC0415 - only where it is used

        try:
            await sftp.posix_rename(draft, self._path(name))
        except SFTPOpUnsupported:
            with suppress(SFTPNoSuchFile):
                await sftp.remove(self._path(name))
            await sftp.rename(draft, self._path(name))

    def _talk(self, act: Callable[[SFTPClient], Awaitable[T]]) -> T:
        """Hold one conversation; what goes wrong is told in our own words: the library's may hold a path."""
        import asyncssh  # noqa: PLC0415 - only where it is used

        self._door.knock(self.clock())
        inside: list[bool] = []
        try:
            return asyncio.run(self._talked(act, inside))
        except asyncssh.HostKeyNotVerifiable:
            msg = f"{self.host} is not known by its key"
            fault = BackupError(msg, advice="Add it to ~/.ssh/known_hosts of the service's user.")
        except asyncssh.PermissionDenied:
            msg = f"{self.host} lets nobody in who shows what we have"
            fault = BackupError(msg, advice=_ADVICE)
        except (asyncssh.Error, OSError, TimeoutError) as error:
            msg = f"{self.label} refuses or does not answer ({type(error).__name__})"
            fault = BackupError(msg, advice=_ADVICE, retry=Retry.LATER)
        if not inside:  # what goes wrong with one file says nothing of the next
            self._door.shut(fault, self.clock())
        raise fault

    async def _talked(self, act: Callable[[SFTPClient], Awaitable[T]], inside: list[bool]) -> T:
        import asyncssh  # noqa: PLC0415 - only where it is used

        who = {name: value for name, value in (("username", self.user), ("password", self.password)) if value}
        async with (
            asyncio.timeout(_LONGEST),
            asyncssh.connect(self.host, self.port, connect_timeout=_CONNECTING, **who) as link,
            link.start_sftp_client() as sftp,
        ):
            inside.append(True)
            self._door.opened()
            return await act(sftp)
