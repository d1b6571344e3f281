"""Airbnb as a channel of channelsync."""
