"""Calls to us: webhooks, whose word is never taken, and questions, which the ledger answers."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Iterator, Mapping
from datetime import timedelta
from itertools import product
from typing import Final, cast

import httpx

from channelsync.adapter import Capability, Hint, Question, Reply
from channelsync.errors import WireFormatError
from channelsync.nights import Stay
from channelsync.testing.conformance.account import ApiScene, finished
from channelsync.testing.conformance.altering import replaced
from channelsync.testing.conformance.candidate import Candidate, night
from channelsync.testing.conformance.rule import BrokenRuleError, Tier, demand, not_applicable, rule
from channelsync.testing.values import Refusal, Reservation

__all__ = [
    "changes_are_asked_about",
    "changes_are_hinted_at",
    "forged_deliveries_are_harmless",
    "no_question_is_none",
    "questions_are_understood",
    "replays_say_the_same",
    "replies_are_obeyed",
    "unknown_types_are_left",
    "unreadable_deliveries_are_refused",
]

_CALLS: Final = Capability.RECEIVES_WEBHOOKS
_ASKS: Final = Capability.ASKS_QUESTIONS
_LONGEST: Final = 100
_ODD: Final[tuple[object, ...]] = ("unheard-of", None, 4711, (), {"a": "b"}, "x" * 5000)
"""What stands in the place of a value that was expected."""
_MOST: Final = 50
_DAY: Final = timedelta(days=1)
_SECOND: Final = timedelta(seconds=1)
_STAY: Final = Stay(night(10), night(13))
_MOVED: Final = Stay(night(11), night(15))
_UNREADABLE: Final = (b"", b"{", b"\xff\xfe\x00", b"<html></html>", b"null", b"[" * 5000)


def _hints(scene: ApiScene, headers: Mapping[str, str], body: bytes) -> tuple[Hint, ...]:
    """Return what a delivery is about.

    Raises:
        WireFormatError: the plugin says that it cannot be read.
        BrokenRuleError: it breaks off in any other way, or returns something else than hints.
    """
    try:
        found = cast("object", scene.api.hints(headers, body))
    except WireFormatError:
        raise
    except Exception as error:
        msg = f"a delivery of {len(body)} bytes makes it break off: {type(error).__name__}"
        raise BrokenRuleError(msg) from error
    demand(isinstance(found, tuple), f"it returned a {type(found).__name__}, not a tuple of Hint")
    strange = [one for one in cast("tuple[object, ...]", found) if not isinstance(one, Hint)]
    demand(not strange, f"it returned a {type(next(iter(strange), None)).__name__} among the hints")
    hints = cast("tuple[Hint, ...]", found)
    long = [one for one in hints if len(one.listing) > _LONGEST or len(one.code) > _LONGEST]
    demand(not long, f"a hint names a listing or a code of more than {_LONGEST} letters")
    return hints


def _calls(scene: ApiScene) -> list[httpx.Request]:
    """Return the calls that the platform makes from now on, for a day at most."""
    made: list[httpx.Request] = []
    until = scene.now + _DAY
    for _ in range(_MOST):
        at = scene.partner.next_call(scene.now)
        if at is None or at > until:
            break
        scene.now = max(scene.now + _SECOND, at)
        made += scene.partner.calls(scene.now)
    return made


def _delivered(candidate: Candidate) -> Iterator[tuple[ApiScene, str, httpx.Request]]:
    """Yield each call of the platform's as a guest books, changes the dates and cancels, with what was done.

    One lodging of the account after the other.
    """
    for make in candidate.lodgings():
        yield from _delivered_about(make())


def _delivered_about(scene: ApiScene) -> Iterator[tuple[ApiScene, str, httpx.Request]]:
    _calls(scene)
    booked = scene.book(10, 3)
    acts: tuple[tuple[str, Callable[[], None]], ...] = (
        ("a booking", lambda: None),
        ("a change of dates", lambda: scene.change(booked, 11, 4)),
        ("a cancellation", lambda: scene.cancel(booked)),
    )
    for what, act in acts:
        act()
        made = _calls(scene)
        demand(made, f"the simulator calls nobody after {what}")
        for call in made:
            yield scene, what, call


@rule("webhook.hint", _CALLS, tier=Tier.GOLD)
def changes_are_hinted_at(candidate: Candidate) -> None:
    """A booking, a change of dates and a cancellation each lead to a hint that names the listing, or all of them.

    A hint only makes us look; without one, the next look is up to a quarter of an hour away.

    Troubleshooting: return ``Hint()`` where the delivery names no listing: all of the account's are then looked at.
    """
    receipt: object = getattr(candidate.plugin.api, "receipt", None)
    demand(receipt is None or isinstance(receipt, Reply), f"its receipt is a {type(receipt).__name__}, no Reply")
    hinted: dict[tuple[str, str], bool] = {}
    for scene, what, call in _delivered(candidate):
        hints = _hints(scene, call.headers, call.read())
        about = any(one.listing in {"", scene.listing} for one in hints)
        hinted[scene.listing, what] = hinted.get((scene.listing, what), False) or about
    missing = [what for (_, what), found in hinted.items() if not found]
    demand(not missing, f"no hint about the listing after {', '.join(missing)}")


@rule("webhook.replay", _CALLS, tier=Tier.GOLD)
def replays_say_the_same(candidate: Candidate) -> None:
    """The same delivery again, or after a later one, gives the same hints.

    Deliveries come twice, late and out of order; each look then sees the truth, so that a replay does no harm.

    Troubleshooting: keep nothing between two deliveries.
    """
    made = [(scene, call) for scene, _, call in _delivered(candidate)]
    first = [_hints(scene, call.headers, call.read()) for scene, call in made]
    again = [_hints(scene, call.headers, call.read()) for scene, call in reversed(made)]
    demand(first == list(reversed(again)), "a delivery that comes again says something else")


@rule("webhook.unreadable", _CALLS, tier=Tier.GOLD)
def unreadable_deliveries_are_refused(candidate: Candidate) -> None:
    """A delivery that cannot be read is told as `WireFormatError`, whatever it holds.

    Anybody who finds the address may send anything there.

    Troubleshooting: catch what your parser raises (``ValueError``, ``RecursionError``, a wrong encoding), and check the
    types of what you take out.
    """
    scene = candidate.api()
    for body in _UNREADABLE:
        try:
            hints = _hints(scene, {}, body)
        except WireFormatError:
            continue
        demand(kept=False, seen=f"{body[:12]!r} was read as {len(hints)} hints")


@rule("webhook.unknown", _CALLS, tier=Tier.GOLD)
def unknown_types_are_left(candidate: Candidate) -> None:
    """A delivery of an unknown type, or with a member of an unknown form, leads to hints at most, and to nothing worse.

    Platforms add types without a word.

    Troubleshooting: a look too many is cheap: return ``Hint()``, or nothing, for a type you do not know.
    """
    for scene, what, call in _delivered(candidate):
        for changed in _changed(call.read()):
            try:
                hints = _hints(scene, call.headers, changed)
            except WireFormatError:
                continue
            demand(
                not any(one.revoked for one in hints), f"{what}, one member changed: told that access was taken back"
            )


def _changed(body: bytes) -> Iterator[bytes]:
    """Yield a JSON body with one value at a time made another, of another type too; nothing where it is no JSON."""
    try:
        document: object = json.loads(body)
    except ValueError:
        return
    for odd in _ODD:
        for _, _, changed in replaced(document, odd):
            yield json.dumps(changed).encode()


@rule("webhook.forged", _CALLS, tier=Tier.GOLD)
def forged_deliveries_are_harmless(candidate: Candidate) -> None:
    """A delivery with a wrong signature, a wrong key or no header at all leads to no more than the genuine one.

    Where the platform signs, a forgery is refused; where it does not, it costs one look, and its word is not taken.

    Troubleshooting: a header may be missing or hold anything: `WireFormatError` is the only way to refuse.
    """
    for scene, what, call in _delivered(candidate):
        body = call.read()
        genuine = set(_hints(scene, call.headers, body))
        wrong = dict.fromkeys(call.headers, "0" * 40)
        for headers in ({}, wrong, {**call.headers, "Authorization": "é" * 9, "X-Signature": ""}):
            try:
                hints = _hints(scene, headers, body)
            except WireFormatError:
                continue
            demand(set(hints) <= genuine, f"{what}, forged: it leads to more than the genuine one")


# -- questions ---------------------------------------------------------------------------------------------------------
Asking = Generator[httpx.Request, httpx.Response | None, Reservation | Refusal]


def _asked(candidate: Candidate, scene: ApiScene, asking: Asking, *, free: bool) -> tuple[list[Question], bool]:
    """Answer the questions that the platform asks before it goes on, and return them with whether it was done."""
    questions: list[Question] = []
    home = _home(candidate)

    def answer(request: httpx.Request) -> httpx.Response:
        path = request.url.path.removeprefix(home)
        query = dict(request.url.params)
        question = cast("object", scene.api.question(request.method, path, query, request.read()))
        demand(isinstance(question, Question), f"a question of the platform's is told as a {type(question).__name__}")
        questions.append(cast("Question", question))
        reply = cast("object", scene.api.reply(cast("Question", question), free=free))
        demand(isinstance(reply, Reply), f"a reply is a {type(reply).__name__}")
        told = cast("Reply", reply)
        return httpx.Response(told.status, content=told.body, headers={"Content-Type": told.content_type})

    return questions, isinstance(finished(asking, answer), Reservation)


def _booking(candidate: Candidate, scene: ApiScene, *, free: bool) -> tuple[list[Question], bool]:
    """Let a guest book, answered so, and return what was asked and whether the stay is booked."""
    questions, done = _asked(candidate, scene, scene.partner.book(scene.listing, _STAY, scene.now), free=free)
    demand(questions, "the simulator asks nothing before a guest books")
    return questions, done


def _home(candidate: Candidate) -> str:
    """Return the path of our address, which every question of the platform's begins with."""
    scene, paths = candidate.api(), list[str]()

    def heard(request: httpx.Request) -> None:
        paths.append(request.url.path)

    finished(scene.partner.book(scene.listing, _STAY, scene.now), heard)
    return min(paths, key=len, default="")


def _understood(scene: ApiScene, questions: list[Question], stay: Stay) -> None:
    """Demand that questions are about this listing and these nights."""
    for one in questions:
        demand(one.listing == scene.listing, f"it is about the listing {one.listing!r}, asked was {scene.listing!r}")
        demand(one.stay == stay, f"it is about {one.stay}, asked was {stay}")


@rule("question.understood", _ASKS, tier=Tier.GOLD)
def questions_are_understood(candidate: Candidate) -> None:
    """What is asked is understood: the listing and the nights are those that the guest wants.

    The answer comes from the ledger; to a question about other nights it would be a wrong one.

    Troubleshooting: read the number of nights or the day of departure as the platform means it.
    """
    for make in candidate.lodgings():
        scene = make()
        _understood(scene, _booking(candidate, scene, free=True)[0], _STAY)


@rule("question.obeyed", _ASKS, tier=Tier.GOLD)
def replies_are_obeyed(candidate: Candidate) -> None:
    """A yes lets the guest book and a no does not: the platform understands both replies.

    Troubleshooting: the form of a no matters: a platform may take an answer that it cannot read for a yes.
    """
    _, granted = _booking(candidate, candidate.api(), free=True)
    demand(granted, "we said yes, and the guest was refused")
    scene = candidate.api()
    _, granted = _booking(candidate, scene, free=False)
    demand(not granted, "we said no, and the guest has booked")
    demand(not scene.platform.sold(scene.now), "we said no, and the nights are sold")


@rule("question.change", _ASKS, tier=Tier.GOLD)
def changes_are_asked_about(candidate: Candidate) -> None:
    """A question about a change of dates is understood and answered like one about a booking, with the new nights.

    It often comes in another form: by another method, or at an address with the reservation's code. A plugin that takes
    it for none answers nothing, and the guest moves to nights that are sold elsewhere.

    Troubleshooting: ``question`` is given method, path and query as they came; name the reservation in
    ``Question.code``, so that its own nights are no obstacle to it.
    """
    for make, free in product(candidate.lodgings(), (True, False)):
        scene = make()
        before = scene.book(10, 3)
        asking = scene.partner.change(scene.listing, before.id, _MOVED, scene.now)
        questions, done = _asked(candidate, scene, asking, free=free)
        if not questions:
            not_applicable("its simulator asks nothing before a change of dates")
        _understood(scene, questions, _MOVED)
        named = {one.code for one in questions} <= {"", before.code}
        demand(named, "it is told with the code of another reservation")
        there = (_MOVED if free else before.stay).nights
        sold = scene.platform.sold(scene.now)
        demand(done == free and sold == there, f"we said {'yes' if free else 'no'}, and {sold} is sold")


@rule("question.none", _ASKS, tier=Tier.GOLD)
def no_question_is_none(candidate: Candidate) -> None:
    """A request that asks nothing is told as none, and one that cannot be read as `WireFormatError`.

    Troubleshooting: ``question`` returns None for a webhook's delivery; anybody may send anything to the address.
    """
    scene = candidate.api()
    requests: list[tuple[str, str, dict[str, str], bytes]] = [
        ("GET", "", {}, b""),
        ("POST", "/elsewhere", {}, b"{"),
        ("DELETE", "", {"a": "b"}, b"\xff"),
    ]
    if Capability.RECEIVES_WEBHOOKS in candidate.declared:
        home = _home(candidate)
        made = [call for _, _, call in _delivered(candidate)]
        requests += [(one.method, one.url.path.removeprefix(home), dict(one.url.params), one.read()) for one in made]
    for method, path, query, body in requests:
        try:
            found = scene.api.question(method, path, query, body)
        except WireFormatError:
            continue
        except Exception as error:
            msg = f"{method} with {len(body)} bytes makes it break off: {type(error).__name__}"
            raise BrokenRuleError(msg) from error
        demand(found is None, f"{method} {path or '/'} with {len(body)} bytes is taken for a question")
