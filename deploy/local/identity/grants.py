"""What can be exchanged for tokens, and for how long: authorization codes and refresh tokens, each once."""

from __future__ import annotations

import hashlib
import secrets
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from deploy.local.identity.people import DemoPerson
from deploy.local.identity.settings import is_loopback

CODE_SECONDS = 60
REFRESH_SECONDS = 12 * 3600
WEB_CLIENT = "flowline-web"
WEB_REDIRECT_PATHS = ("/", "/callback")


@dataclass(frozen=True, slots=True)
class SignIn:
    """One sign-in under way: who for which client, and what the client must show to go on."""

    person: DemoPerson
    client: str
    redirect_uri: str
    challenge: str
    nonce: str | None


@dataclass(frozen=True, slots=True)
class Once:
    """Sign-ins kept under a random word until it is shown once or its time is up."""

    seconds: int
    clock: Callable[[], float] = time.monotonic
    kept: dict[str, tuple[float, SignIn]] = field(default_factory=dict)

    def keep(self, sign_in: SignIn) -> str:
        """The word that gets `sign_in` back."""
        now = self.clock()
        for word in [word for word, (until, _) in self.kept.items() if until < now]:
            del self.kept[word]
        word = secrets.token_urlsafe(32)
        self.kept[word] = (now + self.seconds, sign_in)
        return word

    def redeem(self, word: str) -> SignIn | None:
        """The sign-in kept under `word`, for the first who shows it in time."""
        until, sign_in = self.kept.pop(word, (0.0, None))
        return sign_in if self.clock() <= until else None


def registered_redirect(client: str, redirect_uri: str) -> bool:
    """Whether tokens for `client` may go to this address: a known path on loopback, any port (RFC 8252 §7.3)."""
    try:
        address = urlsplit(redirect_uri)
        known = client == WEB_CLIENT and address.scheme == "http" and is_loopback(address.hostname)
    except ValueError:
        return False
    return known and address.path in WEB_REDIRECT_PATHS and not address.fragment and "@" not in address.netloc


def challenge_of(verifier: str) -> str:
    """The S256 challenge a PKCE verifier answers (RFC 7636)."""
    return urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
