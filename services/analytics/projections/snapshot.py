"""A snapshot of read models that nothing can change while it is open; it says so where they are still being built."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import asyncpg
import structlog

from shared.errors import Unavailable
from shared.eventstore.read_model import Connection, Pool

log = structlog.get_logger(__name__)
# A swap shows the tables of a read model in the order of their names.
FIRST_TABLE = {
    "accepted_deviations": "accepted_deviation",
    "deals": "closing_all_day",
    "directory": "activity",
    "process_map": "drawn_process",
}


class NotBuiltYet(Unavailable):
    """What you ask for is still being built for this version of the service; ask again in a moment."""

    code = "projection-behind"


def held(*read_models: str) -> str:
    """SQL that holds the live builds of read models until the transaction ends, so that no swap changes tables in it.

    Who holds the first table that a swap would show has it wait before it shows any.
    """
    tables = ", ".join(f"read.{FIRST_TABLE[name]}" for name in read_models)
    return f"LOCK TABLE {tables} IN ACCESS SHARE MODE"


@contextmanager
def if_built() -> Iterator[None]:
    """Raises NotBuiltYet where a table or column is missing in it.

    So it is before the first start of the consumers, and after an upgrade while the tables of the version before are
    still shown.
    """
    try:
        yield
    except (asyncpg.UndefinedTableError, asyncpg.UndefinedColumnError) as missing:
        log.warning("what was asked for is not built yet", reason=str(missing))
        raise NotBuiltYet from missing


@asynccontextmanager
async def snapshot(pool: Pool, hold: str) -> AsyncIterator[Connection]:
    """Open one; `hold` is SQL that keeps a swap of the read models waiting until it is closed. Raises NotBuiltYet."""
    with if_built():
        async with (
            pool.acquire() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            await connection.execute(hold)
            yield connection
