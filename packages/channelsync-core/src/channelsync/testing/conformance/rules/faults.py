"""Faults: no wrong answer is taken for a good one, and each is told for what it is. They hold for every flow."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from itertools import product
from typing import Final, TypeVar

from channelsync.adapter import Capability, Written
from channelsync.errors import (
    ChannelError,
    ChannelUnavailableError,
    CredentialRejectedError,
    ListingGoneError,
    RateLimitedError,
    Retry,
)
from channelsync.nights import NO_NIGHTS, Nights
from channelsync.observation import Observation
from channelsync.testing.conformance.account import ApiScene
from channelsync.testing.conformance.altering import altered_runs, answering_at
from channelsync.testing.conformance.candidate import Candidate, FeedScene, Scene, night
from channelsync.testing.conformance.driving import SPOILS
from channelsync.testing.conformance.rule import BrokenRuleError, demand, not_applicable, rule
from channelsync.testing.conformance.trials import Outcome, Trial, api_trials, trials
from channelsync.testing.faults import Fault
from channelsync.testing.partner import ApiFault

__all__ = [
    "errors_can_be_acted_on",
    "gone_is_said",
    "late_answers_pass_through",
    "no_entry_is_left_out",
    "no_rubbish_is_believed",
    "one_address_spoils_no_look",
    "refusals_are_told",
    "server_errors_are_passing",
    "throttling_is_obeyed",
    "valid_and_empty_cancels_nothing",
]

_GONE: Final = 404
_NEAR: Final = 8
"""Nights of a look whose every value is altered."""
T = TypeVar("T")
_WAIT: Final = timedelta(seconds=120)
"""What the throttled answer asks for."""


def _spoilt(candidate: Candidate, *names: str) -> Iterator[tuple[Trial, str, Outcome]]:
    """Yield how each flow ends when each of its answers is spoilt in these ways."""
    for trial in trials(candidate):
        for name, first, outcome in trial.spoilt(*names):
            if not _partly_written(outcome, first):
                yield trial, f"{trial.name}, {name} at request {first + 1}", outcome


def _partly_written(outcome: Outcome, first: int) -> bool:
    """Whether a write told honestly what it had done before the answers were spoilt."""
    return first > 0 and isinstance(outcome.result, Written) and not _overstated(outcome)


def _overstated(outcome: Outcome) -> Nights:
    """Return the nights that a write says are closed or open, and that are not."""
    assert isinstance(outcome.result, Written)
    scene = outcome.stage.scene
    closed = scene.platform.sold(scene.now) | scene.platform.closed(scene.now)
    return (outcome.result.closed - closed) | (outcome.result.opened & closed)


@rule("faults.throttled")
def throttling_is_obeyed(candidate: Candidate) -> None:
    """A 429 is told as `RateLimitedError`, with the wait that the platform asks for.

    Whoever goes on asking is blocked, and then sees nothing at all.

    Troubleshooting: ``retry_after`` of ``channelsync.adapter`` reads the header in both its forms.
    """
    for _, where, outcome in _spoilt(candidate, "throttled"):
        error = outcome.error
        demand(isinstance(error, RateLimitedError), f"{where}: {outcome}")
        if isinstance(error, RateLimitedError):
            demand(error.retry_after == _WAIT, f"{where}: asked to wait {_WAIT}, told {error.retry_after}")


@rule("faults.server-error")
def server_errors_are_passing(candidate: Candidate) -> None:
    """A 5xx is told as `ChannelUnavailableError`: the platform's fault, and worth trying again.

    Troubleshooting: look at the status before the body; a 500 may hold anything, even something that can be read.
    """
    for _, where, outcome in _spoilt(candidate, "error", "gateway"):
        demand(isinstance(outcome.error, ChannelUnavailableError), f"{where}: {outcome}")


@rule("faults.refused")
def refusals_are_told(candidate: Candidate) -> None:
    """A 401 is told as `CredentialRejectedError`, and asked again with the same credential by no flow.

    Only then is the token renewed, or the owner asked. A flow that tries again by itself may lock the account.

    Troubleshooting: raise it at the first 401; the engine renews the token once and begins the flow again.
    """
    for _, where, outcome in _spoilt(candidate, "unauthorised"):
        demand(isinstance(outcome.error, CredentialRejectedError), f"{where}: {outcome}")
        asked = len(outcome.stage.wire.requests) - outcome.stage.wire.first
        demand(asked == 1, f"{where}: it went on and asked {asked} times")


@rule("faults.gone")
def gone_is_said(candidate: Candidate) -> None:
    """A 404 is told as an error of the platform, and by a feed as `ListingGoneError`.

    A calendar that is not there is no free calendar.

    Troubleshooting: only a 200 is read; everything else raises.
    """
    for trial, where, outcome in _spoilt(candidate, "gone"):
        if trial.name == "api.acknowledge" and outcome.error is None:
            continue  # a message that is there no more needs no acknowledgement
        wanted = ListingGoneError if trial.name == "feed.look" else ChannelError
        demand(isinstance(outcome.error, wanted), f"{where}: {outcome}")


@rule("faults.rubbish")
def no_rubbish_is_believed(candidate: Candidate) -> None:
    """A page, an error as JSON, half an answer or none, all with status 200, are never taken for an answer.

    Each has been seen. Taken for a calendar without events it would open every night; taken for a yes to a write it
    would be a proof of what was never done.

    Troubleshooting: check the form of the whole answer before anything is read from it, and raise `WireFormatError`;
    a feed's look may also return an observation with a ``failure``.
    """
    for trial, where, outcome in _spoilt(candidate, "page", "trouble", "nothing", "truncated"):
        result = outcome.result
        if outcome.error is not None:
            demand(
                isinstance(outcome.error, ChannelError),
                f"{where}: told as {outcome}, which is not the platform's fault",
            )
        elif isinstance(result, Observation):
            demand(not result.usable and not result.events, f"{where}: taken for a calendar")
        elif isinstance(result, Written):
            demand(not _overstated(outcome), f"{where}: {_overstated(outcome)} told as written, and is not")
        else:
            demand(result is None, f"{where}: taken for an answer of {trial.name}")


@rule("faults.late")
def late_answers_pass_through(candidate: Candidate) -> None:
    """When no answer comes in time, the flow ends with the engine's error, and with no result.

    The engine throws `ChannelUnavailableError` into the flow where it waits. A flow that catches it and returns what
    it has tells half a calendar as a whole one.

    Troubleshooting: catch no `ChannelSyncError` around a ``yield``, or raise it again.
    """
    for _, where, outcome in _spoilt(candidate, "late"):
        usable = isinstance(outcome.result, Observation) and outcome.result.usable
        unusable = isinstance(outcome.result, Observation) and not usable
        demand(unusable or isinstance(outcome.error, ChannelUnavailableError), f"{where}: {outcome}")


@rule("faults.empty")
def valid_and_empty_cancels_nothing(candidate: Candidate) -> None:
    """A valid calendar that is suddenly empty is told as just that: usable, without events, and without a cancellation.

    Platforms answer so by mistake. Whether it is believed is decided where it is known what was there before; a plugin
    that decides itself takes that chance away.

    Troubleshooting: no memory between two looks, and no code in ``cancelled`` that the answer does not name.
    """
    for make in candidate.scenes():
        scene = make()
        scene.book(10, 3)
        scene.look()
        scene.pass_time(timedelta(minutes=20))
        _empty(scene)
        try:
            seen = scene.look()
        except ChannelError:
            continue
        demand(not seen.usable or not seen.events, f"by {scene.route}: events out of an empty answer")
        demand(not seen.cancelled, f"by {scene.route}: an empty answer is told as a cancellation")


def _empty(scene: Scene) -> None:
    """Let the next answers be valid and empty."""
    if isinstance(scene, FeedScene):
        scene.platform.fail(Fault.EMPTY, scene.now, times=None)
    elif isinstance(scene, ApiScene):
        scene.partner.fail(ApiFault.NOTHING, scene.now, times=None)


@rule("faults.one-value", Capability.PULLS_CLAIMS, Capability.READS_AVAILABILITY)
def no_entry_is_left_out(candidate: Candidate) -> None:
    """An answer of an API in which one value cannot be read is refused, or every taken night is shown all the same.

    Each value in turn is made one that was never seen, and none. A stay that is left out because its state or its date
    is new is a free night. Read back, such an answer proves no night closed that can be booked.

    Troubleshooting: the text names the value. Refuse the whole answer (`WireFormatError`) rather than the one entry; a
    state that nobody has heard of stands, and is never a cancellation.
    """
    scene = candidate.lodgings()[-1]()
    if not (hasattr(scene.api, "look") or hasattr(scene.api, "closed")):
        not_applicable("nothing is read by its API")
    scene.nights = _NEAR
    stay = scene.book(2, 2)
    scene.platform.write(Nights.of(night(5), night(6)), NO_NIGHTS, scene.now)
    names = frozenset(scene.partner.lodgings)
    for where, run in altered_runs(scene.wire, scene.flow, names) if hasattr(scene.api, "look") else ():
        seen = _unless_refused(where, run)
        if seen is not None and seen.usable:
            _all_there(where, scene, seen)
            demand(stay.code not in seen.cancelled, f"{where}: a stay that stands is told as cancelled")
    if hasattr(scene.api, "closed"):
        asked = partial(scene.api.closed, scene.access, scene.listing, scene.window())
        for where, run in altered_runs(scene.wire, asked, names):
            extra = (_unless_refused(where, run) or NO_NIGHTS) - scene.taken()
            demand(not extra, f"read back, {where}: told as closed, and can be booked: {extra}")


def _unless_refused(where: str, run: Callable[[], T]) -> T | None:
    """Return what comes of a spoilt run, None where the answer is refused."""
    try:
        return run()
    except ChannelError:
        return None
    except Exception as error:  # somebody else's code may raise anything: which is what is told
        msg = f"{where}: it breaks off with a {type(error).__name__}, which is not the platform's fault"
        raise BrokenRuleError(msg) from error


def _all_there(where: str, scene: ApiScene, seen: Observation) -> None:
    """Demand that a look shows every taken night."""
    missed = scene.taken() - seen.nights
    demand(not missed, f"{where}: a good look, in which taken nights are missing: {missed}")


@rule("faults.one-address")
def one_address_spoils_no_look(candidate: Candidate) -> None:
    """Where one address of an API refuses, 403 or 404, and the others answer, nothing is taken for a whole answer.

    Rights are given address by address. A calendar without the reservations, or reservations without the calendar, is
    half the truth, and the missing half is free nights.

    Troubleshooting: let what `answered` raises pass. Go on without an address only where every taken night is shown all
    the same.
    """
    for trial in api_trials(candidate):
        for address, status in product(trial.addresses(), (403, 404)):
            outcome, where = trial.outcome(answering_at(address, status)), f"{trial.name}, {status} at {address[1]}"
            result, scene = outcome.result, outcome.stage.scene
            if outcome.error is not None:
                demand(isinstance(outcome.error, ChannelError), f"{where}: told as {outcome}")
            elif isinstance(result, Written):
                demand(not _overstated(outcome), f"{where}: {_overstated(outcome)} told as written, and is not")
            elif isinstance(result, Observation) and isinstance(scene, ApiScene):
                _all_there(where, scene, result) if result.usable else None
            else:
                gone = trial.name == "api.acknowledge" and status == _GONE  # what is there no more needs none
                demand(gone, f"{where}: taken for an answer of {trial.name}")


@rule("faults.told")
def errors_can_be_acted_on(candidate: Candidate) -> None:
    """Every error is one line, says what to do where somebody can do something, and repeats nothing of the answer.

    Troubleshooting: write the sentence yourself; a platform's own text may be a page, or hold a name.
    """
    for trial in trials(candidate):
        for name in SPOILS:
            outcome = trial.outcome(SPOILS[name])
            if outcome.error is None:
                continue
            text, where = str(outcome.error), f"{trial.name}, {name}"
            demand(
                text.strip() and "\n" not in text and len(text) <= 300, f"{where}: not one line of at most 300 letters"
            )
            demand("<" not in text and "{" not in text, f"{where}: the error repeats the platform's answer")
            acting = outcome.error.retry is Retry.AFTER_OWNER_ACTS
            demand(not acting or outcome.error.advice, f"{where}: the owner must act, and is not told how")
