"""Booking.com as a channel of channelsync."""
