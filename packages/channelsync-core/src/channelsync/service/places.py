"""Where backups are kept: a folder, another machine by SFTP, or a container of Azure Blob Storage.

A backup is written to a draft first and gets its name when it is whole, so that under a backup's name there is a backup
or nothing. Names hold the time, ``channelsync-20270301T020000Z.backup``; whatever else lies there is left alone.
"""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Generator, Iterable
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO, Final, Protocol, final
from urllib.parse import urlsplit

from channelsync.errors import BackupError, Retry, UsageError
from channelsync.service.blobs import Blobs
from channelsync.service.sftp import Sftp
from channelsync.vault.keyfile import sync_folder

__all__ = ["AzurePlace", "FolderPlace", "Place", "SftpPlace", "made_at", "name_at", "place_at", "writing"]

_BEFORE: Final = "channelsync-"
_AFTER: Final = ".backup"
_TIME: Final = "%Y%m%dT%H%M%SZ"
_DRAFT: Final = ".channelsync-draft-"
_ADVICE: Final = "Check CHANNELSYNC_BACKUP: the container must be there, and the signature or identity be allowed in."
_LEFT: Final = timedelta(days=1)
"""A draft that old was left by a program that was killed."""


class Place(Protocol):
    """Keeps backups by their names."""

    @property
    def label(self) -> str:
        """Where it is, without how to get in."""
        ...

    def drafts(self, now: datetime) -> Path:
        """Return the folder in which a draft is written, rid of drafts that were left.

        Raises:
            BackupError: there is no such place.
        """
        ...

    def keep(self, draft: Path, name: str) -> None:
        """Keep a draft under its name; the draft is gone afterwards.

        Raises:
            BackupError: it cannot be kept; nothing stands under that name.
        """
        ...

    def names(self) -> tuple[str, ...]:
        """Return the names of the backups there, oldest first.

        Raises:
            BackupError: the place cannot be read.
        """
        ...

    def fetch(self, name: str, out: BinaryIO) -> None:
        """Write a backup into a file.

        Raises:
            BackupError: it is not there, or cannot be read.
        """
        ...

    def drop(self, name: str) -> None:
        """Forget a backup.

        Raises:
            BackupError: it cannot be removed.
        """
        ...


def name_at(at: datetime) -> str:
    """Return the name of a backup made then."""
    return f"{_BEFORE}{at.astimezone(UTC).strftime(_TIME)}{_AFTER}"


def made_at(name: str) -> datetime | None:
    """Return when a backup of that name was made, None where it is not the name of one."""
    if not (name.startswith(_BEFORE) and name.endswith(_AFTER)):
        return None
    try:
        return datetime.strptime(name.removeprefix(_BEFORE).removesuffix(_AFTER), _TIME).replace(tzinfo=UTC)
    except ValueError:
        return None


def place_at(text: str) -> Place:
    """Return the place of that path, ``sftp://...`` or ``https://ACCOUNT.blob.core.windows.net/CONTAINER`` address.

    The last may carry a shared access signature; without one, the machine's own identity in Azure counts.

    Raises:
        UsageError: it is none of these, or a package is missing.
    """
    if "://" not in text:
        return FolderPlace(Path(text))
    if text.startswith("sftp://"):
        return SftpPlace(Sftp.parse(text, "CHANNELSYNC_BACKUP"))
    parts = urlsplit(text)
    if parts.scheme not in {"https", "http"} or not parts.path.strip("/"):
        msg = "CHANNELSYNC_BACKUP is neither a folder nor the address of a container"
        raise UsageError(msg, advice="Write it as /path, or as https://ACCOUNT.blob.core.windows.net/CONTAINER.")
    if parts.scheme == "http" and parts.hostname not in {"127.0.0.1", "localhost", "::1"}:
        msg = "backups would go over the network without https"
        raise UsageError(msg, advice="Write the container's address with https://.")
    return AzurePlace(text)


@final
class FolderPlace:
    """A folder of this machine, or one that is mounted here; it is not made, so that an absent disk is noticed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def label(self) -> str:
        """The folder."""
        return str(self._folder)

    def drafts(self, now: datetime) -> Path:
        """Return the folder itself: a rename within it is one step."""
        if not os.path.isdir(self._folder):  # noqa: PTH112 - unlike Path.is_dir it does not raise where we may not look
            msg = f"the folder of the backups is not there: {self._folder}"
            raise BackupError(msg, advice="Make it, or mount its disk; the folder itself is never made here.")
        for draft in self._folder.glob(f"{_DRAFT}*"):
            with suppress(OSError):
                if datetime.fromtimestamp(draft.stat().st_mtime, UTC) < now - _LEFT:
                    draft.unlink()
        return self._folder

    def keep(self, draft: Path, name: str) -> None:
        """Give a draft its name, durably."""
        with _told(f"the folder {self._folder}"):
            draft.replace(self._folder / name)
            sync_folder(self._folder)

    def names(self) -> tuple[str, ...]:
        """Return the backups in the folder."""
        with _told(f"the folder {self._folder}"):
            return _ours(path.name for path in self._folder.iterdir())

    def fetch(self, name: str, out: BinaryIO) -> None:
        """Copy a backup."""
        with _told(f"the folder {self._folder}"), (self._folder / name).open("rb") as file:
            while some := file.read(2**20):
                out.write(some)

    def drop(self, name: str) -> None:
        """Remove a backup."""
        with _told(f"the folder {self._folder}"):
            (self._folder / name).unlink(missing_ok=True)


@final
class SftpPlace:
    """A folder of another machine."""

    def __init__(self, there: Sftp) -> None:
        self._there = there

    @property
    def label(self) -> str:
        """Machine and folder."""
        return self._there.label

    def drafts(self, now: datetime) -> Path:  # noqa: ARG002 - drafts elsewhere are the system's to remove
        """Return the system's folder for passing files."""
        return Path(tempfile.gettempdir())

    def keep(self, draft: Path, name: str) -> None:
        """Upload a draft under its name, once as much of it has arrived."""
        if self._there.upload(draft, name) != draft.stat().st_size:
            self.drop(name)
            msg = f"the backup arrived cut short at {self.label}"
            raise BackupError(msg, retry=Retry.LATER)
        draft.unlink()

    def names(self) -> tuple[str, ...]:
        """Return the backups in the folder."""
        return _ours(self._there.names())

    def fetch(self, name: str, out: BinaryIO) -> None:
        """Download a backup."""
        with tempfile.TemporaryDirectory(prefix=_DRAFT) as passing, _told(passing):
            file = Path(passing) / name
            self._there.download(name, file)
            with file.open("rb") as content:
                shutil.copyfileobj(content, out)

    def drop(self, name: str) -> None:
        """Remove a backup."""
        self._there.drop(name)


@final
class AzurePlace:
    """A container of Azure Blob Storage."""

    def __init__(self, address: str) -> None:
        self._there = Blobs(address, _ADVICE, patience=60)

    @property
    def label(self) -> str:
        """Account and container, without the signature."""
        return self._there.label

    def drafts(self, now: datetime) -> Path:  # noqa: ARG002 - drafts elsewhere are the system's to remove
        """Return the system's folder for passing files."""
        return Path(tempfile.gettempdir())

    def keep(self, draft: Path, name: str) -> None:
        """Upload a draft under its name, and make sure that as much of it arrived."""
        with self._there.opened() as container, _told(self.label), draft.open("rb") as file:
            blob = container.get_blob_client(name)
            blob.upload_blob(file, overwrite=True, validate_content=True)
            arrived = blob.get_blob_properties().size
        if arrived != draft.stat().st_size:
            self.drop(name)
            msg = f"the backup arrived cut short at {self.label}"
            raise BackupError(msg, retry=Retry.LATER)
        draft.unlink()

    def names(self) -> tuple[str, ...]:
        """Return the backups in the container."""
        with self._there.opened() as container:
            return _ours(container.list_blob_names(name_starts_with=_BEFORE))

    def fetch(self, name: str, out: BinaryIO) -> None:
        """Download a backup."""
        with self._there.opened() as container, _told(self.label):
            out.writelines(container.download_blob(name, validate_content=True).chunks())

    def drop(self, name: str) -> None:
        """Remove a backup."""
        with self._there.opened() as container:
            container.delete_blob(name)


def _ours(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(name for name in names if made_at(name)))


@contextmanager
def writing(place: Place, now: datetime) -> Generator[tuple[Path, BinaryIO]]:
    """Open a new draft of a place; at the end of the block it is durable, and unless it was kept, gone.

    Raises:
        BackupError: it cannot be written.
    """
    folder = place.drafts(now)
    with _told(f"the folder {folder}"):
        handle, name = tempfile.mkstemp(prefix=_DRAFT, dir=folder)
    draft = Path(name)
    try:
        with _told(f"the folder {folder}"), os.fdopen(handle, "w+b") as file:
            yield draft, file
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)


@contextmanager
def _told(where: str) -> Generator[None]:
    """Tell what went wrong with a place in our own words: its own would name files of ours.

    Raises:
        BackupError: in place of an error of the system's.
    """
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
            msg = f"no room for the backup in {where}: the disk is full"
            raise BackupError(msg, advice="Make room there; the backups of earlier days are whole.") from None
        msg = f"the backup cannot be kept in {where}: {(error.strerror or 'it failed').lower()}"
        raise BackupError(msg, advice="Check that it is there and that this user may write to it.") from None
