"""Airbnb as hosts meet it: a listing with its calendar feed, and an account of several listings with the partner API.

A lodging is one `Platform`, so that the same nights can be met by its feed and by the API: what a guest books through
either stands in both.
"""

from __future__ import annotations

from channelsync_airbnb.sandbox.account import Account
from channelsync_airbnb.sandbox.create import CALLBACK, partner
from channelsync_airbnb.sandbox.feed import AIRBNB, HABITS, listing_of, platform
from channelsync_airbnb.sandbox.rules import RULES
from channelsync_airbnb.sandbox.ways import Obstacle, OverStay, Ways

__all__ = [
    "AIRBNB",
    "CALLBACK",
    "HABITS",
    "RULES",
    "Account",
    "Obstacle",
    "OverStay",
    "Ways",
    "listing_of",
    "partner",
    "platform",
]
