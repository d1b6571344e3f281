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
        "restored-and-alarming",
        "What a backup makes likely counts as told before its platform is looked at, though nobody ever was.",
        "conflicts",
        "            if remembered & {first.listing, second.listing}:",
        "            if certainty is Certainty.CERTAIN and remembered & {first.listing, second.listing}:",
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
