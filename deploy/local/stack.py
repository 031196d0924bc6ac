"""Which parts a running Flowline has here, and what each is told about the others."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from deploy.gateway.render import SERVICES, render
from deploy.gateway.settings import Settings as GatewaySettings
from deploy.local import gateway, kafka, postgres, processes
from deploy.local.databases import database_url, ensure_databases
from deploy.local.identity.clients import CLI_CLIENT, secret_name
from deploy.local.parts import Part, answers_ok
from deploy.local.places import Places
from deploy.local.settings import Settings

SECOND = MappingProxyType({name: f"{name}-2" for name in SERVICES})  # each service's second replica
PORTS = ("gateway", "gateway admin", "postgres", "kafka", "identity", "web", *SERVICES, *SECOND.values())
BROWSERS_SEE = "/oidc"


@dataclass(frozen=True, slots=True)
class Stack:
    """Everything that is needed to build the parts; `libraries` are Kafka's jars (None when Kafka runs elsewhere)."""

    settings: Settings
    places: Places
    ports: Mapping[str, int]
    libraries: Path | None

    @property
    def url(self) -> str:
        """The one address for people and programs."""
        return f"http://127.0.0.1:{self.ports['gateway']}"

    @property
    def issuer(self) -> str:
        """Who signs the tokens."""
        return self.settings.issuer or self.url + BROWSERS_SEE

    @property
    def jwks_url(self) -> str:
        """Where services and gateway fetch the keys: straight from the provider."""
        return self.settings.jwks_url or f"http://127.0.0.1:{self.ports['identity']}{BROWSERS_SEE}/jwks"

    @property
    def bootstrap(self) -> str:
        """Kafka's address."""
        return self.settings.kafka or f"127.0.0.1:{self.ports['kafka']}"

    @property
    def superuser_url(self) -> str:
        """The address at which databases are made."""
        password = self.places.secrets.password("postgres")
        own = f"postgres://{postgres.SUPERUSER}:{password}@127.0.0.1:{self.ports['postgres']}/postgres?sslmode=disable"
        return self.settings.postgres_url or own

    @property
    def passwords(self) -> dict[str, str]:
        """Each service's password for its database on the Postgres that they share."""
        sharing = [name for name in SERVICES if name not in self.settings.databases]
        return {name: self.places.secrets.password(f"postgres-{name}") for name in sharing}

    def database(self, service: str) -> str:
        """The address of a service's database."""
        own = self.settings.databases.get(service)
        return own or database_url(self.superuser_url, service, self.passwords[service])

    def prepare(self) -> None:
        """Make what takes seconds on first use, Postgres' and Kafka's storage, side by side."""
        with ThreadPoolExecutor() as both:
            made = []
            if self.settings.postgres_url is None:
                password = self.places.secrets.password("postgres")
                made.append(both.submit(postgres.prepare, self.places.data("postgres"), password))
            if self.libraries is not None:
                data, port = self.places.data("kafka"), self.ports["kafka"]
                made.append(both.submit(kafka.prepare, data, port, self.libraries))
        for each in made:
            each.result()

    def parts(self) -> list[Part]:
        """The parts in the order in which they are started."""
        own = [self._postgres()] if self.settings.postgres_url is None else []
        own += [self._kafka(self.libraries)] if self.libraries is not None else []
        own += [self._identity()] if self.settings.issuer is None else []
        replicas = [self._service(name, part) for name in SERVICES for part in (name, SECOND[name])]
        return [*own, *replicas, self._web(), self._gateway()]

    def record(self) -> dict[str, Any]:
        """What the flowline command and tests need to know of the running system (kept private: it has passwords)."""
        own_client = {
            "token_url": f"{self.url}{BROWSERS_SEE}/token",
            "client_id": CLI_CLIENT,
            "client_secret": self.places.secrets.password(secret_name(CLI_CLIENT)),
        }
        given = {name: getattr(self.settings, name) for name in own_client}
        return {
            "url": self.url,
            "issuer": self.issuer,
            **(given if self.settings.issuer else own_client),
            "kafka": self.bootstrap,
            "postgres": self.superuser_url,
            "databases": {name: self.database(name) for name in SERVICES},
            "services": {name: f"http://127.0.0.1:{self.ports[name]}" for name in SERVICES},
            "kek_file": str(self.places.secrets.key_file("kek")),
        }

    def _postgres(self) -> Part:
        data, log, port = self.places.data("postgres"), self.places.log("postgres"), self.ports["postgres"]
        password = self.places.secrets.password("postgres")
        return Part(
            "postgres",
            lambda: postgres.launch(postgres.prepare(data, password), port, log),
            lambda: postgres.answers(port) and ensure_databases(self.superuser_url, self.passwords),
            log,
            stop_signal=signal.SIGINT,
        )

    def _kafka(self, libraries: Path) -> Part:
        data, log, port = self.places.data("kafka"), self.places.log("kafka"), self.ports["kafka"]
        return Part("kafka", lambda: kafka.launch(data, port, log, libraries), lambda: processes.listening(port), log)

    def _identity(self) -> Part:
        port, log = self.ports["identity"], self.places.log("identity")
        told = {
            "IDENTITY_PORT": str(port),
            "IDENTITY_ISSUER": self.issuer,
            "IDENTITY_AUDIENCE": self.settings.audience,
            "IDENTITY_SECRETS": str(self.places.secrets.directory),
        }
        command = [sys.executable, "-m", "deploy.local.identity"]
        ready = answers_ok(f"http://127.0.0.1:{port}/readyz")
        return Part("identity", lambda: processes.spawn(command, log, environment=_with(told)), ready, log, alive=ready)

    def _web(self) -> Part:
        port, log = self.ports["web"], self.places.log("web")
        told = {
            "WEB_PORT": str(port),
            "WEB_FOLDER": str(processes.ROOT / "web" / "dist"),
            "WEB_ISSUER": self.issuer,
            "WEB_CLIENT": self.settings.web_client,
        }
        command = [sys.executable, "-m", "deploy.web"]
        ready = answers_ok(f"http://127.0.0.1:{port}/readyz")
        return Part("web", lambda: processes.spawn(command, log, environment=_with(told)), ready, log, alive=ready)

    def _service(self, name: str, part: str) -> Part:
        told = {
            "DATABASE_URL": self.database(name),
            "KAFKA": self.bootstrap,
            "PORT": str(self.ports[part]),
            "HOST": "127.0.0.1",
            "MEMBER": part,
            "DRAIN_SECONDS": str(self.settings.drain_seconds),
            "ISSUER": self.issuer,
            "JWKS_URL": self.jwks_url,
            "AUDIENCE": self.settings.audience,
            "KEK_FILE": str(self.places.secrets.key_file("kek")),
            "LOG_LEVEL": self.settings.log_level,
        }
        environment = _with({f"{name.upper()}_{key}": value for key, value in told.items()})
        service = ServiceProcess(name, part, environment, self.places, f"http://127.0.0.1:{self.ports[part]}")
        needs, alive = ("postgres", "kafka", "identity"), answers_ok(f"{service.url}/healthz", 2)
        return Part(part, service.launch, service.ready, service.log, needs, alive, spare=part != name)

    def _gateway(self) -> Part:
        log, config = self.places.log("gateway"), self.places.home / "gateway.json"
        replicas = {name: (name, SECOND[name]) for name in SERVICES} | {"web": ("web",)}
        places: dict[str, Any] = {
            name: ",".join(f"127.0.0.1:{self.ports[part]}" for part in parts) for name, parts in replicas.items()
        }
        own_identity = None if self.settings.issuer else f"127.0.0.1:{self.ports['identity']}"
        settings = GatewaySettings(
            port=self.ports["gateway"],
            admin_port=self.ports["gateway admin"],
            identity=own_identity,
            issuer=self.issuer,
            audience=self.settings.audience,
            jwks_url=self.jwks_url,
            **places,
        )
        config.write_text(json.dumps(render(settings), indent=1))
        needs, ready = ("identity", "web", *SERVICES), answers_ok(f"http://127.0.0.1:{settings.admin_port}/ready")
        return Part("gateway", lambda: gateway.launch(config, log), ready, log, needs, alive=ready)


@dataclass(slots=True)
class ServiceProcess:
    """One replica of a service; it migrates the database before a version of it serves for the first time in a run."""

    name: str
    part: str
    environment: Mapping[str, str]
    places: Places
    url: str
    launched: Path = processes.ROOT
    migrated: Path | None = None  # the checkout whose migrations have run

    @property
    def log(self) -> Path:
        """Where what it says is kept."""
        return self.places.log(self.part)

    def launch(self) -> subprocess.Popen[bytes]:
        """Start it without waiting."""
        run = [sys.executable, "-m", f"services.{self.name}"]
        both = ["sh", "-c", '"$@" migrate && exec "$@" serve', "sh", *run]
        self.launched = self.places.checkouts().get(self.part, processes.ROOT)
        command = [*run, "serve"] if self.migrated == self.launched else both
        return processes.spawn(command, self.log, environment=self.environment, directory=self.launched)

    def ready(self) -> bool:
        """Whether it says that it is ready."""
        ready = answers_ok(f"{self.url}/readyz")()
        self.migrated = self.launched if ready else self.migrated
        return ready


def _with(told: Mapping[str, str]) -> dict[str, str]:
    return {**os.environ, "PYTHONUNBUFFERED": "1", **told}
