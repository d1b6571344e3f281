"""What a mail is: a platform's own, about a reservation, or nothing that concerns us.

Order matters: the head is read within limits, the sender is compared with the rules, then the receiving server must
vouch for it; only then is the rest of the mail looked into. A look-alike falls at the second step, a forgery at the
third.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import final

from attrs import field, frozen

from channelsync.ids import ChannelName, OwnerId
from channelsync.mail.genuine import why_not_genuine
from channelsync.mail.message import Head, numbers_in, read_head
from channelsync.mail.reasons import Reason
from channelsync.mail.rules import OTHER, Rule, within

__all__ = ["Recognised", "Refused", "could_be", "recognise"]


@final
@frozen
class Recognised:
    """A platform's mail about its hosts' listings.

    ``means`` is ``new``, ``changed``, ``cancelled``, or ``other`` where only the sender is known. ``owner`` is set
    where an owner taught this kind of mail. ``numbers`` are those in its text, among which a listing's own may be.
    """

    channel: ChannelName
    means: str
    owner: OwnerId | None = None
    numbers: frozenset[str] = field(default=frozenset[str](), repr=False)


@final
@frozen
class Refused:
    """A mail that triggers nothing, and why."""

    reason: Reason


def recognise(raw: bytes, trusted: Iterable[str], rules: Sequence[Rule]) -> Recognised | Refused:
    """Return what a mail is.

    Args:
        raw: the mail as it came (RFC 5322), whole or its beginning.
        trusted: the names under which the server that received it writes; see `channelsync.mail.genuine`.
        rules: by what mails are recognised; the first that fits counts.

    Raises:
        UsageError: the package that reads Authentication-Results is not installed.
    """
    head = read_head(raw)
    if isinstance(head, Reason):
        return Refused(head)
    fitting = [rule for rule in rules if _is_from(head, rule)]
    if not fitting:
        return Refused(Reason.NO_PLATFORM)
    told = _told(head, fitting)
    if told is None:
        return Refused(Reason.OTHER_SUBJECT)
    rule, means = told
    why = why_not_genuine(head.verdict, trusted, head.domain, rule.domain)
    return Refused(why) if why else Recognised(rule.channel, means, rule.owner, numbers_in(raw))


def could_be(head: bytes, rules: Iterable[Rule]) -> bool:
    """Whether a mail is worth fetching whole, going by who its head says it is from; proves nothing."""
    read = read_head(head)
    return isinstance(read, Head) and any(_is_from(read, rule) for rule in rules)


def _is_from(head: Head, rule: Rule) -> bool:
    return head.sender in rule.senders or (not rule.exact and within(head.domain, rule.domain))


def _told(head: Head, rules: Iterable[Rule]) -> tuple[Rule, str] | None:
    """Return the rule whose subject fits, or one that knows the sender; None where neither does."""
    known: Rule | None = None
    for rule in rules:
        if _pattern(rule.subject).search(head.subject):
            return rule, rule.means
        if not rule.exact and head.sender in rule.senders:
            known = known or rule
    return None if known is None else (known, OTHER)


@lru_cache(maxsize=256)
def _pattern(subject: str) -> re.Pattern[str]:
    return re.compile(subject, re.IGNORECASE)
