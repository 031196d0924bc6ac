"""What happened to and around customers: their own events, contacts linked to them, activities and tasks about them.

Deals' events are kept in `deal_events`; `timeline` puts both together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec

from shared.eventstore.folding import Gap
from shared.eventstore.read_model import Connection, ReadModel
from shared.eventstore.recorded import Recorded

TOPICS = ("flowline.customer.events", "flowline.pipeline.events")

# `timeline_thread`: what an activity or task is about, known from its first event on.
TABLES = """
CREATE TABLE timeline_event (
  event_id uuid PRIMARY KEY,
  customer_id uuid,
  deal_id uuid,
  stream_id uuid NOT NULL,
  version int NOT NULL,
  type text NOT NULL,
  actor text NOT NULL,
  on_behalf_of text,
  occurred_at timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL,
  data jsonb NOT NULL
);
CREATE INDEX ON timeline_event (customer_id, occurred_at);
CREATE INDEX ON timeline_event (deal_id, occurred_at) WHERE deal_id IS NOT NULL;
CREATE TABLE timeline_thread (
  stream_id uuid PRIMARY KEY,
  customer_id uuid,
  deal_id uuid,
  subject text NOT NULL
);
CREATE TABLE timeline_customer (
  customer_id uuid PRIMARY KEY,
  version int NOT NULL,
  owner_id uuid,
  deleted boolean NOT NULL
);
"""
KNOWN_THREADS = "SELECT stream_id, customer_id, deal_id, subject FROM timeline_thread WHERE stream_id = ANY($1)"
KNOWN_KEEPERS = "SELECT customer_id, version, owner_id, deleted FROM timeline_customer WHERE customer_id = ANY($1)"
SAVE_KEEPERS = """
INSERT INTO timeline_customer SELECT * FROM unnest($1::uuid[], $2::int[], $3::uuid[], $4::boolean[])
ON CONFLICT (customer_id) DO UPDATE SET
  version = excluded.version, owner_id = excluded.owner_id, deleted = excluded.deleted
"""
BEGINNINGS = frozenset({"ActivityRecorded", "ActivityPlanned", "TaskCreated"})
DECODER = msgspec.json.Decoder(dict[str, Any])


@dataclass(frozen=True, slots=True)
class Thread:
    """What an activity or task is about; `subject`: its words when it began."""

    stream_id: UUID
    customer_id: UUID | None
    deal_id: UUID | None
    subject: str


@dataclass(frozen=True, slots=True)
class Keeper:
    """Who owns a customer, and whether it is deleted: what decides who sees its timeline."""

    customer_id: UUID
    version: int
    owner_id: UUID | None
    deleted: bool


async def apply(connection: Connection, events: Sequence[Recorded]) -> None:
    """Write a batch of events of customer or pipeline; each depends on its own stream only."""
    read = [(event, DECODER.decode(event.data)) for event in events if is_told(event.type)]
    if not read:
        return
    await keep(connection, [(event, data) for event, data in read if event.type.startswith("Customer")])
    threads = await threads_of(connection, [(event, data) for event, data in read if is_threaded(event.type)])
    rows = [row for event, data in read if (row := row_of(event, data, threads))]
    await connection.copy_records_to_table("timeline_event", records=rows)


def is_told(type_name: str) -> bool:
    """Whether a timeline has such events."""
    return type_name.startswith(("Customer", "ContactLinked", "ContactUnlinked")) or is_threaded(type_name)


def is_threaded(type_name: str) -> bool:
    """Whether only the first event of such a stream says what it is about."""
    return type_name.startswith(("Activity", "Task"))


async def keep(connection: Connection, events: Sequence[tuple[Recorded, Mapping[str, Any]]]) -> None:
    """Bring the owners of customers forward; raises Gap where an event between them is missing."""
    if not events:
        return
    found = await connection.fetch(KNOWN_KEEPERS, list({event.stream_id for event, _ in events}))
    keepers = {row["customer_id"]: Keeper(*row) for row in found}
    for event, data in events:
        keepers[event.stream_id] = kept(keepers.get(event.stream_id), event, data)
    columns = zip(*((one.customer_id, one.version, one.owner_id, one.deleted) for one in keepers.values()), strict=True)
    await connection.execute(SAVE_KEEPERS, *map(list, columns))


def kept(keeper: Keeper | None, event: Recorded, data: Mapping[str, Any]) -> Keeper:
    """The keeper after an event of the customer."""
    before = keeper or Keeper(event.stream_id, 0, None, deleted=False)
    if event.version != before.version + 1:
        raise Gap(f"version {event.version} of customer {event.stream_id} after version {before.version}")
    says_owner = event.type in {"CustomerCreated", "CustomerAssigned"}
    return Keeper(
        event.stream_id,
        event.version,
        owner_id=id_of(data, "owner_id") if says_owner else before.owner_id,
        deleted=event.type == "CustomerDeleted" or (before.deleted and event.type != "CustomerRestored"),
    )


async def threads_of(
    connection: Connection, events: Sequence[tuple[Recorded, Mapping[str, Any]]]
) -> Mapping[UUID, Thread]:
    """Activity or task → what it is about, for those of this batch; beginnings are kept for what is to come."""
    begun = {event.stream_id: thread_of(event, data) for event, data in events if event.type in BEGINNINGS}
    if begun:
        records = [(one.stream_id, one.customer_id, one.deal_id, one.subject) for one in begun.values()]
        await connection.copy_records_to_table("timeline_thread", records=records)
    earlier = {event.stream_id for event, _ in events} - begun.keys()
    known = await connection.fetch(KNOWN_THREADS, list(earlier)) if earlier else []
    threads = begun | {row["stream_id"]: Thread(*row) for row in known}
    for event, _ in events:
        if event.stream_id not in threads:
            raise Gap(f"{event.type} of {event.stream_id} without the events before it")
    return threads


def thread_of(event: Recorded, data: Mapping[str, Any]) -> Thread:
    """What a first event says."""
    subject = data["title"] if event.type == "TaskCreated" else data["subject"]
    return Thread(event.stream_id, id_of(data, "customer_id"), id_of(data, "deal_id"), subject)


def row_of(event: Recorded, data: Mapping[str, Any], threads: Mapping[UUID, Thread]) -> tuple[Any, ...] | None:
    """An event in the order of the table's columns; None for what is about no customer and no deal."""
    thread = threads.get(event.stream_id)
    customer_id = event.stream_id if event.type.startswith("Customer") else id_of(data, "customer_id")
    customer_id = thread.customer_id if thread else customer_id
    if customer_id is None and (thread is None or thread.deal_id is None):
        return None
    return (
        event.event_id,
        customer_id,
        thread.deal_id if thread else None,
        event.stream_id,
        event.version,
        event.type,
        event.metadata.actor,
        event.metadata.on_behalf_of,
        event.occurred_at,
        event.recorded_at,
        event.data.decode(),
    )


def id_of(data: Mapping[str, Any], field: str) -> UUID | None:
    """An id in an event, if it has one there."""
    return UUID(data[field]) if data.get(field) else None


TIMELINE_EVENTS = ReadModel(name="timeline_events", tables=TABLES, apply=apply)
