"""A key in Azure Key Vault that wraps our master keys and never leaves Azure.

Wrapping needs the public half, which is fetched once and used here; unwrapping asks Azure each time, and we ask once a
process and master key (`channelsync.vault.keys.WrappedKeys` remembers). The identity needs the permissions get,
wrapKey and unwrapKey on keys (the role "Key Vault Crypto Service Encryption User"); where it comes from is for
``DefaultAzureCredential`` to find out: a managed identity on Azure, a sign-in of its command line elsewhere.

The operations, the algorithm's name and the form of a key's address are documented:
https://learn.microsoft.com/rest/api/keyvault/keys/wrap-key/wrap-key
"""

from __future__ import annotations

import logging
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, final
from urllib.parse import urlsplit

from channelsync.errors import UsageError, VaultError

if TYPE_CHECKING:
    from azure.core.credentials import TokenCredential
    from azure.keyvault.keys import KeyVaultKey
    from azure.keyvault.keys.crypto import CryptographyClient, KeyWrapAlgorithm

__all__ = ["AzureKeys"]

_FORM: Final = "https://NAME.vault.azure.net/keys/KEY"
_CONNECT_SECONDS: Final = 5
_READ_SECONDS: Final = 10
_TRIES: Final = 2
_DENIED: Final = frozenset({401, 403})
_GONE: Final = 404


@final
class AzureKeys:
    """A `KeyProvider`: RSA-OAEP-256 with the newest version of a key in Azure Key Vault.

    ``credential`` and ``settings`` are the SDK's own: who we are (None for ``DefaultAzureCredential``), and keyword
    arguments of its clients, such as ``connection_verify``.
    """

    def __init__(self, address: str, *, credential: TokenCredential | None = None, **settings: object) -> None:
        """Take the key's address; nothing is asked yet.

        Raises:
            UsageError: it is not the address of a key.
        """
        parts = urlsplit(address)
        place = parts.path.strip("/").split("/")
        if parts.scheme != "https" or not parts.hostname or len(place) != 2 or place[0] != "keys":  # noqa: PLR2004
            msg = "CHANNELSYNC_KEY_VAULT is not the address of a key"
            raise UsageError(msg, advice=f"Write it as {_FORM}, without a version.")
        self._vault, self._name = f"https://{parts.netloc}", place[1]
        self._host = parts.hostname
        self._credential = credential
        self._settings: dict[str, object] = {
            "connection_timeout": _CONNECT_SECONDS,
            "read_timeout": _READ_SECONDS,
            "retry_total": _TRIES,
            **settings,
        }
        self._newest: KeyVaultKey | None = None
        for chatty in ("azure", "msal"):
            logging.getLogger(chatty).setLevel(logging.ERROR)  # the first lists every header of every request

    @property
    def key_id(self) -> str:
        """The address of the version that wraps: the newest there was when it was first asked for.

        Raises:
            VaultError: Azure cannot be asked, or refuses.
        """
        return str(self._key().id)

    def wrap(self, key: bytes) -> bytes:
        """Return the key wrapped by that version.

        Raises:
            VaultError: Azure cannot be asked, or refuses.
        """
        newest = self._key()
        with self._told(), self._client(newest) as client:
            return client.wrap_key(_algorithm(), key).encrypted_key

    def unwrap(self, key_id: str, wrapped: bytes) -> bytes:
        """Return a key that the version of that address wrapped.

        Raises:
            VaultError: Azure cannot be asked, refuses, or the version is another key's or gone.
        """
        if not key_id.startswith(f"{self._vault}/keys/"):
            msg = f"the master key was wrapped by a key of another vault than {self._host}"
            raise VaultError(msg, advice="Set CHANNELSYNC_KEY_VAULT to the address it had before.")
        with self._told(), self._client(key_id) as client:
            return client.unwrap_key(_algorithm(), wrapped).key

    def _key(self) -> KeyVaultKey:
        if self._newest is None:
            with self._told():
                from azure.keyvault.keys import KeyClient  # noqa: PLC0415

                with KeyClient(self._vault, self._who(), **self._settings) as client:
                    self._newest = client.get_key(self._name)
        return self._newest

    def _client(self, key: KeyVaultKey | str) -> CryptographyClient:
        from azure.keyvault.keys.crypto import CryptographyClient  # noqa: PLC0415

        return CryptographyClient(key, self._who(), **self._settings)

    def _who(self) -> TokenCredential:
        if self._credential is None:
            from azure.identity import DefaultAzureCredential  # noqa: PLC0415

            self._credential = DefaultAzureCredential()
        return self._credential

    @contextmanager
    def _told(self) -> Generator[None]:
        """Turn the SDK's errors into ours: whose fault, and what to do; its own words go nowhere."""
        try:
            from azure.core.exceptions import AzureError, ClientAuthenticationError, HttpResponseError  # noqa: PLC0415
        except ImportError:
            msg = "keys in Azure Key Vault need more packages"
            raise UsageError(msg, advice="Install channelsync-core[azure].") from None
        try:
            yield
        except ClientAuthenticationError:
            msg, advice = "Azure does not know who we are", "Give this machine a managed identity, or run `az login`."
        except HttpResponseError as error:
            msg, advice = self._answer(error.status_code)
        except (AzureError, ValueError) as error:
            msg = f"{self._host} cannot be asked ({type(error).__name__})"
            advice = "Check the address in CHANNELSYNC_KEY_VAULT and this machine's network; then start again."
        else:
            return
        raise VaultError(msg, advice=advice)

    def _answer(self, status: int | None) -> tuple[str, str]:
        if status in _DENIED:
            msg = f"{self._host} refuses us the key {self._name}"
            return msg, "Give this identity the role Key Vault Crypto Service Encryption User on that key."
        if status == _GONE:
            return f"{self._host} has no key {self._name}, or no such version of it", "Restore it there: keys are kept."
        return f"{self._host} answered {status}", "Try again; if it lasts, look at the vault in the Azure portal."


def _algorithm() -> KeyWrapAlgorithm:
    from azure.keyvault.keys.crypto import KeyWrapAlgorithm  # noqa: PLC0415

    return KeyWrapAlgorithm.rsa_oaep_256
