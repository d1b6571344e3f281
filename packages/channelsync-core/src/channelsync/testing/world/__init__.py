"""The deterministic world."""

from __future__ import annotations

from channelsync.testing.world.hazards import ALL, CALM, Climate
from channelsync.testing.world.script import Script, drawn
from channelsync.testing.world.world import Life, World, play

__all__ = ["ALL", "CALM", "Climate", "Life", "Script", "World", "drawn", "play"]
