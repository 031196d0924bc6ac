"""Which contacts there are and where they have a role; who they are stays sealed in their events, never kept here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import msgspec

from services.customer.domain.contact.events import ContactLinkedToCustomer, ContactUnlinkedFromCustomer
from services.customer.projections.facts import reading
from shared.eventstore.folding import fold_rows
from shared.eventstore.read_model import Connection, ReadModel
from shared.eventstore.recorded import Recorded

FLAGS: dict[str, dict[str, bool]] = {
    "ContactAdded": {},
    "ContactCorrected": {},
    "ContactLinkedToCustomer": {},
    "ContactUnlinkedFromCustomer": {},
    "ContactDeleted": {"deleted": True},
    "ContactRestored": {"deleted": False},
    "ContactErased": {"erased": True},
}
"""A contact's events and the flags each sets; sealed events are known by their names alone."""


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

read = reading(ContactLinkedToCustomer, ContactUnlinkedFromCustomer)


def contact_id(recorded: Recorded) -> UUID | None:
    """The contact that an event is about."""
    return recorded.stream_id if recorded.type in FLAGS else None


def evolve(row: ContactRow | None, recorded: Recorded) -> ContactRow | None:
    """The contact after an event."""
    at = recorded.occurred_at
    if recorded.type == "ContactAdded":
        return ContactRow(
            recorded.stream_id, recorded.version, "{}", deleted=False, erased=False, created_at=at, updated_at=at
        )
    if row is None:
        return None
    roles = roles_after(row.roles, recorded)
    return replace(row, version=recorded.version, roles=roles, updated_at=at, **FLAGS[recorded.type])


def roles_after(roles: str, recorded: Recorded) -> str:
    """The roles with one more, one changed or one less."""
    event, known = read(recorded), roles_of(roles)
    if isinstance(event, ContactLinkedToCustomer):
        known[event.customer_id] = event.role
    elif isinstance(event, ContactUnlinkedFromCustomer):
        known.pop(event.customer_id, None)
    return msgspec.json.encode(known).decode()


def roles_of(roles: str) -> dict[UUID, str | None]:
    """The JSON of a row's roles as customer id → role."""
    return msgspec.json.decode(roles, type=dict[UUID, str | None])


async def apply(connection: Connection, events: Sequence[Recorded]) -> None:
    """Fold the contacts' events."""
    await fold_rows(connection, events, load=LOAD, save=SAVE, row=ContactRow, key=contact_id, evolve=evolve)


CONTACTS = ReadModel(name="contacts", tables=TABLES, apply=apply)
