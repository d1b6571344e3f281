"""Makes the folder that is deployed to App Service: the wheels of this tree, and a requirements.txt with hashes.

App Service installs what the requirements say, in an environment of its own, and runs the start-up command of the Bicep
files in it. The versions are those of the lock, so what runs there is what the tests ran with.

Usage: package.py [FOLDER]; default is app/ beside this file.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from hatchling.builders.wheel import WheelBuilder

ROOT = Path(__file__).resolve().parents[2]
MEMBERS = sorted(path.parent for top in ("packages", "apps") for path in ROOT.glob(f"{top}/*/pyproject.toml"))
EXTRAS = ("azure", "mail", "notices", "postgres", "telemetry")


def locked() -> str:
    """Return what the distributions need besides each other, at the lock's versions, as pip wants it."""
    core = (ROOT / "packages/channelsync-core/pyproject.toml").read_text(encoding="utf-8")
    extras = [part for name in EXTRAS if f"\n{name} = [" in core for part in ("--extra", name)]
    uv = Path(sys.executable).with_name("uv")
    names = [part for member in MEMBERS for part in ("--package", _name(member))]
    plain = ("--no-header", "--no-annotate", "--no-emit-workspace", "--no-default-groups", "--format=requirements.txt")
    command = [str(uv), "--quiet", "export", "--frozen", "--offline", *plain, *names, *extras]
    done = subprocess.run(command, cwd=ROOT, check=True, text=True, stdout=subprocess.PIPE, timeout=60)
    return done.stdout


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
