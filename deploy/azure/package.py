"""Makes the folder that is deployed to App Service: the wheels of this tree, and a requirements.txt with hashes.

App Service installs what the requirements say, in an environment of its own, and runs the start-up command of the Bicep
files in it. The versions are those of the lock, so what runs there is what the tests ran with.

Usage: package.py [FOLDER]; default is app/ beside this file.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import sys
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

from hatchling.builders.wheel import WheelBuilder
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
MEMBERS = sorted(path.parent for top in ("packages", "apps") for path in ROOT.glob(f"{top}/*/pyproject.toml"))
THERE = {"python_version": "3.13", "python_full_version": "3.13.0"}
EXTRAS = ("azure", "mail", "notices", "postgres", "telemetry")


def locked() -> str:
    """Return what the distributions need besides each other, at the lock's versions, as pip wants it.

    Raises:
        LookupError: something is needed that the lock does not have.
    """
    blocks: dict[str, str] = {}
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    for block in re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE):
        name = canonicalize_name(re.split(r"[\[=]", block)[0])
        blocks[name] = blocks.get(name, "") + block
    needed = _needed() - {_name(member) for member in MEMBERS}
    if needed - blocks.keys():
        msg = f"not in requirements.lock: {', '.join(sorted(needed - blocks.keys()))}"
        raise LookupError(msg)
    return "".join(blocks[name] for name in sorted(needed))


def _needed() -> set[str]:
    """Return the names of everything that is needed, here or there, as what is installed here says of itself."""
    todo = [(_name(member), "") for member in MEMBERS] + [("channelsync-core", extra) for extra in EXTRAS]
    seen: set[tuple[str, str]] = set()
    while todo:
        name, extra = todo.pop()
        if (name, extra) in seen:
            continue
        seen.add((name, extra))
        with suppress(PackageNotFoundError):  # needed there alone: so is what it needs, and the lock's check tells
            for text in requires(name) or ():
                one = Requirement(text)
                asked = one.marker is None or any(one.marker.evaluate({**at, "extra": extra}) for at in ({}, THERE))
                if asked:
                    todo += [(canonicalize_name(one.name), more) for more in ("", *one.extras)]
    return {name for name, _ in seen}


def _name(member: Path) -> str:
    """Return how a distribution is called."""
    return member.name if member.parent.name == "packages" else f"channelsync-{member.name}"


def main(folder: Path) -> None:
    """Make the folder anew; what is in it and begins with a dot stays."""
    wheels = folder / "wheels"
    shutil.rmtree(wheels, ignore_errors=True)
    wheels.mkdir(parents=True)
    lines = [locked()]
    for member in MEMBERS:
        (made,) = WheelBuilder(str(member)).build(directory=str(wheels), versions=["standard"])
        digest = hashlib.sha256(Path(made).read_bytes()).hexdigest()
        lines.append(f"./wheels/{Path(made).name} --hash=sha256:{digest}\n")
    (folder / "requirements.txt").write_text("".join(lines), encoding="utf-8")
    print(f"{folder}: {len(MEMBERS)} wheels and a requirements.txt")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else Path(__file__).with_name("app"))
