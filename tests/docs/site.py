"""The documentation's site: ``python -m tests.docs.site [--no-pictures] [--to FOLDER]`` builds it and tries its links.

Two sites become one: English at the root, the owner's guide in French under ``fr/``. The documents are first laid out
in ``build/docs``: links between the two, and to files of the tree that are no documents, are written for the site; the
pictures of the guide are taken from the pages as they are. Then Zensical builds both, strictly, and what it made is
read again: each link leads somewhere, and no page fetches anything from elsewhere.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from lxml import html

from tests.support import ROOT

__all__ = ["ABROAD", "broken", "build", "lay_out", "main", "rewritten"]

STAGE: Final = ROOT / "build/docs"
SITE: Final = ROOT / "build/site"
ABROAD: Final = {
    "CONTRIBUTING.md": "project/contributing.md",
    "SECURITY.md": "project/security.md",
    "CHANGELOG.md": "project/changelog.md",
    "RELEASING.md": "project/releasing.md",
    "changes/README.md": "project/changes.md",
    **{
        f"packages/channelsync-{name}/{kind}.md": f"project/{name}-{kind.lower()}.md"
        for name in ("core", "airbnb", "booking", "greengo")
        for kind in ("README", "CONFORMANCE")
    },
}
"""Documents outside of docs/ that the English site shows, and where."""
_LINK: Final = re.compile(r"(?<!\!)\[(?P<text>(?:[^\[\]]|\[[^\]]*\])*)\]\((?P<to>[^)\s]+)\)")
_FENCE: Final = re.compile(r"^ *(`{3,}).*?^ *\1 *$", re.MULTILINE | re.DOTALL)
_FETCHED: Final = (("img", "src"), ("script", "src"), ("iframe", "src"), ("source", "src"))
_FETCHING: Final = {"stylesheet", "preload", "prefetch", "preconnect", "dns-prefetch", "icon", "manifest"}


def main() -> int:
    """Build; return 0 where every link leads somewhere."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--no-pictures", action="store_true", help="without a browser: links to pictures are not tried")
    parser.add_argument("--to", type=Path, default=SITE, help="the folder of the site")
    asked = parser.parse_args()
    found = build(asked.to, pictures=not asked.no_pictures)
    for one in found:
        print(one)
    print(f"{asked.to}: {sum(1 for _ in asked.to.rglob('*.html'))} pages, {len(found)} wrong")
    return 1 if found else 0


def build(to: Path, *, pictures: bool) -> list[str]:
    """Build both sites into a folder; return what is wrong."""
    shutil.rmtree(STAGE, ignore_errors=True)
    shutil.rmtree(to, ignore_errors=True)
    missing = lay_out(STAGE)
    if pictures:
        from tests.docs.pictures import take

        take(STAGE / "fr/images")
    for language, place in (("en", to), ("fr", to / "fr")):
        _built(language)
        shutil.copytree(ROOT / f"build/site-{language}", place, dirs_exist_ok=True)
    (to / "fr/404.html").unlink()  # the one at the root answers for both
    return missing + broken(to, pictures=pictures)


def _built(language: str) -> None:
    name = "mkdocs.yml" if language == "en" else f"mkdocs.{language}.yml"
    program = Path(sys.executable).with_name("zensical")
    done = subprocess.run(
        [program, "build", "--clean", "--strict", "--config-file", ROOT / name],
        cwd=ROOT, check=False, capture_output=True, text=True, timeout=120, env=os.environ | {"NO_COLOR": "1"},
    )  # fmt: skip
    if done.returncode != 0:
        sys.exit(f"{name}:\n{done.stdout}{done.stderr}")


def lay_out(stage: Path) -> list[str]:
    """Copy the documents into ``en`` and ``fr``, their links written for the site; return those that lead nowhere."""
    missing: list[str] = []
    for path in sorted((ROOT / "docs").rglob("*")):
        if path.is_file():
            inner = path.relative_to(ROOT / "docs")
            missing += _lay(path, stage / (inner if inner.parts[0] == "fr" else Path("en") / inner))
    shutil.copyfile(ROOT / "docs/site.css", stage / "fr/site.css")
    for outer, name in ABROAD.items():
        if (ROOT / outer).is_file():
            missing += _lay(ROOT / outer, stage / "en" / name)
    return missing


def _lay(path: Path, target: Path) -> list[str]:
    target.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".md":
        text, missing = rewritten(path.read_text("utf-8"), path)
        target.write_text(text, encoding="utf-8")
        return missing
    shutil.copyfile(path, target)
    return []


def rewritten(text: str, path: Path) -> tuple[str, list[str]]:
    """The text with links as they are on the site, and those that lead to no file; code is left alone."""
    missing: list[str] = []
    fences: list[str] = []

    def kept(found: re.Match[str]) -> str:
        fences.append(found[0])
        return f"\x00{len(fences) - 1}\x00"

    bare = _FENCE.sub(kept, text)
    bare = re.sub(r"^<!-- run: .*? -->\n", "", bare, flags=re.MULTILINE)
    bare = _LINK.sub(lambda found: _led(found, path, missing), bare)
    return re.sub(r"\x00(\d+)\x00", lambda found: fences[int(found[1])], bare), missing


def _led(found: re.Match[str], path: Path, missing: list[str]) -> str:
    """One link, as it is written on the site."""
    to, text = found["to"], found["text"]
    if urlsplit(to).scheme or to.startswith("#"):
        return found[0]
    name, hash_, anchor = to.partition("#")
    target = (path.parent / unquote(name)).resolve()
    if not target.exists():
        missing.append(f"{path.relative_to(ROOT).as_posix()}: {to}: there is no such file")
        return text
    here, there = _place(path), _place(target)
    if there is None:
        return f"{text} (`{target.relative_to(ROOT).as_posix()}`)"
    assert here is not None
    if here.parts[0] == there.parts[0]:
        return f"[{text}]({os.path.relpath(there, here.parent)}{hash_}{anchor})"
    return f"[{text}]({_across(here, there)}{hash_}{anchor})"


def _place(path: Path) -> Path | None:
    """Where a file of the tree is laid out, as `en/...` or `fr/...`; None for one that the site does not show."""
    inner = path.relative_to(ROOT)
    if inner.as_posix() in ABROAD:
        return Path("en") / ABROAD[inner.as_posix()]
    if inner.parts[0] != "docs" or path.is_dir():
        return None
    inner = Path(*inner.parts[1:])
    return inner if inner.parts[0] == "fr" else Path("en") / inner


def _across(here: Path, there: Path) -> str:
    """The address of a page of the other language, from the folder of this one's source: so the builder wants it."""
    folder = here.parent if here.parts[0] == "fr" else Path(*here.parent.parts[1:])
    return os.path.relpath(_address(there), f"/{folder.as_posix()}") + "/"


def _address(place: Path) -> str:
    """The folder in which a page stands on the site."""
    inner = place if place.parts[0] == "fr" else Path(*place.parts[1:])
    inner = inner.parent if inner.stem in {"index", "README"} else inner.with_suffix("")
    return "/" + inner.as_posix()


# --- what was made ----------------------------------------------------------------------------------------------------
def broken(site: Path, *, pictures: bool = True) -> list[str]:
    """Return the links of a site that lead nowhere, and what its pages fetch from elsewhere."""
    pages = {path: html.parse(str(path)).getroot() for path in sorted(site.rglob("*.html"))}
    anchors = {path: _anchors(root) for path, root in pages.items()}
    found: list[str] = []
    for path, root in pages.items():
        name = path.relative_to(site).as_posix()
        for to in _addresses(root):
            if not pictures and "/images/" in f"/{to}":
                continue
            if why := _leads_nowhere(site, path, to, anchors):
                found.append(f"{name}: {to}: {why}")
        found += [f"{name}: fetches {one}" for one in _from_elsewhere(root)]
    return found


def _anchors(root: html.HtmlElement) -> set[str]:
    return {str(one) for one in root.xpath("//@id | //a/@name")}


def _addresses(root: html.HtmlElement) -> list[str]:
    return [str(one) for one in root.xpath("//a/@href | //img/@src | //link/@href | //script/@src")]


def _leads_nowhere(site: Path, page: Path, to: str, anchors: dict[Path, set[str]]) -> str:
    parts = urlsplit(to)
    if parts.scheme or parts.netloc:
        return ""
    target = page
    if parts.path:
        base = site if parts.path.startswith("/") else page.parent
        target = (base / unquote(parts.path).lstrip("/")).resolve()
        target = target / "index.html" if target.is_dir() else target
        if not target.is_file():
            return "there is no such file"
    if parts.fragment and target in anchors and unquote(parts.fragment) not in anchors[target] | {"__"}:
        return "" if parts.fragment.startswith("__") else "there is no such place on the page"
    return ""


def _from_elsewhere(root: html.HtmlElement) -> list[str]:
    fetched = [str(one) for tag, name in _FETCHED for one in root.xpath(f"//{tag}/@{name}")]
    fetched += [str(one.get("href")) for one in root.xpath("//link[@rel]") if set(one.get("rel").split()) & _FETCHING]
    drawn = ["a program that draws diagrams"] if root.xpath("//*[contains(@class, 'mermaid')]") else []
    return [one for one in fetched if urlsplit(one).netloc] + drawn


if __name__ == "__main__":
    sys.exit(main())
