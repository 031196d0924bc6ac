"""Which products there are and what they cost."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from types import MappingProxyType
from typing import assert_never
from uuid import UUID

import asyncpg
import msgspec

from services.pipeline.domain.product.decider import PRODUCT
from services.pipeline.domain.product.events import (
    ProductAdded,
    ProductEvent,
    ProductPriceChanged,
    ProductRenamed,
    ProductRetired,
)
from shared.eventstore.folding import fold_rows
from shared.eventstore.read_model import Connection, ReadModel
from shared.eventstore.recorded import Recorded

TABLES = """
CREATE TABLE products (
    id uuid PRIMARY KEY, version bigint NOT NULL, name text NOT NULL, sku text, series text,
    amount numeric NOT NULL, currency text NOT NULL, retired boolean NOT NULL
);
CREATE INDEX products_by_name ON products (name, id);
"""

LOAD = "SELECT id, version, name, sku, series, amount, currency, retired FROM products WHERE id = ANY($1)"
SAVE = """
INSERT INTO products SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::numeric[],
    $7::text[], $8::boolean[])
ON CONFLICT (id) DO UPDATE SET version = excluded.version, name = excluded.name, sku = excluded.sku,
    series = excluded.series, amount = excluded.amount, currency = excluded.currency, retired = excluded.retired
"""
ONE_OR_MORE = "SELECT id, version, name, sku, series, amount, currency, retired FROM read.products WHERE id = ANY($1)"
LIST = """
SELECT id, version, name, sku, series, amount, currency, retired FROM read.products
WHERE ($1::boolean IS NULL OR retired = $1)
  AND ($2::text IS NULL OR strpos(lower(name), lower($2)) > 0 OR lower(sku) = lower($2))
  AND ($3::text IS NULL OR (name, id) > ($3, $4::uuid))
ORDER BY name, id LIMIT $5
"""

DECODERS: Mapping[str, msgspec.json.Decoder[ProductEvent]] = MappingProxyType(
    {event.__name__: msgspec.json.Decoder(event) for event in PRODUCT.events}
)


@dataclass(frozen=True, slots=True)
class ProductRow:
    """A product with its list price."""

    id: UUID
    version: int
    name: str
    sku: str | None
    series: str | None
    amount: Decimal
    currency: str
    retired: bool


async def apply(connection: Connection, events: Sequence[Recorded]) -> None:
    """Fold the products among the events."""
    ours = [event for event in events if event.type in DECODERS]
    if ours:
        await fold_rows(connection, ours, load=LOAD, save=SAVE, row=ProductRow, key=_stream, evolve=evolve)


def evolve(row: ProductRow | None, recorded: Recorded) -> ProductRow | None:
    """What an event makes of a product's row."""
    event = DECODERS[recorded.type].decode(recorded.data)
    if isinstance(event, ProductAdded):
        return _added(recorded, event)
    if row is None:
        return None
    known = replace(row, version=recorded.version)
    match event:
        case ProductPriceChanged():
            return replace(known, amount=event.after.amount, currency=event.after.currency)
        case ProductRenamed():
            return replace(known, name=event.after)
        case ProductRetired():
            return replace(known, retired=True)
        case _:
            assert_never(event)


def _added(recorded: Recorded, event: ProductAdded) -> ProductRow:
    return ProductRow(
        id=recorded.stream_id,
        version=recorded.version,
        name=event.name,
        sku=event.sku,
        series=event.series,
        amount=event.list_price.amount,
        currency=event.list_price.currency,
        retired=False,
    )


def _stream(recorded: Recorded) -> UUID:
    return recorded.stream_id


PRODUCTS = ReadModel(name="products", tables=TABLES, apply=apply)


class Products:
    """Questions about products."""

    def __init__(self, pool: asyncpg.Pool[asyncpg.Record]) -> None:
        self._pool = pool

    async def by_id(self, ids: Collection[UUID]) -> dict[UUID, ProductRow]:
        """Those of the ids that are products, retired ones too."""
        return {row["id"]: ProductRow(**row) for row in await self._pool.fetch(ONE_OR_MORE, ids)} if ids else {}

    async def list(
        self, after: Sequence[object] | None, limit: int, *, retired: bool | None, text: str | None
    ) -> Sequence[ProductRow]:
        """Up to `limit` products in order of name, after the given (name, id)."""
        name, id_ = after or (None, None)
        return [ProductRow(**row) for row in await self._pool.fetch(LIST, retired, text, name, id_, limit)]
