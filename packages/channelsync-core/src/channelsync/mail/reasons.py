"""Why a mail triggers nothing; no reason repeats anything of the mail."""

from __future__ import annotations

from enum import Enum

__all__ = ["Reason"]


class Reason(Enum):
    """Why a mail triggers nothing. The value is what logs and scripts are told."""

    TOO_LONG = "its head is too long"
    ODD_HEAD = "its head has characters that no head has"
    UNREADABLE = "its head cannot be read"
    SEVERAL = "it has several senders or subjects, or no sender"
    ODD_SENDER = "its sender is not one plain address"
    NO_PLATFORM = "its sender is no platform"
    OTHER_SUBJECT = "its subject is none of those known"
    NOT_VOUCHED = "the receiving server says nothing about its sender"
    UNREADABLE_WORD = "what the receiving server says cannot be read"
    STRANGERS_WORD = "the topmost word about its sender is not our server's"
    CONTRADICTORY = "the receiving server says several things about its sender"
    NOT_PASSED = "it does not pass DMARC for its sender"
    UNSIGNED = "nothing shows who sent it"
