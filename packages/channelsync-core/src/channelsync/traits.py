"""Habits of a platform's route, as data: what its calendar means, merges, clips, rolls and sends back.

A plugin declares them; the kernel reads them; nothing else in the kernel knows a platform. Each default is the careful
one: a platform nobody has measured may echo, identifies nothing, and its empty answers are not believed.
"""

from __future__ import annotations

from datetime import timedelta
from enum import Enum
from typing import Final, final

from attrs import frozen

from channelsync.claims import Kind

__all__ = ["ALL_KINDS", "EchoHabit", "Horizon", "Traits"]

ALL_KINDS: Final = frozenset(Kind)


class EchoHabit(Enum):
    """Whether a listing sends our own closures back in its calendar."""

    UNKNOWN = "unknown"
    """Treated as one that may."""
    NEVER = "never"
    ECHOES = "echoes"


@final
@frozen
class Horizon:
    """How far ahead a platform's calendar reaches, and which events may be its rolling end.

    An event of one of ``kinds`` that ends ``months`` after today is the part of the calendar that is not open yet.
    """

    months: int
    kinds: frozenset[Kind] = ALL_KINDS


@final
@frozen
class Traits:
    """One route's habits."""

    identified: frozenset[Kind] = frozenset[Kind]()
    """Kinds whose UID stays with the same reservation for life, also across date changes."""
    merges: bool = False
    """Whether stays that touch come as one event."""
    clips: bool = False
    """Whether a running stay is cut to begin today."""
    horizon: Horizon | None = None
    """The rolling end of the calendar, None when it has none."""
    notice: bool = False
    """Whether a block at today may be an advance notice that moves along every day."""
    echo: EchoHabit = EchoHabit.UNKNOWN
    """What is known beforehand of its echo; each listing is then learned."""
    echo_kinds: frozenset[Kind] = frozenset({Kind.BLOCK, Kind.CLOSURE})
    """Kinds in which an echo can come."""
    empty_is_normal: bool = False
    """Whether an empty calendar is often true."""
    imports_every: timedelta = timedelta(hours=4)
    """How often it is expected to read our calendar, until that is learned; often only reported, seldom documented.

    For one that takes our writes, how soon what was written should show.
    """
    poll_every: timedelta | None = None
    """How often its owner wishes it to be looked at, None for as often as the installation's others."""
    hosts: tuple[str, ...] = ()
    """Host names of its export links: exact, or ``*.example.com``."""
    prodids: tuple[str, ...] = ()
    """Texts that occur in the PRODID of its calendars."""
    pushed: bool = False
    """Whether it is told by our writes, night by night, rather than by a calendar that it reads."""
    reopens: bool = True
    """Whether the nights of a reservation that is cancelled there are open again by themselves."""
