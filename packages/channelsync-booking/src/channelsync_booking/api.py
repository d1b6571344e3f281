"""Booking.com's connectivity API: what is asked, in which order, and what the answers come to.

A look asks for three things, the later one newer than the earlier:

1. the *summary*: every reservation whose departure is to come (documented);
2. the two queues of what was not acknowledged yet, which are not emptied by reading. What they say of a reservation
   replaces what the summary says: it is newer, and names a cancellation aloud. Where reservations come in B.XML there
   is nothing to peek at, because reading takes them away; the summary is then all;
3. the nights that are closed to travellers. Those that no reservation takes are blocks: ours, or somebody else's.

A reservation that cannot be understood makes the whole look unusable. None is ever left out: what a look leaves out
would sooner or later be opened. A reservation missing without a word is *not* said to be cancelled: that takes as many
looks as the policy asks for.

There are no webhooks: the notification service tells of payments and messages, of no reservation (documented). Polling
is all; the queues may be asked every 20 seconds, 5 after an acknowledgement at the earliest (documented), which is for
whoever calls to keep.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from itertools import groupby
from typing import Final, final

import attrs
import httpx
from attrs import Factory, frozen

from channelsync.adapter import (
    Access,
    ApiLook,
    ApiSource,
    Closing,
    Delivery,
    Flow,
    RemoteListing,
    Secret,
    Written,
)
from channelsync.claims import Kind
from channelsync.errors import ChangeRefusedError, ChannelUnavailableError, UsageError, WireFormatError
from channelsync.nights import NO_NIGHTS, Nights, Stay
from channelsync.observation import Event, Observation
from channelsync.traits import EchoHabit, Traits
from channelsync_booking import bxml, ota
from channelsync_booking.account import Account, said
from channelsync_booking.answers import OK, answer, numbered, object_of, refused
from channelsync_booking.credential import exchange
from channelsync_booking.markup import is_number, parse, ruid
from channelsync_booking.message import Message
from channelsync_booking.settings import ITSELF, REOPENS

__all__ = ["API", "TRAITS", "BookingApi"]
