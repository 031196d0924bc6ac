"""What was won of each product: a deal's amount shared out over its lines, to the last unit of the currency."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from services.analytics.projections.deal_row import DealRow, Step
from services.analytics.projections.figures import NO_DECIMALS, THREE_DECIMALS, digits
from services.analytics.projections.report import Question
from services.analytics.projections.rollup import MICRO, PROCESS, Cells, Rollup
from services.analytics.projections.selection import over_deals
from services.analytics.projections.sums import can_sum, summed
from services.analytics.upstream import Money

PRODUCTS = Rollup(
    "won_product",
    dims=(*PROCESS, ("product_id", "uuid"), ("currency", "text")),
    measures=(("deals", "bigint"), ("amount", "numeric")),
    owners=False,
)
ROLLUPS = (PRODUCTS,)
NAMES = "SELECT id, name FROM read.product"
# A line's share is the rounded sum up to it less the rounded sum before it, so that the shares add up exactly.
EXACT = over_deals("""
, winners AS (
  SELECT s.id, s.currency, s.amount, l.number, (l.line->>'product_id')::uuid AS product_id,
    (l.line->>'quantity')::numeric * (l.line#>>'{unit_price,amount}')::numeric AS value,
    CASE WHEN s.currency = ANY($17::text[]) THEN 0 WHEN s.currency = ANY($18::text[]) THEN 3 ELSE 2 END AS digits
  FROM selected s LEFT JOIN LATERAL jsonb_array_elements(s.lines) WITH ORDINALITY l(line, number) ON true
  WHERE s.category = 'won' AND s.closed_in_period AND s.amount IS NOT NULL
), weighed AS (
  SELECT w.*, CASE WHEN sum(value) OVER (PARTITION BY id) > 0 THEN value ELSE 1 END AS weight FROM winners w
), summed AS (
  SELECT w.*, sum(weight) OVER (PARTITION BY id) AS whole,
    sum(weight) OVER (PARTITION BY id ORDER BY number ROWS UNBOUNDED PRECEDING) AS upto
  FROM weighed w
), shared AS (
  SELECT s.*,
    CASE WHEN upto = whole THEN amount ELSE round(amount * upto / whole, digits) END
    - CASE WHEN upto = weight THEN 0 ELSE round(amount * (upto - weight) / whole, digits) END AS share
  FROM summed s
)
SELECT s.product_id, s.currency, count(DISTINCT s.id) AS deals, sum(s.share) AS amount
FROM shared s WHERE $8::uuid[] IS NULL OR s.product_id = ANY($8) GROUP BY s.product_id, s.currency
""")


class Line(msgspec.Struct, frozen=True):
    """What of a line says how much of the deal it is."""

    product_id: str
    quantity: str
    unit_price: Money


LINES = msgspec.json.Decoder(tuple[Line, ...], strict=False)


@dataclass(frozen=True, slots=True)
class Won:
    """A won deal as it is shared out; two that are equal are counted alike."""

    day: date
    process: tuple[str, int]
    amount: str
    currency: str
    lines: bytes


def add(cells: Sequence[Cells], step: Step, zone: ZoneInfo) -> None:
    """Take out what the deal was shared out as and put in what it is shared out as now."""
    before, after = _won(step.before, zone), _won(step.after, zone)
    if before != after:
        _count(cells[0], before, -1)
        _count(cells[0], after, 1)


async def won_products(question: Question) -> list[dict[str, Any]]:
    """Deals and amount per product_id (None = deals without lines) and currency, with the product's name."""
    if can_sum(question, PRODUCTS):
        rows = await summed(question, PRODUCTS, ("product_id", "currency"))
    else:
        rows = await question.rows(EXACT, NO_DECIMALS, THREE_DECIMALS)
    names = {row["id"]: row["name"] for row in await question.connection.fetch(NAMES)}
    return sorted(({**row, "product": names.get(row["product_id"])} for row in rows), key=_place)


def shares(amount: Decimal, currency: str, lines: Sequence[Line]) -> Iterator[tuple[str, Decimal]]:
    """Each line's product and its part of an amount, in proportion to quantity x unit price.

    A part is the rounded sum up to the line less the rounded sum before it, so that the parts add up exactly.
    """
    values = [Decimal(line.quantity) * Decimal(line.unit_price.amount) for line in lines]
    weights = values if sum(values) > 0 else [Decimal(1)] * len(lines)
    whole, unit, upto, before = sum(weights), Decimal(1).scaleb(-digits(currency)), Decimal(0), Decimal(0)
    for line, weight in zip(lines, weights, strict=True):
        upto += weight
        here = amount if upto == whole else (amount * upto / whole).quantize(unit, ROUND_HALF_UP)
        yield line.product_id, here - before
        before = here


def _won(deal: DealRow | None, zone: ZoneInfo) -> Won | None:
    if deal is None or deal.deleted or deal.category != "won" or deal.closed_at is None:
        return None
    if deal.amount is None or deal.currency is None:
        return None
    process = (deal.process_id, deal.process_version)
    return Won(deal.closed_at.astimezone(zone).date(), process, deal.amount, deal.currency, bytes(deal.lines))


def _count(cells: Cells, won: Won | None, sign: int) -> None:
    if won is None:
        return
    amount, lines = Decimal(won.amount), LINES.decode(won.lines)
    products: dict[str | None, Decimal] = {} if lines else {None: amount}
    for product, share in shares(amount, won.currency, lines):
        products[product] = products.get(product, Decimal(0)) + share
    for key, sum_ in products.items():
        cells.add(won.day, None, (*won.process, key, won.currency), (1, int(sum_.scaleb(MICRO))), sign)


def _place(row: dict[str, Any]) -> tuple[Any, ...]:
    """By falling value, then by name; without a product last."""
    product: UUID | None = row["product_id"]
    return (
        -row["amount"],
        row["product"] is None,
        row["product"] or "",
        product is None,
        str(product),
        row["currency"],
    )
