"""A container of Azure Blob Storage: its client, made at first use, and its refusals in our own words.

The address holds a signature, or nothing secret where the machine's own identity is let in.
"""

from __future__ import annotations

import logging
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast, final
from urllib.parse import urlsplit

from channelsync.errors import BackupError, Retry, UsageError

if TYPE_CHECKING:
    from azure.core.credentials import TokenCredential
    from azure.storage.blob import ContainerClient

__all__ = ["Blobs"]


@final
class Blobs:
    """A container, by its address."""

    def __init__(self, address: str, advice: str, *, patience: int) -> None:
        """``advice`` is for whoever is refused; ``patience`` how many seconds a read may take."""
        self._address = address
        self._advice = advice
        self._patience = patience
        parts = urlsplit(address)
        self.label = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
        """Account and container, without the signature."""
        self._client: ContainerClient | None = None

    @contextmanager
    def opened(self) -> Generator[ContainerClient]:
        """Open the container, and tell an error of Azure's in our own words: its own may hold the signature.

        Raises:
            BackupError: in place of an error of Azure's.
            UsageError: its packages are not installed.
        """
        try:
            yield self._opened()
        except Exception as error:
            if type(error).__module__.partition(".")[0] != "azure":
                raise
            status = getattr(error, "status_code", None)
            msg = f"{self.label} refuses or does not answer" + (f" (HTTP {status})" if isinstance(status, int) else "")
            raise BackupError(msg, advice=self._advice, retry=Retry.LATER) from None

    def _opened(self) -> ContainerClient:
        if self._client is None:
            try:
                from azure.storage.blob import ContainerClient  # noqa: PLC0415 - only where it is used
            except ImportError:
                msg = "Azure Blob Storage needs more packages"
                raise UsageError(msg, advice="Install channelsync-core[azure].") from None
            logging.getLogger("azure").setLevel(logging.WARNING)  # it tells each request's address
            credential = None if urlsplit(self._address).query else _identity()
            self._client = ContainerClient.from_container_url(
                self._address, credential, connection_timeout=10, read_timeout=self._patience, retry_total=3
            )
        return self._client


def _identity() -> TokenCredential:
    from azure.identity import DefaultAzureCredential  # noqa: PLC0415 - it takes its time

    return cast("TokenCredential", DefaultAzureCredential())
