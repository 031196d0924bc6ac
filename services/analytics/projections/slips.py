"""How often expected closes went to a later day, in a period and out of a close window, and which moves those were."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any, TypeAlias

from services.analytics.projections.deeds import IS_SLIP, SLIPS
from services.analytics.projections.grouping import WHOLE, Cut
from services.analytics.projections.report import Question
from services.analytics.projections.rollup import whole_months
from services.analytics.projections.selection import OF_SINGLE_DEALS, REGION, over_deals
from services.analytics.projections.sums import can_sum, summed

Window: TypeAlias = tuple[date | None, date | None]

# What a move is told apart by comes from the deal; the owner and the money are those of the moment.
# $17 $18 the window, $19 owners of the moment, $20 $21 the period's first instant and the one after it.
# {chosen}: which of them.
MOVES = f"""
, slip AS (
  SELECT s.id AS deal_id, s.name, s.expected_close, s.pushes, c.event_id, c.event_type, c.version, c.at, c.recorded_at,
    c.owner_id, c.expected_close AS was,
    c.then_expected_close AS became, c.currency, c.base_currency, c.amount, c.base_amount, s.process_id,
    s.process_version, s.product_id, s.source, {REGION} AS region, (c.at AT TIME ZONE $3)::date AS bucket
  FROM selected s
  JOIN read.deal_change c ON c.deal_id = s.id AND {IS_SLIP}
    AND ($15::timestamptz IS NULL OR c.at <= $15 AND c.recorded_at <= $16)
    AND c.at >= $20::timestamptz AND c.at < $21::timestamptz
    AND ($17::date IS NULL OR c.expected_close >= $17) AND ($18::date IS NULL OR c.expected_close <= $18)
    AND ($18::date IS NULL OR c.then_expected_close > $18) AND {{whose}}
  WHERE {{chosen}}
)
"""  # noqa: S608
EVERYBODYS, OF_SOME = "$19::uuid[] IS NULL", "c.owner_id = ANY($19)"
SUMMED = f"""{MOVES}
SELECT count(*) AS deals, coalesce(sum(amount), 0) AS amount, coalesce(sum(base_amount), 0) AS base_amount, {{by}}
FROM slip GROUP BY {{names}}
"""  # noqa: S608
NEWEST = f"""{MOVES}
SELECT slip.*, o.name AS owner FROM slip LEFT JOIN read.person o ON o.id = slip.owner_id
WHERE ($22::timestamptz IS NULL OR at < $22) ORDER BY at DESC FETCH FIRST ($23::int) ROWS WITH TIES
"""  # noqa: S608


async def slips(question: Question, window: Window, cut: Cut = WHOLE) -> list[Any]:
    """How many moves (`deals`) with which amount and base_amount, per currency, base_currency and the cut."""
    by, in_sums = ("currency", "base_currency", *cut.columns), not OF_SINGLE_DEALS & set(cut.columns)
    if in_sums and whole_months(*window) and can_sum(question, SLIPS, by_owner=cut.by_owner):
        return await summed(question, SLIPS, by, by_owner=cut.by_owner, where=_out_of(window))
    names = ", ".join(("currency", "base_currency", *cut.names_of_columns))
    told = {"by": ", ".join(by), "names": names, "whose": whose_moves(question), "chosen": "true"}
    statement = over_deals(SUMMED.format(**told), by)
    return await of_the_moment(question).rows(statement, *arguments(question, window))


async def newest_slips(question: Question, window: Window, before: datetime | None, limit: int) -> list[Any]:
    """The newest moves, before an instant; those of one instant are never torn apart."""
    newest = over_deals(NEWEST.format(whose=whose_moves(question), chosen="true"))
    rows = await of_the_moment(question).rows(newest, *arguments(question, window), before, limit)
    return sorted(rows, key=lambda row: (-row["at"].timestamp(), str(row["deal_id"])))


def of_the_moment(question: Question) -> Question:
    """The deals of everybody that the asker sees: owners are asked of the moves."""
    filters = replace(question.selection.filters, owner=(), team=())
    return replace(question, selection=replace(question.selection, filters=filters, team_members=None))


def arguments(question: Question, window: Window) -> tuple[Any, ...]:
    """The values of $17 to $21 in `MOVES`."""
    return (*window, question.selection.owners(), *question.selection.instants())


def whose_moves(question: Question) -> str:
    """SQL of whose moves are told (`whose` in `MOVES`); said in full, because each has an index of its own."""
    return EVERYBODYS if question.selection.owners() is None else OF_SOME


def _out_of(window: Window) -> str:
    """SQL: from a month of the window to one after it, or in any case later."""
    first, last = window
    conditions = ["true"]
    conditions += [f"c.month_before >= '{first}'"] if first else []
    conditions += [f"c.month_before <= '{last}' AND c.month_after > '{last}'"] if last else []
    return " AND ".join(conditions)
