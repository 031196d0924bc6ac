"""Postgres and Kafka from their images, for machines where a Docker engine answers.

Where the package's own cleaner cannot be pulled, TESTCONTAINERS_RYUK_DISABLED=true; inside a container that shares the
engine's network, TESTCONTAINERS_CONNECTION_MODE=docker_host (see deploy/docker/check.sh).
"""

from __future__ import annotations

import importlib
import io
import os
import socket
import tarfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

POSTGRES_IMAGE = "postgres:18"
KAFKA_IMAGE = "apache/kafka:4.1.1"
KAFKA_START = "/flowline-start.sh"
KAFKA_SETTINGS = {
    "KAFKA_NODE_ID": "1",
    "KAFKA_PROCESS_ROLES": "broker,controller",
    "KAFKA_LISTENERS": "HOST://0.0.0.0:9094,BROKER://0.0.0.0:9092,CONTROLLER://0.0.0.0:9093",
    "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": "HOST:PLAINTEXT,BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT",
    "KAFKA_INTER_BROKER_LISTENER_NAME": "BROKER",
    "KAFKA_CONTROLLER_LISTENER_NAMES": "CONTROLLER",
    "KAFKA_CONTROLLER_QUORUM_VOTERS": "1@localhost:9093",
    "KAFKA_AUTO_CREATE_TOPICS_ENABLE": "false",
    "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
    "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1",
    "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR": "1",
    "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS": "0",
    "KAFKA_GROUP_MIN_SESSION_TIMEOUT_MS": "1000",
}


@dataclass(frozen=True, slots=True)
class PostgresInContainer:
    """A server that answers on `host`:`port`; `password` is the superuser's."""

    host: str
    port: int
    password: str

    def url(self, database: str = "postgres", user: str = "postgres", password: str | None = None) -> str:
        """An address that asyncpg and dbmate take."""
        return f"postgres://{user}:{password or self.password}@{self.host}:{self.port}/{database}?sslmode=disable"


@dataclass(frozen=True, slots=True)
class KafkaInContainer:
    """A broker that answers on `bootstrap`."""

    bootstrap: str


def usable(image: str) -> bool:
    """Whether a Docker engine answers here and has the image or can pull it; FLOWLINE_NATIVE=1 says not to ask."""
    if os.environ.get("FLOWLINE_NATIVE") == "1" or not _engine_may_listen():
        return False
    with _their_warnings_ignored():
        docker = importlib.import_module("docker")
        try:
            engine = docker.from_env(timeout=60)
        except docker.errors.DockerException:
            return False
        try:
            return _present(engine, image, docker.errors)
        finally:
            engine.close()


def _engine_may_listen() -> bool:
    """Whether there is somebody to ask (asked by hand first: the Docker client leaves sockets open when nobody is)."""
    if os.environ.get("DOCKER_HOST"):
        return True
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex("/var/run/docker.sock") == 0


def _present(engine: Any, image: str, errors: Any) -> bool:
    try:
        engine.images.get(image)
    except errors.ImageNotFound:
        try:
            engine.images.pull(image)
        except (errors.APIError, OSError):
            return False
    except (errors.DockerException, OSError):
        return False
    return True


@contextmanager
def postgres_in_container(password: str) -> Iterator[PostgresInContainer]:
    """Postgres as long as the context lasts."""
    with _their_warnings_ignored():
        module = importlib.import_module("testcontainers.community.postgres")
        names = {"username": "postgres", "password": password, "dbname": "postgres", "driver": None}
        container = module.PostgresContainer(POSTGRES_IMAGE, **names)
        container.with_command("postgres -c max_connections=200 -c fsync=off")
        with container:
            host, port = container.get_container_host_ip(), int(container.get_exposed_port(5432))
            yield PostgresInContainer(host, port, password)


@contextmanager
def kafka_in_container() -> Iterator[KafkaInContainer]:
    """Kafka as long as the context lasts; it advertises the mapped port, which is known only once it runs."""
    with _their_warnings_ignored():
        container = importlib.import_module("testcontainers.core.container").DockerContainer(KAFKA_IMAGE)
        container.with_exposed_ports(9094).with_command(
            ["sh", "-c", f"while [ ! -f {KAFKA_START} ]; do sleep 0.1; done; sh {KAFKA_START}"]
        )
        for name, value in KAFKA_SETTINGS.items():
            container.with_env(name, value)
        with container:
            address = f"{container.get_container_host_ip()}:{container.get_exposed_port(9094)}"
            container.get_wrapped_container().put_archive("/", _start_script(address))
            _wait_for_log(container, "Kafka Server started")
            yield KafkaInContainer(address)


def _start_script(address: str) -> bytes:
    listeners = f"HOST://{address},BROKER://localhost:9092"
    script = f"#!/bin/sh\nexport KAFKA_ADVERTISED_LISTENERS={listeners}\nexec /etc/kafka/docker/run\n".encode()
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        entry = tarfile.TarInfo(KAFKA_START.lstrip("/"))
        entry.size, entry.mode = len(script), 0o755
        archive.addfile(entry, io.BytesIO(script))
    return buffer.getvalue()


def _wait_for_log(container: Any, text: str) -> None:
    strategies = importlib.import_module("testcontainers.core.wait_strategies")
    strategy: Callable[..., Any] = strategies.LogMessageWaitStrategy
    strategy(text).with_startup_timeout(90).wait_until_ready(container)


@contextmanager
def _their_warnings_ignored() -> Iterator[None]:
    """The packages that drive Docker warn about their own imports; our tests turn warnings into errors."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
