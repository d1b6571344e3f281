"""The shortest life that still breaks the same law, found by playing shorter and shorter ones; and what it shows.

What happens after the breach goes first, then whole days at the beginning, then acts (all of a kind, halves of the
rest, quarters, single ones: delta debugging), then the idle days between those that are left, then each habit of each
listing that differs from the plain one. Whatever is left out, the life is played again, and stays as short only if the
same law breaks.

Nothing here is left to chance and nothing looks at a clock: the same script gives the same result. Who has no time says
so by the number of plays, or by `enough`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Final, final

from attrs import define, evolve, frozen

from channelsync.adapter import Registry
from channelsync.explain import Explanation, explain, lines
from channelsync.policy import DEFAULT_POLICY, Policy
from channelsync.testing.world.judge import Breach, Law
from channelsync.testing.world.many import CRASH, crashed
from channelsync.testing.world.script import Act, Cast, Deed, Role, Script
from channelsync.testing.world.shorter import (
    closer,
    groups,
    odd,
    since,
    size_of,
    until,
    with_plainer_role,
    with_plainer_unit,
    without_role,
)
from channelsync.testing.world.side import Side
from channelsync.testing.world.world import World

__all__ = ["MOST", "Line", "Shrunk", "act_text", "shrink"]

MOST: Final = 400
"""How many lives are played at most to shorten one."""
_HISTORY: Final = 30
"""The lines of history that are shown before a breach."""
_DAY: Final = 86_400


Line = tuple[str, str]
"""When and what."""


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
    history: tuple[Line, ...]
    explanations: tuple[Explanation, ...]
    truth: tuple[str, ...]

    @property
    def acts(self) -> tuple[Line, ...]:
        """The acts that are left."""
        script = self.script
        times = (script.start + timedelta(seconds=act.at) for act in script.acts)
        return tuple((_when(at), act_text(act, script.cast)) for at, act in zip(times, script.acts, strict=True))

    @property
    def roles(self) -> tuple[str, ...]:
        """The listings and what is not plain about them, a line each."""
        return tuple(_role_line(role, place) for place, role in enumerate(self.script.cast.roles))

    def chain(self, language: str = "en", names: Mapping[str, str] | None = None) -> tuple[str, ...]:
        """The explanations as lines of text, as `channelsync.explain.lines` gives them."""
        return tuple(line for one in self.explanations for line in lines(one, language, names))

    def __str__(self) -> str:
        """Say everything, for a file or a failed test."""
        found = "" if self.whole else ", not all of them tried"
        parts = [
            f"seed {self.script.seed}: {self.breach}",
            f"{len(self.script.acts)} acts in {self.script.days} days ({self.plays} plays{found})",
            *(f"  {line}" for line in self.roles),
            *(f"  {when}  {what}" for when, what in self.acts),
            *("before the breach:", *(f"  {when}  {what}" for when, what in self.history)),
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
        except Exception as error:  # noqa: BLE001 - an error of our own may be what is looked for
            if self.wanted.law != CRASH:
                return None
            breach = evolve(crashed(world.script, error), at=world.now)
            return breach if self._same(breach) else None
        return next((breach for breach in life.breaches if self._same(breach)), None)

    def _same(self, breach: Breach) -> bool:
        """Whether it is the same law; an internal error must be of the same kind."""
        kinds = (one.what.partition(":")[0] for one in (breach, self.wanted))
        return breach.law == self.wanted.law and (breach.law != CRASH or len(set(kinds)) == 1)

    # -- what is left out ----------------------------------------------------------------------------------------------

    def all(self) -> None:
        """Leave out whatever can be left out, until nothing more can."""
        before = None
        while before is None or size_of(self.script) < before:
            before = size_of(self.script)
            self._end()
            self._beginning()
            self._kinds()
            self._acts()
            self._end()
            self._idle()
            for plainer in (with_plainer_unit, without_role, with_plainer_role):
                self._each(plainer)

    def _end(self) -> None:
        """Leave out what comes after the breach; of a breach at the end, days at the end."""
        assert self.met is not None
        days = int((self.met.at - self.script.start) / timedelta(days=1)) + 1
        if days <= self.script.days:
            shorter = until(self.script, days)
            if shorter != self.script:
                self.breaks(shorter)
            return
        cut = self.script.days // 2
        while cut:
            if not self.breaks(until(self.script, self.script.days - cut)):
                cut //= 2
            cut = min(cut, self.script.days // 2)

    def _beginning(self) -> None:
        """Leave out days at the beginning."""
        cut = self.script.days // 2
        while cut:
            if not self.breaks(since(self.script, cut)):
                cut //= 2
            cut = min(cut, self.script.days // 2)

    def _kinds(self) -> None:
        """Leave out all acts of a kind, the faults that need not be there before anything else."""
        for kind in sorted({_kind(act) for act in self.script.acts}):
            acts = self.script.acts
            together = (group for group in groups(acts) if any(_kind(acts[place]) == kind for place in group))
            gone = frozenset(place for group in together for place in group)
            if gone:
                self.breaks(self.script.without(gone))

    def _acts(self) -> None:
        """Leave out acts, many at once as long as that goes."""
        parts = 1
        while True:
            together = groups(self.script.acts)
            size = max(1, -(-len(together) // parts))
            for at in range(0, len(together), size):
                gone = frozenset(place for group in together[at : at + size] for place in group)
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
            while cut and not self.breaks(closer(self.script, last, cut)):
                cut //= 2

    def _each(self, plainer: Callable[[Script], Iterator[Script]]) -> None:
        """Try each of some plainer scripts, and go on from the first that will do."""
        while any(self.breaks(script) for script in plainer(self.script)):
            continue

    # -- what is told --------------------------------------------------------------------------------------------------

    def told(self, *, whole: bool) -> Shrunk:
        """Return the shortest life, with what stands around its breach."""
        assert self.world is not None
        assert self.met is not None
        world, met = self.world, self.met
        history = tuple((_when(at), text.format(*held)) for at, text, held in world.history[-_HISTORY:])
        nights = [run.arrival for run in met.nights.runs()][:2]
        chains = tuple(one for night in nights for one in _explained(world, met, night))
        truth = tuple(line for night in nights for line in _truth(world, night))
        return Shrunk(world.script, met, self.plays, whole, history, chains, truth)


def _kind(act: Act) -> tuple[bool, str, str]:
    """Return what kind of act it is, in the order in which kinds are left out: what fails, then what people do."""
    return not act.fault, act.deed.value, act.fault


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


# -- scripts told ------------------------------------------------------------------------------------------------------


def _when(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"


def act_text(act: Act, cast: Cast) -> str:
    """Return an act in words: where, what, and how much of it; the number that it chooses with is left out."""
    parts = [_name(cast.roles[act.on])] if act.on >= 0 else []
    parts.append(f"{act.deed.value}{f' {act.fault}' if act.fault else ''}")
    if act.deed is Deed.MOVE:
        parts.append(f"by {act.first:+} days, {act.nights:+} nights")
    elif act.nights:
        parts.append(_stay(act))
    if act.span:
        parts.append(f"{'back ' if act.span < 0 else ''}for {timedelta(seconds=abs(act.span))}")
    return " ".join(parts)


def _name(role: Role) -> str:
    return f"{role.channel}:{role.label}" if role.label else role.channel


def _stay(act: Act) -> str:
    return f"{act.nights} nights, {act.first} days ahead"


def _role_line(role: Role, place: int) -> str:
    found = [f"{name}={value!r}" for name, value, _ in odd(role)]
    return f"listing {place}: {_name(role)}{' with ' if found else ''}{', '.join(found)}"
