"""Where the containers find their secrets: one directory an owner, mounted for that owner alone."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from deploy.local.databases import database_url
from deploy.local.secret_files import SecretFiles

SERVICES = ("customer", "pipeline", "analytics", "notify")
READERS_OF_NAMES = ("customer", "notify")  # they hold the key that opens personal data
SUPERUSER = "postgres"


@dataclass(frozen=True, slots=True)
class Owners:
    """`place` has a directory for every owner; `server` is host:port of Postgres in the containers' network."""

    place: Path
    server: str

    def of(self, owner: str) -> SecretFiles:
        """One owner's secrets."""
        return SecretFiles(self.place / owner)

    @property
    def superuser_url(self) -> str:
        """The address at which databases are made."""
        password = self.of(SUPERUSER).password("password")
        return f"postgres://{SUPERUSER}:{password}@{self.server}/postgres?sslmode=disable"

    def passwords(self) -> dict[str, str]:
        """Each service's password for its database, drawn on first use."""
        return {service: self.of(service).password("database_password") for service in SERVICES}

    def draw(self) -> None:
        """Draw everything that has not been drawn yet; `<service>_database_url` is read by a service's settings."""
        for service, password in self.passwords().items():
            address = database_url(self.superuser_url, service, password)
            self.of(service).text(f"{service}_database_url", address)
        key = self.of(READERS_OF_NAMES[0]).key_file("kek").read_text()
        for service in READERS_OF_NAMES:
            self.of(service).text("kek", key)
