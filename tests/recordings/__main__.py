"""Play everything that is recorded, and rewrite the expected figures and their page: ``python -m tests.recordings``.

Only what differs is printed. Look at it before it is kept: a figure that moved is a decision that changed.
"""

from __future__ import annotations

import json
import sys

from tests.recordings.page import EXPECTED, PAGE, expected, measured, rendered
from tests.recordings.playing import TRACES, WHY_ABSENT


def main() -> int:
    """Rewrite both files."""
    if not TRACES:
        print(f"nothing is rewritten: {WHY_ABSENT}", file=sys.stderr)
        return 1
    before, now = expected() if EXPECTED.exists() else {}, measured()
    for sort, names in now.items():
        for name, figures in names.items():
            was = before.get(sort, {}).get(name, {})
            moved = {key: f"{was.get(key)} -> {value}" for key, value in figures.items() if was.get(key) != value}
            if moved:
                print(name, moved)
    EXPECTED.write_text(json.dumps(now, indent=1) + "\n", encoding="utf-8")
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(rendered(now), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
