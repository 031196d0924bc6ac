"""The event store of one service in its own Postgres database: append, read, wait for what is new."""

from __future__ import annotations

import asyncio
import time
import traceback
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

import asyncpg

from shared.errors import Unavailable
from shared.eventstore import answers, head, log
from shared.eventstore.append import Answer, Append, CommandKey
from shared.eventstore.appender import PRUNE, Appender
from shared.eventstore.appender import log as logger
from shared.eventstore.commits import Commits
from shared.eventstore.comparison import Comparison
from shared.eventstore.inline import InlineModels
from shared.eventstore.link import Link
from shared.eventstore.read_model import Connection, Pool, ReadModel
from shared.eventstore.rebuild import Rebuilder
from shared.eventstore.recorded import Recorded
from shared.eventstore.waiting import Limits, Queue, waiting


async def _as_it_was(connection: Connection) -> None:
    """Put nothing back: our queries change nothing of a session, and asking for it would double every round trip."""
    del connection


def new_pool(dsn: str, *, size: int = 10, settings: Mapping[str, str] | None = None) -> Pool:
    """A pool for queries that `PostgresEventStore.start` opens; call it inside the running loop.

    Whoever takes a connection leaves its session as it was: no SET, LISTEN or session lock outlives a transaction.
    """
    server_settings = {"lock_timeout": "5s", **(settings or {})}
    return asyncpg.create_pool(
        dsn, min_size=1, max_size=size, command_timeout=30, timeout=5, reset=_as_it_was, server_settings=server_settings
    )


def list_pool(dsn: str) -> Pool:
    """A pool for lists and reports: their optional filters are planned for the values at hand, not for any."""
    return new_pool(dsn, size=6, settings={"plan_cache_mode": "force_custom_plan"})


class PostgresEventStore:
    """One service's log. `partitions` counts at the first start only; afterwards the stored number holds."""

    def __init__(
        self,
        dsn: str,
        service: str,
        read_models: Sequence[ReadModel] = (),
        *,
        pool: Pool | None = None,
        partitions: int = 3,
        limits: Limits | None = None,
    ) -> None:
        self.service = service
        self.pool = pool or new_pool(dsn)
        self.partitions = partitions
        self._inline = InlineModels(service, read_models)
        self._rebuilder = Rebuilder(dsn, self._inline)
        self._link = Link(dsn)
        self._queue = Queue(limits or Limits())
        self._commits = Commits()
        self._appender: Appender | None = None
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Open the pool, fill read models that are new or changed, and append; a failure leaves nothing open."""
        await self.pool
        try:
            await self._begin()
        except BaseException:
            self.pool.terminate()
            raise

    async def _begin(self) -> None:
        await head.fix_partitions(self.pool, self.partitions)
        now = await head.read_head(self.pool)
        self.partitions = now.partitions
        await self._rebuilder.prepare_all()
        self._commits.reached(now.position)
        self._appender = Appender(self._link, self._queue, self._inline, self.partitions, self._commits.reached)
        self._task = asyncio.create_task(self._appender.run(), name=f"appender of {self.service}")
        self._task.add_done_callback(self._ended)

    async def stop(self) -> None:
        """Write what waits, then close; appends that come later are refused."""
        self._queue.close("This process is shutting down; send this again.")
        if self._task is not None:
            await asyncio.wait([self._task], timeout=20)
            self._task.cancel()
        await self._link.close()
        await self.pool.close()

    async def watch(self) -> None:
        """Return when the appender has ended, raising what killed it: without it the process must not live on."""
        if self._task is None:
            raise RuntimeError("the event store was not started")
        await asyncio.shield(self._task)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._queue.close("Changes cannot be written: the appender has died.")
        self._queue.refuse_all(Unavailable("Changes cannot be written: the appender has died."))
        if not task.cancelled() and (error := task.exception()):
            logger().critical("appender_died", error=repr(error), traceback="".join(traceback.format_exception(error)))

    @property
    def last_progress(self) -> float:
        """When (time.monotonic()) the appender last finished a batch, or looked around while idle: each second."""
        return self._appender.last_progress if self._appender else time.monotonic()

    async def append(self, append: Append) -> Answer:
        """Write all of it or nothing; a repeated key gets the first answer with `replayed`.

        Raises WrongVersion, GuardTaken (a Conflict), KeyReused, Invalid, Undigested (a Rejected), Unavailable.
        """
        item = waiting(append, asyncio.get_running_loop().create_future())
        self._queue.enter(item)
        return await item.future

    async def answered(self, key: CommandKey) -> Answer | None:
        """The answer given to this key before, if any; raises KeyReused when it came with another request."""
        found = (await self.answered_many([key])).get(key.key)
        if found is None or isinstance(found, Answer):
            return found
        raise found

    async def answered_many(self, keys: Iterable[CommandKey]) -> dict[str, answers.Outcome]:
        """The keys seen before → their answers, or KeyReused as a value."""
        return await answers.by_key(self.pool, keys)

    async def read_streams(self, stream_ids: Iterable[UUID]) -> dict[UUID, list[Recorded]]:
        """Every stream asked for → its events in order; none for a stream that does not exist."""
        return await log.streams(self.pool, self.service, stream_ids)

    async def versions(self, stream_ids: Iterable[UUID]) -> dict[UUID, int]:
        """Those of the streams that exist → their versions."""
        return {row[0]: row[1] for row in await self.pool.fetch(answers.READ_VERSIONS, list(stream_ids))}

    async def read_after(
        self, epoch: int, position: int, limit: int, *, types: Sequence[str] | None = None
    ) -> list[Recorded]:
        """The next `limit` events above the cursor (epoch, position), in order, of these types only where given."""
        start = await log.position_of_cursor(self.pool, epoch, position)
        return await log.after_position(self.pool, self.service, start, limit, types)

    async def head(self) -> tuple[int, int]:
        """(epoch, position) of the newest event; position 0 in an empty log."""
        now = await head.read_head(self.pool)
        return now.epoch, now.position

    async def wait_for_commit(self, timeout: float, after: int | None = None) -> bool:  # noqa: ASYNC109 - it is the poll
        """Wait up to `timeout` seconds for this process's next commit; at once if one went above position `after`."""
        return await self._commits.wait(timeout, after)

    async def rebuild(self, name: str, *, swap: bool) -> Comparison:
        """Build an inline read model anew from the log, compare at an equal position, then swap it in or drop it."""
        return await self._rebuilder.rebuild(name, swap=swap)

    async def read_model_status(self) -> list[dict[str, object]]:
        """Every build of every inline read model with its position and the head's."""
        return await self._rebuilder.status()

    async def prune(self) -> None:
        """Forget up to 5,000 answered keys older than 24 hours; the appender does this by itself now and then."""
        await self.pool.execute(PRUNE)

    async def bump_epoch(self) -> tuple[int, int]:
        """Accept this Postgres as the log's home after a restore; returns (epoch, position it begins after)."""
        async with self.pool.acquire() as connection:
            return await head.bump_epoch(connection)
