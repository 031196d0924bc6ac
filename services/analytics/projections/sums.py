"""Kept sums read back: what a question asks for in a period, out of a few cells whatever the history's length."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg

from services.analytics.projections.report import Question
from services.analytics.projections.rollup import ONCE, Rollup, Spans, in_spans, spans, whole_months


def can_sum(question: Question, rollup: Rollup, *, by_owner: bool = False) -> bool:
    """Whether the kept sums of a rollup answer this question about now.

    Sums of owners, and all sums of some rollups, are kept by month only: then the question's period must be whole
    months. A period that ends today or later is open, because nothing has happened after today.
    """
    unknown = [name for name in ("currency",) if not rollup.has(name)]
    if question.selection.as_of is not None or not question.summable(*unknown):
        return False
    of_owners = _of_owners(question, by_owner=by_owner)
    if of_owners and not rollup.owners:
        return False
    return rollup.timeless or whole_months(*period(question)) or (rollup.days and not of_owners)


def period(question: Question) -> tuple[date | None, date | None]:
    """The first and the last day of the period; None where it is open, also one that is not over yet."""
    asked = question.selection.filters
    today = datetime.now(ZoneInfo(question.selection.time_zone)).date()
    return asked.from_date, None if asked.to_date is None or asked.to_date >= today else asked.to_date


async def summed(
    question: Question,
    rollup: Rollup,
    by: Sequence[str],
    *,
    by_owner: bool = False,
    where: str = "true",
    read: str = "{summed}",
) -> list[asyncpg.Record]:
    """The sums of a rollup's cells in the question's period per value of the expressions in `by`.

    `read`: SQL around them, where so many rows are wanted in another form. An expression may name the dimensions,
    `bucket` (the first of a month, or a day) and, with `by_owner`, `owner_id`. Groups that came to nothing are left
    out. Ask `can_sum` before.
    """
    asked, owners = question.selection.filters, question.selection.owners()
    longest = "e" if rollup.longer and not any("bucket" in expression for expression in by) else "m"
    span = _once() if rollup.timeless else spans(*period(question), longest)
    grouped = ", ".join(str(at) for at in range(1, len(by) + 1))
    sums = ", ".join(_sum(name, type_) for name, type_ in rollup.measures)
    statement = f"""
SELECT {", ".join([*by, sums])} FROM read.{rollup.name} c {in_spans("c", 4)}
WHERE {whose(owners, by_owner=by_owner)}
  AND ($2::uuid[] IS NULL OR c.process_id = ANY($2)) AND ($3::int IS NULL OR c.process_version = $3)
  AND ($7::text[] IS NULL OR {"c.currency = ANY($7)" if rollup.has("currency") else "false"}) AND {where}
GROUP BY {grouped} HAVING sum(c.deals) <> 0
"""  # noqa: S608 - made of declared names only
    narrowed = (asked.process or None, asked.process_version, *span.arguments(), asked.currency or None)
    return await question.connection.fetch(read.format(summed=statement), owners, *narrowed)


def whose(owners: Sequence[UUID] | None, *, by_owner: bool) -> str:
    """SQL of whose cells are read: of some owners ($1), of each one, or of all deals together.

    Said in full for each, so that Postgres finds them by the beginning of the table's key.
    """
    if owners is not None:
        return "c.by_owner AND c.owner_id = ANY($1)"
    return f"$1::uuid[] IS NULL AND {'c.by_owner' if by_owner else 'NOT c.by_owner AND c.owner_id IS NULL'}"


def _of_owners(question: Question, *, by_owner: bool) -> bool:
    return by_owner or question.selection.owners() is not None


def _once() -> Spans:
    return Spans([ONCE[0]], [ONCE[1]], [ONCE[1]])


def _sum(name: str, type_: str) -> str:
    return f"sum(c.{name})::{type_} AS {name}"
