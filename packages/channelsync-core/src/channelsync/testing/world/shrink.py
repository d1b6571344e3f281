"""The shortest life that still breaks the same law, found by playing shorter and shorter ones; and what it shows.

What happens after the breach goes first, then whole days at the beginning, then acts (halves of them, quarters, single
ones: delta debugging), then the idle days between those that are left, then each habit of each listing that differs
from the plain one. Whatever is left out, the life is played again, and stays as short only if the same law breaks.

A fault goes together with its end, and a step of the clock with the step back: a life in which a calendar stays empty
for a month would break a law that was never promised for it.

Nothing here is left to chance and nothing looks at a clock: the same script gives the same result. Who has no time says
so by the number of plays, or by `enough`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Final, final

from attrs import define, evolve, fields, frozen

from channelsync.adapter import Registry
from channelsync.explain import Explanation, explain, lines
from channelsync.policy import DEFAULT_POLICY, Policy
from channelsync.testing.world.hazards import CALM
from channelsync.testing.world.judge import Breach, Law
from channelsync.testing.world.many import CRASH, crashed
from channelsync.testing.world.script import Act, Cast, Deed, Role, Script
from channelsync.testing.world.side import Side
from channelsync.testing.world.world import World

__all__ = ["MOST", "Shrunk", "act_line", "shrink"]

MOST: Final = 400
"""How many lives are played at most to shorten one."""
_HISTORY: Final = 30
"""The lines of history that are shown before a breach."""
_DAY: Final = 86_400


@final
@frozen
class Shrunk:
    """A life made short: the breach it still ends in, how many plays that took, and what stands around the breach.

    ``whole`` says that nothing more can be left out; else the search was ended before. ``explanations`` tell, at the
    moment of the breach, why the nights concerned are as they are; ``truth`` is what the platforms themselves know.
    """

    script: Script
    breach: Breach
    plays: int
    whole: bool
    history: tuple[str, ...]
    explanations: tuple[Explanation, ...]
    truth: tuple[str, ...]

    @property
    def acts(self) -> tuple[str, ...]:
        """The acts that are left, a line each."""
        return tuple(act_line(act, self.script) for act in self.script.acts)

    @property
    def roles(self) -> tuple[str, ...]:
        """The listings and what is not plain about them, a line each."""
        return tuple(_role_line(role, place) for place, role in enumerate(self.script.cast.roles))

    def chain(self, language: str = "en") -> tuple[str, ...]:
        """The explanations as lines of text."""
        return tuple(line for one in self.explanations for line in lines(one, language))

    def __str__(self) -> str:
        """Say everything, for a file or a failed test."""
        found = "" if self.whole else ", not all of them tried"
        parts = [
            f"seed {self.script.seed}: {self.breach}",
            f"{len(self.script.acts)} acts in {self.script.days} days ({self.plays} plays{found})",
            *(f"  {line}" for line in (*self.roles, *self.acts)),
            *("before the breach:", *(f"  {line}" for line in self.history)),
            *("so it is:", *(f"  {line}" for line in self.truth)),
            *("so we see it:", *(f"  {line}" for line in self.chain())),
        ]
        return "\n".join(parts)


def shrink(
    script: Script,
    breach: Breach,
    *,
    policy: Policy = DEFAULT_POLICY,
    registry: Registry | None = None,
    most: int = MOST,
    enough: Callable[[], bool] | None = None,
) -> Shrunk | None:
    """Return the shortest script found that breaks the same law; None where this one does not break it again.

    Args:
        script: a life that breaks a law.
        breach: that breach.
        policy: the thresholds that our side decides by.
        registry: the channels, by default those that are installed.
        most: play at most so many lives.
        enough: asked before each play; true ends the search with the shortest life so far.
    """
    search = _Search(breach, policy, registry, most, enough)
    if not search.breaks(script):
        return None
    whole = True
    try:
        search.all()
    except _EnoughError:
        whole = False
    return search.told(whole=whole)


class _EnoughError(Exception):
    """The search has taken as long as it may."""


class _MetError(Exception):
    """The law has been broken again: no need to play on."""

    def __init__(self, breach: Breach) -> None:
        super().__init__(str(breach))
        self.breach = breach


@final
@define
class _Search:
    """The search for one breach: the shortest life so far, in the state in which it broke the law."""

    wanted: Breach
    policy: Policy
    registry: Registry | None
    most: int
    enough: Callable[[], bool] | None
    plays: int = 0
    world: World | None = None
    met: Breach | None = None

    @property
    def script(self) -> Script:
        """The shortest life so far."""
        assert self.world is not None
        return self.world.script

    def breaks(self, script: Script) -> bool:
        """Whether this life breaks the law too; then it is the shortest so far."""
        if self.plays >= self.most or (self.plays and self.enough is not None and self.enough()):
            raise _EnoughError
        self.plays += 1
        world = World(script, policy=self.policy, registry=self.registry)
        self.registry = world.registry
        met = self._met(world)
        if met is None:
            return False
        self.world, self.met = world, met
        return True

    def _met(self, world: World) -> Breach | None:
        """Play until the law is broken."""

        def heard(breach: Breach) -> None:
            if self._same(breach):
                raise _MetError(breach)

        world.judge.heard = heard
        if self.wanted.law == Law.SHORT_CUT:
            world.house.share = 1  # which looks are proved is drawn, and a shorter life draws others
        try:
            life = world.played()
        except _MetError as met:
            return met.breach
        except Exception as error:
            if self.wanted.law != CRASH:
                return None
            breach = evolve(crashed(world.script, error), at=world.now)
            return breach if self._same(breach) else None
        return next((breach for breach in life.breaches if self._same(breach)), None)

    def _same(self, breach: Breach) -> bool:
        """Whether it is the same law; an internal error must be of the same kind."""
        kinds = (one.what.partition(":")[0] for one in (breach, self.wanted))
        return breach.law == self.wanted.law and (breach.law != CRASH or len(set(kinds)) == 1)

    # -- what is left out ------------------------------------------------------------------------------------------------

    def all(self) -> None:
        """Leave out whatever can be left out, until nothing more can."""
        size = None
        while size != (size := _size(self.script)):
            self._end()
            self._beginning()
            self._acts()
            self._end()
            self._idle()
            for plainer in (_plainer_cast, _without_role, _plainer_role):
                self._each(plainer)

    def _end(self) -> None:
        """Leave out what comes after the breach; of a breach at the end, days at the end."""
        assert self.met is not None
        days = int((self.met.at - self.script.start) / timedelta(days=1)) + 1
        if days <= self.script.days:
            shorter = _until(self.script, days)
            if shorter != self.script:
                self.breaks(shorter)
            return
        cut = self.script.days // 2
        while cut:
            if not self.breaks(_until(self.script, self.script.days - cut)):
                cut //= 2
            cut = min(cut, self.script.days // 2)

    def _beginning(self) -> None:
        """Leave out days at the beginning."""
        cut = self.script.days // 2
        while cut:
            if not self.breaks(_from(self.script, cut)):
                cut //= 2
            cut = min(cut, self.script.days // 2)

    def _acts(self) -> None:
        """Leave out acts, many at once as long as that goes."""
        parts = 1
        while True:
            groups = _groups(self.script.acts)
            size = max(1, -(-len(groups) // parts))
            for at in range(0, len(groups), size):
                gone = frozenset(place for group in groups[at : at + size] for place in group)
                if self.breaks(self.script.without(gone)):
                    parts = max(parts - 1, 2)
                    break
            else:
                if size == 1:
                    return
                parts *= 2

    def _idle(self) -> None:
        """Leave out the days between acts on which nothing happens: all of a gap, or half of it."""
        busy = sorted({act.at // _DAY for act in self.script.acts})
        for last, following in reversed(list(pairwise(busy))):
            cut = following - last - 1
            while cut and not self.breaks(_closer(self.script, last, cut)):
                cut //= 2

    def _each(self, plainer: Callable[[Script], Iterator[Script]]) -> None:
        """Try each of some plainer scripts, and go on from the first that will do."""
        while any(self.breaks(script) for script in plainer(self.script)):
            continue

    # -- what is told ----------------------------------------------------------------------------------------------------

    def told(self, *, whole: bool) -> Shrunk:
        """Return the shortest life, with what stands around its breach."""
        assert self.world is not None
        assert self.met is not None
        world, met = self.world, self.met
        history = tuple(world.lines()[-_HISTORY:])
        nights = [run.arrival for run in met.nights.runs()][:2]
        chains = tuple(one for night in nights for one in _explained(world, met, night))
        truth = tuple(line for night in nights for line in _truth(world, night))
        return Shrunk(world.script, met, self.plays, whole, history, chains, truth)


def _explained(world: World, breach: Breach, night: date) -> Iterator[Explanation]:
    """Explain a night for the unit, and on the listing of the breach or on all of them."""
    for one in explain(world.house.state, night, world.now + world.house.skew):
        if one.listing is None or breach.listing in {None, one.listing}:
            yield one


def _truth(world: World, night: date) -> Iterator[str]:
    """Say what each platform knows of a night."""
    for side in world.sides:
        said = ", ".join(_known(side, world, night)) or "free"
        yield f"{night} {side.key}: {said}"


def _known(side: Side, world: World, night: date) -> Iterator[str]:
    for one in side.platform.reservations():
        if night in one.stay.nights:
            shown = night in side.seen.get(one.id, one.stay.nights - one.stay.nights)
            yield f"sold {one.stay}, {'shown to us' if shown else 'never shown to us'}"
    for why, nights in side.platform.reasons(world.now).items():
        if night in nights and why != "sold":
            yield why


def _size(script: Script) -> tuple[int, int, int]:
    plain = sum(getattr(role, name) != value for role in script.cast.roles for name, value in _plain(role))
    return len(script.acts), script.days, plain + len(script.cast.roles)


# -- scripts made shorter ------------------------------------------------------------------------------------------------


def _groups(acts: tuple[Act, ...]) -> list[tuple[int, ...]]:
    """Return the places of acts that go together: a fault and its end, a step of the clock and the step back."""
    groups: list[tuple[int, ...]] = []
    taken: set[int] = set()
    for place, act in enumerate(acts):
        if place not in taken:
            group = (place, *(at for at in range(place + 1, len(acts)) if at not in taken and _ends(act, acts[at])))[:2]
            taken |= set(group)
            groups.append(group)
    return groups


def _ends(one: Act, other: Act) -> bool:
    """Whether an act undoes another one, and must not be missing where that happens."""
    if one.deed is Deed.CLOCK:
        return other.deed is Deed.CLOCK and other.span == -one.span
    ended = one.at + one.span == other.at and (one.on, one.fault) == (other.on, other.fault)
    return one.deed is Deed.FAULT and other.deed is Deed.HEAL and ended


def _until(script: Script, days: int) -> Script:
    """Return the first days of a life."""
    return evolve(script, days=days, acts=tuple(act for act in script.acts if act.at < days * _DAY))


def _from(script: Script, days: int) -> Script:
    """Return a life without its first days; what reaches into the rest goes with them."""
    early = {place for place, act in enumerate(script.acts) if act.at < days * _DAY}
    gone = frozenset(place for group in _groups(script.acts) if early & set(group) for place in group)
    left = script.without(gone)
    acts = tuple(evolve(act, at=act.at - days * _DAY) for act in left.acts)
    return evolve(left, start=script.start + timedelta(days=days), days=script.days - days, acts=acts)


def _closer(script: Script, day: int, days: int) -> Script:
    """Return a life whose acts after a day come some days earlier."""
    acts = tuple(act if act.at // _DAY <= day else evolve(act, at=act.at - days * _DAY) for act in script.acts)
    return evolve(script, days=script.days - days, acts=acts)


def _plain(role: Role) -> Iterator[tuple[str, object]]:
    """Yield each habit of a role with its plain value; the channel and the label are no habits."""
    for one in fields(Role):
        if one.name not in {"channel", "label"}:
            yield one.name, one.default


def _plainer_role(script: Script) -> Iterator[Script]:
    """Yield the script with each habit of each listing switched off in turn."""
    for place, role in enumerate(script.cast.roles):
        for name, value in _plain(role):
            if getattr(role, name) != value:
                plainer: Role = evolve(role, **{name: value})  # type: ignore[arg-type]
                roles = (*script.cast.roles[:place], plainer, *script.cast.roles[place + 1 :])
                yield evolve(script, cast=evolve(script.cast, roles=roles))


def _plainer_cast(script: Script) -> Iterator[Script]:
    """Yield the script with each oddity of the unit switched off in turn, and one whose hints all arrive."""
    for one in fields(Cast):
        if one.name in {"timezone", "turnover"} and getattr(script.cast, one.name) != one.default:
            plainer: Cast = evolve(script.cast, **{one.name: one.default})
            yield evolve(script, cast=plainer)
    if script.climate != CALM:
        yield evolve(script, climate=CALM)


def _without_role(script: Script) -> Iterator[Script]:
    """Yield the script without each listing on which nobody does anything, as long as two are left."""
    roles = script.cast.roles
    for gone in range(len(roles)):
        if len(roles) > 2 and all(act.on != gone for act in script.acts):  # noqa: PLR2004 - less is nothing to keep in step
            left = tuple(
                evolve(role, direct=tuple(at - (at > gone) for at in role.direct if at != gone))
                for place, role in enumerate(roles)
                if place != gone
            )
            acts = tuple(evolve(act, on=act.on - (act.on > gone)) for act in script.acts)
            yield evolve(script, cast=evolve(script.cast, roles=left), acts=acts)


# -- scripts told --------------------------------------------------------------------------------------------------------


def act_line(act: Act, script: Script) -> str:
    """Return an act as one line: on which day and at what time, where, what."""
    roles = script.cast.roles
    day = act.at // _DAY
    at = script.start + timedelta(seconds=act.at)
    where = f"{roles[act.on].channel}{f':{roles[act.on].label}' if roles[act.on].label else ''} " if act.on >= 0 else ""
    details = [act.fault] if act.fault else []
    if act.nights or act.first:
        details.append(f"first night {act.first:+} d, {act.nights:+} nights" if act.deed is Deed.MOVE else _stay(act))
    if act.span:
        details.append(f"{timedelta(seconds=abs(act.span))}{' back' if act.span < 0 else ''}")
    if act.draw:
        details.append(f"draw {act.draw}")
    told = f" ({', '.join(details)})" if details else ""
    return f"day {day:>2} {at:%H:%M:%S} UTC  {where}{act.deed.value}{told}"


def _stay(act: Act) -> str:
    return f"{act.nights} nights from {act.first} days on"


def _role_line(role: Role, place: int) -> str:
    odd = [f"{name}={getattr(role, name)!r}" for name, value in _plain(role) if getattr(role, name) != value]
    label = f":{role.label}" if role.label else ""
    return f"listing {place}: {role.channel}{label}{' with ' if odd else ''}{', '.join(odd)}"
