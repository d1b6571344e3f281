"""Queues: reservations that a platform keeps until they are acknowledged."""

from __future__ import annotations

from typing import Final, cast

from channelsync.adapter import Capability, Delivery
from channelsync.errors import ChannelSyncError
from channelsync.testing.conformance.account import ApiScene
from channelsync.testing.conformance.candidate import Candidate
from channelsync.testing.conformance.driving import SPOILS
from channelsync.testing.conformance.rule import Tier, demand, rule

__all__ = ["acknowledged_ones_go", "failed_acknowledgements_wait", "newer_ones_wait_on", "waiting_ones_are_told"]

_QUEUES: Final = Capability.ACKNOWLEDGES_RESERVATIONS


def _waiting(scene: ApiScene) -> tuple[Delivery, ...]:
    found = cast("tuple[object, ...]", scene.run(scene.api.waiting(scene.access)))
    strange = [type(one).__name__ for one in found if not isinstance(one, Delivery)]
    demand(not strange, f"what waits is told as {strange}")
    return cast("tuple[Delivery, ...]", found)


@rule("queue.waits", _QUEUES, tier=Tier.GOLD)
def waiting_ones_are_told(candidate: Candidate) -> None:
    """A new reservation, and its cancellation, wait with their code and nights; asking again tells them again.

    What is told only once is lost when we crash before it is in the ledger.

    Troubleshooting: read without acknowledging; keep what the acknowledgement needs in ``Delivery.token``.
    """
    for make in candidate.lodgings():
        scene = make()
        booked = scene.book(10, 3)
        first = [one for one in _waiting(scene) if one.code == booked.code]
        demand(first, "a new reservation does not wait")
        demand((scene.listing, booked.stay) in first[-1].stays, f"it is told with other nights: {first[-1].stays}")
        again = [one for one in _waiting(scene) if one.code == booked.code]
        demand(again, "what waits is gone after it was asked for once")
        scene.cancel(booked)
        last = [one for one in _waiting(scene) if one.code == booked.code]
        demand(
            last and last[-1].cancelled and not last[-1].stays, "a cancellation does not wait, or still takes nights"
        )


@rule("queue.acknowledged", _QUEUES, tier=Tier.GOLD)
def acknowledged_ones_go(candidate: Candidate) -> None:
    """What is acknowledged waits no more, and what is not goes on waiting; acknowledging twice does no harm.

    Troubleshooting: name exactly the deliveries that were handed over.
    """
    scene = candidate.api()
    one, other = scene.book(10, 3), scene.book(20, 2)
    mine = tuple(each for each in _waiting(scene) if each.code == one.code)
    for _ in range(2):
        scene.run(scene.api.acknowledge(scene.access, mine))
        codes = {each.code for each in _waiting(scene)}
        demand(one.code not in codes, "it was acknowledged, and still waits")
        demand(other.code in codes, "another one was acknowledged with it")


@rule("queue.newer", _QUEUES, tier=Tier.GOLD)
def newer_ones_wait_on(candidate: Candidate) -> None:
    """What changed after it was read goes on waiting when the older message is acknowledged.

    Otherwise a change of dates between reading and acknowledging is never seen.

    Troubleshooting: acknowledge with what the message carried (its time, its version), not by the code alone.
    """
    scene = candidate.api()
    booked = scene.book(10, 3)
    read = _waiting(scene)
    scene.now = scene.now.replace(minute=scene.now.minute + 1)
    scene.change(booked, 11, 4)
    scene.run(scene.api.acknowledge(scene.access, read))
    left = [one for one in _waiting(scene) if one.code == booked.code]
    demand(left, "a change that came after reading was acknowledged unseen")
    stays = [stay for one in left for _, stay in one.stays]
    demand(any(stay.length == 4 for stay in stays), f"the change is told with other nights: {stays}")


@rule("queue.fails", _QUEUES, tier=Tier.GOLD)
def failed_acknowledgements_wait(candidate: Candidate) -> None:
    """An acknowledgement that failed has acknowledged nothing: it all waits on.

    Troubleshooting: nothing is forgotten in a flow; what waits is on the platform.
    """
    for name in ("error", "throttled", "unauthorised", "late"):
        scene = candidate.api()
        booked = scene.book(10, 3)
        read = _waiting(scene)
        scene.wire.spoil = SPOILS[name]
        try:
            scene.run(scene.api.acknowledge(scene.access, read))
            ended = "no error"
        except ChannelSyncError as error:
            ended = type(error).__name__
        scene.wire.spoil = None
        demand(ended != "no error", f"{name}: the acknowledgement failed and raised nothing")
        demand(booked.code in {one.code for one in _waiting(scene)}, f"{name}: it waits no more")
