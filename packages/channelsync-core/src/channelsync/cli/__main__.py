"""`python -m channelsync.cli`: the command, where its script is of no use because the environment was moved."""

from __future__ import annotations

import sys

from channelsync.cli import main

sys.exit(main())
