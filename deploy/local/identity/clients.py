"""Programs that get tokens with a secret of their own, drawn on first start."""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from deploy.local.identity.people import DemoPerson
from deploy.local.secret_files import SecretFiles

CLI_CLIENT = "flowline-cli"
SUBSCRIBER_CLIENT = "flowline-subscriber"
ACCOUNTS = MappingProxyType(
    {
        CLI_CLIENT: DemoPerson("flowline-cli", "Flowline command", "cli@flowline.example", "admin"),
        SUBSCRIBER_CLIENT: DemoPerson("flowline-subscriber", "Another system", "system@flowline.example", "service"),
    }
)


@dataclass(frozen=True, slots=True)
class Clients:
    """The registered programs and their secrets."""

    secrets: Mapping[str, str]

    def authenticated(self, authorization: str | None, form: Mapping[str, str]) -> str | None:
        """The client that shows its right secret, in a Basic header or in the form; None when none does."""
        client, secret = _basic(authorization) or (form.get("client_id", ""), form.get("client_secret", ""))
        right = self.secrets.get(client)
        return client if right is not None and hmac.compare_digest(right.encode(), secret.encode()) else None


def secret_name(client: str) -> str:
    """The name of the file among the secrets that holds a client's secret."""
    return f"client-{client}"


def registered_clients(files: SecretFiles) -> Clients:
    """The clients with their secrets, drawn on first use."""
    return Clients({client: files.password(secret_name(client)) for client in ACCOUNTS})


def _basic(authorization: str | None) -> tuple[str, str] | None:
    scheme, _, word = (authorization or "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        client, _, secret = base64.b64decode(word, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return client, secret
