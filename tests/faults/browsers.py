"""A browser without scripts at the socket of a running service, as the proxy in front of a real site would pass it on."""

from __future__ import annotations

import http.client
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

from tests.strangers import Answer

_TOKEN = re.compile(r'name="csrf_token"[^>]* value="([^"]+)"')
_FORM = "application/x-www-form-urlencoded"


class UnixConnection(http.client.HTTPConnection):
    """A connection to the socket that gunicorn listens at."""

    def __init__(self, path: Path) -> None:
        super().__init__("127.0.0.1", timeout=60)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(str(self._path))


class SocketBrowser:
    """Cookies of its own, in a network of its own. Redirects are not followed."""

    def __init__(self, path: Path, network: str) -> None:
        self.path, self._network, self.cookies = path, network, dict[str, str]()

    def get(self, page: str) -> Answer:
        return self._asked("GET", page, None)

    def post(self, page: str, fields: dict[str, str]) -> Answer:
        return self._asked("POST", page, urlencode(fields))

    def submit(self, page: str, fields: dict[str, str]) -> Answer:
        """Open a page and send its form. Raises AssertionError when there is none."""
        form = self.get(page)
        token = _TOKEN.search(form.body)
        assert token is not None, f"{page} answers {form.status} and has no form"
        return self.post(page, {"csrf_token": token[1], **fields})

    def send(self, page: str, *, announced: int | None, parts: Iterator[bytes], kind: str = _FORM) -> tuple[int, int]:
        """Send a body piece by piece, with its length or in chunks; the status, and how many bytes went out before it came."""
        connection = UnixConnection(self.path)
        try:
            connection.putrequest("POST", f"/exampleton/{page}", skip_host=True)
            length = ("Transfer-Encoding", "chunked") if announced is None else ("Content-Length", str(announced))
            for name, value in (*self._headers().items(), ("Content-Type", kind), length):
                connection.putheader(name, value)
            connection.endheaders()
            out = 0
            try:
                for part in parts:
                    connection.send(b"%x\r\n%s\r\n" % (len(part), part) if announced is None else part)
                    out += len(part)
                if announced is None:
                    connection.send(b"0\r\n\r\n")
            except (BrokenPipeError, ConnectionResetError):
                pass  # it has been answered
            return connection.getresponse().status, out
        finally:
            connection.close()

    def _headers(self) -> dict[str, str]:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return {
            "Host": "127.0.0.1", "X-Forwarded-For": self._network, "X-Forwarded-Proto": "https", "Cookie": cookies,
        }  # fmt: skip

    def _asked(self, method: str, page: str, body: str | None) -> Answer:
        connection = UnixConnection(self.path)
        try:
            connection.request(method, f"/exampleton/{page}", body, {**self._headers(), "Content-Type": _FORM})
            answer = connection.getresponse()
            given = Answer(answer.status, tuple(answer.getheaders()), answer.read().decode())
        finally:
            connection.close()
        for name, value in given.headers:
            if name == "Set-Cookie":
                cookie, _, kept = value.partition(";")[0].partition("=")
                self.cookies[cookie] = kept
        return given
