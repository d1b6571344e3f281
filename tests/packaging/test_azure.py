"""deploy/azure: its settings are ones that the programs know, it tells no secret, and its scripts do what they say.

That every Bicep file can be read and keeps checkov's rules is for `.ci/bicep`; that what is deployed starts, for
tests/e2e/test_azure.py.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from channelsync.config import Config
from channelsync.notices import NoticeKind
from tests.support import ROOT

AZURE = ROOT / "deploy/azure"
INFRA = AZURE / "infra"
BICEP = {path.relative_to(INFRA).as_posix(): path.read_text("utf-8") for path in sorted(INFRA.rglob("*.bicep"))}
APPS = BICEP["modules/apps.bicep"]

NOT_SET = {
    "CHANNELSYNC_KEY": "the vault's key is used in its place",
    "CHANNELSYNC_OLD_KEYS": "set by hand, while an installation moves into the vault",
    "CHANNELSYNC_ALLOW_PRIVATE_ADDRESSES": "for rehearsals",
    "CHANNELSYNC_POLL_MINUTES": "its default is right",
    "CHANNELSYNC_IMAP_URL": "set by hand, by who wants it",
    "CHANNELSYNC_MAIL_AUTHSERV": "as CHANNELSYNC_IMAP_URL",
    "CHANNELSYNC_HEARTBEAT_URL": "Azure's own alerts watch in its place",
    "CHANNELSYNC_METRICS_TOKEN": "figures go out by OpenTelemetry",
    "CHANNELSYNC_PUBLISH": "the web app gives the calendars out itself, and sees who reads them",
    "CHANNELSYNC_PUSH_HOSTS": "its default is right",
}
"""Settings of the programs that the template leaves alone, each with the reason."""
NEEDED = {f"CHANNELSYNC_{name}" for name in ("DB", "KEY_VAULT", "BASE_URL", "HOSTS", "TRUSTED_PROXIES", "BACKUP")}
"""What an installation on Azure cannot do without."""


class Asked(dict[str, str]):
    """An environment that notes what it was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def get(self, key: str, default: Any = None) -> Any:
        """Note the name; nothing is set."""
        self.names.add(key)
        return default


@pytest.fixture(scope="module")
def known() -> set[str]:
    """Every setting that Config reads."""
    environ = Asked()
    Config.from_environment(environ)
    Config.from_environment({**dict.fromkeys(environ.names, "")})
    return environ.names | {f"CHANNELSYNC_OIDC_{name}" for name in ("CLIENT_ID", "CLIENT_SECRET", "NAME")}


def block(name: str) -> str:
    """The text of one of the objects that the settings are made of."""
    found = re.search(rf"^var {name} = (.*?)^\}}", APPS, re.MULTILINE | re.DOTALL)
    assert found, name
    return found[1]


def named(text: str) -> set[str]:
    """The settings that a text sets."""
    return set(re.findall(r"^  ([A-Z][A-Z0-9_]+): ", text, re.MULTILINE))


def test_every_setting_is_one_of_the_programs(known: set[str]) -> None:
    """The template sets nothing that the programs do not read, and decides about each thing that they do."""
    ours = {name for name in named(APPS) if name.startswith("CHANNELSYNC_")}
    assert ours - known == set()
    assert known - ours == set(NOT_SET), "set it in deploy/azure, or say here why not"
    assert named(block("common")) >= NEEDED


def test_the_telemetry_settings_are_the_standard_ones() -> None:
    """What turns telemetry on is named as OpenTelemetry names it, and as our own code looks for it."""
    code = (ROOT / "packages/channelsync-core/src/channelsync/service/telemetry.py").read_text("utf-8")
    assert "OTEL_EXPORTER_OTLP_ENDPOINT" in code
    assert {name for name in named(APPS) if name.startswith("OTEL_")} == {
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "OTEL_EXPORTER_OTLP_PROTOCOL",
    }


def test_secrets_are_in_the_vault() -> None:
    """What is secret stands in a setting as a reference to the vault, and never in an output."""
    secret = (
        "CHANNELSYNC_DB",
        "CHANNELSYNC_SMTP_URL",
        "CHANNELSYNC_NOTIFICATION_HUB",
        "CHANNELSYNC_OIDC_CLIENT_SECRET",
    )
    for name in secret:
        (value,) = re.findall(rf"^  {name}: (.*)$", APPS, re.MULTILINE)
        assert "@Microsoft.KeyVault(SecretUri=" in value, name
    for name, text in BICEP.items():
        hidden = set(re.findall(r"@secure\(\)(?:\s*@\w+\(.*?\))*\s*param (\w+)", text))
        for output in re.findall(r"^output .*$", text, re.MULTILINE):
            assert "listKeys" not in output, name
            value = output.partition("=")[2]
            assert not {word for word in re.findall(r"\w+", value) if word in hidden and f"{word} !=" not in value}, (
                output
            )
    main = BICEP["main.bicep"]
    for name in ("databasePassword", "pushPrivateKey", "smtpUrl", "oidcClientSecret"):
        assert re.search(rf"@secure\(\)\s*(@minLength\(\d+\)\s*)?param {name} ", main), name


def test_requests_are_never_logged() -> None:
    """A calendar's address is a secret: no log of requests is kept, neither by Azure nor by an agent of its own."""
    for name, text in BICEP.items():
        code = re.sub(r"//.*", "", text)
        assert "AppServiceHTTPLogs" not in code, name
        assert "ApplicationInsightsAgent" not in code, name
        assert "APPLICATIONINSIGHTS_CONNECTION_STRING" not in code, name
        assert "allLogs" not in code, name
    assert "httpLoggingEnabled: false" in BICEP["modules/app.bicep"]


def test_the_parameters_are_those_of_the_template() -> None:
    """Each parameter is given from a variable of azd's environment; what has no default in one place has none there."""
    given = json.loads((INFRA / "main.parameters.json").read_text("utf-8"))["parameters"]
    wanted = dict(re.findall(r"^param (\w+) \w+( = .*)?$", BICEP["main.bicep"], re.MULTILINE))
    assert given.keys() == wanted.keys()
    for name, one in given.items():
        assert bool(wanted[name]) == ("=" in one["value"]), name


def test_both_sizes_say_the_same_things() -> None:
    """The two sizes differ in values alone."""

    def shape(value: object) -> object:
        if isinstance(value, dict):
            return {name: shape(one) for name, one in value.items()}
        return type(value).__name__

    small, large = (json.loads((INFRA / f"sizes/{name}.json").read_text("utf-8")) for name in ("owner", "thousand"))
    assert shape(small) == shape(large)
    assert small["budget"] < large["budget"]


def test_alerts_wait_for_lines_that_are_written() -> None:
    """The words an alert looks for are those with which the worker's line begins, for kinds that are critical."""
    code = (ROOT / "packages/channelsync-core/src/channelsync/service/telling.py").read_text("utf-8")
    lines = re.findall(r"line: '(critical notice: (\w+))'", BICEP["modules/alerts.bicep"])
    assert {kind for _, kind in lines} == {"exposed", "conflict", "disconnected", "backup_failed"}
    assert '"critical notice: %s", notice.kind.value' in code
    critical = [kind.value for kind in NoticeKind if kind.critical]
    for _, kind in lines:
        assert any(one.startswith(kind) for one in critical), kind


@pytest.mark.parametrize(
    "peer, forwarded, client",
    [
        pytest.param("169.254.130.1", "203.0.113.7:51111", "203.0.113.7", id="through Azure's front"),
        pytest.param("169.254.130.1", "198.51.100.66, 203.0.113.7:51111", "203.0.113.7", id="who writes it himself"),
        pytest.param("10.20.1.4", "10.9.9.9, [2001:db8::7]:443", "2001:db8::7", id="IPv6"),
        pytest.param("203.0.113.9", "198.51.100.66", "203.0.113.9", id="past the front"),
    ],
)
def test_who_asks_is_who_azure_saw(peer: str, forwarded: str, client: str) -> None:
    """Behind Azure's front a visitor is known by the address that Azure appends, not by one that they wrote."""
    (fronts,) = re.findall(r"^var fronts = '(.*)'$", APPS, re.MULTILINE)
    config = Config.from_environment({"CHANNELSYNC_TRUSTED_PROXIES": fronts})
    seen: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope["client"][0])

    headers = [(b"x-forwarded-for", forwarded.encode()), (b"x-forwarded-proto", b"https")]
    behind: Any = ProxyHeadersMiddleware(app, list(config.trusted_proxies))
    asyncio.run(behind({"type": "http", "client": (peer, 1), "scheme": "http", "headers": headers}, None, None))
    assert seen == [client]


@pytest.fixture
def azd(tmp_path: Path) -> Mapping[str, str]:
    """An environment in which `azd` only notes what it is told."""
    tool = tmp_path / "azd"
    tool.write_text('#!/bin/sh\nprintf "%s\\n" "$*" >> "$NOTES"\n')
    tool.chmod(0o755)
    return {"PATH": f"{tmp_path}:{os.environ['PATH']}", "NOTES": str(tmp_path / "notes")}


def hook(name: str, environ: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run one of the scripts."""
    return subprocess.run(
        [AZURE / "hooks" / name], env=environ, text=True, capture_output=True, check=False, timeout=30
    )


def test_what_is_set_once(azd: Mapping[str, str]) -> None:
    """The database's password is drawn once, long and with what Azure asks for; a second run changes nothing."""
    assert hook("before-provision.sh", azd).returncode == 1, "somebody must be told when something is wrong"
    assert not Path(azd["NOTES"]).exists()
    assert hook("before-provision.sh", {**azd, "DEPLOY_ALERT_MAIL": "a@example.org"}).returncode == 0
    told = dict(line.split(" ", 3)[2:] for line in Path(azd["NOTES"]).read_text().splitlines())
    password = told["DEPLOY_DATABASE_PASSWORD"]
    assert re.fullmatch(r"Db-[0-9a-f]{48}", password)
    assert re.fullmatch(r"\d{4}-\d\d-01", told["DEPLOY_BUDGET_START"])
    Path(azd["NOTES"]).unlink()
    assert hook("before-provision.sh", {**azd, **told, "DEPLOY_ALERT_MAIL": "a@example.org"}).returncode == 0
    assert not Path(azd["NOTES"]).exists()


def test_the_worker_of_its_own_is_deployed_too(azd: Mapping[str, str]) -> None:
    """Where the size has a worker, it gets the same package; where it has none, nothing is done."""
    assert hook("after-deploy.sh", azd).returncode == 0
    assert "az webapp deploy" in (AZURE / "hooks/after-deploy.sh").read_text()


def test_the_scripts_are_there() -> None:
    """What azure.yaml runs is there, may be run, and is a script that a shell can read."""
    for name in re.findall(r"run: (\S+)", (AZURE / "azure.yaml").read_text("utf-8")):
        script = AZURE / name
        assert os.access(script, os.X_OK), name
        assert subprocess.run(["sh", "-n", str(script)], check=False).returncode == 0, name


def test_what_checks_the_template_is_locked() -> None:
    """Every package that reads the Bicep files has one version, and a hash."""
    text = (ROOT / ".ci/bicep.txt").read_text("utf-8")
    packages = re.findall(r"^[\w.-]+(?:\[[\w,-]+\])?==\S+.*?(?=^\S|\Z)", text, re.MULTILINE | re.DOTALL)
    assert len(packages) > 50
    assert all("--hash=sha256:" in one for one in packages)
    assert {line.split()[0] for line in (ROOT / ".ci/bicep.in").read_text("utf-8").splitlines() if line[0] != "#"} <= {
        one.split()[0] for one in packages
    }


def called(text: str) -> Iterator[tuple[str, str, str]]:
    """Yield each use of a module: its name here, its file, and the text of what it is given."""
    for found in re.finditer(
        r"^module (\w+) '([\w/.]+)' = (?:if \(.*?\) )?\{\n(.*?)^\}", text, re.MULTILINE | re.DOTALL
    ):
        yield found[1], found[2], found[3]


def test_modules_are_given_what_they_take() -> None:
    """What Bicep's own compiler would refuse first: a parameter missing or unknown, an output that is not there."""
    uses = 0
    for name, text in BICEP.items():
        files = {}
        for here, file, body in called(text):
            there = BICEP[f"modules/{Path(file).name}"]
            taken = dict(re.findall(r"^param (\w+) \w+( = .*)?$", there, re.MULTILINE))
            given = set(re.findall(r"[{,\n]\s*(\w+): ", body.partition("params: ")[2]))
            assert given <= taken.keys(), (name, here, given - taken.keys())
            assert {one for one, default in taken.items() if not default} <= given, (name, here)
            files[here], uses = there, uses + 1
        for here, output in re.findall(r"\b(\w+)\.outputs\.(\w+)", text):
            assert re.search(rf"^output {output} ", files[here], re.MULTILINE), (name, here, output)
    assert uses > 10


def test_nothing_is_declared_in_vain() -> None:
    """Each parameter and variable of a file is used there."""
    for name, text in BICEP.items():
        for word in re.findall(r"^(?:param|var) (\w+) ", text, re.MULTILINE):
            assert len(re.findall(rf"\b{word}\b", text)) > 1, (name, word)


def test_values_of_the_sizes_are_there() -> None:
    """What the files read of a size is in it."""
    size = json.loads((INFRA / "sizes/owner.json").read_text("utf-8"))
    assert set(re.findall(r"\bchosen\.(\w+)", BICEP["main.bicep"])) == size.keys()
    for file, part in (("database", "database"), ("apps", "plan"), ("watch", "logs")):
        taken = {"database": "settings", "plan": "plan", "logs": "logs"}[part]
        assert set(re.findall(rf"\b{taken}\.(\w+)", BICEP[f"modules/{file}.bicep"])) == size[part].keys(), file
