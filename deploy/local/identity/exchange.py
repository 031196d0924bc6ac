"""What a token request is worth: codes, refresh tokens, clients' secrets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from deploy.local.identity import grants, people
from deploy.local.identity.clients import ACCOUNTS, CLI_CLIENT, Clients
from deploy.local.identity.grants import CODE_SECONDS, REFRESH_SECONDS, Once, SignIn
from deploy.local.identity.sessions import Sessions
from deploy.local.identity.tokens import ACCESS_SECONDS, Signer

PERSON_GRANT = "urn:flowline:grant:person"
GRANTS = ("authorization_code", "refresh_token", "client_credentials", PERSON_GRANT)


class Refused(Exception):
    """An OAuth error answer: its code, a sentence and the HTTP status."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(description)
        self.error, self.description, self.status = error, description, status


@dataclass(frozen=True, slots=True)
class Provider:
    """What the endpoints work with."""

    signer: Signer
    clients: Clients
    codes: Once = field(default_factory=lambda: Once(CODE_SECONDS))
    refreshes: Once = field(default_factory=lambda: Once(REFRESH_SECONDS))
    sessions: Sessions = field(default_factory=Sessions)

    @property
    def path(self) -> str:
        """Below which its endpoints are."""
        return urlsplit(self.signer.issuer).path.rstrip("/")

    def tokens(self, sign_in: SignIn) -> dict[str, object]:
        """What the web client gets for a sign-in."""
        return {
            **self.access(sign_in.person, sign_in.client),
            "id_token": self.signer.id_token(sign_in.person, sign_in.client, sign_in.nonce),
            "refresh_token": self.refreshes.keep(sign_in),
        }

    def access(self, person: people.DemoPerson, client: str) -> dict[str, object]:
        """An access token alone."""
        token = self.signer.access_token(person, client)
        return {"access_token": token, "token_type": "Bearer", "expires_in": ACCESS_SECONDS}

    def exchange(self, form: Mapping[str, str], authorization: str | None) -> dict[str, object]:
        """The tokens that a token request is worth; raises Refused."""
        match form.get("grant_type"):
            case "authorization_code":
                return self.tokens(self._by_code(form))
            case "refresh_token":
                return self.tokens(self._by_refresh(form))
            case "client_credentials":
                client = self._client(form, authorization)
                return self.access(ACCOUNTS[client], client)
            case grant if grant == PERSON_GRANT:
                return self._as_person(form, authorization)
            case _:
                raise Refused("unsupported_grant_type", f"grant_type is one of {', '.join(GRANTS)}")

    def _by_code(self, form: Mapping[str, str]) -> SignIn:
        sign_in = self.codes.redeem(form.get("code", ""))
        if sign_in is None or form.get("client_id") != sign_in.client:
            raise Refused("invalid_grant", "the code is unknown, used or too old")
        if form.get("redirect_uri") != sign_in.redirect_uri:
            raise Refused("invalid_grant", "redirect_uri is not the one the code was sent to")
        if grants.challenge_of(form.get("code_verifier", "")) != sign_in.challenge:
            raise Refused("invalid_grant", "code_verifier does not answer the challenge")
        return sign_in

    def _by_refresh(self, form: Mapping[str, str]) -> SignIn:
        sign_in = self.refreshes.redeem(form.get("refresh_token", ""))
        if sign_in is None or form.get("client_id") != sign_in.client:
            raise Refused("invalid_grant", "the refresh token is unknown, used or too old")
        return sign_in

    def _as_person(self, form: Mapping[str, str], authorization: str | None) -> dict[str, object]:
        client = self._client(form, authorization)
        if client != CLI_CLIENT:
            raise Refused("unauthorized_client", "only the flowline command may act as a person")
        person = people.named(form.get("person", ""))
        if person is None:
            known = ", ".join(each.subject for each in people.PEOPLE)
            raise Refused("invalid_grant", f"nobody is called that; there are: {known}")
        return self.access(person, client)

    def _client(self, form: Mapping[str, str], authorization: str | None) -> str:
        client = self.clients.authenticated(authorization, form)
        if client is None:
            raise Refused("invalid_client", "unknown client or wrong secret", status=401)
        return client
