"""Whether a mail is from whom it says: the word of the server that received it, and nobody else's.

A receiving server writes what it found out (SPF, DKIM, DMARC) into an Authentication-Results field above all others,
under a name of its own, the *authserv-id* (RFC 8601). Anybody can write such a field into a mail beforehand. So only
the topmost one counts, and only under a name that is known to be that server's: given by whoever runs the installation,
or known of the provider whose mailbox is read. Where a server writes none, nothing can be told, and nothing is
triggered.

A mail that another server *redirects* to us keeps its sender and its DKIM signature, so our own server still vouches
for it. One that a person *forwards* is from that person, and is not recognised.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from importlib import import_module
from typing import Any, Final, Protocol, cast

from channelsync.errors import UsageError
from channelsync.mail.reasons import Reason
from channelsync.mail.rules import within

__all__ = ["PROVIDERS", "trusted_by", "why_not_genuine"]

PROVIDERS: Final[Mapping[str, tuple[str, ...]]] = {
    "imap.gmail.com": ("mx.google.com",),
    "mail.gandi.net": ("spool.mail.gandi.net",),
    "ssl0.ovh.net": ("*.mail.ovh.net",),  # in21.mail.ovh.net and its like; tells DKIM only
    "pro1.mail.ovh.net": ("*.mail.ovh.net",),
    "imap.fastmail.com": ("*.messagingengine.com",),
}
"""The names under which some providers write, by the host of their mailboxes; all seen in published mails.

Outlook writes none into the field, Orange's and Free's were not found: there the name must be given, or mails trigger
nothing.
"""

_NAME: Final = re.compile(r"(\*\.)?[a-z0-9](?:[a-z0-9.-]{0,250}[a-z0-9])?")


class _Property(Protocol):
    type: str
    name: str
    value: str


class _Result(Protocol):
    method: str
    result: str
    properties: list[_Property]


class _Results(Protocol):
    authserv_id: str
    results: list[_Result]


def trusted_by(names: Iterable[str]) -> tuple[str, ...]:
    """Return names of servers as they are compared; ``*.example.net`` stands for every name under it.

    Raises:
        UsageError: one is no such name.
    """
    found = tuple(name.strip().lower() for name in names if name.strip())
    for name in found:
        if not _NAME.fullmatch(name) or "." not in name.removeprefix("*."):
            msg = f"{name[:60]!r} is not a name that a mail server writes into Authentication-Results"
            raise UsageError(msg, advice="It is the first word of that field in a mail that arrived.")
    return found


def why_not_genuine(verdict: str, trusted: Iterable[str], sender: str, domain: str) -> Reason | None:
    """Return why a mail is not known to be genuine, None where the receiving server vouches for it.

    Args:
        verdict: the topmost Authentication-Results field.
        trusted: the names of the server that received it.
        sender: the domain of the sender's address.
        domain: the domain that it must be authenticated for; the sender's is that one or under it.

    Raises:
        UsageError: the package that reads the field is not installed.
    """
    if not verdict:
        return Reason.NOT_VOUCHED
    parsed = _parsed(verdict)
    if parsed is None:
        return Reason.UNREADABLE_WORD
    if not any(_is_named(parsed.authserv_id, name) for name in trusted):
        return Reason.STRANGERS_WORD
    verdicts = [one for one in parsed.results if one.method.lower() == "dmarc"]
    if len(verdicts) > 1:
        return Reason.CONTRADICTORY
    if verdicts:
        passed = verdicts[0].result.lower() == "pass" and _aligned(_value(verdicts[0], "from"), sender, domain)
        return None if passed else Reason.NOT_PASSED
    signed = [one for one in parsed.results if one.method.lower() == "dkim" and one.result.lower() == "pass"]
    by = (_value(one, "d") or _value(one, "i") for one in signed)
    return None if any(_aligned(one, sender, domain) for one in by) else Reason.UNSIGNED


def _is_named(authserv_id: str, name: str) -> bool:
    server = authserv_id.lower()
    return server.endswith(name[1:]) if name.startswith("*.") else server == name


def _aligned(signer: str, sender: str, domain: str) -> bool:
    """Whether a signer speaks for a sender: one of the two domains is the other, or above it, and no top level."""
    return within(signer, domain) or ("." in signer and within(sender, signer))


def _value(result: _Result, name: str) -> str:
    """Return the domain in ``header.<name>``, empty where it is not there just once."""
    found = [one.value for one in result.properties if one.type.lower() == "header" and one.name.lower() == name]
    return found[0].rpartition("@")[2].strip().lower() if len(found) == 1 else ""


def _parsed(verdict: str) -> _Results | None:
    try:
        reader: Any = import_module("authres").AuthenticationResultsHeader
    except ImportError:
        msg = "mails need one more package to be told from forged ones"
        raise UsageError(msg, advice="Install channelsync-core[mail].") from None
    try:
        return cast("_Results", reader.parse_value(verdict))
    except Exception:  # noqa: BLE001 - it reads a stranger's text, and raises more than its own errors
        return None
