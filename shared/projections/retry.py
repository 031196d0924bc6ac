"""Replaying parked streams, after what stood in their way has been repaired."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

import asyncpg
import structlog

from shared.eventstore import instances
from shared.eventstore.faults import is_passing
from shared.eventstore.recorded import Recorded
from shared.messaging.cloudevents import from_message
from shared.projections.live import connected, read_live
from shared.projections.parking import Parking, Stream
from shared.projections.projection import Projection

if TYPE_CHECKING:
    Own = asyncpg.Connection[asyncpg.Record]

log = structlog.get_logger(__name__)

LOCK_PLACE = """
SELECT 1 FROM pj.offsets WHERE projection = $1 AND instance = $2 AND topic = $3 AND partition = $4 FOR UPDATE"""


@dataclass(frozen=True, slots=True)
class Retried:
    """How many streams and events were applied, and how many streams are parked still."""

    streams: int
    events: int
    still_parked: int


async def retry_parked(dsn: str, projection: Projection, stream_id: UUID | None = None) -> Retried:
    """Apply the events of one parked stream, or of all; a stream that fails again stays parked as it is."""
    async with connected(dsn) as connection:
        live = await read_live(connection, projection.name)
        if live is None:
            return Retried(0, 0, 0)
        parking = Parking(connection, projection.name, live.instance)
        chosen = [s for s in sorted(await parking.streams()) if stream_id is None or s.stream_id == stream_id]
        healed = [await _retry(connection, projection, live.instance, parking, stream) for stream in chosen]
        applied = [events for events in healed if events]
        return Retried(len(applied), sum(map(len, applied)), await parking.count())


async def _retry(
    connection: Own, projection: Projection, instance: int, parking: Parking, stream: Stream
) -> list[Recorded]:
    """The events applied; none when it failed again."""
    try:
        async with connection.transaction():
            # The lock that every batch of this partition takes first: no event can queue behind us unseen.
            await connection.execute(LOCK_PLACE, projection.name, instance, stream.topic, stream.partition)
            events = [from_message(raw)[0] for raw in await parking.waiting(stream)]
            await instances.enter(connection, projection.name, instance)
            await projection.model.apply(connection, events)
            await parking.release(stream)
    except Exception as error:
        if is_passing(error) or connection.is_closed():
            raise
        await parking.keep(stream, error)
        log.warning("a parked stream failed again", stream=str(stream.stream_id), error=repr(error))
        return []
    log.info("a parked stream was replayed", stream=str(stream.stream_id), events=len(events))
    if projection.on_applied is not None:
        await projection.on_applied(events)
    return events
