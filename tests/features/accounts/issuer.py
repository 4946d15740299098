"""A sign-in service for tests: a real HTTP server that speaks OpenID Connect as GOV.UK One Login does, and lies when told to."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet


class Issuer:
    """`person` is who signs in there; `changes` are claims to change, `header` to change in the token's header."""

    def __init__(self, client_key: ECKey) -> None:
        self.key, self.other_key, self.client_key = ECKey.generate_key("P-256"), ECKey.generate_key("P-256"), client_key
        self.person, self.changes, self.forged = "person-1", {}, False
        self._codes: dict[str, dict[str, str]] = {}
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                path = urlsplit(self.path).path
                if path == "/.well-known/openid-configuration":
                    issuer.answer(self, issuer.description())
                elif path == "/keys":
                    issuer.answer(self, KeySet([issuer.key]).as_dict(private=False))
                else:
                    self.send_error(404)

            def do_POST(self) -> None:
                sent = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                issuer.token(self, {name: values[0] for name, values in sent.items()})

            def log_message(self, *_args: object) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join(10)
        self._server.server_close()

    def description(self) -> dict[str, str]:
        return {
            "issuer": self.address, "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token", "jwks_uri": f"{self.address}/keys",
        }  # fmt: skip

    def agree(self, address: str) -> str:
        """What a person does there: sign in. Returns where their browser is sent, as path and query."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        code = f"code-{len(self._codes)}"
        self._codes[code] = asked
        back = urlsplit(asked["redirect_uri"])
        return f"{back.path}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, handler: BaseHTTPRequestHandler, sent: dict[str, str]) -> None:
        """Checks the client's own key, the code, and that who asks is who began (PKCE)."""
        assertion = jwt.decode(sent["client_assertion"], self.client_key, algorithms=["ES256"]).claims
        asked = self._codes.pop(sent["code"], None)
        verifier = (
            base64.urlsafe_b64encode(hashlib.sha256(sent["code_verifier"].encode()).digest()).rstrip(b"=").decode()
        )
        good = asked is not None and verifier == asked["code_challenge"] and assertion["iss"] == asked["client_id"]
        if asked is None or not good:
            self.answer(handler, {"error": "invalid_grant"}, 400)
            return
        now = int(time.time())
        claims: dict[str, Any] = {
            "iss": self.address, "aud": asked["client_id"], "sub": self.person, "nonce": asked["nonce"],
            "iat": now, "exp": now + 300, **self.changes,
        }  # fmt: skip
        key = self.other_key if self.forged else self.key
        signed = jwt.encode({"alg": "ES256", "kid": self.key.thumbprint()}, claims, key)
        self.answer(handler, {"access_token": "unused", "token_type": "Bearer", "id_token": signed})

    @staticmethod
    def answer(handler: BaseHTTPRequestHandler, body: object, status: int = 200) -> None:
        data = json.dumps(body).encode()
        handler.send_response(status)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)
