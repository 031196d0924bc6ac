"""What the identity provider signs: access tokens for Flowline and id tokens for the web client."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet

from deploy.local.identity.people import DemoPerson
from deploy.local.secret_files import SecretFiles

ACCESS_SECONDS = 3600


def signing_key(files: SecretFiles) -> ECKey:
    """The ES256 key of this installation, drawn on first use; its id is its RFC 7638 thumbprint."""
    drawn = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"})
    kept = json.loads(files.text("identity-signing-key.json", json.dumps(drawn.as_dict(private=True))))
    key = ECKey.import_key(kept)
    return ECKey.import_key({**kept, "kid": key.thumbprint()})


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs and checks tokens of one issuer."""

    issuer: str
    audience: str
    key: ECKey

    def access_token(self, person: DemoPerson, client: str) -> str:
        """A bearer token for Flowline's API."""
        claims = {"aud": self.audience, "client_id": client, "roles": [person.role], "jti": secrets.token_urlsafe(12)}
        return self._signed("at+jwt", person, claims)

    def id_token(self, person: DemoPerson, client: str, nonce: str | None) -> str:
        """Who signed in, for the client that asked."""
        said = {"nonce": nonce} if nonce else {}
        return self._signed("JWT", person, {"aud": client, "email": person.email, "roles": [person.role], **said})

    def subject_of(self, token: str) -> str | None:
        """The `sub` of a valid access token of ours; None when it is not one."""
        wanted = jwt.JWTClaimsRegistry(
            iss={"essential": True, "value": self.issuer},
            aud={"essential": True, "value": self.audience},
            exp={"essential": True},
        )
        try:
            claims = jwt.decode(token, self.key, algorithms=["ES256"]).claims
            wanted.validate(claims)
        except (JoseError, ValueError):
            return None
        return str(claims["sub"])

    def public_keys(self) -> dict[str, object]:
        """The JWK set that verifies our tokens."""
        return dict(KeySet([self.key]).as_dict(private=False))

    def _signed(self, kind: str, person: DemoPerson, claims: Mapping[str, object]) -> str:
        now = int(time.time())
        header = {"alg": "ES256", "kid": self.key.kid, "typ": kind}
        usual = {
            "iss": self.issuer,
            "sub": person.subject,
            "name": person.name,
            "iat": now,
            "exp": now + ACCESS_SECONDS,
        }
        return jwt.encode(header, {**usual, **claims}, self.key)
