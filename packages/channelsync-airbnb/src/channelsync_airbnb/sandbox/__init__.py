"""A simulated Airbnb listing."""

from channelsync_airbnb.sandbox.feed import AIRBNB, HABITS, listing_of, platform

__all__ = ["AIRBNB", "HABITS", "listing_of", "platform"]
