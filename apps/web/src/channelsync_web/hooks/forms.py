"""Finding the mail in what a service posts: as it came, in a form, or in a JSON document.

Only whole mails will do, with their head as it was received: whoever vouches for the sender does so there. Seen:

* the mail itself as ``message/rfc822``, as a script or a mail worker sends it;
* a form with the mail in ``body-mime`` (Mailgun, for addresses that end in ``mime``; documented), or in ``email``
  (SendGrid, with "POST the raw, full MIME message"; seen in code);
* JSON with the mail in ``RawEmail`` (Postmark, with "include raw email content"; documented).
"""

from __future__ import annotations

import json
from typing import Any, Final, cast

from litestar import Request
from litestar.datastructures import UploadFile
from litestar.exceptions import HTTPException

__all__ = ["Asked", "raw_mail"]

Asked = Request[Any, Any, Any]
"""A request, whatever an app keeps beside it."""

_MAIL_TYPES: Final = frozenset({"message/rfc822", "message/global", "application/octet-stream"})
_FORM_TYPES: Final = frozenset({"multipart/form-data", "application/x-www-form-urlencoded"})
_FIELDS: Final = ("body-mime", "email")


async def raw_mail(request: Asked) -> bytes | None:
    """Return the mail in a request, None where there is none."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind in _MAIL_TYPES:
        return await request.body() or None
    if kind in _FORM_TYPES:
        return await _in_form(request)
    return _in_json(await request.body()) if kind == "application/json" else None


async def _in_form(request: Asked) -> bytes | None:
    try:
        form = await request.form()
    except (HTTPException, ValueError, LookupError):
        return None
    found: object = next((form[name] for name in _FIELDS if name in form), None)
    if isinstance(found, UploadFile):
        return await found.read() or None
    return found.encode("utf-8", "replace") or None if isinstance(found, str) else None


def _in_json(body: bytes) -> bytes | None:
    try:
        read: object = json.loads(body)
    except (ValueError, RecursionError):
        return None
    raw = cast("dict[str, object]", read).get("RawEmail") if isinstance(read, dict) else None
    return raw.encode("utf-8", "replace") or None if isinstance(raw, str) else None
