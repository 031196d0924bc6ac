"""One process of a service: the HTTP server and the loops under one supervisor, and the order in which they end."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal
from collections.abc import AsyncIterator, Callable, Collection, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TypeVar

import uvicorn
from fastapi import FastAPI

from shared.http.context import ServiceContext
from shared.http.service import Assembly, ServiceSettings, create_app
from shared.http.supervisor import Loop, Part, Supervisor
from shared.observability.logging import logger

Settings = TypeVar("Settings", bound=ServiceSettings)
Assemble = Callable[[Settings], AbstractAsyncContextManager[Assembly]]

FINISH_REQUESTS_SECONDS = 25
LAG_EVERY_SECONDS = 1.0
ENDING_ORDER: tuple[Part, ...] = ("consumers", "relay", "api")


class Server(uvicorn.Server):
    """uvicorn without signal handlers of its own: the order of ending is ours."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals alone."""
        yield


async def serve(settings: Settings, assemble: Assemble[Settings], parts: Collection[Part]) -> int:
    """Run these parts until SIGTERM or SIGINT; the exit code is 1 when a vital loop died or the port was taken.

    Ending: not ready, streams close → after `drain_seconds`, in which whoever routes to us notices, no new requests,
    those in flight finish → consumers store their batch, the relay publishes what is left, the appender stops, in this
    order → what `assemble` opened is closed.
    """
    _collect_rarely()
    async with assemble(settings) as assembly:
        context = assembly.context
        supervisor = Supervisor(context.health, context.metrics)
        server = _server(settings, create_app(context, assembly.routers if "api" in parts else ()))
        loops = [loop for part in reversed(ENDING_ORDER) for loop in assembly.loops if loop.part == part in parts]
        async with supervisor.running([*loops, _lag_loop(context)]), _listening(server, context):
            reason = await _until_told(server, supervisor)
            logger().info("stopping", reason=reason)
            context.health.draining = True
            if not supervisor.failed.done():
                await asyncio.sleep(settings.drain_seconds)
    return 1 if supervisor.failed.done() or not server.started else 0


def _collect_rarely() -> None:
    """Events make many objects that reference counts free; what was imported is never garbage."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def _server(settings: ServiceSettings, app: FastAPI) -> Server:
    return Server(
        uvicorn.Config(
            app,
            host=settings.host,
            port=settings.port,
            http="httptools",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_keep_alive=75,
            timeout_graceful_shutdown=FINISH_REQUESTS_SECONDS,
        )
    )


@asynccontextmanager
async def _listening(server: Server, context: ServiceContext) -> AsyncIterator[None]:
    """The server as a task; leaving waits until requests in flight are answered."""
    task = asyncio.create_task(_serve(server), name="http server")
    try:
        while not server.started and not task.done():  # noqa: ASYNC110 - uvicorn offers a flag, no event
            await asyncio.sleep(0.01)
        context.health.ready = server.started
        logger().info("serving", host=server.config.host, port=server.config.port, started=server.started)
        yield
    finally:
        context.health.draining = True
        server.should_exit = True
        await task


async def _serve(server: Server) -> None:
    """Uvicorn calls sys.exit when it cannot bind; that must not skip our own ending."""
    try:
        await server.serve()
    except SystemExit:
        server.should_exit = True


async def _until_told(server: Server, supervisor: Supervisor) -> str:
    """Wait for a signal, the death of something vital or the end of the server; returns which."""
    told: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    with _signals(told):
        while not told.done() and not supervisor.failed.done() and not server.should_exit:
            await asyncio.wait([told, supervisor.failed], timeout=0.5, return_when=asyncio.FIRST_COMPLETED)
    if told.done():
        return told.result()
    return supervisor.failed.result() if supervisor.failed.done() else "the server ended"


@contextlib.contextmanager
def _signals(told: asyncio.Future[str]) -> Iterator[None]:
    loop = asyncio.get_running_loop()

    def tell(name: str) -> None:
        if not told.done():
            told.set_result(name)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, tell, number.name)
    try:
        yield
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)


def _lag_loop(context: ServiceContext) -> Loop:
    async def measure() -> None:
        loop = asyncio.get_running_loop()
        while True:
            began = loop.time()
            await asyncio.sleep(LAG_EVERY_SECONDS)
            context.metrics.event_loop_lag.set(loop.time() - began - LAG_EVERY_SECONDS)

    return Loop("event loop lag", "api", measure)
