"""Keeps the loops of a process running: restarts what dies, says so by name, ends the process when a vital one dies."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Literal

from shared.http.health import STALLED_SECONDS, Beat, Health
from shared.observability.logging import logger
from shared.observability.metrics import Metrics

FIRST_PAUSE_SECONDS = 0.25
LONGEST_PAUSE_SECONDS = 15.0
STEADY_SECONDS = 60.0
FINISH_SECONDS = 5.0


Part = Literal["api", "relay", "consumers"]


@dataclass(frozen=True, slots=True)
class Loop:
    """Something a process does for ever. It is started again when it ends; a `vital` one ends the process.

    `progress` returns time.monotonic() of the last sign of life, at least every `patience` seconds while it is well;
    without it only dying is noticed. `finish` asks the loop to end of itself after what it has in hand.
    """

    name: str
    part: Part
    run: Callable[[], Awaitable[None]]
    progress: Callable[[], float] | None = None
    vital: bool = False
    patience: float = STALLED_SECONDS
    finish: Callable[[], None] | None = None


class Supervisor:
    """Runs loops as tasks; `failed` is set with a sentence when the process cannot go on."""

    def __init__(self, health: Health, metrics: Metrics) -> None:
        self._health = health
        self._metrics = metrics
        self._ending = False
        self.failed: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    @asynccontextmanager
    async def running(self, loops: Sequence[Loop]) -> AsyncIterator[None]:
        """Run these loops as long as the context lasts; on leaving, the last started is the first to end."""
        tasks = [asyncio.create_task(self._keep(loop), name=loop.name) for loop in loops]
        try:
            yield
        finally:
            self._ending = True
            for loop, task in reversed(list(zip(loops, tasks, strict=True))):
                await _end(loop, task)

    async def _keep(self, loop: Loop) -> None:
        """Run one loop for ever; pauses double while it keeps dying soon after its start."""
        beat = Beat(loop.progress or time.monotonic, loop.patience)
        self._health.loops[loop.name] = beat
        self._metrics.watch_loop(loop.name, lambda: time.monotonic() - beat.progress())
        self._metrics.loop_deaths.labels(loop.name).inc(0)  # a count that is not there before the first cannot rise
        pause = FIRST_PAUSE_SECONDS
        while True:
            began = time.monotonic()
            reason = await _one_life(loop)
            if self._ending:
                return
            beat.deaths += 1
            self._metrics.loop_deaths.labels(loop.name).inc()
            beat.last_error = reason
            if loop.vital:
                self._give_up(loop, reason)
                return
            pause = FIRST_PAUSE_SECONDS if time.monotonic() - began > STEADY_SECONDS else pause
            logger().error("loop died", loop=loop.name, reason=reason, restart_in_seconds=pause)
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    def _give_up(self, loop: Loop, reason: str) -> None:
        logger().critical("vital loop died", loop=loop.name, reason=reason)
        if not self.failed.done():
            self.failed.set_result(f"{loop.name}: {reason}")


async def _end(loop: Loop, task: asyncio.Task[None]) -> None:
    """Let a loop finish what it has in hand, then insist."""
    if loop.finish is not None:
        loop.finish()
        await asyncio.wait([task], timeout=FINISH_SECONDS)
    task.cancel()
    await asyncio.wait([task], timeout=20)


async def _one_life(loop: Loop) -> str:
    """Why a loop ended; a cancellation is passed on only when it is meant for its task: libraries cancel themselves."""
    try:
        await loop.run()
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise
        return "it cancelled itself"
    except Exception as error:  # noqa: BLE001 - whatever kills a loop is named and the loop is started again
        logger().error("loop raised", loop=loop.name, exc_info=error)
        return repr(error)
    return "it returned"
