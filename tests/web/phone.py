"""A telephone that takes push messages, and the push service that carries what only the telephone can read."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import http_ece
from attrs import define, field
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec


def text(data: bytes) -> str:
    """Write bytes as browsers do."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@define
class Phone:
    """A browser with a subscription at ``address``; ``status`` is what its push service answers."""

    address: str = "https://fcm.googleapis.com/fcm/send/s3cret"
    status: int = 201
    posts: list[bytes] = field(factory=list)
    key: ec.EllipticCurvePrivateKey = field(factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    auth: bytes = b"0123456789abcdef"

    @property
    def subscription(self) -> str:
        """What its browser hands over."""
        form = serialization.PublicFormat.UncompressedPoint
        point = self.key.public_key().public_bytes(serialization.Encoding.X962, form)
        return json.dumps({"endpoint": self.address, "keys": {"p256dh": text(point), "auth": text(self.auth)}})

    def read(self) -> list[dict[str, Any]]:
        """Decrypt what came."""
        secret = {"private_key": self.key, "auth_secret": self.auth, "version": "aes128gcm"}
        return [json.loads(http_ece.decrypt(body, **secret)) for body in self.posts]


@contextmanager
def listening() -> Generator[Phone]:
    """Run a push service on loopback for one telephone."""
    phone = Phone()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            phone.posts.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(phone.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as served:
        phone.address = f"http://127.0.0.1:{served.server_port}/send/s3cret"
        thread = threading.Thread(target=served.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield phone
        finally:
            served.shutdown()
            thread.join()
