"""Which contacts there are and where they have a role; who they are stays sealed in their events, never kept here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, assert_never
from uuid import UUID

import msgspec

from services.customer.domain.contact.decider import CONTACT
from services.customer.domain.contact.events import (
    ContactAdded,
    ContactDeleted,
    ContactErased,
    ContactLinkedToCustomer,
    ContactRestored,
    ContactUnlinkedFromCustomer,
)
from services.customer.projections.facts import reading, streams_of
from shared.eventstore.folding import fold_rows
from shared.eventstore.read_model import Connection, ReadModel
from shared.eventstore.recorded import Recorded

OpenEvent = ContactLinkedToCustomer | ContactUnlinkedFromCustomer | ContactDeleted | ContactRestored | ContactErased
OPEN: tuple[type[OpenEvent], ...] = (
    ContactLinkedToCustomer,
    ContactUnlinkedFromCustomer,
    ContactDeleted,
    ContactRestored,
    ContactErased,
)


@dataclass(frozen=True, slots=True)
class ContactRow:
    """One contact; `roles` is a JSON object, customer id → role or null; times are business times."""

    id: UUID
    version: int
    roles: str
    deleted: bool
    erased: bool
    created_at: datetime
    updated_at: datetime


TABLES = """
CREATE TABLE contacts (
    id uuid PRIMARY KEY,
    version integer NOT NULL,
    roles jsonb NOT NULL,
    deleted boolean NOT NULL,
    erased boolean NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX ON contacts USING gin (roles);
CREATE INDEX ON contacts (created_at, id);
"""

LOAD = """
SELECT id, version, roles::text AS roles, deleted, erased, created_at, updated_at FROM contacts WHERE id = ANY($1)
"""

SAVE = """
INSERT INTO contacts
SELECT id, version, roles::jsonb, deleted, erased, created_at, updated_at
FROM unnest($1::uuid[], $2::int[], $3::text[], $4::boolean[], $5::boolean[], $6::timestamptz[], $7::timestamptz[])
    AS rows (id, version, roles, deleted, erased, created_at, updated_at)
ON CONFLICT (id) DO UPDATE SET (version, roles, deleted, erased, updated_at) =
    (EXCLUDED.version, EXCLUDED.roles, EXCLUDED.deleted, EXCLUDED.erased, EXCLUDED.updated_at)
"""

# Sealed events are known by their names alone.
read, key = reading(*OPEN), streams_of(*CONTACT.events)


def evolve(row: ContactRow | None, recorded: Recorded) -> ContactRow | None:
    """The contact after an event."""
    at = recorded.occurred_at
    if recorded.type == ContactAdded.__name__:
        return ContactRow(recorded.stream_id, recorded.version, "{}", False, False, at, at)  # noqa: FBT003 - in order
    event = read(recorded)
    if row is None or event is None:
        return row and replace(row, updated_at=at)
    return replace(row, updated_at=at, **differences(row, event))


def differences(row: ContactRow, event: OpenEvent) -> dict[str, Any]:
    """The columns that an event changes."""
    match event:
        case ContactLinkedToCustomer():
            return {"roles": text_of(roles_of(row.roles) | {event.customer_id: event.role})}
        case ContactUnlinkedFromCustomer():
            kept = {at: role for at, role in roles_of(row.roles).items() if at != event.customer_id}
            return {"roles": text_of(kept)}
        case ContactDeleted():
            return {"deleted": True}
        case ContactRestored():
            return {"deleted": False}
        case ContactErased():
            return {"erased": True}
        case _:
            assert_never(event)


def roles_of(roles: str) -> dict[UUID, str | None]:
    """The JSON of a row's roles as customer id → role."""
    return msgspec.json.decode(roles, type=dict[UUID, str | None])


def text_of(roles: dict[UUID, str | None]) -> str:
    """Roles as they stand in a row."""
    return msgspec.json.encode(roles).decode()


async def apply(connection: Connection, events: Sequence[Recorded]) -> None:
    """Fold the contacts' events."""
    await fold_rows(connection, events, load=LOAD, save=SAVE, row=ContactRow, key=key, evolve=evolve)


CONTACTS = ReadModel(name="contacts", tables=TABLES, apply=apply)
