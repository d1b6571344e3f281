"""A small life of a lodging, the same for every plugin: stays, cancellations, closings, and a look after each.

It begins with a guest near the end of what a look shows.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from random import Random
from typing import Final

from channelsync.claims import Kind
from channelsync.nights import Nights, Stay
from channelsync.observation import Observation
from channelsync.testing.conformance.candidate import Candidate, Lived, Scene, night, taken
from channelsync.testing.conformance.rule import demand

__all__ = ["lives", "shown"]

_TURNS: Final = 24
_REACH: Final = 90
"""Days ahead in which something happens."""
_LENGTHS: Final = (1, 1, 2, 3, 7, 21)
_EDGE: Final = 9
"""So many nights before the end of what a look shows a guest arrives, or, where that is not to be had, as many more."""


def shown(scene: Scene, observation: Observation) -> Nights:
    """Return the nights of the window that a look shows as taken; a look that cannot be used breaks the rule."""
    demand(observation.usable, f"by {scene.route}: a good answer is not usable: {observation.failure}")
    return observation.nights.within(scene.window())


def lives(candidate: Candidate) -> tuple[Lived, ...]:
    """Return every look of the life, by each route, with the truth beside it; it is lived once."""
    if candidate.lived is None:
        candidate.lived = tuple(_lived(candidate))
    return candidate.lived


def _lived(candidate: Candidate) -> Iterator[Lived]:
    for make in candidate.scenes():
        scene, rng = make(), Random(3)
        for turn in range(_TURNS):
            _turn(scene, rng) if turn else _book_far(scene)
            seen = scene.look()
            blocks = Nights.union(event.stay.nights for event in seen.events if event.kind is Kind.BLOCK)
            sold = scene.platform.sold(scene.now).within(scene.window())
            yield Lived(scene.route, shown(scene, seen), taken(scene), sold, blocks)


def _book_far(scene: Scene) -> None:
    """Let a guest book as late as anybody can, but for a few nights; nobody where nothing beyond the life is open."""
    shown = scene.window()
    for back in range(_EDGE, shown.length - _REACH, _EDGE):
        stay = Stay(shown.departure - timedelta(days=back), shown.departure - timedelta(days=back - 2))
        if scene.platform.bookable(scene.now, stay):
            scene.book((stay.arrival - night(0)).days, stay.length)
            return


def _turn(scene: Scene, rng: Random) -> None:
    """Let something happen."""
    platform = scene.platform
    today = platform.today(scene.now)
    first = (today - night(0)).days + rng.randrange(_REACH)
    stay = Stay(night(first), night(first + rng.choice(_LENGTHS)))
    standing = [one for one in platform.reservations() if one.stay.arrival > today]
    match rng.randrange(6):
        case 0 if standing:
            scene.cancel(rng.choice(standing))
        case 1:
            platform.close(stay, scene.now)
        case 2:
            platform.open(stay, scene.now)
        case 3:
            scene.pass_time(timedelta(hours=rng.randrange(1, 72)))
        case _ if platform.bookable(scene.now, stay):
            scene.book(first, stay.length)
        case _:
            scene.pass_time(timedelta(minutes=1))
