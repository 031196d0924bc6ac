"""What the web client's server is told by its environment."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Prefix WEB_: where the built client is, where people sign in and as which OIDC client."""

    model_config = SettingsConfigDict(env_prefix="WEB_", frozen=True)

    host: str = "127.0.0.1"
    port: int = Field(default=8091, ge=0, le=65535)
    folder: Path = Path("web/dist")
    issuer: str
    client: str = "flowline-web"

    @property
    def issuer_origin(self) -> str:
        """Where the browser must be allowed to fetch tokens."""
        place = urlsplit(self.issuer)
        return f"{place.scheme}://{place.netloc}"
