"""The stages that deals last left, with the day and whose the deals were: for the time in stages of some people.

Cells of each person would be as many as stays. So there is a row for each, written once and with a sign: what a deal
does not count as any more is taken out by a row of its own, and what somebody asks for is one range of an index.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from services.analytics.projections.report import Question
from services.analytics.projections.sums import period
from shared.eventstore.read_model import Connection

NAME = "left_stage"
TABLE = f"""
CREATE TABLE {NAME} (
  owner_id uuid,
  left_on date NOT NULL,
  process_id uuid NOT NULL,
  process_version int NOT NULL,
  stage_key text NOT NULL,
  latest bigint NOT NULL,
  cumulative bigint NOT NULL,
  latest_duration int NOT NULL,
  cumulative_duration int NOT NULL,
  deals int NOT NULL
);
CREATE INDEX ON {NAME} (owner_id, left_on)
  INCLUDE (process_id, process_version, stage_key, latest, cumulative, latest_duration, cumulative_duration, deals);
"""
# $1 owners, $2 $3 the period, $4 processes, $5 version.
# Mostly both times are the same, so that there are few pairs of them.
SPENT = """
SELECT l.process_id, l.stage_key, c.clock, c.duration, sum(l.deals)::bigint AS deals,
  sum(c.milliseconds)::bigint AS milliseconds{names}
FROM (
  SELECT l.process_id, l.stage_key, l.latest_duration, l.cumulative_duration, sum(l.deals) AS deals,
    sum(l.deals * l.latest) AS latest, sum(l.deals * l.cumulative) AS cumulative{names}
  FROM read.left_stage l
  WHERE {whose}
    AND l.left_on BETWEEN coalesce($2::date, '-infinity') AND coalesce($3::date, 'infinity')
    AND ($4::uuid[] IS NULL OR l.process_id = ANY($4)) AND ($5::int IS NULL OR l.process_version = $5)
  GROUP BY 1, 2, 3, 4{names}
) l
CROSS JOIN LATERAL (VALUES ('latest', l.latest_duration, l.latest), ('cumulative', l.cumulative_duration, l.cumulative))
  c(clock, duration, milliseconds)
GROUP BY 1, 2, 3, 4{names} HAVING sum(l.deals) <> 0
"""


@dataclass(slots=True)
class LeftRows:
    """What one batch of events writes, in the order of the table's columns."""

    rows: list[tuple[Any, ...]] = field(default_factory=list)

    def add(self, day: date, owner: str | None, dims: tuple[Any, ...], measures: tuple[int, ...], sign: int) -> None:
        """A deal that left a stage; `dims`: process, version and stage.

        `measures`: latest and cumulative milliseconds, and the durations that stand for them in histograms.
        """
        self.rows.append((owner, day, *dims, *measures, sign))

    async def save(self, connection: Connection) -> None:
        """Write them."""
        if self.rows:
            await connection.copy_records_to_table(NAME, records=self.rows)


@dataclass(frozen=True, slots=True)
class LeftStages:
    """The table, kept from the steps of deals beside the rollups."""

    tables: str = TABLE
    nothing: tuple[tuple[str, str], ...] = ()
    longer: bool = False

    def cells(self) -> LeftRows:
        """An empty batch."""
        return LeftRows()


def knows(question: Question, *, by_owner: bool) -> bool:
    """Whether the rows answer this question about now: one of somebody who sees everything, about some people."""
    of_some = by_owner or question.selection.owners() is not None
    return of_some and question.selection.as_of is None and question.summable("currency")


async def left(question: Question, read: str, names: str) -> list[Any]:
    """How many deals, and milliseconds together, per process_id, stage_key, clock and duration, of any days.

    `read`: SQL around `{summed}`; `names`: further columns, each with a comma before it.
    """
    asked, owners = question.selection.filters, question.selection.owners()
    whose = "$1::uuid[] IS NULL" if owners is None else "l.owner_id = ANY($1)"
    statement = SPENT.format(names=names, whose=whose)
    narrowed = (asked.process or None, asked.process_version)
    return await question.connection.fetch(read.format(summed=statement), owners, *period(question), *narrowed)
