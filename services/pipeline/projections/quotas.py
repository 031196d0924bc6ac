"""Which quotas stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import assert_never
from uuid import UUID

import asyncpg
import msgspec

from services.pipeline.domain.quota.commands import Of
from services.pipeline.domain.quota.decider import QUOTA
from services.pipeline.domain.quota.events import QuotaEvent, QuotaSet, QuotaWithdrawn
from services.pipeline.projections.scope import Reach
from shared.eventstore.folding import fold_rows
from shared.eventstore.read_model import Connection, ReadModel
from shared.eventstore.recorded import Recorded

TABLES = """
CREATE TABLE quotas (
    id uuid PRIMARY KEY, version bigint NOT NULL, of text NOT NULL, of_id uuid NOT NULL, period text NOT NULL,
    amount numeric, currency text
);
CREATE INDEX quotas_by_period ON quotas (period DESC, id);
"""

LOAD = "SELECT id, version, of, of_id, period, amount, currency FROM quotas WHERE id = ANY($1)"
SAVE = """
INSERT INTO quotas SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::text[], $4::uuid[], $5::text[], $6::numeric[],
    $7::text[])
ON CONFLICT (id) DO UPDATE SET version = excluded.version, amount = excluded.amount, currency = excluded.currency
"""
STANDING = """
SELECT q.id, q.version, q.of, q.of_id, q.period, q.amount, q.currency, coalesce(p.name, t.name) AS name
FROM read.quotas q LEFT JOIN read.people p ON q.of = 'person' AND p.id = q.of_id
    LEFT JOIN read.teams t ON q.of = 'team' AND t.id = q.of_id
WHERE q.amount IS NOT NULL AND ($1 OR q.of = 'person' AND q.of_id = ANY($2) OR q.of = 'team' AND q.of_id = ANY($3))
"""
ONE = STANDING + " AND q.id = $4"
LIST = (
    STANDING
    + """
  AND ($4::text IS NULL OR q.of = $4) AND ($5::uuid IS NULL OR q.of_id = $5) AND ($6::text IS NULL OR q.period = $6)
  AND ($7::text IS NULL OR (q.period, q.id) < ($7, $8::uuid))
ORDER BY q.period DESC, q.id DESC LIMIT $9
"""
)

DECODERS: Mapping[str, msgspec.json.Decoder[QuotaEvent]] = MappingProxyType(
    {event.__name__: msgspec.json.Decoder(event) for event in QUOTA.events}
)


@dataclass(frozen=True, slots=True)
class QuotaRow:
    """A quota; without an amount it was withdrawn."""

    id: UUID
    version: int
    of: Of
    of_id: UUID
    period: str
    amount: Decimal | None
    currency: str | None


@dataclass(frozen=True, slots=True)
class StandingQuota:
    """A quota that stands, and what the person or team is called, as far as we have heard."""

    id: UUID
    version: int
    of: Of
    of_id: UUID
    period: str
    amount: Decimal
    currency: str
    name: str | None


async def apply(connection: Connection, events: Sequence[Recorded]) -> None:
    """Fold the quotas among the events."""
    ours = [event for event in events if event.type in DECODERS]
    if ours:
        await fold_rows(connection, ours, load=LOAD, save=SAVE, row=QuotaRow, key=_stream, evolve=evolve)


def evolve(row: QuotaRow | None, recorded: Recorded) -> QuotaRow | None:
    """What an event makes of a quota's row."""
    del row
    event = DECODERS[recorded.type].decode(recorded.data)
    at = (recorded.stream_id, recorded.version, event.of, event.of_id, event.period)
    match event:
        case QuotaSet():
            return QuotaRow(*at, event.amount.amount, event.amount.currency)
        case QuotaWithdrawn():
            return QuotaRow(*at, None, None)
        case _:
            assert_never(event)


def _stream(recorded: Recorded) -> UUID:
    return recorded.stream_id


QUOTAS = ReadModel(name="quotas", tables=TABLES, apply=apply)


class Quotas:
    """Questions about quotas, as far as a reach goes."""

    def __init__(self, pool: asyncpg.Pool[asyncpg.Record]) -> None:
        self._pool = pool

    async def one(self, reach: Reach, quota_id: UUID) -> StandingQuota | None:
        """The quota, unless it was withdrawn or is out of reach."""
        row = await self._pool.fetchrow(ONE, *reach.arguments, quota_id)
        return StandingQuota(**row) if row else None

    async def list(
        self,
        reach: Reach,
        after: Sequence[object] | None,
        limit: int,
        *,
        of: Of | None,
        of_id: UUID | None,
        period: str | None,
    ) -> Sequence[StandingQuota]:
        """Up to `limit` quotas, the latest periods first, after the given (period, id)."""
        rows = await self._pool.fetch(LIST, *reach.arguments, of, of_id, period, *(after or (None, None)), limit)
        return [StandingQuota(**row) for row in rows]
