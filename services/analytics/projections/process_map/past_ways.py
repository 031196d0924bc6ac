"""The ways that deals had gone by a past instant: deal by deal, out of the states that the reports keep.

The way up to then is the beginning of the way of today, because nothing that happened in it is ever taken back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from services.analytics.projections.process_map.asking import IN_DAYS, Asked
from services.analytics.projections.process_map.case import CLOSED
from services.analytics.projections.process_map.ends_then import WAITED
from services.analytics.projections.process_map.path import Path, decoded, path_id
from services.analytics.projections.selection import over_deals
from shared.mining.histogram import bucket_sql

# The deals that counted, with their way of today and how much of it they had gone; {by}: which of them.
# $17 the version, $18 whether they must have done something in the days ($13, $14); further arguments from $19 on.
GONE_THEN = """
, gone AS (
  SELECT s.*, c.path_id, c.ats, done.entries FROM selected s JOIN read.process_case c ON c.id = s.id
  CROSS JOIN LATERAL (
    SELECT count(*)::int AS entries, bool_or((u.at AT TIME ZONE $3)::date
      BETWEEN coalesce($13::date, '-infinity') AND coalesce($14::date, 'infinity')) AS active
    FROM unnest(c.ats) AS u(at) WHERE u.at <= $15
  ) done
  WHERE done.entries > 0 AND ($17::int IS NULL OR s.process_version = $17) AND (NOT $18::boolean OR done.active)
    AND {by}
)
"""
WAYS = over_deals(f"""{GONE_THEN}
, counted AS (
  SELECT {{period}} AS period, s.path_id, s.entries, s.category,
    CASE WHEN s.closed_at IS NOT NULL THEN {bucket_sql(WAITED)} END AS bucket, count(*) AS n,
    coalesce(sum({WAITED}) FILTER (WHERE s.closed_at IS NOT NULL), 0)::bigint AS ms
  FROM gone s GROUP BY 1, 2, 3, 4, 5
)
SELECT counted.*, p.path FROM counted JOIN read.process_path p ON p.id = counted.path_id
""").then  # noqa: S608 - made of declared names only
WHENEVER = "NULL::date"
# Deals that had gone some of these ways: beginnings of so many entries of ways of today.
GONE = """
(c.path_id, (SELECT count(*) FROM unnest(c.ats) AS u(at) WHERE u.at <= {})) IN (
  SELECT * FROM unnest({}::uuid[], {}::int[]))
"""


@dataclass(slots=True)
class PastWay:
    """A way as it was then, of how many deals, and how many of them were closed and won.

    `ms`: that the closed ones took, `buckets`: the same as a histogram; `today`: of which ways of today it is the
    beginning, and of how many entries.
    """

    id: UUID
    path: Path
    outcome: str
    deals: int = 0
    closed: int = 0
    won: int = 0
    ms: int = 0
    buckets: list[tuple[int, int]] = field(default_factory=list)
    today: set[tuple[UUID, int]] = field(default_factory=set)

    def add(self, row: Any) -> None:
        """Deals that went it and whose way of today is the same."""
        self.deals, self.ms = self.deals + row["n"], self.ms + row["ms"]
        self.today.add((row["path_id"], row["entries"]))
        if row["bucket"] is not None:
            self.closed += row["n"]
            self.won += row["n"] if row["category"] == "won" else 0
            self.buckets.append((row["bucket"], row["n"]))


async def past_ways(asked: Asked) -> list[PastWay]:
    """All ways as of the instant asked for, the most frequent first."""
    filters = asked.filters
    active = filters.by == "activity" and filters.window
    rows = await gone_then(asked, WAYS.replace("{period}", WHENEVER), IN_DAYS[filters.by], active=active)
    return _ways(asked, rows)


async def ways_then(asked: Asked, by: str, period: str = WHENEVER, *further: Any) -> dict[date | None, list[PastWay]]:
    """The ways of the deals that are chosen by a condition, by period, both SQL over the deals `s` of then.

    Days are asked about only as far as the condition says so; its own arguments begin with $19.
    """
    by_period = defaultdict[date | None, list[Any]](list)
    for row in await gone_then(asked, WAYS.replace("{period}", period), by, *further):
        by_period[row["period"]].append(row)
    told = {begins: _ways(asked, rows) for begins, rows in sorted(by_period.items(), key=lambda item: str(item[0]))}
    return {begins: ways for begins, ways in told.items() if ways}


async def gone_then(asked: Asked, statement: str, by: str, *further: Any, active: bool = False) -> list[Any]:
    """Run SQL over `gone`; `active`: only of deals that did something in the days asked about."""
    values = [*asked.then().arguments(), asked.filters.version, active, *further]
    return await asked.rows(statement.replace("{by}", by), values)


def _ways(asked: Asked, rows: Iterable[Any]) -> list[PastWay]:
    found = dict[UUID, PastWay]()
    for row in rows:
        path = decoded(row["path"])[: row["entries"]]
        name = path_id(asked.process_id, path)
        outcome = row["category"] if row["category"] in CLOSED else "open"
        if asked.filters.variant in (None, name):
            found.setdefault(name, PastWay(name, path, outcome)).add(row)
    return sorted(found.values(), key=lambda way: (-way.deals, way.id))


def began(ways: Sequence[PastWay]) -> tuple[list[UUID], list[int]]:
    """The ways of today that began with one of these, and with how many entries, as `GONE` takes them."""
    pairs = sorted({pair for way in ways for pair in way.today})
    return [path for path, _ in pairs], [entries for _, entries in pairs]
