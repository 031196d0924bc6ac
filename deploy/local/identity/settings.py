"""How the development identity provider is told where it runs."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


def is_loopback(host: str | None) -> bool:
    """Whether only this machine can reach the host of that name."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False


class Settings(BaseSettings):
    """`issuer` is the address browsers see (the gateway's, with a path); anything but loopback is refused.

    `private_name` is for a container whose network only its neighbours reach: it answers them under that name too, and
    `host` may then be any address. The issuer stays on loopback all the same.
    """

    model_config = SettingsConfigDict(env_prefix="IDENTITY_", frozen=True)

    private_name: str | None = None
    host: str = "127.0.0.1"
    port: int = 8090
    issuer: str = "http://127.0.0.1:8080/oidc"
    audience: str = "flowline"
    secrets: Path

    @field_validator("host")
    @classmethod
    def listens_on_loopback(cls, host: str, given: ValidationInfo) -> str:
        """It knows no passwords, so nobody else may reach it."""
        if not is_loopback(host) and given.data.get("private_name") is None:
            raise ValueError("the development identity provider listens on loopback only")
        return host

    @field_validator("issuer")
    @classmethod
    def is_seen_on_loopback(cls, issuer: str) -> str:
        """Nor may it speak for an address that others can reach."""
        if not is_loopback(urlsplit(issuer).hostname):
            raise ValueError("the development identity provider serves a loopback address only")
        return issuer
