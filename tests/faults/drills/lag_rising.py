"""Lag rises because a session in the database of analytics keeps the offsets of a projection locked."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import asyncpg

from tests.faults.drills.shift import Shift
from tests.system import PATIENCE, eventually

WHO_BLOCKS = """
SELECT blocker.pid, left(blocker.query, 60) AS query, count(*) AS held_up
FROM pg_stat_activity waiting, unnest(pg_blocking_pids(waiting.pid)) AS by(pid)
JOIN pg_stat_activity blocker ON blocker.pid = by.pid
WHERE waiting.application_name = 'flowline-projection' GROUP BY 1, 2"""


def drill(shift: Shift) -> None:
    """Somebody's forgotten transaction holds a row lock."""
    with forgotten_transaction(shift):
        shift.write(20)
        shift.alarmed("LagRising", "analytics")
        eventually(lambda: bool(shift.sql("analytics", WHO_BLOCKS)), "somebody waits")
        [blocker] = shift.sql("analytics", WHO_BLOCKS)
        shift.tell(f"look: {blocker['held_up']} sessions wait for {blocker['pid']}: {blocker['query']}")
        shift.sql("analytics", "SELECT pg_terminate_backend($1)", blocker["pid"])
        shift.tell("do: the session that blocks has been ended")
        shift.calm("LagRising", "analytics")
    shift.everything_holds()


@contextmanager
def forgotten_transaction(shift: Shift) -> Iterator[None]:
    """A session that locks the offsets of `directory` and then does nothing."""
    locked = threading.Event()
    thread = threading.Thread(target=lambda: asyncio.run(_hold(shift.system.record["databases"]["analytics"], locked)))
    thread.start()
    assert locked.wait(PATIENCE)
    yield
    thread.join(30)


async def _hold(url: str, locked: threading.Event) -> None:
    connection = await asyncpg.connect(url)
    with suppress(asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
        async with connection.transaction():
            await connection.execute("SELECT FROM pj.offsets WHERE projection = 'directory' FOR UPDATE")
            locked.set()
            while True:
                await asyncio.sleep(0.5)
                await connection.execute("SELECT 'thinking about it'")
