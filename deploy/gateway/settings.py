"""What the gateway is told by its environment."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


def _hosts_and_ports(addresses: str) -> str:
    for address in addresses.split(","):
        host, colon, port = address.rpartition(":")
        if not (host and colon and port.isdigit()):
            raise ValueError("an address is host:port; those of several replicas are separated by commas")
    return addresses


Address = Annotated[str, AfterValidator(_hosts_and_ports)]


class Settings(BaseSettings):
    """Prefix GATEWAY_: where to listen, where the parts are, whose tokens are good and how much one user may ask.

    Keys come from `jwks_url` (fetched and refreshed) or from `jwks` (the JSON itself). `identity` is given only where
    the development identity provider runs, `web` where the web client is served here too. Limits are requests per
    second and user; imports are the `:batch` routes.
    """

    model_config = SettingsConfigDict(env_prefix="GATEWAY_", frozen=True)

    host: str = "127.0.0.1"
    port: int = 8080
    admin_port: int = 8081
    customer: Address
    pipeline: Address
    analytics: Address
    notify: Address
    identity: Address | None = None
    web: Address | None = None
    issuer: str
    audience: str = "flowline"
    jwks_url: str | None = None
    jwks: str | None = None
    requests_per_second: int = 400
    burst: int = 800
    imports_per_second: int = 100
    import_burst: int = 200
    access_log: str = "/dev/stdout"

    @model_validator(mode="after")
    def has_keys(self) -> Settings:
        """Without keys no token could ever be good."""
        if (self.jwks_url is None) == (self.jwks is None):
            raise ValueError("give either GATEWAY_JWKS_URL or GATEWAY_JWKS")
        return self
