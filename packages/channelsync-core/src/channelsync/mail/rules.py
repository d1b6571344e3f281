"""By what a mail is recognised: what plugins know of their platform's mails, and what owners teach about their own."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final, final

from attrs import frozen

from channelsync.adapter import ChannelPlugin
from channelsync.errors import UsageError
from channelsync.ids import ChannelName, OwnerId

__all__ = ["OTHER", "Rule", "plain", "rules_of", "taught", "within"]

OTHER: Final = "other"
"""What a mail means that comes from the platform's own address and whose subject nobody has seen yet."""

_ADDRESS: Final = re.compile(
    r"[a-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@(?=[a-z0-9.-]{1,253}\Z)(?:[a-z0-9-]{1,63}\.)+[a-z0-9-]{2,63}"
)
_LONGEST_SUBJECT: Final = 200


@final
@frozen
class Rule:
    """Mails of one kind.

    ``senders`` are addresses in lower case; ``domain`` is the one that the mail must be authenticated for; ``subject``
    is a regular expression, searched without regard to case. ``exact`` rules know these senders only, the others any
    address of the domain, and say `OTHER` of a known sender's mail whose subject does not fit. ``owner`` is the one
    whose listings it is about, None for whoever the mail came to.
    """

    channel: ChannelName
    senders: frozenset[str]
    domain: str
    subject: str
    means: str = "new"
    exact: bool = False
    owner: OwnerId | None = None


def rules_of(plugins: Iterable[ChannelPlugin]) -> tuple[Rule, ...]:
    """Return what the plugins know."""
    return tuple(
        Rule(plugin.name, frozenset(map(str.lower, hint.senders)), hint.domain.lower(), hint.subject, hint.means)
        for plugin in plugins
        for hint in plugin.mail_hints
    )


def taught(owner: OwnerId, channel: ChannelName, sender: str, subject: str) -> Rule:
    """Return what an owner teaches: mails of this very sender, with these words in the subject, are the channel's.

    Raises:
        UsageError: the sender is no address, or there are no words, or too many.
    """
    sender, words = sender.strip().lower(), plain(subject)
    if not _ADDRESS.fullmatch(sender):
        msg = "this is not the address of a sender"
        raise UsageError(
            msg, advice="Copy it from the mail as it stands behind the name, such as no-reply@example.com."
        )
    if not 0 < len(words) <= _LONGEST_SUBJECT:
        msg = f"the words of the subject must have 1 to {_LONGEST_SUBJECT} characters"
        raise UsageError(msg, advice="Give the words that stand in the subject of every such mail.")
    domain = sender.rpartition("@")[2]
    return Rule(channel, frozenset({sender}), domain, re.escape(words), exact=True, owner=owner)


def within(domain: str, whose: str) -> bool:
    """Whether a domain is the other one, or truly under it; both in lower case."""
    return bool(whose) and (domain == whose or domain.endswith(f".{whose}"))


def plain(text: str) -> str:
    """Return a subject as it is compared: composed characters, single blanks."""
    return " ".join(unicodedata.normalize("NFC", text).split())
