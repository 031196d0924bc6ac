"""The relay of customer cannot lead: a session that nobody knows holds its lock."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress

import asyncpg

from shared.messaging.leadership import TRY_LOCK
from tests.faults.drills.shift import Shift
from tests.system import PATIENCE

HOLDER = """
SELECT a.pid, a.application_name, a.client_port, a.state, now() - a.backend_start AS since
FROM pg_locks l JOIN pg_stat_activity a USING (pid)
WHERE l.locktype = 'advisory' AND l.granted AND a.datname = current_database()
  AND (l.classid::bigint << 32 | l.objid::bigint) = hashtextextended('flowline-relay/customer', 0)"""
END_LEADER = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE application_name = 'flowline-relay' AND datname = current_database()"""


def drill(shift: Shift) -> None:
    """Whoever leads loses the lock, and a stranger takes it."""
    taken = threading.Event()
    thread = threading.Thread(target=lambda: asyncio.run(_take(shift.system.record["databases"]["customer"], taken)))
    thread.start()
    assert taken.wait(PATIENCE)
    shift.write(5)
    shift.alarmed("NobodyPublishes", "customer")
    shift.alarmed("RelayStuck", "customer")
    [holder] = shift.sql("customer", HOLDER)
    shift.tell(f"look: the lock is held by session {holder['pid']}, application {holder['application_name']!r}")
    shift.sql("customer", "SELECT pg_terminate_backend($1)", holder["pid"])
    shift.tell("do: that session has been ended")
    thread.join(30)
    shift.calm("RelayStuck", "customer")
    shift.calm("NobodyPublishes", "customer")
    shift.everything_holds()


async def _take(url: str, taken: threading.Event) -> None:
    connection = await asyncpg.connect(url, server_settings={"application_name": "somebody's notebook"})
    while not await connection.fetchval(TRY_LOCK, "customer"):
        await connection.execute(END_LEADER)
    taken.set()
    with suppress(asyncpg.PostgresError, asyncpg.InterfaceError, OSError):  # until somebody ends this session
        while True:
            await asyncio.sleep(0.5)
            await connection.execute("SELECT 1")
