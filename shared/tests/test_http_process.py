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
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from shared.http import schema
from shared.http.health import Beat, Health
from shared.http.service import ServiceSettings
from shared.http.supervisor import Loop, Supervisor
from shared.testing.databases import Databases

ROOT = Path(__file__).parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def process(
    settings: ServiceSettings, *words: str, doom: str = "none", port: int = 0, migrations: Path = ROOT / "none"
) -> AsyncIterator[Process]:
    given = {"database_url": settings.database_url, "issuer": settings.issuer, "jwks_url": settings.jwks_url}
    environment = {**os.environ, **given, "kafka": "127.0.0.1:1", "port": str(port), "DOOM": doom}
    command = [sys.executable, "-m", "shared.tests.note_process", str(migrations), *words]
    started = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=environment, stdout=PIPE)
    try:
        yield started
    finally:
        if started.returncode is None:
            started.kill()
            await started.wait()


async def until_ready(client: httpx.AsyncClient) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            if (await client.get("/readyz")).status_code == 200:
                return
        except httpx.TransportError:
            pass
        await asyncio.sleep(0.05)
    raise AssertionError("the process did not become ready")


async def lines(started: Process) -> list[dict[str, str]]:
    assert started.stdout is not None
    return [json.loads(line) for line in (await started.stdout.read()).splitlines()]


async def test_told_to_end_it_finishes_what_it_has_begun(note_settings: ServiceSettings) -> None:
    port = free_port()
    async with (
        process(note_settings, "serve", port=port) as started,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=10) as client,
    ):
        await until_ready(client)
        assert (await client.get("/healthz")).json()["loops"].keys() >= {"appender", "doomed", "event loop lag"}
        unfinished = asyncio.create_task(client.get("/api/v1/slow"))
        await asyncio.sleep(0.3)
        started.send_signal(signal.SIGTERM)
        assert (await unfinished).json() == {"answered": True}
        assert await asyncio.wait_for(started.wait(), 10) == 0
        with pytest.raises(httpx.TransportError):
            await client.get("/readyz")


async def test_a_loop_that_dies_is_named_and_started_again(note_settings: ServiceSettings) -> None:
    port = free_port()
    async with (
        process(note_settings, "serve", doom="often", port=port) as started,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client,
    ):
        await until_ready(client)
        await asyncio.sleep(1.2)
        loop = (await client.get("/healthz")).json()["loops"]["doomed"]
        started.terminate()
        died = [line for line in await lines(started) if line["event"] == "loop died"]
    assert loop["deaths"] >= 2
    assert "had enough" in loop["last_error"]
    assert {line["loop"] for line in died} == {"doomed"}
    pauses = [float(line["restart_in_seconds"]) for line in died]
    assert pauses == sorted(set(pauses))


async def test_a_process_without_something_vital_ends_as_failed(note_settings: ServiceSettings) -> None:
    async with process(note_settings, "serve", doom="vital") as started:
        assert await asyncio.wait_for(started.wait(), 20) == 1
        assert any(line["event"] == "vital loop died" for line in await lines(started))


async def test_only_the_parts_that_are_named_run(note_settings: ServiceSettings) -> None:
    port = free_port()
    async with (
        process(note_settings, "serve", "--relay", doom="vital", port=port) as started,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client,
    ):
        await until_ready(client)
        assert set((await client.get("/healthz")).json()["loops"]) == {"event loop lag"}
        assert (await client.get("/api/v1/slow")).status_code == 404
        started.terminate()
        assert await asyncio.wait_for(started.wait(), 10) == 0


async def test_a_taken_port_is_a_failure(note_settings: ServiceSettings) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        async with process(note_settings, "serve", port=taken.getsockname()[1]) as started:
            assert await asyncio.wait_for(started.wait(), 20) == 1


async def test_an_older_schema_is_refused_until_it_is_migrated(
    fresh_database: Databases, note_settings: ServiceSettings, tmp_path: Path
) -> None:
    (tmp_path / "20990101000000_later.sql").write_text("-- migrate:up\nCREATE TABLE later ();\n-- migrate:down\n")
    url = await fresh_database(schema.directories(tmp_path)[:2])
    older = note_settings.model_copy(update={"database_url": url})
    async with process(older, "serve", migrations=tmp_path) as started:
        assert await asyncio.wait_for(started.wait(), 20) == 1
        assert "20990101000000" in (await lines(started))[-1]["reason"]
    async with process(older, "migrate", migrations=tmp_path) as started:
        assert await asyncio.wait_for(started.wait(), 20) == 0
    await schema.require_current(url, [tmp_path])


async def test_the_last_started_loop_is_the_first_to_stop() -> None:
    ended: list[str] = []

    def loop(name: str) -> Loop:
        async def run() -> None:
            try:
                await asyncio.Event().wait()
            finally:
                ended.append(name)

        return Loop(name, "api", run)

    async with Supervisor(Health()).running([loop("appender"), loop("relay"), loop("consumer")]):
        await asyncio.sleep(0)
    assert ended == ["consumer", "relay", "appender"]


def test_a_loop_without_progress_is_named() -> None:
    now = [100.0]
    health = Health(clock=lambda: now[0])
    health.loops["relay"] = Beat(lambda: 100.0, patience=30)
    health.loops["alive"] = Beat(lambda: now[0])
    assert health.stalled() == []
    now[0] = 131.0
    assert health.stalled() == ["relay"]
