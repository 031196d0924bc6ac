"""Reading the log: rows of ev.events as `Recorded`, by stream and by position."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

import asyncpg
import msgspec

from shared.eventstore.read_model import Connection, Pool
from shared.eventstore.recorded import Metadata, Recorded

COLUMNS = """position, epoch, stream_id, version, event_id, type, schema_version,
 data::text AS data, metadata::text AS metadata, occurred_at, recorded_at"""

READ_STREAMS = f"SELECT {COLUMNS} FROM ev.events WHERE stream_id = ANY($1) ORDER BY stream_id, version"  # noqa: S608
READ_AFTER = f"SELECT {COLUMNS} FROM ev.events WHERE position > $1 ORDER BY position LIMIT $2"  # noqa: S608
READ_TYPES_AFTER = f"""
SELECT {COLUMNS} FROM ev.events WHERE position > $1 AND type = ANY($3) ORDER BY position LIMIT $2
"""  # noqa: S608
# A cursor of an ended epoch may lie above where that epoch was cut off by a restore.
START_OF_NEXT = "SELECT after FROM ev.epochs WHERE epoch = $1 + 1"

_METADATA = msgspec.json.Decoder(Metadata)


def recorded(service: str, row: asyncpg.Record) -> Recorded:
    """One row of `COLUMNS`."""
    return Recorded(
        service=service,
        position=row["position"],
        epoch=row["epoch"],
        stream_id=row["stream_id"],
        version=row["version"],
        event_id=row["event_id"],
        type=row["type"],
        schema_version=row["schema_version"],
        data=row["data"].encode(),
        metadata=_METADATA.decode(row["metadata"]),
        occurred_at=row["occurred_at"],
        recorded_at=row["recorded_at"],
    )


async def streams(source: Connection | Pool, service: str, stream_ids: Iterable[UUID]) -> dict[UUID, list[Recorded]]:
    """Every stream asked for → its events in order; a stream that does not exist has none."""
    found: dict[UUID, list[Recorded]] = {stream_id: [] for stream_id in stream_ids}
    for row in await source.fetch(READ_STREAMS, list(found)):
        found[row["stream_id"]].append(recorded(service, row))
    return found


async def after_position(
    source: Connection | Pool, service: str, position: int, limit: int, types: Sequence[str] | None = None
) -> list[Recorded]:
    """The next `limit` events above `position` in order, of these types only where given."""
    if types is None:
        rows = await source.fetch(READ_AFTER, position, limit)
    else:
        rows = await source.fetch(READ_TYPES_AFTER, position, limit, list(types))
    return [recorded(service, row) for row in rows]


async def position_of_cursor(source: Connection | Pool, epoch: int, position: int) -> int:
    """The position after which a reader at (epoch, position) goes on."""
    cut_off = await source.fetchval(START_OF_NEXT, epoch)
    return position if cut_off is None else min(position, cut_off)
