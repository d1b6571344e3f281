"""The mistakes that are planted, the best known ones first, then clause by clause of the law."""

from __future__ import annotations

from typing import Final

from tests.mutation.mistakes import closing, judged, known, looking, opening, proving, writing
from tests.mutation.mutant import Mutant

__all__ = ["MISTAKES"]

MISTAKES: Final[tuple[Mutant, ...]] = (
    *known.MISTAKES,
    *judged.MISTAKES,
    *looking.MISTAKES,
    *opening.MISTAKES,
    *closing.MISTAKES,
    *proving.MISTAKES,
    *writing.MISTAKES,
)
