"""Why a night is closed or open, as a short story for each platform: what took it, what we did, what proves it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final, final

from attrs import frozen

from channelsync.claims import Kind
from channelsync.explain import Explanation, Step, What, explain
from channelsync.inventory import Unit
from channelsync.proof import Evidence
from channelsync.state import UnitState
from channelsync_web.speech import Say

__all__ = ["Chapter", "Line", "Story", "story"]

_KINDS: Final[Mapping[Kind, str]] = {
    Kind.RESERVATION: "Reservation",
    Kind.BLOCK: "Blocked dates",
    Kind.CLOSURE: "Dates taken",
    Kind.HOLD: "Option",
}
_SENTENCES: Final[Mapping[What, tuple[str, str]]] = {
    What.FREE: ("ok", "Nothing takes this night."),
    What.CLAIMED: ("taken", "{kind} – {source}, seen first {at}, still there {last}."),
    What.TYPED: ("taken", "{kind} – {source}, entered here by you, {at}."),
    What.TURNOVER: ("taken", "Night kept free for the turnover: {kind} beside it – {source}."),
    What.KEPT: ("wait", "Not shown any more since {at}. Disappearance to be confirmed: we keep closed."),
    What.MIRRORED: ("wait", "To clarify: probably a copy of dates on {source}."),
    What.SUSPECTED: ("wait", "To clarify: it looked like our own dates, but outlived them."),
    What.EXPIRES: ("wait", "This option ends {at}."),
    What.HELD: ("wait", "Nobody takes this night any more, but {source} still shows it closed: a guest is possible."),
    What.RETIRED: ("off", "This listing is no longer linked: neither read nor closed."),
    What.NEVER_READ: ("wait", "We have not read this calendar yet."),
    What.UNUSABLE: ("wait", "The last look brought nothing: the one before, {last}, stands."),
    What.OWN: ("taken", "{kind} on this very listing, seen first {at}, still there {last}."),
    What.ECHO: ("seen", "Shown closed {at}: our own dates, sent back by {here}."),
    What.ECHO_UNSURE: ("wait", "Shown closed {at}: our own dates, sent back by {here}, or a guest."),
    What.SET_ASIDE: ("seen", "Shown closed {at}: {here} has not opened its calendar so far ahead."),
    What.SHOWN_OPEN: ("seen", "Shown open by {here} {at}."),
    What.PUBLISHED: ("done", "Closed in our calendar for {here} {at}."),
    What.REOPENED: ("done", "Open again in our calendar for {here} {at}."),
    What.NOT_PUBLISHED: ("off", "Not closed by us on {here}."),
    What.ORDERED: ("done", "To be closed by {here}, asked {at}."),
    What.ORDERED_OPEN: ("done", "To be opened again by {here}, asked {at}."),
    What.ACCEPTED: ("proof", "Accepted by {here} {at}."),
    What.NOT_ACCEPTED: ("wait", "Not accepted by {here} yet."),
    What.FETCHED: ("proof", "Read by {here} {at}, last {last}."),
    What.NOT_FETCHED: ("wait", "Not read by {here} yet."),
    What.READ_BACK: ("proof", "Shown closed by {here} {at}: the platform itself says so."),
    What.EXPOSED: ("bad", "Still bookable on {here}, since {at}."),
    What.TAINTED: ("wait", "Closed here only because of dates to clarify."),
}
_VERDICTS: Final[Mapping[str, str]] = {
    "taken": "Taken here",
    "proven": "Closing proven",
    "waiting": "Closing not proven yet",
    "open": "Open",
}


@final
@frozen
class Line:
    """One step: its words, and its ``tone``: taken, wait, done, proof, seen, bad, ok or off."""

    tone: str
    text: str


@final
@frozen
class Chapter:
    """One listing's part: its key and name, in short whether it is closed there and proven, and the steps."""

    key: str
    where: str
    tone: str
    verdict: str
    lines: tuple[Line, ...]


@final
@frozen
class Story:
    """Why a night is as it is: what takes it, and each listing's part."""

    unit: Unit
    night: date
    closed: bool
    causes: tuple[Line, ...]
    chapters: tuple[Chapter, ...]


def story(state: UnitState, night: date, say: Say) -> Story:
    """Tell one night of a lodging."""
    whole, *parts = explain(state, night, say.now)
    causes = tuple(_line(one, say, whole) for one in whole.steps)
    linked = {one.id for one in state.active}
    chapters = tuple(_chapter(one, say) for one in parts if one.listing in linked)
    closed = whole.closed or any(one.closed for one in parts)
    return Story(state.unit, night, closed, causes, chapters)


def _chapter(part: Explanation, say: Say) -> Chapter:
    own = any(step.what is What.OWN for step in part.steps)
    proven = part.proof is not None and part.proof >= Evidence.ACCEPTED
    verdict = "taken" if own else "open" if not part.closed else "proven" if proven else "waiting"
    tone = {"taken": "", "proven": "good", "waiting": "warn", "open": ""}[verdict]
    told = _TOLD | {What.NOT_PUBLISHED} if own else _TOLD
    lines = tuple(_line(step, say, part) for step in part.steps if step.what not in told)
    return Chapter(part.where, say.platform(part.where), tone, str(say(_VERDICTS[verdict])), lines)


_TOLD: Final = frozenset(
    {
        What.FREE,
        What.CLAIMED,
        What.TYPED,
        What.TURNOVER,
        What.KEPT,
        What.MIRRORED,
        What.SUSPECTED,
        What.EXPIRES,
        What.HELD,
    }
)
"""What the story's head has said already."""


def _line(step: Step, say: Say, part: Explanation) -> Line:
    tone, sentence = _SENTENCES[step.what]
    if step.what in {What.CLAIMED, What.TYPED} and not step.source:
        sentence = "{kind} – entered here by you, {at}."
    elif step.what is What.FETCHED and step.at == step.last:
        sentence = "Read by {here} {at}."
    text = say(
        sentence,
        kind=say(_KINDS[step.kind]) if step.kind else "",
        source=say.platform(step.source) if step.source else say("entered here"),
        here=say.platform(part.where),
        at=say.moment(step.at, part.timezone),
        last=say.moment(step.last, part.timezone),
    )
    return Line(tone, str(text))
