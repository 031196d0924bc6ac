"""The native Postgres and Kafka keep what they were given through restarts and crashes; a run leaves nothing behind."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import psutil
import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from deploy.local import kafka, postgres, processes
from deploy.local.databases import database_url, ensure_databases


@pytest.fixture
def place() -> Iterator[Path]:
    """A directory that the server's own account may enter (pytest's are private)."""
    directory = Path(tempfile.mkdtemp(prefix="flowline-test-"))
    directory.chmod(0o755)
    yield directory
    shutil.rmtree(directory)


def _start(place: Path) -> postgres.Postgres:
    return postgres.start_postgres(place / "data", processes.free_port(), password="secret", log=place / "log")


async def _ask(server: postgres.Postgres, query: str) -> object:
    connection = await asyncpg.connect(server.url())
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


async def test_postgres_keeps_its_data_through_a_stop_and_a_crash(place: Path) -> None:
    server = _start(place)
    assert await _ask(server, "SHOW fsync") == "on"
    await _ask(server, "CREATE TABLE kept AS SELECT 1 AS one")
    server.stop()
    server = _start(place)
    await _ask(server, "INSERT INTO kept VALUES (2)")
    server.process.kill()
    server.process.wait()
    server = _start(place)
    assert await _ask(server, "SELECT sum(one) FROM kept") == 3
    server.stop()


async def test_a_stale_lock_file_and_a_server_that_outlived_its_runner_are_cleared(place: Path) -> None:
    first = _start(place)
    second = _start(place)  # nobody stopped the first
    assert first.process.wait(5) == 0
    second.stop()
    (place / "data" / "postmaster.pid").write_text(f"{os.getpid()}\n")
    third = _start(place)
    assert await _ask(third, "SELECT 1") == 1
    third.stop()


async def test_each_service_has_a_database_that_only_it_can_enter(place: Path) -> None:
    server = _start(place)
    passwords = {"customer": "it's", "pipeline": "p"}
    for _ in range(2):
        assert await asyncio.to_thread(ensure_databases, server.url(), passwords)
    own = await asyncpg.connect(database_url(server.url(), "customer", "it's"))
    await own.execute("CREATE SCHEMA mine")
    await own.close()
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await asyncpg.connect(server.url("pipeline", "customer", "it%27s"))
    server.stop()
    assert not await asyncio.to_thread(ensure_databases, server.url(), passwords)


@pytest.mark.skipif(not processes.is_root(), reason="only root's private directories hide a database from its account")
async def test_postgres_runs_below_a_directory_that_only_root_may_enter(place: Path) -> None:
    private = place / "private"
    private.mkdir(mode=0o700)
    server = _start(private)
    assert psutil.Process(server.process.pid).username() == "nobody"
    assert await _ask(server, "SELECT 1") == 1
    server.stop()
    elsewhere = (private / "data").resolve().parent
    shutil.rmtree(private)
    private.mkdir(mode=0o700)
    postgres.prepare(private / "data", "secret")
    assert not elsewhere.exists()
    shutil.rmtree((private / "data").resolve().parent)


async def test_kafka_keeps_its_topics_through_a_crash(place: Path) -> None:
    broker = kafka.start_kafka(place / "data", processes.free_port(), log=place / "log")
    admin = await _admin(broker)
    await admin.create_topics([NewTopic("kept", 2, 1)])
    await admin.close()
    broker.process.kill()
    broker.process.wait()
    broker = kafka.start_kafka(place / "data", processes.free_port(), log=place / "log")
    admin = await _admin(broker)
    assert "kept" in await admin.list_topics()
    await admin.close()
    broker.stop()


async def _admin(broker: kafka.Kafka) -> AIOKafkaAdminClient:
    admin = AIOKafkaAdminClient(bootstrap_servers=broker.bootstrap)
    await admin.start()
    return admin


def _run(place: Path, *, without: str = "kafka customer pipeline analytics notify web") -> subprocess.Popen[str]:
    environment = {**os.environ, "FLOWLINE_HOME": str(place), "FLOWLINE_DEMO": "0", "FLOWLINE_WITHOUT": without}
    command = [sys.executable, "-m", "deploy.local"]
    environment["FLOWLINE_PORT"] = str(processes.free_port())
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def _until_told(run: subprocess.Popen[str], words: str) -> str:
    said = ""
    assert run.stdout is not None
    for line in run.stdout:
        said += line
        if words in line:
            return said
    raise AssertionError(f"it never said {words!r}: {said}")


def _processes_of(place: Path) -> list[psutil.Process]:
    parts = json.loads((place / "run.json").read_text())["parts"]
    return [psutil.Process(part["pid"]) for part in parts.values() if part["pid"]]


def test_a_run_cleans_up_after_one_that_was_killed_and_leaves_nothing_behind(place: Path) -> None:
    with _run(place) as killed:
        _until_told(killed, "Flowline is running")
        orphans = _processes_of(place)
        killed.kill()
    with _run(place) as run:
        said = _until_told(run, "Flowline is running")
        assert json.loads((place / "run.json").read_text())["url"] in said
        assert not [process for process in orphans if process.is_running() and process.status() != "zombie"]
        started = _processes_of(place)
        assert len(started) == 3
        _refuses_a_second(place)
        run.send_signal(signal.SIGINT)
        assert run.stdout is not None
        assert "stopped" in run.stdout.read()
    assert run.returncode == 0
    assert not [process for process in started if process.is_running()]
    assert not (place / "run.json").exists()


def _refuses_a_second(place: Path) -> None:
    environment = {**os.environ, "FLOWLINE_HOME": str(place)}
    command = [sys.executable, "-m", "deploy.local"]
    again = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (again.returncode, "already running" in again.stderr) == (1, True)
