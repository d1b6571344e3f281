"""A push service as Firefox knows them: its WebSocket on one side, on the other the address to post messages to.

As much of autopush's protocol as one browser needs: it says hello, asks for an address for each subscription, and is
handed what is posted there, still encrypted. Of WebSocket (RFC 6455) as much as that takes: short frames of text.
"""

from __future__ import annotations

import base64
import hashlib
import json
import struct
import threading
import uuid
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from attrs import Factory, define

__all__ = ["Autopush", "autopush"]

_WORD: Final = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_TEXT, _CLOSE, _PING, _PONG = 1, 8, 9, 10


@define
class Autopush:
    """The service at ``port``; ``told`` are the codes with which the browser took its messages: 100 is well."""

    port: int = 0
    told: list[int] = Factory(list)
    _browser: BaseHTTPRequestHandler | None = None
    _said: threading.Lock = Factory(threading.Lock)

    def serve(self, handler: BaseHTTPRequestHandler) -> None:
        """Speak with the browser until it goes."""
        key = hashlib.sha1((handler.headers["Sec-WebSocket-Key"] + _WORD).encode(), usedforsecurity=False)
        handler.send_response(101)
        for name, value in (("Upgrade", "websocket"), ("Connection", "Upgrade")):
            handler.send_header(name, value)
        handler.send_header("Sec-WebSocket-Accept", base64.b64encode(key.digest()).decode())
        if "push-notification" in handler.headers.get("Sec-WebSocket-Protocol", ""):
            handler.send_header("Sec-WebSocket-Protocol", "push-notification")
        handler.end_headers()
        self._browser = handler
        while (frame := _frame(handler)) is not None:
            kind, body = frame
            if kind == _CLOSE:
                break
            if kind == _PING:
                self._send(body, _PONG)
            elif kind == _TEXT:
                self._answer(json.loads(body))

    def _answer(self, asked: dict[str, Any]) -> None:
        kind = asked.get("messageType")
        if kind == "hello":
            known = asked.get("uaid") or uuid.uuid4().hex
            self.say(messageType="hello", uaid=known, status=200, use_webpush=True, broadcasts={})
        elif kind == "register":
            address = f"http://127.0.0.1:{self.port}/send/{asked['channelID']}"
            self.say(messageType="register", channelID=asked["channelID"], status=200, pushEndpoint=address)
        elif kind == "unregister":
            self.say(messageType="unregister", channelID=asked["channelID"], status=200)
        elif kind == "ack":
            self.told += [one.get("code", 100) for one in asked["updates"]]
        elif not asked:
            self.say()

    def carry(self, handler: BaseHTTPRequestHandler) -> None:
        """Hand a message on."""
        body = handler.rfile.read(int(handler.headers["Content-Length"]))
        data = base64.urlsafe_b64encode(body).rstrip(b"=").decode()
        headers = {"encoding": handler.headers["Content-Encoding"]}
        channel = handler.path.rpartition("/")[2]
        self.say(messageType="notification", channelID=channel, version=uuid.uuid4().hex, data=data, headers=headers)
        handler.send_response(201)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    def say(self, **message: object) -> None:
        """Tell the browser something."""
        self._send(json.dumps(message).encode(), _TEXT)

    def _send(self, body: bytes, kind: int) -> None:
        assert self._browser is not None, "no browser has said hello"
        size = bytes([len(body)]) if len(body) < 126 else b"\x7e" + struct.pack(">H", len(body))
        with self._said:
            self._browser.wfile.write(bytes([0x80 | kind]) + size + body)


def _frame(handler: BaseHTTPRequestHandler) -> tuple[int, bytes] | None:
    """Return the next frame of a browser, None where it has gone."""
    head = handler.rfile.read(2)
    if len(head) < 2:
        return None
    size = head[1] & 0x7F
    if size == 126:
        (size,) = struct.unpack(">H", handler.rfile.read(2))
    mask, body = handler.rfile.read(4), handler.rfile.read(size)
    return head[0] & 0x0F, bytes(one ^ mask[place % 4] for place, one in enumerate(body))


@contextmanager
def autopush() -> Generator[Autopush]:
    """Run a push service on loopback for one browser."""
    service = Autopush()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            service.serve(self)
            self.close_connection = True

        def do_POST(self) -> None:
            service.carry(self)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        service.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield service
        finally:
            server.shutdown()
            thread.join()
