"""Scripts made shorter and plainer: each function leaves something out, and none asks whether the law still breaks.

A fault goes together with its end, and a step of the clock with the step back: a life in which a calendar stays empty
for a month would break a law that was never promised for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

from attrs import evolve, fields

from channelsync.testing.world.hazards import CALM
from channelsync.testing.world.script import Act, Cast, Deed, Role, Script

__all__ = [
    "closer",
    "groups",
    "odd",
    "since",
    "size_of",
    "until",
    "with_plainer_role",
    "with_plainer_unit",
    "without_role",
]

_DAY: Final = 86_400
_FEWEST: Final = 2
"""A unit on one platform alone has nothing to keep in step."""


def size_of(script: Script) -> tuple[int, int, int]:
    """Return how much there is in a script: acts, days, listings and what is odd about them."""
    return len(script.acts), script.days, sum(1 + len(list(odd(role))) for role in script.cast.roles)


def groups(acts: tuple[Act, ...]) -> list[tuple[int, ...]]:
    """Return the places of acts that go together: a fault and its end, a step of the clock and the step back."""
    found: list[tuple[int, ...]] = []
    taken: set[int] = set()
    for place, act in enumerate(acts):
        if place not in taken:
            group = (place, *(at for at in range(place + 1, len(acts)) if at not in taken and _ends(act, acts[at])))[:2]
            taken |= set(group)
            found.append(group)
    return found


def _ends(one: Act, other: Act) -> bool:
    """Whether an act undoes another one, and must not be missing where that happens."""
    if one.deed is Deed.CLOCK:
        return other.deed is Deed.CLOCK and other.span == -one.span
    ended = one.at + one.span == other.at and (one.on, one.fault) == (other.on, other.fault)
    return one.deed is Deed.FAULT and other.deed is Deed.HEAL and ended


def until(script: Script, days: int) -> Script:
    """Return the first days of a life."""
    acts = tuple(act for act in script.acts if act.at < days * _DAY)
    return evolve(script, days=days, acts=acts, furnished=min(script.furnished, days))


def since(script: Script, days: int) -> Script:
    """Return a life without its first days; what reaches into the rest goes with them."""
    early = {place for place, act in enumerate(script.acts) if act.at < days * _DAY}
    gone = frozenset(place for group in groups(script.acts) if early & set(group) for place in group)
    left = script.without(gone)
    acts = tuple(evolve(act, at=act.at - days * _DAY) for act in left.acts)
    furnished = max(0, script.furnished - days)
    start = script.start + timedelta(days=days)
    return evolve(left, start=start, days=script.days - days, acts=acts, furnished=furnished)


def closer(script: Script, day: int, days: int) -> Script:
    """Return a life whose acts after a day come some days earlier."""
    acts = tuple(act if act.at // _DAY <= day else evolve(act, at=act.at - days * _DAY) for act in script.acts)
    furnished = script.furnished if script.furnished <= day else max(day + 1, script.furnished - days)
    return evolve(script, days=script.days - days, acts=acts, furnished=furnished)


def odd(role: Role) -> Iterator[tuple[str, object, object]]:
    """Yield each habit of a listing that is not the plain one: its name, its value, the plain value."""
    for one in fields(Role):
        value = getattr(role, one.name)
        if one.name not in {"channel", "label"} and value != one.default:
            yield one.name, value, one.default


def with_plainer_role(script: Script) -> Iterator[Script]:
    """Yield the script with each habit of each listing switched off in turn."""
    for place, role in enumerate(script.cast.roles):
        for name, _, plain in odd(role):
            change: dict[str, Any] = {name: plain}
            roles = (*script.cast.roles[:place], evolve(role, **change), *script.cast.roles[place + 1 :])
            yield evolve(script, cast=evolve(script.cast, roles=roles))


def with_plainer_unit(script: Script) -> Iterator[Script]:
    """Yield the script in the usual zone, without turnover nights, with us there at once, or with hints in time."""
    plain = Cast(script.cast.name, script.cast.owner, script.cast.roles)
    for cast in (evolve(script.cast, timezone=plain.timezone), evolve(script.cast, turnover=plain.turnover)):
        if cast != script.cast:
            yield evolve(script, cast=cast)
    if script.furnished:
        yield evolve(script, furnished=0)
    if script.climate != CALM:
        yield evolve(script, climate=CALM)


def without_role(script: Script) -> Iterator[Script]:
    """Yield the script without each listing on which nobody does anything, as long as two are left."""
    roles = script.cast.roles
    for gone in range(len(roles)):
        if len(roles) > _FEWEST and all(act.on != gone for act in script.acts):
            left = tuple(
                evolve(role, direct=tuple(at - (at > gone) for at in role.direct if at != gone))
                for place, role in enumerate(roles)
                if place != gone
            )
            acts = tuple(evolve(act, on=act.on - (act.on > gone)) for act in script.acts)
            yield evolve(script, cast=evolve(script.cast, roles=left), acts=acts)
