"""`plugin new`: writes the skeleton of a plugin for another platform, to be filled in, and overwrites nothing.

What it writes works against its own simulator from the first minute, in forms that are made up. The texts for owners
are left empty, so that a rule of the conformance kit is broken until somebody has written them.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Final

from channelsync.cli import options, paint
from channelsync.errors import UsageError

if TYPE_CHECKING:
    from channelsync.cli.shell import Shell

__all__ = ["add"]

_NAME: Final = re.compile(r"[a-z](-?[a-z0-9]){0,30}")
_LONGEST: Final = 31
_BOTH: Final = {
    "pyproject.toml": "pyproject",
    "README.md": "readme",
    "conftest.py": "conftest",
    "tests/test_conformance.py": "test_conformance",
    "src/@PACKAGE@/py.typed": "",
}
_API: Final = {
    "src/@PACKAGE@/__init__.py": "api_plugin",
    "src/@PACKAGE@/api.py": "api_route",
    "src/@PACKAGE@/sandbox.py": "api_sandbox",
}
_ICAL: Final = {"src/@PACKAGE@/__init__.py": "ical_plugin", "src/@PACKAGE@/sandbox.py": "ical_sandbox"}
"""Where each file goes, and the template it is made of."""
_STEPS: Final = {
    True: "`__init__.py`: how its calendar is written (`Dialect`), and its habits (`Traits`).",
    False: "`api.py`: its addresses and forms, its habits (`Traits`), and what else it can do.",
}
"""The second step in the README, for a calendar link and for an API."""


def add(commands: options.Commands) -> None:
    """Add the verb."""
    verbs = options.Commands(
        commands.add("plugin", None, "plugins for other platforms, for developers"), title="verbs", dest="verb"
    )
    new = verbs.add("new", write, "write the skeleton of a plugin, with its simulator and its test")
    new.add_argument("name", metavar="NAME", help="the channel's name, such as gites-de-france")
    new.add_argument("--ical", action="store_true", help="for a platform that has a calendar link and no API")
    new.add_argument("--folder", metavar="DIR", default=".", help="where channelsync-NAME is made (default: here)")


def write(shell: Shell) -> int:
    """Write the skeleton of a plugin into a new folder."""
    name, is_ical = _checked(shell, str(shell.args.name)), bool(shell.args.ical)
    place = Path(str(shell.args.folder)) / f"channelsync-{name}"
    filled = _filled(name, is_ical=is_ical)
    _written(place, filled)
    say = shell.voice
    done = say(f"Squelette écrit dans {place}.", f"The skeleton is in {place}.")
    then = say(
        'Ensuite : pip install --editable ".[testing]" dans ce dossier, puis pytest ; README.md dit la suite.',
        'Next: pip install --editable ".[testing]" in that folder, then pytest; README.md tells what follows.',
    )
    rows = [(path,) for path in sorted(filled)]
    document = {"name": name, "folder": str(place), "files": sorted(filled)}
    shell.answer(document, paint.line(done, paint.TITLE), paint.table(rows), paint.line(then, paint.QUIET))
    return 0


def _checked(shell: Shell, name: str) -> str:
    """Return a name that a channel, a distribution and, its hyphens turned, a module may have.

    Raises:
        UsageError: it is none, or another plugin has it.
    """
    if len(name) > _LONGEST or not _NAME.fullmatch(name):
        msg = f"not a channel's name: {name[:40]!r}"
        raise UsageError(msg, advice="Use lower-case letters, digits and hyphens, a letter first.")
    if name in {*shell.channels.names, "core", "web", "worker"}:
        msg = f"the name {name!r} is taken here"
        raise UsageError(msg, advice="Choose another: a name that two plugins have belongs to neither.")
    return name


def _filled(name: str, *, is_ical: bool) -> dict[str, str]:
    """Return the text of each file, by its path in the folder."""
    from channelsync.adapter import PROTOCOL

    words = {
        "@NAME@": name,
        "@PACKAGE@": f"channelsync_{name.replace('-', '_')}",
        "@TITLE@": name.replace("-", " ").title(),
        "@PROTOCOL@": str(PROTOCOL),
        "@CORE@": version("channelsync-core"),
        "@STEP@": _STEPS[is_ical],
    }
    templates = files("channelsync.cli") / "skeleton"
    texts = {path: (templates / f"{one}.txt").read_text("utf-8") if one else "" for path, one in _BOTH.items()}
    for path, one in (_ICAL if is_ical else _API).items():
        texts[path] = (templates / f"{one}.txt").read_text("utf-8")
    return {_put(path, words): _put(text, words) for path, text in texts.items()}


def _put(text: str, words: Mapping[str, str]) -> str:
    for blank, word in words.items():
        text = text.replace(blank, word)
    return text


def _written(place: Path, texts: Mapping[str, str]) -> None:
    """Write all files into a folder that is not there yet; where one cannot be written nothing is left behind.

    Raises:
        UsageError: the folder is there already, or its parent is not.
    """
    try:
        place.mkdir()
    except FileExistsError:
        msg = f"{str(place)[:80]!r} is there already"
        raise UsageError(msg, advice="Nothing is overwritten: choose another name or --folder.") from None
    except (FileNotFoundError, NotADirectoryError, ValueError):
        msg = f"there is no folder {str(place.parent)[:80]!r}"
        raise UsageError(msg, advice="Make it first, or choose another --folder.") from None
    try:
        for path, text in texts.items():
            file = place / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
    except OSError:
        shutil.rmtree(place, ignore_errors=True)
        raise
