"""What the native runner takes from its environment."""

from __future__ import annotations

from pathlib import Path

from pydantic import model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Prefix FLOWLINE_; whatever has an address here is not started.

    `postgres_url` is a superuser's; `issuer` comes with `jwks_url` and, for the flowline command, `token_url`,
    `client_id` and `client_secret`; `web_client` is the web client's id there. `demo` 0 leaves an empty store empty.
    `without` names parts to be left down. `databases` (JSON): service → address of its database, for one that has a
    Postgres of its own. `drain_seconds`: how long a service that is told to end says so before it takes no more
    requests. `checkout`: another checkout of Flowline that the services run from at first.
    """

    model_config = SettingsConfigDict(env_prefix="FLOWLINE_", frozen=True, extra="ignore")

    port: int = 8080
    demo: bool = True
    without: str = ""
    postgres_url: str | None = None
    databases: dict[str, str] = {}
    kafka: str | None = None
    issuer: str | None = None
    jwks_url: str | None = None
    audience: str = "flowline"
    token_url: str | None = None
    client_id: str | None = None
    client_secret: str | None = None
    web_client: str = "flowline-web"
    log_level: str = "INFO"
    drain_seconds: float = 0
    checkout: Path | None = None

    @model_validator(mode="after")
    def issuer_has_keys(self) -> Settings:
        """Tokens of an issuer without keys cannot be checked."""
        if (self.issuer is None) != (self.jwks_url is None):
            raise ValueError("give FLOWLINE_ISSUER and FLOWLINE_JWKS_URL together")
        return self
