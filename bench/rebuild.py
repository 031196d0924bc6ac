"""Events per second of a projection's rebuild, against consuming the same topic and throwing everything away.

`python -m bench.rebuild [--json] [--events N] [--rounds N]`: seeds deals straight into a topic, lets a projection
follow them, then in turn consumes-and-discards and rebuilds (fill, compare, swap); the numbers are medians.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import psutil
import structlog
import uvloop

from bench.deals import DEALS
from bench.server import database_on, running_postgres
from deploy.local.kafka import start_kafka
from deploy.local.processes import free_port
from shared.eventstore.partitions import partition_of
from shared.eventstore.recorded import Metadata, Recorded
from shared.messaging.cloudevents import to_headers
from shared.messaging.kafka import TopicPartition, partition_counts, partition_reader, transactional_producer
from shared.messaging.topics import ensure_events_topic, events_topic
from shared.projections.live import connected
from shared.projections.places import Places
from shared.projections.projection import Projection, ProjectionSettings
from shared.projections.runner import ProjectionRunner

SERVICE, PARTITIONS = "pipeline", 3
TOPIC = events_topic(SERVICE)
EVENTS_PER_DEAL, BATCH = 5, 1000
STAGES = ("qualify", "propose", "negotiate", "commit", "close")
MIGRATIONS = [Path(__file__).parents[1] / "shared" / part / "migrations" for part in ("eventstore", "projections")]


def deal_events(count: int) -> Iterator[Recorded]:
    """A log in which some hundred deals are under way at any time; each is opened and then moved four times."""
    chance, opened = random.Random(7), 0
    open_deals: list[list[int]] = []
    for position in range(1, count + 1):
        if len(open_deals) < 300 and opened * EVENTS_PER_DEAL < count:
            opened += 1
            open_deals.append([opened, 0])
        deal = open_deals[chance.randrange(len(open_deals))]
        deal[1] += 1
        yield _event(position, deal[0], deal[1])
        if deal[1] == EVENTS_PER_DEAL:
            open_deals.remove(deal)


def _event(position: int, deal: int, version: int) -> Recorded:
    at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=position)
    stage = {"key": STAGES[version - 1], "name": STAGES[version - 1].title(), "category": "open", "probability": 20}
    opened = {"name": f"GTX {deal}", "stage": stage, "owner_id": str(UUID(int=deal % 40)), "customer_id": None}
    amount = {"amount": f"{deal % 9000}.00", "currency": "USD"}
    moved = {"from_stage": stage, "to_stage": stage}
    return Recorded(
        service=SERVICE,
        position=position,
        epoch=1,
        stream_id=UUID(int=(7 << 76) + deal),
        version=version,
        event_id=UUID(int=(position << 64) + version),
        type="DealOpened" if version == 1 else "DealStageChanged",
        schema_version=1,
        data=json.dumps({**opened, "amount": amount} if version == 1 else moved).encode(),
        metadata=Metadata(actor="user-1", correlation_id=f"import-{position}", causation_id="c"),
        occurred_at=at,
        recorded_at=at,
    )


async def seed(kafka: str, events: int) -> None:
    """Publish the log as the relay does, a transaction per batch."""
    await ensure_events_topic(kafka, SERVICE, PARTITIONS, 1)
    producer = transactional_producer(kafka, "bench", 60_000)
    await producer.start()
    log = deal_events(events)
    while batch := [event for _, event in zip(range(BATCH), log, strict=False)]:
        async with producer.transaction():
            for event in batch:
                partition = partition_of(event.stream_id, PARTITIONS)
                headers, key = to_headers(event, 1), str(event.stream_id).encode()
                await producer.send(TOPIC, event.data, key, partition=partition, headers=headers)
    await producer.stop()


async def discard(kafka: str) -> int:
    """Consume the whole topic, all partitions at the same time as a rebuild does, and keep nothing."""
    counts = await partition_counts(kafka, [TOPIC])
    places = [TopicPartition(TOPIC, number) for number in range(counts[TOPIC])]
    return sum(await asyncio.gather(*(_discard(kafka, place) for place in places)))


async def _discard(kafka: str, place: TopicPartition) -> int:
    count = 0
    async with partition_reader(kafka, [place], fetch_bytes=4 << 20) as reader:
        end = (await reader.end_offsets([place]))[place]
        reader.seek(place, 0)
        while await reader.position(place) < end:
            count += sum(map(len, (await reader.getmany(timeout_ms=200, max_records=5000)).values()))
    return count


@asynccontextmanager
async def following(settings: ProjectionSettings, head: int) -> AsyncIterator[ProjectionRunner]:
    """A live instance that has seen everything."""
    runner = ProjectionRunner(settings, Projection(DEALS, (TOPIC,)))
    task = asyncio.create_task(runner.run())
    try:
        async with connected(settings.dsn) as connection:
            places = Places(connection, DEALS.name, 1)
            while sum(place.position == head for place in (await places.read()).values()) == 0:  # noqa: ASYNC110
                await asyncio.sleep(0.1)
            await asyncio.sleep(1)
        yield runner
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def cpu_seconds(postgres: int) -> float:
    """Processor time used so far by this process, the processes it filled with, and Postgres' ended backends."""
    ours, backends = os.times(), psutil.Process(postgres).cpu_times()
    python = ours.user + ours.system + ours.children_user + ours.children_system
    return float(python + backends.children_user + backends.children_system)


async def measure(dsn: str, kafka: str, postgres: int, events: int, rounds: int) -> dict[str, object]:
    """Medians of events per second and their ratio."""
    await seed(kafka, events)
    discards, rebuilds, spent = [], [], []
    settings = ProjectionSettings(dsn, kafka, SERVICE)
    async with following(settings, events) as runner:
        for _ in range(rounds):
            began = time.perf_counter()
            assert await discard(kafka) == events
            discards.append(events / (time.perf_counter() - began))
            began, cpu = time.perf_counter(), cpu_seconds(postgres)
            comparison = await runner.rebuild()
            rebuilds.append(events / (time.perf_counter() - began))
            spent.append((cpu_seconds(postgres) - cpu) / events * 1e6)
            assert comparison.equal, comparison
    return {
        "events": events,
        "rounds": rounds,
        "discard_events_per_s": round(statistics.median(discards)),
        "rebuild_events_per_s": round(statistics.median(rebuilds)),
        "rebuild_range": [round(min(rebuilds)), round(max(rebuilds))],
        "rebuild_cpu_us_per_event": round(statistics.median(spent), 1),
        "ratio": round(statistics.median(rebuilds) / statistics.median(discards), 2),
    }


def main() -> None:
    """Print one table, or JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--events", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    with running_postgres() as server, tempfile.TemporaryDirectory() as place:
        broker = start_kafka(Path(place) / "data", free_port(), log=Path(place) / "log")
        try:
            dsn = database_on(server, "rebuild", MIGRATIONS)
            found = uvloop.run(measure(dsn, broker.bootstrap, server.process.pid, arguments.events, arguments.rounds))
        finally:
            broker.stop()
    if arguments.json:
        print(json.dumps(found))
    else:
        for name, value in found.items():
            print(f"{name:32} {value}")


if __name__ == "__main__":
    main()
