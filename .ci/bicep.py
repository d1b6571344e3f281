"""Checks deploy/azure: every Bicep file can be read, and keeps checkov's rules or says why it skips one.

Runs in the environment that `.ci/bicep` makes. Nothing is sent anywhere: no key is set, nothing is downloaded, and an
attempt to open a connection or to look up a name is refused, noted and makes the check fail.
"""

from __future__ import annotations

import os
import re
import sys
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
INFRA = ROOT / "deploy" / "azure" / "infra"
SKIP = re.compile(r"checkov:skip=(\w+):(.{15,})")
CALLS = frozenset({"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"})


def refuse_the_network(notes: Path) -> None:
    """Refuse connections in this process and in those it forks, and note each attempt in a file."""

    def hook(event: str, args: tuple[Any, ...]) -> None:
        beside = event == "socket.connect" and isinstance(args[1], str | bytes)  # a socket file: between its processes
        if event in CALLS and not beside:
            with notes.open("a", encoding="utf-8") as file:
                file.write(f"{event} {args!r}\n")
            msg = "nothing is asked of the network here"
            raise ConnectionRefusedError(msg)

    sys.addaudithook(hook)


def unread(files: list[Path]) -> list[str]:
    """Return what keeps files from being read."""
    from pycep import BicepParser  # noqa: PLC0415 - it belongs to the environment of this check

    wrong = []
    for file in files:
        try:
            BicepParser().parse(file_path=file)
        except Exception as error:  # noqa: BLE001 - whatever it is, the file cannot be read
            wrong.append(f"{file.relative_to(ROOT)}: {str(error)[:400]}")
    return wrong


def broken(files: list[Path], out: Path) -> list[str]:
    """Return the rules that are broken, and the skips that skip nothing."""
    from checkov.main import Checkov  # noqa: PLC0415 - as above

    arguments = ["--directory", str(INFRA), "--framework", "bicep", "--skip-download", "--soft-fail", "--quiet"]
    scan = Checkov(argv=[*arguments, "--output", "json", "--output-file-path", str(out)])
    with redirect_stdout(StringIO()):
        scan.run()
    (report,) = scan.scan_reports
    wrong = [f"{one.file_path}: {one.check_id} {one.check_name} ({one.resource})" for one in report.failed_checks]
    wrong += [f"{name} could not be read by checkov" for name in report.parsing_errors]
    skipped = {(Path(one.file_path).name, one.check_id) for one in report.skipped_checks}
    written = {(file.name, rule) for file in files for rule, _ in SKIP.findall(file.read_text(encoding="utf-8"))}
    said = sum(file.read_text(encoding="utf-8").count("checkov:skip") for file in files)
    reasons = sum(len(SKIP.findall(file.read_text(encoding="utf-8"))) for file in files)
    wrong += [f"{name}: {rule} is skipped, and no rule asks for it" for name, rule in sorted(written - skipped)]
    if said != reasons:
        wrong.append("a rule is skipped without a reason")
    print(f"bicep: {len(files)} files, {len(report.passed_checks)} rules held, {len(report.skipped_checks)} skipped")
    return wrong


def main() -> int:
    """Print what is wrong; the exit status is 0 where nothing is."""
    for name in [name for name in os.environ if name.startswith(("BC_", "CKV_", "CHECKOV_", "PRISMA_"))]:
        del os.environ[name]
    os.environ["CKV_SKIP_PACKAGE_UPDATE_CHECK"] = "TRUE"
    files = sorted(INFRA.rglob("*.bicep"))
    with TemporaryDirectory() as folder:
        notes = Path(folder) / "calls"
        refuse_the_network(notes)
        wrong = unread(files) or broken(files, Path(folder) / "out")
        wrong += notes.read_text(encoding="utf-8").splitlines() if notes.exists() else []
    for line in wrong:
        print(f"bicep: {line}")
    return 1 if wrong or not files else 0


if __name__ == "__main__":
    sys.exit(main())
