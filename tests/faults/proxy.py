"""A small HTTP proxy between voters and the application that loses answers, or sends a request twice.

It reads the whole answer before it loses it, so that what is lost is the answer to something that has happened.
"""

from __future__ import annotations

import socket
import threading
from collections import Counter
from contextlib import suppress
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer

SECONDS = 30.0


class Proxy(ThreadingTCPServer):
    """Listens on a free port of the loopback and passes everything on to a Unix socket, one connection a request."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, upstream: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Passage)
        self.upstream = upstream
        self._orders: Counter[str] = Counter()
        self.done: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def order(self, what: str, number: int) -> None:
        """From now on "drop" the answers of so many posts, or "repeat" so many posts."""
        with self._lock:
            self._orders[what] += number

    def cancel(self) -> None:
        with self._lock:
            self._orders.clear()

    def take(self, what: str) -> bool:
        """Whether this post is one of those ordered."""
        with self._lock:
            if self._orders[what] <= 0:
                return False
            self._orders[what] -= 1
            self.done[what] += 1
            return True

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self.shutdown()
        self.server_close()
        self._thread.join(SECONDS)

    def handle_error(self, request: object, client_address: object) -> None:
        """A side that hung up is what this proxy is for."""


class _Passage(StreamRequestHandler):
    server: Proxy
    timeout = SECONDS

    def handle(self) -> None:
        request = self._request()
        if not request:
            return
        is_post = request.startswith(b"POST ")
        answer = self._answer(request)
        if is_post and answer and self.server.take("repeat"):
            answer = self._answer(request)
        if is_post and answer.startswith((b"HTTP/1.1 200", b"HTTP/1.1 303")) and self.server.take("drop"):
            return
        self.wfile.write(answer)

    def _request(self) -> bytes:
        lines, length = [], 0
        while (line := self.rfile.readline(65536)) not in (b"", b"\r\n"):
            lines.append(line)
            if line.lower().startswith(b"content-length:"):
                length = int(line.partition(b":")[2])
        return b"".join([*lines, b"\r\n", self.rfile.read(length)]) if lines else b""

    def _answer(self, request: bytes) -> bytes:
        """The whole answer; b"" when the application hung up, which is then what the voter sees too."""
        parts = []
        with socket.socket(socket.AF_UNIX) as upstream, suppress(OSError):
            upstream.settimeout(SECONDS)
            upstream.connect(str(self.server.upstream))
            upstream.sendall(request)
            while part := upstream.recv(65536):
                parts.append(part)
            return b"".join(parts)
        return b""
