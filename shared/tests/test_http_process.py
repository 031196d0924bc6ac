"""A service starts only on its schema, ends in order, names what dies and goes when something vital is dead."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from pathlib import Path

import asyncpg
import httpx
import pytest

from shared.http import schema, supervisor
from shared.http.health import Beat, Health
from shared.http.process import serve
from shared.http.service import Assembly, ServiceSettings
from shared.http.supervisor import Loop, Supervisor
from shared.observability.metrics import Metrics
from shared.testing.databases import Databases
from shared.testing.tokens import TokenIssuer
from shared.tests.note_process import die
from shared.tests.note_service import assemble

ROOT = Path(__file__).parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def until_ready(client: httpx.AsyncClient) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if (await client.get("/readyz")).status_code == 200:
                return
        except httpx.TransportError:
            pass
        await asyncio.sleep(0.05)
    raise AssertionError("the process did not become ready")


@asynccontextmanager
async def process(settings: ServiceSettings, port: int) -> AsyncIterator[tuple[Process, httpx.AsyncClient]]:
    """The note service in a process of its own, with a loop that dies again and again."""
    given = {"database_url": settings.database_url, "issuer": settings.issuer, "jwks_url": settings.jwks_url}
    told = {"kafka": "127.0.0.1:1", "port": str(port), "drain_seconds": "1"}
    environment = {**os.environ, **given, **told}
    command = [sys.executable, "-m", "shared.tests.note_process", "serve"]
    started = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=environment, stdout=PIPE)
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=10) as client:
            await until_ready(client)
            yield started, client
    finally:
        if started.returncode is None:
            started.kill()
            await started.wait()


async def test_a_process_names_what_dies_and_told_to_end_finishes_what_it_has_begun(
    note_settings: ServiceSettings, token_issuer: TokenIssuer
) -> None:
    async with process(note_settings, free_port()) as (started, client):
        headers = {**token_issuer.headers("admin"), "accept": "text/event-stream"}
        stream = asyncio.create_task(client.get("/api/v1/events/note?after=1:999999", headers=headers))
        await asyncio.sleep(1.2)
        loops = (await client.get("/healthz")).json()["loops"]
        assert 'crm_loop_deaths_total{loop="doomed"}' in (await client.get("/metrics")).text
        unfinished = asyncio.create_task(client.get("/api/v1/slow"))
        await asyncio.sleep(0.3)
        started.send_signal(signal.SIGTERM)
        await asyncio.sleep(0.3)
        assert (await client.get("/readyz")).status_code == 503, "it says so while it still answers"
        assert (await client.get("/healthz")).status_code == 200
        assert (await unfinished).json() == {"answered": True}
        last = (await stream).text.strip().split("\n\n")[-1]
        assert 500 <= int(last.removeprefix("retry: ")) <= 3000, "everybody comes back at a moment of their own"
        assert await asyncio.wait_for(started.wait(), 20) == 0
        assert started.stdout is not None
        said = [json.loads(line) for line in (await started.stdout.read()).splitlines()]
    assert loops.keys() >= {"appender", "doomed", "event loop lag"}
    assert loops["doomed"]["deaths"] >= 2
    assert "had enough" in loops["doomed"]["last_error"]
    died = [line for line in said if line["event"] == "loop died"]
    assert {line["loop"] for line in died} == {"doomed"}
    pauses = [float(line["restart_in_seconds"]) for line in died]
    assert pauses == sorted(set(pauses))


def doomed(settings: ServiceSettings) -> AbstractAsyncContextManager[Assembly]:
    @asynccontextmanager
    async def assembled() -> AsyncIterator[Assembly]:
        async with assemble(settings) as assembly:
            yield replace(assembly, loops=[*assembly.loops, Loop("doomed", "consumers", die, vital=True)])

    return assembled()


async def test_without_something_vital_a_process_ends_as_failed(note_settings: ServiceSettings) -> None:
    assert await asyncio.wait_for(serve(note_settings, doomed, {"api", "consumers"}), 20) == 1


async def test_only_the_parts_that_are_named_run(note_settings: ServiceSettings) -> None:
    settings = note_settings.model_copy(update={"port": free_port()})
    serving = asyncio.create_task(serve(settings, doomed, {"relay"}))
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{settings.port}") as client:
        await until_ready(client)
        assert set((await client.get("/healthz")).json()["loops"]) == {"event loop lag"}
        assert (await client.get("/api/v1/notes")).status_code == 404
    os.kill(os.getpid(), signal.SIGTERM)
    assert await asyncio.wait_for(serving, 20) == 0


async def test_a_taken_port_is_a_failure(note_settings: ServiceSettings) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        settings = note_settings.model_copy(update={"port": taken.getsockname()[1]})
        assert await asyncio.wait_for(serve(settings, assemble, {"api"}), 20) == 1


async def test_an_older_schema_is_refused_until_it_is_migrated(fresh_database: Databases, tmp_path: Path) -> None:
    (tmp_path / "20990101000000_later.sql").write_text("-- migrate:up\nCREATE TABLE later ();\n-- migrate:down\n")
    url, places = await fresh_database([]), [tmp_path]
    with pytest.raises(schema.SchemaOutdated, match="20990101000000"):
        await schema.require_current(url, places)
    await asyncio.to_thread(schema.migrate, url, places)
    await schema.require_current(url, places)
    await asyncio.to_thread(schema.migrate, url, places)
    (tmp_path / "20990101000001_latest.sql").write_text("-- migrate:up\n-- migrate:down\n")
    with pytest.raises(schema.SchemaOutdated, match="migrations 20990101000001;"):
        await schema.require_current(url, places)


async def test_a_process_does_not_start_on_an_older_schema(
    note_settings: ServiceSettings, fresh_database: Databases
) -> None:
    given = {
        "database_url": await fresh_database([]),
        "issuer": note_settings.issuer,
        "jwks_url": note_settings.jwks_url,
    }
    environment = {**os.environ, **given, "kafka": "127.0.0.1:1"}
    command = [sys.executable, "-m", "shared.tests.note_process", "serve"]
    started = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=environment, stdout=PIPE)
    said, _ = await asyncio.wait_for(started.communicate(), 60)
    assert started.returncode == 1
    assert "The database lacks the migrations" in json.loads(said)["reason"]


async def test_however_many_replicas_migrate_at_once_each_migration_runs_once(
    fresh_database: Databases, tmp_path: Path
) -> None:
    slow = "CREATE TABLE ran (migration int); SELECT pg_sleep(0.5); INSERT INTO ran VALUES (1);"
    (tmp_path / "20990101000000_slow.sql").write_text(f"-- migrate:up\n{slow}\n-- migrate:down\n")
    url = await fresh_database([])
    async with asyncio.TaskGroup() as replicas:
        for _ in range(4):
            replicas.create_task(asyncio.to_thread(schema.migrate, url, [tmp_path]))
    connection = await asyncpg.connect(url)
    assert await connection.fetchval("SELECT count(*) FROM ran") == 1
    await connection.close()


def test_a_setting_may_be_a_file(tmp_path: Path) -> None:
    (tmp_path / "shop_database_url").write_text("postgres://shop@db/shop\n")
    told = ServiceSettings(_env_prefix="SHOP_", _secrets_dir=tmp_path, kafka="k", issuer="i", jwks_url="j")
    assert told.database_url == "postgres://shop@db/shop"


def test_migrations_are_applied_shared_ones_first() -> None:
    own = Path("services/note/migrations")
    assert [place.parent.name for place in schema.directories(own)] == ["eventstore", "projections", "note"]


async def test_the_last_started_loop_is_the_first_to_stop() -> None:
    ended: list[str] = []

    def loop(name: str) -> Loop:
        async def run() -> None:
            try:
                await asyncio.Event().wait()
            finally:
                ended.append(name)

        return Loop(name, "api", run)

    async with Supervisor(Health(), Metrics("note")).running([loop("appender"), loop("relay"), loop("consumer")]):
        await asyncio.sleep(0)
    assert ended == ["consumer", "relay", "appender"]


async def test_a_loop_that_can_finish_is_asked_to_and_one_that_does_not_is_cut_off() -> None:
    ended: list[str] = []

    def loop(name: str, *, listens: bool) -> Loop:
        asked = asyncio.Event()

        async def run() -> None:
            try:
                await asked.wait()
                await asyncio.sleep(0.1)
                ended.append(f"{name} finished")
            except asyncio.CancelledError:
                ended.append(f"{name} was cut off")
                raise

        return Loop(name, "relay", run, finish=asked.set if listens else lambda: None)

    health = Health()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(supervisor, "FINISH_SECONDS", 0.5)
        async with Supervisor(health, Metrics("note")).running(
            [loop("deaf", listens=False), loop("relay", listens=True)]
        ):
            await asyncio.sleep(0)
    assert ended == ["relay finished", "deaf was cut off"]
    assert health.loops["relay"].deaths == 0


async def test_a_loop_that_cancels_itself_is_started_again() -> None:
    lives = 0

    async def run() -> None:
        nonlocal lives
        lives += 1
        raise asyncio.CancelledError

    health = Health()
    async with Supervisor(health, Metrics("note")).running([Loop("client", "consumers", run)]):
        await asyncio.sleep(0.5)
    assert lives >= 2
    assert health.loops["client"].last_error == "it cancelled itself"


def test_a_loop_without_progress_is_named() -> None:
    now = [100.0]
    health = Health(clock=lambda: now[0])
    health.loops["relay"] = Beat(lambda: 100.0, patience=30)
    health.loops["alive"] = Beat(lambda: now[0])
    assert health.stalled() == []
    now[0] = 131.0
    assert health.stalled() == ["relay"]
