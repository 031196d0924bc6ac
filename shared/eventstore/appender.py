"""The group commit: one task per process writes what waits, batch by batch, and tells each caller its outcome."""

from __future__ import annotations

import asyncio
import time
import traceback
from collections.abc import Callable, Sequence

import asyncpg
import structlog

from shared.errors import Conflict, DomainError, Invalid, Unavailable
from shared.eventstore import answers, head
from shared.eventstore.append import Answer
from shared.eventstore.batch import APPEND, Arguments, Batch, Written, written_of
from shared.eventstore.faults import STALE_PLAN, Undigested, blames_data, is_passing, rolled_back
from shared.eventstore.inline import InlineModels
from shared.eventstore.link import Link
from shared.eventstore.waiting import Queue, Waiting, accept, refuse

IDLE_SECONDS = 1.0
SETTLE_SECONDS = 15.0
SETTLE_PAUSE = 0.2
PRUNE_SECONDS = 600.0
PRUNE = """
DELETE FROM ev.commands WHERE key IN (
  SELECT key FROM ev.commands WHERE recorded_at < now() - interval '24 hours' LIMIT 5000)
"""
FULL_PRUNE = "DELETE 5000"


class Appender:
    """Writes what stands in `queue`; `committed` is called with the new head position after each commit."""

    def __init__(
        self, link: Link, queue: Queue, inline: InlineModels, partitions: int, committed: Callable[[int], None]
    ) -> None:
        self._link = link
        self._queue = queue
        self._inline = inline
        self._partitions = partitions
        self._committed = committed
        self._prune_at = time.monotonic() + IDLE_SECONDS
        self.last_progress = time.monotonic()
        self.batches = 0

    async def run(self) -> None:
        """Write until the queue is closed and empty; any error that escapes is a fault of ours and ends the process."""
        while (batch := await self._queue.next_batch(IDLE_SECONDS)) is not None:
            try:
                await (self._write(batch) if batch else self._follow())
            except BaseException:
                self._refuse_all(batch, answers.OutcomeUnknown())
                raise
            await self._prune()
            self.last_progress = time.monotonic()
            # Callers answered just now come back with their next append: let them join the next batch.
            await asyncio.sleep(0)

    async def _write(self, items: Sequence[Waiting]) -> None:
        batch = Batch([item for item in items if not item.future.done()], self._partitions)
        if not batch.items:
            return
        try:
            await self._link.connection()
        except Exception as error:  # noqa: BLE001 - nothing was sent: whatever it is, each caller may ask again
            self._refuse_all(batch.items, _no_connection(error))
            return
        await self._commit(batch)

    async def _commit(self, batch: Batch) -> None:
        try:
            arguments = batch.arguments(self._inline.names, self._inline.fingerprints)
        except Exception as error:  # noqa: BLE001 - nothing was sent, and one of them cannot even be written down
            await self._bisect(batch, error)
            return
        try:
            written = await self._transaction(batch, arguments)
        except Exception as error:  # noqa: BLE001 - sorted out there; what nothing explains is raised again
            await self._failed(batch, error)
            return
        self.batches += 1
        await self._tell(batch, written)

    async def _transaction(self, batch: Batch, arguments: Arguments) -> Written:
        try:
            return await self._attempt(batch, arguments)
        except STALE_PLAN:  # a read model's tables were exchanged under a prepared statement
            return await self._attempt(batch, arguments)

    async def _attempt(self, batch: Batch, arguments: Arguments) -> Written:
        connection = await self._link.connection()
        if not self._inline.names:
            return _one(await connection.fetchrow(APPEND, *arguments))
        async with connection.transaction():
            written = _one(await connection.fetchrow(APPEND, *arguments))
            if written.instances:
                await self._inline.apply(connection, written, batch.recorded(written, self._inline.service))
        return written

    async def _tell(self, batch: Batch, written: Written) -> None:
        known = batch.answers(written)
        refused = [
            (item, verdict) for item, verdict in zip(batch.items, written.verdicts, strict=True) if verdict != "ok"
        ]
        for item, answer in zip(batch.items, known, strict=True):
            if answer is not None:
                accept(item, answer)
        if any(known):
            self._committed(max((p for a in known if a for p in a.positions.values()), default=written.base))
        if refused:
            await self._explain(refused)

    async def _explain(self, refused: list[tuple[Waiting, str]]) -> None:
        try:
            connection = await self._link.connection()
            outcomes = await answers.refusals(connection, [(item.append, verdict) for item, verdict in refused])
        except Exception as error:  # noqa: BLE001 - they are refused already, only the reason is missing
            self._link.drop()
            self._refuse_all([item for item, _ in refused], _no_connection(error))
            return
        _settle([item for item, _ in refused], outcomes)

    async def _failed(self, batch: Batch, error: Exception) -> None:
        connection_lost = self._link.is_lost
        if isinstance(error, Undigested) or (blames_data(error) and not connection_lost):
            await self._bisect(batch, error)
        elif rolled_back(error):
            log().warning("append_refused", error=repr(error), appends=len(batch.items))
            self._refuse_all(
                batch.items, Unavailable(f"The database could not write this now ({type(error).__name__}).")
            )
        elif is_passing(error) or connection_lost:
            await self._find_out(batch, error)
        else:
            raise error

    async def _bisect(self, batch: Batch, error: Exception) -> None:
        if len(batch.items) == 1:
            log().error("append_poisoned", error=repr(error), cause=_traceback(error.__cause__))
            refuse(batch.items[0], _reason(error))
            return
        middle = len(batch.items) // 2
        await self._write(batch.items[:middle])
        await self._write(batch.items[middle:])

    async def _find_out(self, batch: Batch, error: Exception) -> None:
        log().warning("append_outcome_open", error=repr(error), appends=len(batch.items))
        self._link.drop()
        deadline = time.monotonic() + SETTLE_SECONDS
        while time.monotonic() < deadline:
            try:
                outcomes = await self._fates(batch)
            except Exception as again:  # noqa: BLE001 - until the deadline, any failure is a reason to ask again
                log().warning("append_outcome_still_open", error=repr(again))
                self._link.drop()
                await asyncio.sleep(SETTLE_PAUSE)
                continue
            self._settled(batch.items, outcomes)
            return
        self._refuse_all(batch.items, answers.OutcomeUnknown())

    async def _fates(self, batch: Batch) -> list[answers.Outcome]:
        connection = await self._link.connection()
        async with connection.transaction():
            await connection.execute(head.LOCK)
            return await answers.fates(connection, [item.append for item in batch.items], self._partitions)

    def _settled(self, items: Sequence[Waiting], outcomes: Sequence[answers.Outcome]) -> None:
        _settle(items, outcomes)
        positions = [p for o in outcomes if isinstance(o, Answer) for p in o.positions.values()]
        if positions:
            self._committed(max(positions))

    def _refuse_all(self, items: Sequence[Waiting], error: DomainError) -> None:
        for item in items:
            refuse(item, error)

    async def _follow(self) -> None:
        """While idle, apply what processes with other versions of the read models have written."""
        if not self._inline.names:
            return
        try:
            await self._inline.follow(await self._link.connection())
        except Exception as error:  # noqa: BLE001 - it is tried again a second later, and with every append
            log().warning("read_models_behind", error=repr(error))
            self._link.drop()

    async def _prune(self) -> None:
        """Forget answered keys older than 24 hours, some at a time, in a transaction without the append lock."""
        if time.monotonic() < self._prune_at:
            return
        self._prune_at = time.monotonic() + PRUNE_SECONDS
        try:
            done = await (await self._link.connection()).execute(PRUNE)
        except Exception as error:  # noqa: BLE001 - it is tried again later
            log().warning("prune_failed", error=repr(error))
            self._link.drop()
            return
        if done == FULL_PRUNE:
            self._prune_at = time.monotonic() + IDLE_SECONDS


def log() -> structlog.stdlib.BoundLogger:
    """The logger as it is configured now."""
    logger: structlog.stdlib.BoundLogger = structlog.get_logger("eventstore")
    return logger


def _one(row: asyncpg.Record | None) -> Written:
    assert row is not None
    return written_of(row)


def _settle(items: Sequence[Waiting], outcomes: Sequence[answers.Outcome]) -> None:
    for item, outcome in zip(items, outcomes, strict=True):
        if isinstance(outcome, Answer):
            accept(item, outcome)
        else:
            refuse(item, outcome)


def _traceback(error: BaseException | None) -> str | None:
    return "".join(traceback.format_exception(error)) if error else None


def _no_connection(error: Exception) -> DomainError:
    return (
        error
        if isinstance(error, DomainError)
        else Unavailable(f"The database does not answer ({type(error).__name__}).")
    )


def _reason(error: Exception) -> DomainError:
    match error:
        case DomainError():
            return error
        case _ if getattr(error, "sqlstate", None) == "23505":
            return Conflict("An event with this id exists already.")
        case _:
            return Invalid(f"The database cannot store this: {error}")
