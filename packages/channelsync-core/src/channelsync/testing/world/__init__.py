"""The deterministic world: whole lives of a lodging in seconds, with everything that can go wrong, and the laws held.

A life is drawn from a seed into a `Script`: which platforms, with which habits, and every act of guests, of the owner,
of failing platforms and of our own failing machine, with its time (`script`, `hazards`). `World` plays it on one
virtual clock. On one side stand the simulators of the plugins, which speak their real wire forms and know what they
have really sold (`side`). On the other stands our installation: the product's own flows, decisions and memory, killed
between any two effects and started again from what is durable (`house`). Guests buy what a platform lets them buy, and
nothing else; what we publish is read by the platforms in their own time, as bytes.

After every step the judge compares what we know and publish with what the platforms have sold (`judge`): the laws of
safety at once, those of convergence when all has been quiet for days. It also counts what caution costs: how long
nights stay closed that nobody has, how long sold ones can be sold again (`tally`).

Some listings may be on their platforms' APIs (`Climate.of` with the word ``apis``): then the accounts of the plugins'
simulators ask us, call us and keep queues (`accounts`), and our side looks, writes, answers and acknowledges (`calls`,
`line`), with the same decisions that the manager takes (`channelsync.engine.api`).

Many lives are played over many processes (`many`). One that breaks a law is made short, until nothing more can be left
out (`shrink`), and kept as a file that every run of the tests plays again (`golden`).

Nothing here reads a clock, sleeps, or draws by chance: the same seed gives the same history, byte for byte, on any
machine. ``channelsync simulate`` is all of this as a command.
"""

from __future__ import annotations

from channelsync.testing.world.golden import Golden
from channelsync.testing.world.hazards import ALL, CALM, HAZARDS, Climate, Hazard
from channelsync.testing.world.judge import Breach, Law
from channelsync.testing.world.many import CRASH, LAWS, Broken, Harvest, cores, many
from channelsync.testing.world.script import Act, Cast, Deed, Role, Script, drawn
from channelsync.testing.world.shrink import MOST, Shrunk, shrink
from channelsync.testing.world.tally import Durations, Tally
from channelsync.testing.world.world import Life, World, play

__all__ = [
    "ALL",
    "CALM",
    "CRASH",
    "HAZARDS",
    "LAWS",
    "MOST",
    "Act",
    "Breach",
    "Broken",
    "Cast",
    "Climate",
    "Deed",
    "Durations",
    "Golden",
    "Harvest",
    "Hazard",
    "Law",
    "Life",
    "Role",
    "Script",
    "Shrunk",
    "Tally",
    "World",
    "cores",
    "drawn",
    "many",
    "play",
    "shrink",
]
