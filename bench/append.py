"""Appends per second: the group commit, one transaction per append, and a bare bulk INSERT as the floor.

`python -m bench.append [--json] [--rounds N] [--seconds S]`: every round runs all variants one after the other on the
same Postgres (started here, fsync on), so that a noisy machine disturbs them alike; the numbers are medians.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import uvloop
from uuid_utils.compat import uuid7

from bench.server import database_on, running_postgres
from shared.eventstore.append import Append, CommandKey, NewEvent, StreamWrite
from shared.eventstore.batch import APPEND, Batch, written_of
from shared.eventstore.postgres import PostgresEventStore, new_pool
from shared.eventstore.recorded import Metadata
from shared.eventstore.waiting import waiting

WRITERS = (1, 16, 64)
EVENTS_PER_STREAM = 5
BULK = 1000
DATA = json.dumps({"from": "qualify", "to": "propose", "amount": "12345.00", "note": "x" * 160}).encode()
METADATA = Metadata(actor="user-1", correlation_id="bench")
BULK_INSERT = """
INSERT INTO ev.events (position, stream_id, version, epoch, event_id, schema_version, type, data, metadata,
  occurred_at, recorded_at)
SELECT p, s, 1, 1, e, 1, 'DealStageChanged', d, m, now(), now()
FROM unnest($1::bigint[], $2::uuid[], $3::uuid[], $4::text[]::jsonb[], $5::text[]::jsonb[]) AS t(p, s, e, d, m)
"""

Write = Callable[[Append], Awaitable[object]]


def one_event(stream_id: UUID, version: int) -> Append:
    """An append as a command makes it: one event, an idempotency key."""
    event = NewEvent(uuid7(), "DealStageChanged", 1, DATA, METADATA, datetime.now(UTC))
    return Append((StreamWrite(stream_id, version, (event,)),), (), CommandKey(str(event.event_id), b"h" * 32))


async def appends_per_second(write: Write, writers: int, seconds: float) -> tuple[float, float]:
    """(appends per second, 99th percentile of one append in milliseconds) with so many concurrent writers."""
    took: list[float] = []
    began = time.perf_counter()

    async def writer() -> None:
        while time.perf_counter() - began < seconds:
            stream_id = uuid7()
            for version in range(EVENTS_PER_STREAM):
                start = time.perf_counter()
                await write(one_event(stream_id, version))
                took.append(time.perf_counter() - start)

    await asyncio.gather(*(writer() for _ in range(writers)))
    elapsed = time.perf_counter() - began
    took.sort()
    return len(took) / elapsed, took[int(len(took) * 0.99)] * 1000


def one_transaction_each(pool: asyncpg.Pool[asyncpg.Record]) -> Write:
    """The same function and schema over a pool, one append per transaction."""

    async def write(append: Append) -> None:
        batch = Batch([waiting(append, asyncio.get_running_loop().create_future())], 3)
        async with pool.acquire() as connection:
            row = await connection.fetchrow(APPEND, *batch.arguments([], []))
        assert row is not None
        assert written_of(row).verdicts == ["ok"]

    return write


async def bulk_per_second(dsn: str, seconds: float) -> float:
    """Events per second of a bare INSERT of 1,000 rows per statement: no keys, no versions, no head."""
    connection = await asyncpg.connect(dsn)
    try:
        position: int = 10**12 + (await connection.fetchval("SELECT max(position) FROM ev.events") or 0)
        began, rows = time.perf_counter(), 0
        while time.perf_counter() - began < seconds:
            positions = list(range(position + rows, position + rows + BULK))
            ids = [uuid7() for _ in positions]
            data, metadata = [DATA.decode()] * BULK, ['{"actor":"user-1","correlation_id":"bench"}'] * BULK
            await connection.execute(BULK_INSERT, positions, ids, [uuid7() for _ in ids], data, metadata)
            rows += BULK
        return rows / (time.perf_counter() - began)
    finally:
        await connection.close()


async def measure(dsn: str, floor_dsn: str, rounds: int, seconds: float) -> dict[str, Any]:
    """All variants, interleaved, `rounds` times."""
    async with AsyncExitStack() as stack:
        pool = await stack.enter_async_context(new_pool(dsn, size=max(WRITERS)))
        store = PostgresEventStore(dsn, "bench")
        await store.start()
        stack.push_async_callback(store.stop)
        results: dict[str, list[tuple[float, float]]] = {}
        for _ in range(rounds):
            for writers in WRITERS:
                group = await appends_per_second(store.append, writers, seconds)
                results.setdefault(f"group {writers}", []).append(group)
                single = await appends_per_second(one_transaction_each(pool), writers, seconds)
                results.setdefault(f"single {writers}", []).append(single)
            results.setdefault("bulk", []).append((await bulk_per_second(floor_dsn, seconds), 0.0))
    return summary(results)


def summary(results: dict[str, list[tuple[float, float]]]) -> dict[str, Any]:
    """Medians over the rounds, and per number of writers the median of the ratios within each round."""
    medians = {
        name: {
            "per_second": round(statistics.median(r for r, _ in runs)),
            "p99_ms": round(statistics.median(p for _, p in runs), 2),
        }
        for name, runs in results.items()
    }
    pairs = {n: list(zip(results[f"group {n}"], results[f"single {n}"], strict=True)) for n in WRITERS}
    ratios = {str(n): round(statistics.median(g[0] / s[0] for g, s in runs), 2) for n, runs in pairs.items()}
    bulk = [g[0] / b[0] for g, b in zip(results[f"group {WRITERS[-1]}"], results["bulk"], strict=True)]
    return {
        "rounds": len(results["bulk"]),
        "medians": medians,
        "group_to_single": ratios,
        "group_64_to_bulk": round(statistics.median(bulk), 3),
    }


def table(result: dict[str, Any]) -> str:
    """The result for people."""
    lines = [f"{'variant':<12} {'per second':>12} {'p99 ms':>9}"]
    lines += [f"{name:<12} {row['per_second']:>12,} {row['p99_ms']:>9}" for name, row in result["medians"].items()]
    lines += [f"group : one transaction each, {n} writers = {ratio}" for n, ratio in result["group_to_single"].items()]
    lines.append(f"group 64 : bare bulk INSERT = {result['group_64_to_bulk']}")
    return "\n".join(lines)


def main() -> None:
    """Start a Postgres, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2.0)
    options = parser.parse_args()
    migrations = [Path("shared/eventstore/migrations")]
    with running_postgres() as server:
        dsn, floor_dsn = database_on(server, "bench", migrations), database_on(server, "floor", migrations)
        result = uvloop.run(measure(dsn, floor_dsn, options.rounds, options.seconds))
    sys.stdout.write((json.dumps(result) if options.json else table(result)) + "\n")


if __name__ == "__main__":
    main()
