"""What is asked about contacts: lists, one contact, who is visible; names are opened from the log as they are read."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from typing import Any
from uuid import UUID

import asyncpg

from services.customer.domain.contact.decider import CONTACT
from services.customer.domain.contact.state import Contact, ContactNotFound, DeletedContact, KnownContact
from services.customer.projections.contacts import ContactRow, roles_of
from services.customer.projections.facts import rows_of
from services.customer.projections.scope import Scope
from shared.eventstore.personal import ERASED
from shared.eventstore.read_model import Pool
from shared.eventstore.recorded import Recorded

History = Callable[[Sequence[UUID]], Awaitable[Mapping[UUID, Sequence[Recorded]]]]
Opening = Callable[[Sequence[Recorded]], Awaitable[Sequence[Any]]]


@dataclass(frozen=True, slots=True)
class ContactCard:
    """One contact in clear; of an erased person `name` says so and the rest is None."""

    id: UUID
    version: int
    name: str
    email: str | None
    phone: str | None
    title: str | None
    roles: dict[UUID, str | None]
    erased: bool
    created_at: datetime
    updated_at: datetime


# A contact is visible where one of its customers is; one without customers is visible like a record of nobody.
LIST = """
SELECT id, version, roles::text AS roles, deleted, erased, created_at, updated_at FROM read.contacts AS contacts
WHERE deleted = $7
  AND ($4::uuid IS NULL OR roles ? $4::text)
  AND ($5::timestamptz IS NULL OR (created_at, id) < ($5, $6::uuid))
  AND CASE WHEN $1::boolean OR roles = '{}' THEN read.visible(NULL, $1, $2, $3) ELSE EXISTS (
      SELECT FROM read.customers AS customers
      WHERE contacts.roles ? customers.id::text AND NOT customers.deleted
        AND read.visible(customers.owner_id, $1, $2, $3)) END
ORDER BY created_at DESC, id DESC
LIMIT $8
"""

BY_ID = """
SELECT id, version, roles::text AS roles, deleted, erased, created_at, updated_at FROM read.contacts AS contacts
WHERE id = ANY($4) AND (NOT deleted OR $5)
  AND CASE WHEN $1::boolean OR roles = '{}' THEN read.visible(NULL, $1, $2, $3) ELSE EXISTS (
      SELECT FROM jsonb_object_keys(contacts.roles) AS linked
      JOIN read.customers AS customers ON customers.id = linked::uuid
      WHERE NOT customers.deleted AND read.visible(customers.owner_id, $1, $2, $3)) END
"""

OPENED_AT_ONCE = 250


class Contacts:
    """The contacts as they are now, as far as a scope reaches; opened with `history` (the log) and `opening` (keys)."""

    def __init__(self, pool: Pool, history: History, opening: Opening) -> None:
        self._pool = pool
        self._history = history
        self._opening = opening

    async def page(
        self,
        scope: Scope,
        *,
        customer_id: UUID | None = None,
        text: str | None = None,
        deleted: bool = False,
        after: Sequence[object] | None = None,
        limit: int,
    ) -> list[ContactCard]:
        """Newest first; `after` is the (created_at, id) of the last row seen.

        Sealed names have no index: with `text`, contacts are opened until `limit` match (some 0.1 ms of work for each).
        """
        if text is None:
            return await self._cards(await self._rows(scope, customer_id, after, limit, deleted=deleted))
        found: list[ContactCard] = []
        while len(found) < limit:
            rows = await self._rows(scope, customer_id, after, OPENED_AT_ONCE, deleted=deleted)
            found += [card for card in await self._cards(rows) if mentions(card, text.casefold())]
            if len(rows) < OPENED_AT_ONCE:
                break
            after = (rows[-1].created_at, rows[-1].id)
        return found[:limit]

    async def one(self, scope: Scope, contact_id: UUID) -> ContactCard:
        """Raises ContactNotFound, also for one that is deleted or not visible."""
        cards = await self._cards(rows_of(ContactRow, await self._by_id(scope, [contact_id], deleted=False)))
        if not cards:
            raise ContactNotFound
        return cards[0]

    async def visible(self, scope: Scope, ids: Collection[UUID], *, deleted: bool = False) -> frozenset[UUID]:
        """Those of the ids that the scope reaches; deleted ones only where asked for."""
        return frozenset(row["id"] for row in await self._by_id(scope, ids, deleted=deleted))

    async def _by_id(self, scope: Scope, ids: Collection[UUID], *, deleted: bool) -> list[asyncpg.Record]:
        return await self._pool.fetch(BY_ID, *scope.arguments, ids, deleted)

    async def _rows(
        self, scope: Scope, customer_id: UUID | None, after: Sequence[object] | None, limit: int, *, deleted: bool
    ) -> list[ContactRow]:
        position = after or (None, None)
        rows = await self._pool.fetch(LIST, *scope.arguments, customer_id, *position, deleted, limit)
        return rows_of(ContactRow, rows)

    async def _cards(self, rows: Sequence[ContactRow]) -> list[ContactCard]:
        history = await self._history([row.id for row in rows])
        events = iter(await self._opening([recorded for row in rows for recorded in history[row.id]]))
        told = [(row, [next(events) for _ in history[row.id]]) for row in rows]
        return [card(row, reduce(CONTACT.evolve, story[: row.version], CONTACT.initial)) for row, story in told]


def card(row: ContactRow, contact: Contact) -> ContactCard:
    """A row and what its opened events say."""
    known = contact.before if isinstance(contact, DeletedContact) else contact
    named = known if isinstance(known, KnownContact) else KnownContact(ERASED, None, None, None, {})
    return ContactCard(
        id=row.id,
        version=row.version,
        name=named.name,
        email=named.email,
        phone=named.phone,
        title=named.title,
        roles=roles_of(row.roles),
        erased=row.erased,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def mentions(card: ContactCard, text: str) -> bool:
    """Whether name, e-mail or phone contains the text, which is already case-folded."""
    return any(text in value.casefold() for value in (card.name, card.email, card.phone) if value)
