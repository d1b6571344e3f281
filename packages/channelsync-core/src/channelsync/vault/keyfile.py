"""The key file beside a SQLite database: one key, or during a rotation the new one and the one before it.

Its first form is one line, a key in base64. Its second begins with a line that says so, then a key a line, the one that
seals first; programs that know the first form alone find no key in it, say so and stop. Either is written whole or not
at all.
"""

from __future__ import annotations

import base64
import glob
import os
import re
import secrets
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final, final

from attrs import define

from channelsync.errors import VaultError
from channelsync.ports import NewKey, Notes
from channelsync.vault.envelope import KEY_BYTES
from channelsync.vault.keys import decoded, new_key

__all__ = ["FileKeys", "sync_folder"]

_MARK: Final = "channelsync keys 2"
_LONGEST: Final = 1000
_MOST: Final = 8
_DRAFT: Final = re.compile(r"\.\d+\.[0-9a-f]{8}")


@final
@define
class FileKeys:
    """The keys in a file that only its owner may read."""

    path: Path

    @property
    def name(self) -> str:
        """The file."""
        return str(self.path)

    def stamp(self) -> object:
        """Return when and as what the file was written; None where it cannot be seen."""
        try:
            seen = self.path.stat()
        except OSError:
            return None
        return seen.st_mtime_ns, seen.st_ino, seen.st_size

    def load(self) -> tuple[bytes, ...]:
        """Return the keys; none where the file was never made."""
        if not self.path.exists():
            return ()
        text = _read(self.path)
        mark, _, rest = text.partition("\n")
        if mark.strip() != _MARK:
            return (decoded(text, self.name),)
        return tuple(decoded(line, self.name) for line in rest.split()[:_MOST]) or (decoded("", self.name),)

    def make(self) -> None:
        """Make the file in one step, never in the place of another."""

        def kept(draft: Path) -> None:
            with suppress(FileExistsError):  # another process was first: its key is the key
                os.link(draft, self.path)

        _written(self.path, f"{new_key()}\n", kept)

    def draft(self) -> NewKey:
        """Return a new key."""
        return NewKey(secrets.token_bytes(KEY_BYTES))

    def keep(self, keys: tuple[bytes, ...], notes: Notes, draft: NewKey | None = None) -> None:
        """Write exactly these keys; the caller's transaction keeps others from doing so meanwhile."""
        del notes, draft
        lines = [base64.b64encode(key).decode() for key in keys]
        text = "".join(f"{line}\n" for line in (lines if len(lines) == 1 else [_MARK, *lines]))
        _written(self.path, text, lambda draft: draft.replace(self.path))
        for left in self.path.parent.glob(f"{glob.escape(self.path.name)}.*.*"):
            if _DRAFT.fullmatch(left.name.removeprefix(self.path.name)):
                with suppress(OSError):
                    left.unlink()  # of a program that was killed while it wrote


def _read(file: Path) -> str:
    """Read a key file that nobody else may read."""
    try:
        mode = file.stat().st_mode
        if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
            msg = f"the key file {file} can be read by others"
            raise VaultError(msg, advice=f"Run: chmod 600 {file}")
        return file.read_text(encoding="ascii", errors="replace")[:_LONGEST]
    except OSError as error:
        msg = f"the key file {file} cannot be read: {error.strerror}"
        raise VaultError(msg, advice="Run channelsync as the user who owns the file.") from error


def _written(file: Path, text: str, put: Callable[[Path], object]) -> None:
    """Write a draft that only its owner may read, make it durable, and let ``put`` put it in its place."""
    draft = file.with_name(f"{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            os.write(handle, text.encode())
            os.fsync(handle)
        finally:
            os.close(handle)
        put(draft)
        sync_folder(file.parent)
    except OSError as error:
        msg = f"the key file {file} cannot be written: {error.strerror}"
        raise VaultError(msg, advice="Make room, or give the folder write permission.") from error
    finally:
        with suppress(OSError):  # it is not there, or the error that is being told says why it cannot be
            draft.unlink()


def sync_folder(folder: Path) -> None:
    """Make the new name durable; where folders cannot be synced (Windows) there is nothing to do."""
    with suppress(PermissionError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
