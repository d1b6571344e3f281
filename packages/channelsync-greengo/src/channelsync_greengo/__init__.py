"""GreenGo as a channel of channelsync."""
