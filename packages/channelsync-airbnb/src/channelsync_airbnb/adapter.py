"""Airbnb's feed route: its calendar, and the habits of that calendar. The API route is `channelsync_airbnb.api`.

Each habit names its source. *Measured* is what 12,420 recorded fetches of six listings show; *reported* is what hosts
and vendors say; the two are never mixed.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from channelsync.adapter import FeedRoute
from channelsync.claims import Kind
from channelsync.traits import EchoHabit, Horizon, Traits
from channelsync_airbnb.wire import DIALECT, PRODID

__all__ = ["DOMAINS", "FEED", "TRAITS"]

DOMAINS: Final = (
    *("airbnb.at", "airbnb.be", "airbnb.ca", "airbnb.cat", "airbnb.ch", "airbnb.cl", "airbnb.co.cr", "airbnb.co.id"),
    *("airbnb.co.in", "airbnb.co.kr", "airbnb.co.nz", "airbnb.co.uk", "airbnb.co.za", "airbnb.com", "airbnb.com.ar"),
    *("airbnb.com.au", "airbnb.com.bo", "airbnb.com.br", "airbnb.com.bz", "airbnb.com.co", "airbnb.com.ec"),
    *("airbnb.com.gt", "airbnb.com.hk", "airbnb.com.hn", "airbnb.com.mt", "airbnb.com.my", "airbnb.com.ni"),
    *("airbnb.com.pa", "airbnb.com.pe", "airbnb.com.py", "airbnb.com.sg", "airbnb.com.sv", "airbnb.com.tr"),
    *("airbnb.com.tw", "airbnb.com.ua", "airbnb.com.vn", "airbnb.cz", "airbnb.de", "airbnb.dk", "airbnb.es"),
    *("airbnb.fi", "airbnb.fr", "airbnb.gr", "airbnb.gy", "airbnb.hu", "airbnb.ie", "airbnb.is", "airbnb.it"),
    *("airbnb.jp", "airbnb.lt", "airbnb.lu", "airbnb.lv", "airbnb.mx", "airbnb.nl", "airbnb.no", "airbnb.pl"),
    *("airbnb.pt", "airbnb.rs", "airbnb.se", "airbnb.si"),
)
"""Airbnb's domains.

That the export link's domain follows the host's country is seen in code (.fr, .co.uk, .com.co); the list itself is
common knowledge, and a domain missing here only means that a link is not recognised by its host.
"""

TRAITS: Final = Traits(
    identified=frozenset({Kind.RESERVATION}),  # measured: 885 codes, none with two UIDs; 69 of 69 date changes kept it
    horizon=Horizon(12, frozenset({Kind.BLOCK})),  # measured: a closed booking window is a block up to today + 1 year
    notice=True,  # measured: one rolling block at today is the advance notice
    echo=EchoHabit.UNKNOWN,  # measured on one lodging: none in 14 months; reported: both ways
    echo_kinds=frozenset({Kind.BLOCK, Kind.CLOSURE}),  # inferred: no foreign closure becomes a reservation with a code
    imports_every=timedelta(hours=3),  # reported, from five minutes to three hours: the longest
    hosts=tuple(f"*.{domain}" for domain in DOMAINS),
    prodids=(PRODID,),
)
"""The habits of Airbnb's feed."""

FEED: Final = FeedRoute(DIALECT, TRAITS)
"""The iCal route."""
