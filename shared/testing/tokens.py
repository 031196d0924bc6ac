"""An identity provider inside the test: it mints tokens and serves the keys that verify them."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from joserfc import jwt
from joserfc.jwk import ECKey

AUDIENCE = "flowline"


def new_key(kid: str = "test") -> ECKey:
    """An ES256 key pair."""
    return ECKey.generate_key("P-256", {"kid": kid, "use": "sig", "alg": "ES256"})


@dataclass(frozen=True, slots=True)
class TokenIssuer:
    """Mints access tokens under `issuer`; `jwks_url` serves the public half of its key."""

    issuer: str
    key: ECKey = field(default_factory=new_key)

    @property
    def jwks_url(self) -> str:
        """Where the keys are served."""
        return f"{self.issuer}/jwks"

    @property
    def jwks(self) -> dict[str, list[dict[str, str | list[str]]]]:
        """The public keys as a JWK set."""
        return {"keys": [dict(self.key.as_dict(private=False))]}

    def token(
        self,
        *roles: str,
        subject: str = "ada",
        name: str = "Ada",
        seconds: int = 3600,
        **claims: str | Sequence[str] | int,
    ) -> str:
        """An access token with these roles, valid for `seconds` (negative = expired); `claims` replace its own."""
        now = int(time.time())
        usual = {"iss": self.issuer, "aud": AUDIENCE, "sub": subject, "name": name, "roles": list(roles)}
        header = {"alg": "ES256", "kid": self.key.kid, "typ": "at+jwt"}
        return jwt.encode(header, {**usual, "iat": now, "exp": now + seconds, **claims}, self.key)

    def headers(self, *roles: str, subject: str = "ada", name: str = "Ada") -> dict[str, str]:
        """The Authorization header of someone with these roles."""
        return {"Authorization": f"Bearer {self.token(*roles, subject=subject, name=name)}"}


@contextmanager
def serving_tokens() -> Iterator[TokenIssuer]:
    """A token issuer whose keys are served on loopback as long as the context lasts."""

    class Keys(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps(issuer.jwks).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/jwk-set+json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            del format, args

    with ThreadingHTTPServer(("127.0.0.1", 0), Keys) as server:
        issuer = TokenIssuer(f"http://127.0.0.1:{server.server_port}")
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield issuer
        finally:
            server.shutdown()
            thread.join()
