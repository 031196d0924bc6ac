"""Who calls: access tokens are verified here again, whatever the gateway has already checked."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Protocol

import httpx
import msgspec
from joserfc import jws
from joserfc.errors import JoseError

from shared.errors import Unauthenticated
from shared.http.jwks import JwksKeys

ALGORITHMS = ("ES256", "RS256")
LONGEST_TOKEN = 8192
REMEMBERED = 10_000
REMEMBERED_SECONDS = 30.0
LEEWAY_SECONDS = 30


class TokenMissing(Unauthenticated):
    """An access token is required: Authorization: Bearer."""

    code = "token-missing"


class TokenInvalid(Unauthenticated):
    """The access token is not valid."""

    code = "token-invalid"


class TokenExpired(Unauthenticated):
    """The access token has expired."""

    code = "token-expired"


@dataclass(frozen=True, slots=True)
class Principal:
    """Whoever the token speaks for; a role is one of rep, manager, admin, guest and service."""

    subject: str
    name: str
    roles: frozenset[str]


class VerifierSettings(Protocol):
    """What verification needs of a service's settings."""

    @property
    def issuer(self) -> str: ...  # noqa: D102
    @property
    def jwks_url(self) -> str: ...  # noqa: D102
    @property
    def audience(self) -> str: ...  # noqa: D102


class Claims(msgspec.Struct, frozen=True):
    """The claims we read; anything else in a token is nobody's business here."""

    iss: str
    sub: str
    aud: str | list[str]
    exp: float
    nbf: float = 0
    name: str = ""
    roles: list[str] = []


class Verifier:
    """Turns an Authorization header into a principal; good tokens are remembered for half a minute by their hash."""

    def __init__(self, keys: JwksKeys, *, issuer: str, audience: str, clock: Callable[[], float] = time.time) -> None:
        self._keys = keys
        self._issuer = issuer
        self._audience = audience
        self._clock = clock
        self._known: OrderedDict[bytes, tuple[float, Principal]] = OrderedDict()

    @staticmethod
    @asynccontextmanager
    async def of(settings: VerifierSettings) -> AsyncIterator[Verifier]:
        """A verifier that fetches keys from `jwks_url` (http, https or file) as long as the context lasts."""
        async with httpx.AsyncClient(timeout=5, trust_env=False) as client:
            keys = JwksKeys(settings.jwks_url, client)
            yield Verifier(keys, issuer=settings.issuer, audience=settings.audience)

    async def principal(self, authorization: str | None) -> Principal:
        """Who is calling; raises Unauthenticated (401), or Unavailable while no keys can be fetched."""
        token = _bearer(authorization)
        digest = blake2b(token, digest_size=16).digest()
        if known := self._known.get(digest):
            if known[0] > self._clock():
                return known[1]
            del self._known[digest]
        claims = await self._verified(token)
        principal = Principal(claims.sub, claims.name or claims.sub, frozenset(claims.roles))
        self._remember(digest, claims.exp, principal)
        return principal

    async def _verified(self, token: bytes) -> Claims:
        """The claims, once signature, issuer, audience and times have been checked."""
        key = await self._keys.find(_key_id(token))
        try:
            payload = jws.deserialize_compact(token, key, algorithms=ALGORITHMS).payload
            claims = msgspec.json.decode(payload or b"", type=Claims)
        except (JoseError, msgspec.MsgspecError, ValueError) as reason:
            raise TokenInvalid("The access token's signature or content is not valid.") from reason
        self._check(claims)
        return claims

    def _check(self, claims: Claims) -> None:
        now = self._clock()
        if claims.iss != self._issuer:
            raise TokenInvalid("The access token comes from another issuer.")
        if self._audience not in ([claims.aud] if isinstance(claims.aud, str) else claims.aud):
            raise TokenInvalid("The access token is for another audience.")
        if claims.exp <= now:
            raise TokenExpired
        if claims.nbf > now + LEEWAY_SECONDS:
            raise TokenInvalid("The access token is not valid yet.")
        if not claims.sub or "\0" in claims.sub + claims.name:
            raise TokenInvalid("The access token names nobody.")

    def _remember(self, digest: bytes, expires: float, principal: Principal) -> None:
        self._known[digest] = (min(expires, self._clock() + REMEMBERED_SECONDS), principal)
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)


def _bearer(authorization: str | None) -> bytes:
    scheme, _, token = (authorization or "").partition(" ")
    if not authorization:
        raise TokenMissing
    if scheme.lower() != "bearer" or not token.strip() or len(token) > LONGEST_TOKEN:
        raise TokenInvalid("The Authorization header holds no bearer token.")
    try:
        return token.strip().encode("ascii")
    except UnicodeEncodeError as reason:
        raise TokenInvalid from reason


def _key_id(token: bytes) -> str:
    """The key a token says it was signed with; a token without one, or with another algorithm, is refused here."""
    try:
        header: dict[str, Any] = jws.extract_compact(token).protected
    except (JoseError, ValueError) as reason:
        raise TokenInvalid("The access token is malformed.") from reason
    kid = header.get("kid")
    if header.get("alg") not in ALGORITHMS or not isinstance(kid, str):
        raise TokenInvalid("The access token is not signed in a way that we accept.")
    return kid
