"""The head of the log: how far it goes, and on which Postgres it was written."""

from __future__ import annotations

from dataclasses import dataclass

from shared.errors import Unavailable
from shared.eventstore.read_model import Connection, Pool

LOCK = "SELECT pg_advisory_xact_lock(7310868735400001)"
"""The append key: any transaction that appends, or must see no append, takes it before its first write."""
SESSION_LOCK = "SELECT pg_advisory_lock(7310868735400001)"
SESSION_UNLOCK = "SELECT pg_advisory_unlock(7310868735400001)"

READ = "SELECT epoch, position, partitions FROM ev.head"
READ_IDENTITY = """
SELECT (h.system_identifier, h.timeline) = (i.system_identifier, i.timeline) FROM ev.head h, ev.identity() i
"""
FIX_PARTITIONS = "UPDATE ev.head SET partitions = $1 WHERE partitions IS NULL"
BUMP = """
UPDATE ev.head SET epoch = epoch + 1, (system_identifier, timeline) = (SELECT * FROM ev.identity())
RETURNING epoch, position
"""
BEGIN_EPOCH = "INSERT INTO ev.epochs (epoch, after) VALUES ($1, $2)"


class EpochBumpNeeded(Unavailable):
    """Epoch bump needed: this Postgres is a restored or promoted copy; an operator must start a new epoch."""

    code = "epoch-bump-needed"


@dataclass(frozen=True, slots=True)
class Head:
    """The newest event's (epoch, position) and the partition count of the service's topic."""

    epoch: int
    position: int
    partitions: int


async def read_head(source: Connection | Pool) -> Head:
    """The head as committed now; the partition count must have been fixed before."""
    row = await source.fetchrow(READ)
    if row is None or row["partitions"] is None:
        raise RuntimeError("the event store was never started")
    return Head(row["epoch"], row["position"], row["partitions"])


async def fix_partitions(source: Connection | Pool, partitions: int) -> None:
    """Keep the partition count of the first start for good: another count would break the order within streams."""
    await source.execute(FIX_PARTITIONS, partitions)


async def confirm_identity(connection: Connection) -> None:
    """Raise `EpochBumpNeeded` unless this Postgres wrote the head; appenders and relays ask once per connection."""
    if not await connection.fetchval(READ_IDENTITY):
        raise EpochBumpNeeded


async def bump_epoch(connection: Connection) -> tuple[int, int]:
    """Accept this Postgres as the log's home from here on; returns the new epoch and the position it begins after."""
    async with connection.transaction():
        await connection.execute(LOCK)
        row = await connection.fetchrow(BUMP)
        assert row is not None
        await connection.execute(BEGIN_EPOCH, row["epoch"], row["position"])
    return row["epoch"], row["position"]
