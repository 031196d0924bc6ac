"""`flowline generate`: makes the directory over HTTP, appends the deals, waits until everybody knows, says how fast."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flowline.gateway import Gateway
from flowline.generation import directory, following, process
from flowline.generation.appending import Appended, append_all
from flowline.generation.blocks import told
from flowline.generation.parameters import NAME, CannotGenerate, Parameters
from flowline.imports import execution
from flowline.output import Report, print_json, progress, say
from services.pipeline.bootstrap import replica

_SEARCHED = "the database of pipeline is not known: FLOWLINE_PIPELINE_DATABASE names it, or .flowline/run.json"


class ProcessDiffers(CannotGenerate):
    """The generated sales process is drawn otherwise here: its histories belong to another version of Flowline."""


async def run(gateway: Gateway, database: str | None, parameters: Parameters, workers: int, *, json: bool) -> int:
    """Generate; stopped and run again it goes on where it was. The exit code is 1 when a command was refused."""
    if database is None:
        raise CannotGenerate(_SEARCHED)
    seconds: dict[str, float] = {}
    with progress(silent=json) as report:
        with _timed(seconds, "directory"):
            refused = await _directory(gateway, parameters, report)
        async with replica(database) as store:
            with _timed(seconds, "append"):
                done = await append_all(
                    store, told(parameters, workers), lambda deals: report("deals", deals, parameters.deals)
                )
            target = await following.target_of(store)
            with _timed(seconds, "publish"):
                await following.until_published(store.pool, target, lambda at: report("published", at, target.position))
        with _timed(seconds, "apply"):
            await following.until_applied(gateway, target, lambda name, after: _applied(name, after, json=json))
    _tell(done, seconds, refused, json=json)
    return 1 if refused else 0


@contextmanager
def _timed(seconds: dict[str, float], phase: str) -> Iterator[None]:
    begun = time.monotonic()
    yield
    seconds[phase] = round(time.monotonic() - begun, 2)


async def _directory(gateway: Gateway, parameters: Parameters, report: Report) -> list[str]:
    """Everything that deals refer to; what was refused, as sentences."""
    await execution.prepare(process.process_calls(), gateway, f"{NAME}:process")
    drawn = await gateway.get(f"/processes/{process.PROCESS}")
    if not process.is_drawn_like(drawn["versions"]):
        raise ProcessDiffers(ProcessDiffers.__doc__)
    outcome = await execution.carry_out(directory.plan(parameters), gateway, report)
    return [f"{error.source}: {error.reason}" for error in outcome.errors]


def _applied(name: str, seconds: float, *, json: bool) -> None:
    if not json:
        say(f"{name} has everything, {seconds:.1f} s after the relay")


def _tell(done: Appended, seconds: dict[str, float], refused: list[str], *, json: bool) -> None:
    all_known = max(sum(seconds.values()) - seconds["directory"], 1e-9)
    rates = {
        "appended_per_s": round(done.events / max(seconds["append"], 1e-9)),
        "everywhere_per_s": round(done.events / all_known),
    }
    found: dict[str, Any] = {"deals": done.deals, "events": done.events, "known_before": done.known}
    if json:
        print_json({**found, **rates, "seconds": seconds, "refused": refused, "tally": done.tally.summary()})
        return
    for line in refused[:20]:
        say(line)
    say(f"{done.deals} deals and {done.events} events appended, {done.known} deals were there before")
    say(", ".join(f"{phase} {took:.1f} s" for phase, took in seconds.items()))
    say(f"{rates['appended_per_s']} events a second appended, {rates['everywhere_per_s']} until everybody had them")
