"""Writing events down for explanations: who did it, what it changed, its reasons and what it gave as its cause."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import msgspec

from shared.eventstore.folding import Gap
from shared.eventstore.read_model import Connection
from shared.eventstore.recorded import Recorded

LAST = "SELECT {thing}_id, max(version) FROM {thing}_event WHERE {thing}_id = ANY($1) GROUP BY 1"

# What an event says about why it happened, by the names that pipeline gives it.
REASONS = (
    "decisions", "override", "reason", "competitor", "automation", "when", "action", "trigger_version", "done",
    "detail", "stage_name", "to_version", "from_version",
)  # fmt: skip

Change = dict[str, Any]
ChangesOf = Callable[[str, dict[str, Any]], dict[str, Change]]
Decoder = msgspec.json.Decoder(dict[str, Any])


async def written(connection: Connection, thing: str, events: Sequence[Recorded], changes_of: ChangesOf) -> None:
    """Write events of deals or of customers to the `thing`'s table; raises Gap where one between them is missing.

    `changes_of`: what an event of a type with these data sets, aspect by aspect.
    """
    if not events:
        return
    found = await connection.fetch(LAST.format(thing=thing), list({event.stream_id for event in events}))
    last: dict[UUID, int] = {row[0]: row[1] for row in found}
    for event in events:
        before = last.get(event.stream_id, 0)
        if event.version != before + 1:
            raise Gap(f"version {event.version} of {thing} {event.stream_id} after version {before}")
        last[event.stream_id] = event.version
    records = [_row(event, changes_of) for event in events]
    await connection.copy_records_to_table(f"{thing}_event", records=records)


def _row(recorded: Recorded, changes_of: ChangesOf) -> tuple[Any, ...]:
    """An event in the order of the table's columns."""
    data, said = Decoder.decode(recorded.data), recorded.metadata
    reasons = {name: data[name] for name in REASONS if data.get(name) not in (None, [], ())}
    return (
        recorded.stream_id,
        recorded.version,
        recorded.event_id,
        recorded.type,
        said.actor,
        said.on_behalf_of,
        said.correlation_id,
        said.causation_id,
        recorded.occurred_at,
        recorded.recorded_at,
        msgspec.json.encode(changes_of(recorded.type, data)).decode(),
        msgspec.json.encode(reasons).decode(),
    )
