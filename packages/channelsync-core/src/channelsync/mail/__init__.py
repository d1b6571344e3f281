"""Mails of platforms, recognised: who really sent them, what they are about. Such a mail only ever causes a look.

Nothing here reads a mailbox or decides anything: bytes go in, `Recognised` or `Refused` comes out.
"""

from __future__ import annotations

from channelsync.mail.genuine import PROVIDERS, trusted_by
from channelsync.mail.reasons import Reason
from channelsync.mail.recognise import Recognised, Refused, could_be, recognise
from channelsync.mail.rules import Rule, rules_of, taught

__all__ = [
    "PROVIDERS",
    "Reason",
    "Recognised",
    "Refused",
    "Rule",
    "could_be",
    "recognise",
    "rules_of",
    "taught",
    "trusted_by",
]
