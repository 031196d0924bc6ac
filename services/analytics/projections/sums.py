"""Kept sums read back: what a question asks for in a period, out of a few cells whatever the history's length."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg

from services.analytics.projections.report import Question
from services.analytics.projections.rollup import Rollup, Spans, in_spans, spans, whole_months
from services.analytics.projections.rollup_levels import Grain, Whose


def can_sum(question: Question, rollup: Rollup, *, by_owner: bool = False) -> bool:
    """Whether the kept sums of a rollup answer this question about now.

    Sums of owners, and all sums of some rollups, are kept by month only: then the question's period must be whole
    months. A period that ends today or later is open, because nothing has happened after today.
    """
    unknown = [name for name in ("currency",) if not rollup.has(name)]
    if question.selection.as_of is not None or not question.summable(*unknown):
        return False
    theirs = whose(question.selection.owners(), by_owner=by_owner) == "owner"
    if theirs and not rollup.owners:
        return False
    return rollup.timeless or whole_months(*period(question)) or (rollup.days and not theirs)


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
    stretches = _stretches(question, rollup, by)
    grouped = ", ".join(str(at) for at in range(1, len(by) + 1))
    sums = ", ".join(_sum(name, type_) for name, type_ in rollup.measures)
    cells = in_spans(rollup, whose(owners, by_owner=by_owner), stretches, 4)
    statement = f"""
SELECT {", ".join([*by, sums])} FROM ({cells}) c
WHERE {of_owners(owners)}
  AND ($2::uuid[] IS NULL OR c.process_id = ANY($2)) AND ($3::int IS NULL OR c.process_version = $3)
  AND ($6::text[] IS NULL OR {"c.currency = ANY($6)" if rollup.has("currency") else "false"}) AND {where}
GROUP BY {grouped} HAVING sum(c.deals) <> 0
"""  # noqa: S608 - made of declared names only
    narrowed = (asked.process or None, asked.process_version, *stretches.arguments(), asked.currency or None)
    return await question.connection.fetch(read.format(summed=statement), owners, *narrowed)


def whose(owners: Sequence[UUID] | None, *, by_owner: bool) -> Whose:
    """Whose cells are read: those of owners, or of all deals together."""
    return "owner" if by_owner or owners is not None else "all"


def of_owners(owners: Sequence[UUID] | None) -> str:
    """SQL of which owners' cells are read, of those that are asked for ($1)."""
    return "$1::uuid[] IS NULL" if owners is None else "c.owner_id = ANY($1)"


def _stretches(question: Question, rollup: Rollup, by: Sequence[str]) -> Spans:
    if rollup.timeless:
        return spans(None, None)
    return spans(*period(question), _longest(rollup, [one for one in by if "bucket" in one]))


def _longest(rollup: Rollup, by: Sequence[str]) -> Grain:
    """The longest cells that can be told apart by these expressions over their first day."""
    if not rollup.longer or not by:
        return "ever" if rollup.longer else "month"
    return "quarter" if all("'quarter'" in one for one in by) else "month"


def _sum(name: str, type_: str) -> str:
    return f"sum(c.{name})::{type_} AS {name}"
