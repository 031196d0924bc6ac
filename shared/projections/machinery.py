"""What an operator sees of a service's read models, inline and asynchronous, and what can be started on them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Protocol
from uuid import UUID

import structlog

from shared.errors import DomainError, NotFound, Unavailable
from shared.eventstore.comparison import Comparison
from shared.messaging.kafka import KafkaError
from shared.messaging.verification import verify_log, verify_topic
from shared.projections.live import connected
from shared.projections.parking import parked_streams
from shared.projections.places import Places
from shared.projections.projection import NotRebuildable, RebuildRunning
from shared.projections.runner import ProjectionRunner

log = structlog.get_logger(__name__)

Rebuild = Callable[..., Awaitable[Comparison]]


class InlineModels(Protocol):
    """The inline read models of an event store (shared.eventstore.postgres.PostgresEventStore)."""

    service: str

    async def rebuild(self, name: str, *, swap: bool) -> Comparison: ...  # noqa: D102
    async def read_model_status(self) -> Sequence[Mapping[str, Any]]: ...  # noqa: D102


class Machinery:
    """One per process; a rebuild that was started goes on in the background and its outcome is kept until the next."""

    def __init__(self, store: InlineModels, runners: Sequence[ProjectionRunner], dsn: str, kafka: str) -> None:
        self._store = store
        self._runners = {runner.projection.name: runner for runner in runners}
        self._dsn, self._kafka = dsn, kafka
        self._running: dict[str, asyncio.Task[dict[str, Any]]] = {}

    async def projections(self) -> list[dict[str, Any]]:
        """Return every read model: name, kind, instance, waiting, state, error, parked and its last rebuild."""
        rows = [row for row in await self._store.read_model_status() if row["live"]]
        inline = [self._inline(row) for row in rows]
        return inline + [await self._asynchronous(runner) for runner in self._runners.values()]

    async def rebuild(self, name: str) -> dict[str, Any]:
        """Start to build a model anew and swap; raises NotFound, NotRebuildable, RebuildRunning."""
        work = await self._rebuild_of(name)
        task = self._running.get(name)
        if task is not None and not task.done():
            raise RebuildRunning(f"{name} is being rebuilt already.")
        self._running[name] = asyncio.create_task(_outcome(name, work(swap=True)), name=f"rebuild of {name}")
        return {"name": name, "rebuild": self._rebuild_status(name)}

    async def parked(self) -> list[dict[str, Any]]:
        """Return the parked streams of all asynchronous projections, oldest first."""
        async with connected(self._dsn) as connection:
            return [
                {name: getattr(stream, name) for name in stream.__struct_fields__}
                for stream in await parked_streams(connection)
            ]

    async def retry(self, projection: str | None, stream_id: str | None) -> dict[str, Any]:
        """Replay parked streams: of one projection or all, one stream or all; raises NotFound."""
        if projection is not None and projection not in self._runners:
            raise NotFound(f"There is no asynchronous projection called {projection}.", field="/projection")
        chosen = [self._runners[projection]] if projection else list(self._runners.values())
        retried = [await runner.retry(UUID(stream_id) if stream_id else None) for runner in chosen]
        return {
            "streams": sum(each.streams for each in retried),
            "events": sum(each.events for each in retried),
            "still_parked": sum(each.still_parked for each in retried),
        }

    async def verify(self) -> dict[str, Any]:
        """Check the log, the topic and every read model; `checks` by name with findings (none = it holds).

        What cannot be built anew (effects that happened once, such as notifications) is not compared. Raises
        Unavailable while Kafka is away.
        """
        try:
            checks = await self._checks()
        except KafkaError as reason:
            raise Unavailable(f"Kafka does not answer: {reason}", retry_after=2) from reason
        return {"ok": not any(checks.values()), "checks": [{"name": n, "findings": f} for n, f in checks.items()]}

    async def _checks(self) -> dict[str, list[str]]:
        async with connected(self._dsn) as connection:
            checks = await verify_log(connection)
            checks["Kafka equals the log"] = await verify_topic(connection, self._kafka, self._store.service)
        names = [row["name"] for row in await self._store.read_model_status() if row["live"]]
        for name in [*names, *(name for name, runner in self._runners.items() if runner.projection.rebuildable)]:
            checks[f"{name} equals a fold from the first event"] = await self._compared(name)
        parked = await self.parked()
        checks["nothing is parked"] = [
            f"{row['projection']}: stream {row['stream_id']}: {row['error']}" for row in parked
        ]
        return checks

    async def _compared(self, name: str) -> list[str]:
        try:
            work = await self._rebuild_of(name)
            return _findings(await work(swap=False))
        except DomainError as reason:
            return [reason.message]

    async def _rebuild_of(self, name: str) -> Rebuild:
        if (runner := self._runners.get(name)) is not None:
            if not runner.projection.rebuildable:
                raise NotRebuildable(f"{name} cannot be built anew from events.")
            return runner.rebuild
        if any(row["name"] == name for row in await self._store.read_model_status()):
            return lambda *, swap: self._store.rebuild(name, swap=swap)
        raise NotFound(f"There is no read model called {name}.")

    def _inline(self, row: Mapping[str, Any]) -> dict[str, Any]:
        waiting = row["head"] - row["position"]
        return {
            "name": row["name"],
            "kind": "inline",
            "instance": row["instance"],
            "state": "following",
            "waiting": waiting,
            "positions": {self._store.service: row["position"]},
            "rebuild": self._rebuild_status(row["name"]),
        }

    async def _asynchronous(self, runner: ProjectionRunner) -> dict[str, Any]:
        progress, name = runner.progress, runner.projection.name
        async with connected(self._dsn) as connection:
            places = await Places(connection, name, progress.instance).read()
        return {
            "name": name,
            "kind": "asynchronous",
            "instance": progress.instance,
            "state": progress.state,
            "waiting": sum(progress.waiting.values()),
            "positions": {f"{at.topic}/{at.partition}": place.position for at, place in places.items()},
            "parked": progress.parked,
            "error": progress.error,
            "rebuild": self._rebuild_status(name),
        }

    def _rebuild_status(self, name: str) -> dict[str, Any] | None:
        task = self._running.get(name)
        if task is None:
            return None
        if task.done():
            return task.result()
        runner = self._runners.get(name)
        progress = runner.rebuilder.progress if runner else None
        share = {"progress": progress.ratio, "eta_seconds": progress.eta_seconds} if progress else {}
        return {"state": "running", **share}


async def _outcome(name: str, work: Awaitable[Comparison]) -> dict[str, Any]:
    try:
        comparison = await work
    except Exception as reason:
        log.exception("a rebuild failed", projection=name)
        return {"state": "failed", "error": f"{type(reason).__name__}: {reason}"}
    tables = [asdict(table) for table in comparison.tables]
    return {"state": "done", "equal": comparison.equal, "position": comparison.position, "tables": tables}


def _findings(comparison: Comparison) -> list[str]:
    return [
        f"{table.table}: {table.only_live} rows only in the live one, {table.only_rebuilt} only in the rebuilt one; "
        + "; ".join(table.examples)
        for table in comparison.tables
        if table.only_live or table.only_rebuilt
    ]
