"""Slips: what a browser carries from one step of a sign-in to the next, sealed so that only we can read or make them.

A slip is a cookie for a few minutes: which challenge a passkey is to sign, who still owes a code, what another service
was asked. Nothing of it stands in the database, so strangers cannot fill it.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, cast, final

from attrs import frozen
from litestar.datastructures import Cookie

from channelsync.errors import VaultError
from channelsync.ports import Vault

__all__ = ["WITHIN", "Slips"]

WITHIN: Final = timedelta(minutes=10)
"""A slip is good for so long."""
_LONGEST: Final = 4000
_KIND: Final = "slip"


@final
@frozen
class Slips:
    """Makes and reads slips. ``https``: cookies travel encrypted only."""

    vault: Vault
    https: bool

    def cookie(self, kind: str, values: Mapping[str, str], now: datetime) -> Cookie:
        """Return the cookie with a slip of that kind.

        Raises:
            VaultError: there is no key to seal it with.
        """
        plain = json.dumps({"until": (now + WITHIN).isoformat(), **values})
        text = base64.urlsafe_b64encode(self.vault.seal(_KIND, kind, plain)).decode()
        return self._cookie(kind, text, int(WITHIN.total_seconds()))

    def gone(self, kind: str) -> Cookie:
        """Return the cookie that takes a slip away."""
        return self._cookie(kind, "", 0)

    def read(self, kind: str, cookies: Mapping[str, str], now: datetime) -> Mapping[str, str]:
        """Return what a slip says, nothing where there is none, or it is over or not ours."""
        text = cookies.get(self._name(kind), "")
        if not text or len(text) > _LONGEST:
            return {}
        try:
            sealed = base64.b64decode(text.encode(), altchars=b"-_", validate=True)
            values = cast("dict[str, str]", json.loads(self.vault.unseal(_KIND, kind, sealed)))
            return values if datetime.fromisoformat(values["until"]) > now else {}
        except (VaultError, binascii.Error, ValueError, KeyError):
            return {}

    def _name(self, kind: str) -> str:
        return f"__Host-channelsync-{kind}" if self.https else f"channelsync-{kind}"

    def _cookie(self, kind: str, text: str, seconds: int) -> Cookie:
        name = self._name(kind)
        return Cookie(name, value=text, path="/", httponly=True, secure=self.https, samesite="lax", max_age=seconds)
