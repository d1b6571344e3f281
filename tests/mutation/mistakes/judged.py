"""Mistakes that the deterministic world once did not notice: its judge believed our side, or excused too much."""

from __future__ import annotations

from typing import Final

from tests.mutation.mutant import Mutant

__all__ = ["MISTAKES"]

MISTAKES: Final = (
    Mutant(
        "every-conflict-possible",
        "Two guests who are both known are told quietly, as if one of them might be none.",
        "conflicts",
        "    return Certainty.CERTAIN if both else Certainty.PROBABLE\n",
        "    return Certainty.POSSIBLE\n",
        shows=True,
    ),
    Mutant(
        "same-guest-told-twice",
        "What the owner typed in for a platform and what that platform shows are told as a double booking.",
        "conflicts",
        "return entry.channel is not None and seen.listing is not None and listings[seen.listing].key == entry.channel",
        "return False",
    ),
    Mutant(
        "restored-without-its-guests",
        "Whom last night's backup knows is forgotten until the next look: their nights open everywhere meanwhile.",
        "orders",
        "            claims=tuple(evolve(claim, missing=None) for claim in one.claims),\n            fading=(),",
        "            claims=(),\n            fading=(),",
        shows=True,
    ),
)
