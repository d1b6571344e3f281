"""How a simulated Airbnb account is made."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Final

from channelsync.testing import Habits, Platform
from channelsync.testing.values import hex_of
from channelsync_airbnb.sandbox.account import Account
from channelsync_airbnb.sandbox.calls import Callback
from channelsync_airbnb.sandbox.feed import HABITS, listing_of, platform
from channelsync_airbnb.sandbox.host import Host
from channelsync_airbnb.sandbox.lodging import Lodging
from channelsync_airbnb.sandbox.tokens import Tokens
from channelsync_airbnb.sandbox.ways import Ways

__all__ = ["CALLBACK", "partner"]

CALLBACK: Final = "https://channelsync.invalid/hooks/airbnb/x"
"""Where a software is called unless a test says otherwise."""


def partner(
    *,
    rng: Random,
    rooms: Sequence[str] = ("lac", "montagne"),
    platforms: Sequence[Platform] = (),
    habits: Habits = HABITS,
    callback: str = CALLBACK,
    call_secret: str = "",
    connected: bool = True,
    ways: Ways | None = None,
) -> Account:
    """Return a simulated account over some lodgings, whose feeds live on.

    Args:
        rng: all chance of the account; each lodging made here gets its own from it.
        rooms: names of lodgings to make, where none are given.
        platforms: lodgings that are there already.
        habits: of the lodgings made here.
        callback: where the connected software is called, without a slash at the end.
        call_secret: the constant ``Authorization`` of those calls, empty for none.
        connected: whether access is granted and every listing linked; otherwise the story begins at the consent page.
        ways: how it behaves where the facts are open.
    """
    carried = tuple(platforms) or tuple(
        platform(room=room, rng=Random(rng.getrandbits(64)), habits=habits) for room in rooms
    )
    secret = hex_of("client secret", rng.getrandbits(128))
    tokens = Tokens(f"{rng.getrandbits(100):025x}", secret, 10**8 + rng.getrandbits(26), rng)
    if connected:
        tokens.grant()
    category = "sync_all" if connected else None
    lodgings = {listing_of(each.room): Lodging(listing_of(each.room), each, category) for each in carried}
    return Account(Host(tokens, ways or Ways(), lodgings), Callback(callback.rstrip("/"), call_secret))
