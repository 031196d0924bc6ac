"""Events per second of a generated history: told, appended, published and applied, each alone, then all at once.

`python -m bench.generation [--json] [--deals N]` starts everything in a directory of its own, like `make run`. A stage
is alone because the parts that would follow it are down; its time begins with its first progress, not with its start.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import asyncpg
import uvloop

from deploy.local.control import set_down
from deploy.local.places import Places
from flowline.generation.appending import append_all
from flowline.generation.blocks import SIZE, Block, tell
from flowline.generation.following import SERVICE, TOPIC, Target, target_of
from flowline.generation.parameters import Parameters
from services.pipeline.bootstrap import replica
from shared.messaging.leadership import published
from tests.system import System, running

FOLLOWERS = (("analytics", "deals"), ("notify", "inbox"))
APPLIED = """
SELECT o.partition, o.position FROM pj.offsets o
JOIN pj.projections p ON p.name = o.projection AND p.live = o.instance WHERE o.projection = $1 AND o.topic = $2"""
LOOK_AGAIN = 0.02

Remaining = Callable[[], Awaitable[int]]


def told(parameters: Parameters) -> tuple[list[Block], float]:
    """All blocks, told in this process, and the events per second of that."""
    begun = time.perf_counter()
    firsts = range(0, parameters.deals, SIZE)
    blocks = [tell(parameters, first, min(SIZE, parameters.deals - first)) for first in firsts]
    events = sum(len(write.events) for block in blocks for write in block.writes)
    return blocks, events / (time.perf_counter() - begun)


async def measure(system: System, blocks: Sequence[Block]) -> tuple[dict[str, float], int]:
    """Events per second of each stage behind the telling, and how many events there were."""
    places, databases = Places(system.home), system.record["databases"]
    for service in (SERVICE, *(service for service, _ in FOLLOWERS)):
        await asyncio.to_thread(set_down, places, service, down=True)
    found = {}
    async with replica(databases[SERVICE]) as store:
        begun = time.perf_counter()
        done = await append_all(store, _replayed(blocks), lambda _: None)
        found["appended"] = done.events / (time.perf_counter() - begun)
        target = await target_of(store)

        async def unpublished() -> int:
            return target.position - (await published(store.pool, SERVICE))[1]

        found["published"] = await _pace(unpublished, lambda: set_down(places, SERVICE, down=False))
    for service, projection in FOLLOWERS:
        connection = await asyncpg.connect(databases[service])
        remaining = _unapplied(connection, projection, target)
        found[f"applied by {service}"] = await _pace(remaining, lambda s=service: set_down(places, s, down=False))  # type: ignore[misc]
        await connection.close()
    return found, done.events


async def _replayed(blocks: Sequence[Block]) -> AsyncIterator[Block]:
    for block in blocks:
        yield block


async def _pace(remaining: Remaining, start: Callable[[], None]) -> float:
    """Events per second from the first progress after `start` until nothing remains."""
    waiting = await remaining()
    starting = asyncio.create_task(asyncio.to_thread(start))
    while await remaining() == waiting:  # noqa: ASYNC110 - another process moves it
        await asyncio.sleep(LOOK_AGAIN)
    begun, first = time.perf_counter(), await remaining()
    while await remaining() > 0:  # noqa: ASYNC110 - another process moves it
        await asyncio.sleep(LOOK_AGAIN)
    took = time.perf_counter() - begun
    await starting
    return first / took if first else float("nan")


def _unapplied(connection: asyncpg.Connection[asyncpg.Record], projection: str, target: Target) -> Remaining:
    """About how many events a projection has not applied yet: partitions have about as many each."""

    async def remaining() -> int:
        rows = await connection.fetch(APPLIED, projection, TOPIC)
        applied: dict[int, int] = {row["partition"]: row["position"] for row in rows}
        behind = (position - min(applied.get(number, 0), position) for number, position in target.partitions.items())
        return sum(behind) // max(len(target.partitions), 1)

    return remaining


def run(deals: int) -> dict[str, Any]:
    """Tell, start a system, measure its stages, generate another history with everything up, stop it."""
    parameters = Parameters(deals=deals)
    blocks, telling = told(parameters)
    with tempfile.TemporaryDirectory(prefix="flowline-bench-") as home, running(Path(home)) as system:
        system.start_flowline("generate", "--deals", "1", "--json").communicate()  # its directory and process
        alone, events = uvloop.run(measure(system, blocks))
        del blocks
        together = json.loads(
            system.start_flowline("generate", "--deals", str(deals), "--seed", "2", "--json").communicate()[0]
        )
    names = ("appended_per_s", "everywhere_per_s")
    return {
        "events": events,
        "alone, events/s": {"told (one process)": round(telling)} | {name: round(rate) for name, rate in alone.items()},
        "all at once, events/s": {name: together[name] for name in names},
    }


def main() -> None:
    """Print the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--deals", type=int, default=20_000)
    arguments = parser.parse_args()
    sys.stdout.write(json.dumps(run(arguments.deals), indent=None if arguments.json else 2) + "\n")


if __name__ == "__main__":
    main()
