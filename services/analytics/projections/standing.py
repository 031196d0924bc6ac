"""Where deals stand, at any instant: how many and how much per stage, forecast category and month of expected close.

Kept as what changed per day, so that the deals standing somewhere at an instant are the sum of all changes before it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import asyncpg

from services.analytics.projections.deal_row import DealRow, Step, millionths
from services.analytics.projections.report import Question
from services.analytics.projections.rollup import PROCESS, Cells, Rollup, in_spans, spans
from services.analytics.projections.selection import REGION, over_deals
from services.analytics.projections.sums import of_owners, whose

MICROSECOND = timedelta(microseconds=1)
MEASURES = ("deals", "amount", "weighted", "base_amount", "base_weighted")
MONEY = (("currency", "text"), ("base_currency", "text"))
SUMMED_UP = (("deals", "bigint"), *((name, "numeric") for name in MEASURES[1:]))
# Stages and expectations are kept apart: together they would be as many cells as their product.
STANDING = Rollup(
    "standing", dims=(*PROCESS, ("stage_key", "text"), ("category", "text"), *MONEY), measures=SUMMED_UP, longer=True
)
# The month first, so that a month's expectations are found without reading those of all others.
EXPECTED = Rollup(
    "expected",
    dims=(("close_month", "date"), *PROCESS, ("category", "text"), ("forecast_category", "text"), *MONEY),
    measures=SUMMED_UP,
    longer=True,
)
ROLLUPS = (STANDING, EXPECTED)
SUMS = ", ".join(["sum(deals)::bigint AS deals", *(f"sum({name}) AS {name}" for name in MEASURES[1:])])

# $1 owners, $2 processes, $3 version, $4 currencies, $5 $6 spans.
SUMMED = f"""
WITH {{changed}} placed AS (
  SELECT {{columns}}, deals, amount, weighted, base_amount, base_weighted
  FROM ({{cells}}) c WHERE {{of_owners}}
  {{further}}
)
SELECT {{by}}, {SUMS} FROM placed
WHERE ($2::uuid[] IS NULL OR process_id = ANY($2)) AND ($3::int IS NULL OR process_version = $3)
  AND ($4::text[] IS NULL OR currency = ANY($4)) AND {{where}}
GROUP BY {{by}} HAVING sum(deals) <> 0
"""  # noqa: S608
# What changed after $7 up to $8, read once and added up before it is told twice: most changes are alike.
CHANGED = """
changed AS MATERIALIZED (
  SELECT {before}, {after}, {was} AS was, {will} AS will, count(*) AS deals,
    sum(c.amount) AS amount_before, sum(c.amount * c.probability) * 0.01 AS weighted_before,
    sum(c.base_amount) AS base_before, sum(c.base_amount * c.probability) * 0.01 AS base_weighted_before,
    sum(c.then_amount) AS amount, sum(c.then_amount * c.then_probability) * 0.01 AS weighted,
    sum(c.then_base_amount) AS base_amount, sum(c.then_base_amount * c.then_probability) * 0.01 AS base_weighted
  FROM read.deal_change c WHERE c.at > $7 AND c.at <= $8 {touched}
    AND ({before_values}, c.amount, c.base_amount, c.probability, {was})
      IS DISTINCT FROM ({after_values}, c.then_amount, c.then_base_amount, c.then_probability, {will})
  GROUP BY {grouped}
),
"""
# Each takes a deal from where it stood and puts it where it stands; {sign} -1 undoes it.
FURTHER = """
  UNION ALL
  SELECT {names_before}, {sign} * -deals, {sign} * -amount_before, {sign} * -weighted_before, {sign} * -base_before,
    {sign} * -base_weighted_before FROM changed WHERE was
  UNION ALL
  SELECT {names}, {sign} * deals, {sign} * amount, {sign} * weighted, {sign} * base_amount, {sign} * base_weighted
  FROM changed WHERE will
"""
TOUCHED = "AND (c.credited_owner_id = ANY($1) OR c.then_credited_owner_id = ANY($1))"
OWNED = "AND coalesce(c.{then_}credited_owner_id = ANY($1), false)"
PLACES = {
    "process_id": "c.process_id",
    "owner_id": "c.{then_}credited_owner_id",
    "close_month": "c.{then_}expected_close - extract(day FROM c.{then_}expected_close)::int + 1",
}  # where it is not the column of that name
# The same of single deals, where a question narrows more than the sums know.
EXACT = f"""
, placed AS (
  SELECT s.process_id, s.process_version, s.stage_key, s.category, s.forecast_category, s.currency, s.base_currency,
    s.credited_owner_id AS owner_id, s.amount, s.base_amount, s.product_id, s.source, {REGION} AS region,
    date_trunc('month', s.expected_close)::date AS close_month, 1 AS deals,
    s.amount * s.probability / 100 AS weighted, s.base_amount * s.probability / 100 AS base_weighted
  FROM selected s
)
SELECT {{by}}, {SUMS} FROM placed WHERE {{where}} GROUP BY {{by}}
"""  # noqa: S608


def add(cells: Sequence[Cells], step: Step, zone: ZoneInfo) -> None:
    """Take the deal from where it stood and put it where it stands now, on the day of the event."""
    day = step.recorded.occurred_at.astimezone(zone).date()
    for one, place in zip(cells, (_stage, _expectation), strict=True):
        before, after = _placed(step.before, place), _placed(step.after, place)
        if before != after:
            if before is not None:
                one.add(day, *before, -1)
            if after is not None:
                one.add(day, *after)


async def standing(question: Question, *by: str, where: str = "true") -> list[asyncpg.Record]:
    """The sums of the deals that stood somewhere at the question's instant, per value of the columns in `by`.

    Columns to choose from: the dimensions of `STANDING` and of `EXPECTED`, and `owner_id` in a question about owners.
    `where`: SQL over those columns. Amounts are NULL where no deal has one; `weighted` = amount x probability.
    """
    columns = ", ".join(by)
    rollup = next((one for one in ROLLUPS if all(one.has(name) for name in by)), None)
    if rollup is None or not question.summable():
        return await question.rows(over_deals(EXACT.format(by=columns, where=where), by))
    zone, as_of, owners = ZoneInfo(question.selection.time_zone), question.selection.as_of, question.selection.owners()
    theirs = whose(owners, by_owner="owner_id" in by)
    edge = _edge(as_of, zone, month=theirs == "owner") if as_of else None
    before = spans(None, edge.date() - timedelta(days=1) if edge else None)
    asked = question.selection.filters
    narrowed = (asked.process or None, asked.process_version, asked.currency or None)
    kept = sorted({*by, "process_id", "process_version", "currency"})
    changed, further, instants = (
        _since(edge, as_of, kept, of_some=owners is not None) if edge and as_of else ("", "", ())
    )
    statement = SUMMED.format(
        by=columns,
        where=where,
        columns=", ".join(kept),
        cells=in_spans(rollup, theirs, before, 5),
        changed=changed,
        further=further,
        of_owners=of_owners(owners),
    )
    return await question.connection.fetch(statement, owners, *narrowed, *before.arguments(), *instants)


def _since(
    edge: datetime, as_of: datetime, columns: Sequence[str], *, of_some: bool
) -> tuple[str, str, tuple[datetime, datetime]]:
    """SQL of the changes between the end of the sums and the instant, SQL that adds them, and after when up to when.

    Where the sums end later than the instant, the changes are undone. `of_some`: only those of the owners asked for.
    """
    last = edge - MICROSECOND
    sign, between = (1, (last, as_of)) if last <= as_of else (-1, (as_of, last))
    places = [PLACES.get(name, f"c.{{then_}}{name}") for name in columns]
    before, after = ([place.format(then_=then) for place in places] for then in ("", "then_"))
    was, will = (
        f"coalesce(NOT c.{then}deleted, false)" + (OWNED.format(then_=then) if of_some else "")
        for then in ("", "then_")
    )
    changed = CHANGED.format(
        before=", ".join(f"{place} AS {name}_before" for name, place in zip(columns, before, strict=True)),
        after=", ".join(f"{place} AS {name}" for name, place in zip(columns, after, strict=True)),
        before_values=", ".join(before),
        after_values=", ".join(after),
        was=was,
        will=will,
        touched=TOUCHED if of_some else "",
        grouped=", ".join(str(at + 1) for at in range(2 * len(columns) + 2)),
    )
    names_before = ", ".join(f"{name}_before" for name in columns)
    return changed, FURTHER.format(sign=sign, names=", ".join(columns), names_before=names_before), between


def _placed(
    deal: DealRow | None, place: Callable[[DealRow], tuple[object, ...]]
) -> tuple[str | None, tuple[object, ...], tuple[int, ...]] | None:
    """The owner, the cell's dimensions and the measures of a deal; None for one that counts nowhere."""
    if deal is None or deal.deleted:
        return None
    amount, base, chance = millionths(deal.amount), millionths(deal.base_amount), deal.probability
    dims = (*place(deal), deal.currency, deal.base_currency)
    return deal.credited_owner_id, dims, (1, amount, amount * chance // 100, base, base * chance // 100)


def _stage(deal: DealRow) -> tuple[object, ...]:
    return deal.process_id, deal.process_version, deal.stage_key, deal.category


def _expectation(deal: DealRow) -> tuple[object, ...]:
    month = None if deal.expected_close is None else date.fromisoformat(deal.expected_close).replace(day=1)
    return month, deal.process_id, deal.process_version, deal.category, deal.forecast_category


def _edge(as_of: datetime, zone: ZoneInfo, *, month: bool) -> datetime:
    """The beginning of a day, or of a month, next to an instant: sums of whole days (of owners: months) end there."""
    day = as_of.astimezone(zone).date()
    first = day.replace(day=1) if month else day
    following = (first + timedelta(days=32)).replace(day=1) if month else day + timedelta(days=1)
    begins, ends = (datetime.combine(one, datetime.min.time(), zone) for one in (first, following))
    return ends if ends - as_of < as_of - begins else begins
