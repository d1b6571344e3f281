"""Keys in Azure Key Vault: Microsoft's own client and credentials against a stand-in that speaks the REST protocol.

The stand-in is served over https on loopback with a certificate made here. It answers as documented: a challenge first
(401 with WWW-Authenticate), then the key's public half, and unwrapping with the private one. The token comes from a
stand-in of the endpoint that gives managed identities theirs.
"""

from __future__ import annotations

import base64
import json
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from attrs import define, field
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID

from channelsync.adapter import discover
from channelsync.engine.address import AddressPolicy
from channelsync.errors import UsageError, VaultError
from channelsync.ledger import Ledger, open_ledger
from channelsync.manager import Manager, open_manager
from channelsync.manager.reading import Reader
from channelsync.vault import Vault, new_key, open_vault
from channelsync.vault.azure import AzureKeys
from tests.support import absent

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
OAEP = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
TOKEN = "a-token-of-a-managed-identity"


def encoded(value: bytes) -> str:
    """Base64 as JSON web keys have it."""
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """The bytes of such a text."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@pytest.fixture(autouse=True)
def _installed() -> None:
    """Microsoft's packages are an extra of ours."""
    if find_spec("azure") is None or find_spec("azure.keyvault") is None:
        absent("channelsync-core[azure] is not installed: no client of Key Vault to test with")


@define
class Azure:
    """A key vault with one key, its versions, and what was asked of it."""

    address: str = ""
    identity: str = ""
    versions: dict[str, rsa.RSAPrivateKey] = field(factory=dict)
    asked: list[str] = field(factory=list)
    refuses: int = 0

    @property
    def key(self) -> str:
        """The key's address, as an operator gives it."""
        return f"{self.address}/keys/channelsync"

    def turn(self) -> None:
        """Give the key a new version."""
        self.versions[f"{len(self.versions):032x}"] = rsa.generate_private_key(65537, 2048)

    def answer(self, method: str, path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Answer a request that brought a token."""
        _, _, name, version, *operation = [*path.partition("?")[0].split("/"), ""]
        version = version or next(reversed(self.versions))
        if self.refuses:
            return self.refuses, {"error": {"code": "Forbidden", "message": "no"}}
        if name != "channelsync" or version not in self.versions:
            return 404, {"error": {"code": "KeyNotFound", "message": "no such key"}}
        private, kid = self.versions[version], f"{self.key}/{version}"
        if method == "GET":
            self.asked.append("get")
            numbers = private.public_key().public_numbers()
            n, e = (encoded(one.to_bytes(length, "big")) for one, length in ((numbers.n, 256), (numbers.e, 3)))
            jwk = {"kid": kid, "kty": "RSA", "key_ops": ["wrapKey", "unwrapKey"], "n": n, "e": e}
            return 200, {"key": jwk, "attributes": {"enabled": True}}
        assert body["alg"] == "RSA-OAEP-256"
        self.asked.append(operation[0])
        value = decoded(body["value"])
        public = private.public_key()
        try:
            done = private.decrypt(value, OAEP) if operation[0] == "unwrapkey" else public.encrypt(value, OAEP)
        except ValueError:
            return 400, {"error": {"code": "BadParameter", "message": "it does not decrypt"}}
        return 200, {"kid": kid, "value": encoded(done)}


def handler(azure: Azure) -> type[BaseHTTPRequestHandler]:
    """The stand-in's way of answering, of the vault and of the endpoint that hands out tokens."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # or a second answer waits 40 ms

        def do_GET(self) -> None:
            if self.path.startswith("/token"):
                known = self.headers.get("X-IDENTITY-HEADER") == "hush"
                expires = int(datetime.now(UTC).timestamp()) + 3600
                token = {"access_token": TOKEN, "expires_on": str(expires), "resource": "r", "token_type": "Bearer"}
                self.send(200 if known else 401, token if known else {})
            else:
                self.operate()

        def do_POST(self) -> None:
            self.operate()

        def operate(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            raw = self.rfile.read(length)
            if self.headers.get("Authorization") != f"Bearer {TOKEN}":
                where = 'Bearer authorization="https://login.microsoftonline.com/tenant", resource="https://vault.azure.net"'
                self.send(401, {"error": {"code": "Unauthorized", "message": "who?"}}, {"WWW-Authenticate": where})
                return
            self.send(*azure.answer(self.command, self.path, json.loads(raw or b"{}")))

        def send(self, status: int, document: dict[str, Any], headers: dict[str, str] | None = None) -> None:
            body = json.dumps(document).encode()
            self.send_response(status)
            named = {"Content-Type": "application/json", "Content-Length": str(len(body)), **(headers or {})}
            for name, value in named.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    return Handler


def certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """A certificate for this machine's loopback, as a file to trust and as a server's context."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "stand-in")])
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(datetime.now(UTC) - timedelta(days=1))
    made = made.not_valid_after(datetime.now(UTC) + timedelta(days=1))
    names = [x509.IPAddress(ip_address("127.0.0.1")), x509.DNSName("gites.vault.azure.net")]
    made = made.add_extension(x509.SubjectAlternativeName(names), critical=False)
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    pem = made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    plain = serialization.NoEncryption(), serialization.PrivateFormat.PKCS8
    (folder / "key.pem").write_bytes(key.private_bytes(serialization.Encoding.PEM, plain[1], plain[0]))
    (folder / "cert.pem").write_bytes(pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return folder / "cert.pem", context


@pytest.fixture
def azure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Azure]:
    """The stand-in being served, and an environment as App Service gives it to a program with an identity."""
    azure = Azure()
    azure.turn()
    trusted, context = certificate(tmp_path)
    servers = [ThreadingHTTPServer(("127.0.0.1", 0), handler(azure)) for _ in range(2)]
    servers[0].socket = context.wrap_socket(servers[0].socket, server_side=True)
    threads = [threading.Thread(target=one.serve_forever, args=(0.01,), daemon=True) for one in servers]
    for thread in threads:
        thread.start()
    azure.address = f"https://127.0.0.1:{servers[0].server_address[1]}"
    azure.identity = f"http://127.0.0.1:{servers[1].server_address[1]}/token"
    monkeypatch.setenv("IDENTITY_ENDPOINT", azure.identity)
    monkeypatch.setenv("IDENTITY_HEADER", "hush")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(trusted))
    for name in ("AZURE_CLIENT_ID", "AZURE_TENANT_ID", "AZURE_CLIENT_SECRET", "IDENTITY_SERVER_THUMBPRINT"):
        monkeypatch.delenv(name, raising=False)
    try:
        yield azure
    finally:
        for server, thread in zip(servers, threads, strict=True):
            server.shutdown()
            server.server_close()
            thread.join()


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """A new database."""
    with open_ledger(str(tmp_path / "gite.db"), now=NOW) as made:
        yield made


def provider(azure: Azure, **settings: Any) -> AzureKeys:
    """The vault's key; the stand-in has a number for a name, so the check that the name is Azure's is off."""
    return AzureKeys(azure.key, verify_challenge_resource=False, **settings)


def vault(azure: Azure, ledger: Ledger, **given: Any) -> Vault:
    """The vault of the database, as a program that was just started has it."""

    def read(key: str) -> str | None:
        with ledger.reading() as tx:
            return tx.meta(key)

    with ledger.reading() as tx:
        known = tx.has_secrets()
    made = open_vault("gite.db", secrets_exist=known, provider=provider(azure), read=read, **given)
    made.prepare(ledger.transaction)
    return made


def put(vault: Vault, ledger: Ledger, name: str) -> None:
    """Seal and store something."""
    with ledger.transaction() as tx:
        sealed = vault.seal("feed", name, f"https://example.com/{name}")
        print_ = vault.fingerprint(f"https://example.com/{name}")
        tx.put_secret("feed", name, sealed, fingerprint=print_, at=NOW)


def got(vault: Vault, ledger: Ledger, name: str) -> str:
    """Open what was stored."""
    with ledger.reading() as tx:
        sealed = tx.secret("feed", name)
    assert sealed is not None
    return vault.unseal("feed", name, sealed)


def test_azure_is_asked_once_a_process(azure: Azure, ledger: Ledger, tmp_path: Path) -> None:
    """The key is wrapped once and unwrapped once by each process, however much is sealed; no key file is made."""
    one = vault(azure, ledger)
    assert azure.asked == ["get"], "wrapping needs the public half alone"
    for name in "abcdefgh":
        put(one, ledger, name)
    two = vault(azure, ledger)
    assert [got(two, ledger, name) for name in "ah"] == ["https://example.com/a", "https://example.com/h"]
    assert two.fingerprint("x") == one.fingerprint("x")
    assert azure.asked.count("unwrapkey") == 2
    assert not list(tmp_path.glob("*.key"))


def test_the_database_alone_opens_nothing(azure: Azure, ledger: Ledger) -> None:
    """What stands in the database is no key: only the one that Azure holds turns it into one."""
    put(vault(azure, ledger), ledger, "a")
    azure.versions = {name: rsa.generate_private_key(65537, 2048) for name in azure.versions}
    with pytest.raises(VaultError, match="answered 400"):
        got(vault(azure, ledger), ledger, "a")


def test_a_new_version_in_azure(azure: Azure, ledger: Ledger) -> None:
    """When Azure turns its key, what the older version wrapped still opens; a rotation here takes the newest."""
    put(vault(azure, ledger), ledger, "a")
    azure.turn()
    assert got(vault(azure, ledger), ledger, "a") == "https://example.com/a"
    one = vault(azure, ledger)
    draft = one.draft()
    with ledger.transaction() as tx:
        one.begin(draft, tx)
    put(one, ledger, "b")
    del azure.versions[min(azure.versions)]
    again = vault(azure, ledger)
    with pytest.raises(VaultError, match="no such version"):
        got(again, ledger, "a")


def test_a_running_program_sees_the_new_key(azure: Azure, ledger: Ledger) -> None:
    """One that runs on while another rotates opens what is sealed anew, and seals with the new key itself."""
    old, new = vault(azure, ledger), vault(azure, ledger)
    put(old, ledger, "a")
    draft = new.draft()
    with ledger.transaction() as tx:
        new.begin(draft, tx)
    put(new, ledger, "b")
    assert got(old, ledger, "b") == "https://example.com/b"
    assert old.key_id == new.key_id
    assert old.fingerprints("x") == new.fingerprints("x")
    assert len(old.fingerprints("x")) == 2


def test_two_programs_make_one_key(azure: Azure, ledger: Ledger) -> None:
    """Programs that start together on a new database end up with the same key."""
    ready, found = threading.Barrier(4), []

    def start() -> None:
        ready.wait()
        found.append(vault(azure, ledger).key_id)

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len(set(found)) == 1


@pytest.mark.parametrize(
    "status, words", [(401, "does not know who we are"), (403, "refuses us the key"), (404, "has no key"), (400, "400")]
)
def test_refusals(azure: Azure, ledger: Ledger, status: int, words: str) -> None:
    """Whatever Azure answers is one clear line with what to do, and no word of Azure's own."""
    azure.refuses = status
    with pytest.raises(VaultError, match=words) as refused:
        vault(azure, ledger)
    assert refused.value.advice
    assert TOKEN not in str(refused.value)


def test_azure_cannot_be_reached(ledger: Ledger) -> None:
    """An address where nobody answers is told as such; nothing was made."""
    azure = Azure("https://127.0.0.1:9")
    with pytest.raises(VaultError, match="cannot be asked"):
        provider(azure, retry_total=0).wrap(b"x" * 32)
    with ledger.reading() as tx:
        assert tx.meta("keys") is None


def test_an_address_that_is_none() -> None:
    """The address of a vault without a key, with a version, or not by https is refused before anything is asked."""
    for address in (
        "https://x.vault.azure.net",
        "https://x.vault.azure.net/keys/a/b",
        "http://x.vault.azure.net/keys/a",
    ):
        with pytest.raises(UsageError, match="not the address of a key"):
            AzureKeys(address)


def test_moving_in_from_a_key_of_ones_own(azure: Azure, ledger: Ledger) -> None:
    """An installation whose key was in the environment moves into Key Vault by one rotation, with nothing lost."""
    own = new_key()
    put(open_vault("gite.db", key=own, secrets_exist=False), ledger, "a")
    moving = vault(azure, ledger, old_keys=[own])
    assert got(moving, ledger, "a") == "https://example.com/a"
    with pytest.raises(VaultError), ledger.transaction():
        moving.seal("feed", "b", "x")  # nothing is sealed by a key that nobody has chosen yet
    manager = Manager(ledger, moving, discover(), Reader(AddressPolicy()), lambda: NOW)
    assert manager.rotate_keys().sealed_anew == 1
    assert got(vault(azure, ledger), ledger, "a") == "https://example.com/a"


def test_whoever_asks_for_a_token_must_be_azure(azure: Azure, tmp_path: Path) -> None:
    """As an installation uses it, a server that is not Azure's gets no token of ours, and no key is made there."""
    environ = {"CHANNELSYNC_KEY_VAULT": azure.key}
    with pytest.raises(VaultError, match="cannot be asked"):
        open_manager(str(tmp_path / "gite.db"), environ=environ)
    assert azure.asked == []
