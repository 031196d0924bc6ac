"""Fixtures of the whole tree: one real Postgres, one real Kafka and one token issuer per test run."""

from __future__ import annotations

import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import pytest
from aiokafka.admin import AIOKafkaAdminClient

from deploy.local.kafka import start_kafka
from deploy.local.postgres import SETTINGS, start_postgres
from deploy.local.processes import free_port
from shared.testing import containers
from shared.testing.databases import Databases, PostgresServer
from shared.testing.tokens import TokenIssuer, serving_tokens


class KafkaServer(Protocol):
    """A running Kafka."""

    @property
    def bootstrap(self) -> str:
        """The address clients connect to first."""


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A real Postgres, from its image where a Docker engine answers, else run natively."""
    password = secrets.token_urlsafe(12)
    if containers.usable(containers.POSTGRES_IMAGE):
        with containers.postgres_in_container(password) as server:
            yield server
        return
    with _scratch_directory() as place:
        faster = {**SETTINGS, "fsync": "off"}  # killing a process loses nothing without it; only a power cut would
        native = start_postgres(
            place / "data", free_port(), password=password, log=place / "postgres.log", settings=faster
        )
        yield native
        native.stop()


@pytest.fixture(scope="session")
def kafka_server() -> Iterator[KafkaServer]:
    """A real Kafka broker, shared by the whole run; see `kafka` for one without topics."""
    if containers.usable(containers.KAFKA_IMAGE):
        with containers.kafka_in_container() as server:
            yield server
        return
    with _scratch_directory() as place:
        native = start_kafka(place / "data", free_port(), log=place / "kafka.log")
        yield native
        native.stop()


@pytest.fixture
async def kafka(kafka_server: KafkaServer) -> str:
    """The bootstrap address of a broker that has no topics (what earlier tests made is deleted)."""
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka_server.bootstrap)
    await admin.start()
    try:
        await admin.delete_topics([topic for topic in await admin.list_topics() if not topic.startswith("__")])
    finally:
        await admin.close()
    return kafka_server.bootstrap


@pytest.fixture(scope="session")
def fresh_database(postgres_server: PostgresServer) -> Databases:
    """Await it with directories of migrations: the answer is the URL of a new database on which they have run."""
    return Databases(postgres_server)


@pytest.fixture(scope="session")
def token_issuer() -> Iterator[TokenIssuer]:
    """An identity provider that mints any token a test wants."""
    with serving_tokens() as issuer:
        yield issuer


@contextmanager
def _scratch_directory() -> Iterator[Path]:
    """A directory that an unprivileged account may enter too (pytest's own are private)."""
    place = Path(tempfile.mkdtemp(prefix="flowline-test-"))
    place.chmod(0o755)
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)
