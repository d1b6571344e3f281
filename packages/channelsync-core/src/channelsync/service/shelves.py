"""Where published calendars lie when no server of ours serves them: static hosting that only hands out files.

A shelf holds files by their names: a folder that somebody else serves, a folder on another machine by SFTP, or a
container of Azure Blob Storage. None of them tells who has read what.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final, Protocol, final
from urllib.parse import urlsplit

from channelsync.errors import BackupError, UsageError
from channelsync.service.blobs import Blobs
from channelsync.service.sftp import Sftp
from channelsync.vault.keyfile import sync_folder

__all__ = ["AzureShelf", "FolderShelf", "SftpShelf", "Shelf", "shelf_at"]

MOST: Final = 2 * 2**20
"""Bytes of a calendar; one with a thousand runs has some 150 kB."""
_KIND: Final = "text/calendar; charset=utf-8"
_DRAFT: Final = ".channelsync-draft-"
_ADVICE: Final = "Check CHANNELSYNC_PUBLISH, and that this user may write there."


class Shelf(Protocol):
    """Holds calendars by their names."""

    @property
    def label(self) -> str:
        """Where it is, without how to get in."""
        ...

    def read(self, name: str) -> bytes | None:
        """Return what lies under a name; None for nothing.

        Raises:
            BackupError: it cannot be read.
        """
        ...

    def lay(self, name: str, content: bytes) -> None:
        """Put a calendar under a name, whole or not at all.

        Raises:
            BackupError: it cannot be put there.
        """
        ...

    def drop(self, name: str) -> None:
        """Take away what lies under a name.

        Raises:
            BackupError: it cannot be taken away.
        """
        ...


def shelf_at(text: str) -> Shelf:
    """Return the shelf at a path, an ``sftp://`` address, or the address of a container.

    Raises:
        UsageError: it is none of these, or a package is missing.
    """
    if "://" not in text:
        return FolderShelf(Path(text))
    if text.startswith("sftp://"):
        return SftpShelf(Sftp.parse(text, "CHANNELSYNC_PUBLISH"))
    parts = urlsplit(text)
    here = parts.hostname in {"127.0.0.1", "localhost", "::1"}
    if not (parts.scheme == "https" or (parts.scheme == "http" and here)) or not parts.path.strip("/"):
        msg = "CHANNELSYNC_PUBLISH is neither a folder nor the address of one"
        advice = "Write it as /path, sftp://USER@HOST/FOLDER or https://ACCOUNT.blob.core.windows.net/CONTAINER."
        raise UsageError(msg, advice=advice)
    return AzureShelf(text)


@final
class FolderShelf:
    """A folder of this machine, or one that is mounted here; it is not made."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def label(self) -> str:
        """The folder."""
        return str(self._folder)

    def read(self, name: str) -> bytes | None:
        """Return a file."""
        try:
            with (self._folder / name).open("rb") as file:
                return file.read(MOST)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._fault(error) from None

    def lay(self, name: str, content: bytes) -> None:
        """Write a file beside its name, readable to whoever serves it, and give it the name."""
        draft = self._folder / f"{_DRAFT}{name}"
        try:
            draft.write_bytes(content)
            draft.chmod(0o644)
            draft.replace(self._folder / name)
            sync_folder(self._folder)
        except OSError as error:
            raise self._fault(error) from None

    def drop(self, name: str) -> None:
        """Remove a file."""
        try:
            (self._folder / name).unlink(missing_ok=True)
        except OSError as error:
            raise self._fault(error) from None

    def _fault(self, error: OSError) -> BackupError:
        msg = f"no calendar can be kept in the folder {self._folder}: {(error.strerror or 'it failed').lower()}"
        return BackupError(msg, advice=_ADVICE)


@final
class SftpShelf:
    """A folder of another machine."""

    def __init__(self, there: Sftp) -> None:
        self._there = there

    @property
    def label(self) -> str:
        """Machine and folder."""
        return self._there.label

    def read(self, name: str) -> bytes | None:
        """Return a file."""
        return self._there.read(name, MOST)

    def lay(self, name: str, content: bytes) -> None:
        """Write a file."""
        self._there.write(name, content)

    def drop(self, name: str) -> None:
        """Remove a file."""
        self._there.drop(name)


@final
class AzureShelf:
    """A container of Azure Blob Storage that hands out its files to whoever knows their names."""

    def __init__(self, address: str) -> None:
        self._there = Blobs(address, _ADVICE, patience=30)

    @property
    def label(self) -> str:
        """Account and container, without the signature."""
        return self._there.label

    def read(self, name: str) -> bytes | None:
        """Return a blob."""
        with self._there.opened() as container:
            try:
                return container.download_blob(name, offset=0, length=MOST).readall()
            except Exception as error:
                if _is_missing(error):
                    return None
                raise

    def lay(self, name: str, content: bytes) -> None:
        """Upload a blob, in one step, with the type that platforms expect."""
        with self._there.opened() as container:
            from azure.storage.blob import ContentSettings  # noqa: PLC0415 - only where it is used

            kind = ContentSettings(content_type=_KIND, cache_control="no-cache")
            container.upload_blob(name, content, overwrite=True, validate_content=True, content_settings=kind)

    def drop(self, name: str) -> None:
        """Remove a blob."""
        with self._there.opened() as container:
            try:
                container.delete_blob(name)
            except Exception as error:
                if not _is_missing(error):
                    raise


def _is_missing(error: Exception) -> bool:
    return getattr(error, "error_code", None) == "BlobNotFound"
