"""The kinds of notices as an owner chooses about them: a few groups, each with one way of being told.

What the library knows is finer (`channelsync.notices.NoticeKind`); wishes that differ within a group come from the
command line, are shown as what they are, and stay until the owner chooses anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, final

from attrs import frozen

from channelsync.notices import NoticeKind
from channelsync.service.preferences import APPRISE, MAIL, PUSH, Preferences

__all__ = ["GROUPS", "OWN", "WAYS", "Group", "chosen", "wished"]

USUAL: Final = ""
"""The choice of who leaves it to us."""
OWN: Final = "own"
"""The choice of who has told more on the command line than the page can show."""


@final
@frozen
class Group:
    """Kinds that are chosen about together; ``title`` and ``text`` are English, and shown translated."""

    key: str
    title: str
    text: str
    kinds: tuple[NoticeKind, ...]

    @property
    def critical(self) -> bool:
        """Whether some of it goes by e-mail whatever is chosen."""
        return any(kind.critical for kind in self.kinds)


GROUPS: Final = (
    Group(
        "doubles",
        "Double bookings",
        "Two guests hold one night, or probably do.",
        (NoticeKind.CONFLICT_CURRENT, NoticeKind.CONFLICT_LIKELY, NoticeKind.CONFLICT_POSSIBLE),
    ),
    Group(
        "ouvertes",
        "Nights that can still be booked elsewhere",
        "A platform takes longer than usual to read our calendar.",
        (NoticeKind.EXPOSED, NoticeKind.NOT_READ),
    ),
    Group(
        "pannes",
        "A platform that does not answer",
        "When it begins, and when everything works again.",
        (
            *(NoticeKind.DISCONNECTED, NoticeKind.DEGRADED, NoticeKind.RECONNECTED),
            *(NoticeKind.RESTORED, NoticeKind.FAILED, NoticeKind.FALLBACK, NoticeKind.API_BACK),
            *(NoticeKind.ANSWERED_NO, NoticeKind.ANSWERED_AGAIN),
        ),
    ),
    Group(
        "reservations",
        "New reservations",
        "As soon as a platform shows one, with what was closed elsewhere.",
        (NoticeKind.RESERVATION, NoticeKind.REQUESTED, NoticeKind.DATES_TAKEN, NoticeKind.NOT_LINKED),
    ),
    Group(
        "changements",
        "Changes and cancellations",
        "Other dates for a stay, or dates that are free again.",
        (NoticeKind.CHANGED, NoticeKind.RELEASED, NoticeKind.STILL_TAKEN),
    ),
    Group(
        "questions",
        "Questions for you",
        "What only you can say: whether a stay is gone, or whose a closing is.",
        (NoticeKind.KEPT_CLOSED, NoticeKind.TO_CLARIFY, NoticeKind.HABIT_CHANGED),
    ),
    Group(
        "preuves",
        "Proofs",
        "Each time a platform has read what was outstanding.",
        (NoticeKind.PROVEN, NoticeKind.REOPENED),
    ),
    Group(
        "service",
        "The service itself",
        "A backup that failed, an interruption, a device or an address that does not answer.",
        (
            *(NoticeKind.NOT_LAID, NoticeKind.LAID_AGAIN, NoticeKind.BACKUP_FAILED, NoticeKind.NO_PHRASE),
            *(NoticeKind.INTERRUPTED, NoticeKind.CLOCK_SET, NoticeKind.NO_DEVICE, NoticeKind.MAIL_REFUSED),
        ),
    ),
)
"""In the order of how much they matter."""

WAYS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    PUSH: ("Telephone", (PUSH,)),
    MAIL: ("E-mail", (MAIL,)),
    "both": ("Telephone and e-mail", (PUSH, MAIL)),
    APPRISE: ("Another service", (APPRISE,)),
    "all": ("Every way", (PUSH, MAIL, APPRISE)),
    "none": ("Only here and in the summary", ()),
}
"""What can be chosen besides the usual: its name in English, and the ways."""


def chosen(group: Group, wishes: Preferences) -> str:
    """Return what an owner has chosen about a group."""
    said = {wishes.by.get(kind.value) for kind in group.kinds}
    if said == {None}:
        return USUAL
    return next((key for key, (_, ways) in WAYS.items() if said == {ways}), OWN)


def wished(choices: Mapping[str, str], wishes: Preferences) -> dict[str, tuple[str, ...]]:
    """Return the ways by kind after an owner has chosen; what is no choice leaves a group as it was."""
    found = dict(wishes.by)
    for group in GROUPS:
        choice = choices.get(group.key, OWN)
        for kind in group.kinds:
            if choice == USUAL:
                found.pop(kind.value, None)
            elif choice in WAYS:
                found[kind.value] = WAYS[choice][1]
    return found
