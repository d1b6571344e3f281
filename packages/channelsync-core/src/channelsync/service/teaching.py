"""What owners teach about the mails they get: of which sender, with which words in the subject, about which channel.

GreenGo's mails are not known to anybody here, and other sites' never will be. So an owner shows one, and from then on
its like is a reason to look at that owner's listings on that channel; it must be as genuine as any other (see
`channelsync.mail.genuine`).
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Final, final

from attrs import frozen

from channelsync.errors import UsageError
from channelsync.ids import ChannelName, OwnerId
from channelsync.ledger import Transaction
from channelsync.mail import Rule, taught

__all__ = ["Lesson", "lessons", "teach", "unteach"]

_MOST: Final = 20
"""Lessons of one owner."""


@final
@frozen
class Lesson:
    """Mails of this sender with these words in the subject are about the owner's listings on that channel."""

    owner: OwnerId
    channel: ChannelName
    sender: str
    words: str

    @property
    def rule(self) -> Rule:
        """The lesson as mails are recognised by."""
        return taught(self.owner, self.channel, self.sender, self.words)


def lessons(tx: Transaction, owner: OwnerId) -> tuple[Lesson, ...]:
    """Return what an owner has taught, oldest first."""
    kept: list[list[str]] = json.loads(tx.meta(_name(owner)) or "[]")
    return tuple(Lesson(owner, ChannelName(channel), sender, words) for channel, sender, words in kept)


def teach(tx: Transaction, owner: OwnerId, channel: ChannelName, sender: str, subject: str, *, at: datetime) -> Lesson:
    """Keep a lesson; the same one twice is one.

    Raises:
        UsageError: the sender is no address, the subject says nothing, or there are too many lessons.
    """
    lesson, known = Lesson(owner, channel, sender.strip().lower(), subject.strip()), lessons(tx, owner)
    _ = lesson.rule  # refuses what makes none
    if lesson not in known:
        if len(known) >= _MOST:
            msg = f"{_MOST} kinds of mail have been taught already"
            raise UsageError(msg, advice="Forget one that is no longer sent.")
        _keep(tx, owner, (*known, lesson))
        tx.audit("owner", "mail taught", {"owner": owner, "channel": channel}, at=at)
    return lesson


def unteach(tx: Transaction, owner: OwnerId, sender: str, *, at: datetime) -> int:
    """Forget every lesson about a sender; return how many there were."""
    known = lessons(tx, owner)
    left = tuple(one for one in known if one.sender != sender.strip().lower())
    if len(left) < len(known):
        _keep(tx, owner, left)
        tx.audit("owner", "mail forgotten", {"owner": owner, "lessons": len(known) - len(left)}, at=at)
    return len(known) - len(left)


def _name(owner: OwnerId) -> str:
    return f"mail_lessons:{owner}"


def _keep(tx: Transaction, owner: OwnerId, kept: tuple[Lesson, ...]) -> None:
    tx.set_meta(_name(owner), json.dumps([[one.channel, one.sender, one.words] for one in kept]))
