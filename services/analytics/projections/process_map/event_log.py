"""The event log behind the map, for any tool that mines: a case per deal, an event per stage it entered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from services.analytics.projections.process_map.asking import IN_DAYS, Asked
from services.analytics.projections.process_map.case_list import Passed, narrowed
from services.analytics.projections.process_map.drawn import Drawings, drawings_of
from services.analytics.projections.process_map.past_ways import GONE_THEN, began, gone_then, past_ways
from services.analytics.projections.process_map.path import decoded
from services.analytics.projections.selection import over_deals
from shared.errors import Invalid
from shared.mining.log import Event

MOST_DEALS = 50_000
CASES = """
SELECT c.id::text AS id, c.name, c.outcome, c.source, c.region, c.currency, c.amount::float8 AS amount,
  c.credited_owner_id::text AS owner, c.ats, p.path
FROM read.process_case c JOIN read.process_path p ON p.id = c.path_id
WHERE {where} ORDER BY c.opened_at, c.id LIMIT {limit}
"""
# The same as of a past instant.
CASES_THEN = over_deals(f"""{GONE_THEN}
SELECT s.id::text AS id, s.name, CASE WHEN s.closed_at IS NULL THEN 'open' ELSE s.category END AS outcome, s.source,
  s.region, s.currency, s.amount::float8 AS amount, s.credited_owner_id::text AS owner, s.ats[:s.entries] AS ats, p.path
FROM gone s JOIN read.process_path p ON p.id = s.path_id ORDER BY s.opened_at, s.id LIMIT {MOST_DEALS + 1}
""").then  # noqa: S608 - made of declared names only
OF_WAYS = "(c.path_id, done.entries) IN (SELECT * FROM unnest($19::uuid[], $20::int[]))"


class LogTooLarge(Invalid):
    """A log has at most 50,000 deals; narrow the filters or the period."""

    code = "log-too-large"


class Cases(Mapping[str, list[Event]]):
    """The deals by id; the events of one are made when they are asked for, so a file is written without holding all."""

    def __init__(self, rows: Sequence[Any], drawings: Drawings) -> None:
        self._rows = {row["id"]: row for row in rows}
        self._drawings = drawings

    def __getitem__(self, case: str) -> list[Event]:
        """Give the events of a deal."""
        return list(self._events(self._rows[case]))

    def __iter__(self) -> Iterator[str]:
        """Give the deals in the order of their opening."""
        return iter(self._rows)

    def __len__(self) -> int:
        """How many deals there are."""
        return len(self._rows)

    def _events(self, row: Any) -> Iterator[Event]:
        kept = {name: row[name] for name in ("name", "outcome", "source", "region", "currency", "amount")}
        gone = decoded(row["path"])[: len(row["ats"])]
        for index, (entry, at) in enumerate(zip(gone, row["ats"], strict=True), 1):
            stage = self._drawings.stage(entry.stage, self._drawings.versions.get(entry.version))
            yield Event(
                case=row["id"],
                index=index,
                activity=stage.name if stage else entry.stage,
                at=at,
                resource=row["owner"],
                attributes={
                    "stage": entry.stage,
                    "process_version": entry.version,
                    "how": entry.how,
                    "overridden": entry.overridden,
                },
                case_attributes={name: value for name, value in kept.items() if value is not None},
            )


async def cases_of(asked: Asked) -> Cases:
    """The whole ways of the deals that count, of a past instant up to then; raises LogTooLarge."""
    rows = await (_now(asked) if asked.filters.as_of is None else _then(asked))
    if len(rows) > MOST_DEALS:
        raise LogTooLarge
    return Cases(rows, await drawings_of(asked.connection, asked.process_id))


async def _now(asked: Asked) -> list[Any]:
    conditions = narrowed(asked, Passed())
    return await asked.rows(CASES.format(where=conditions.where, limit=MOST_DEALS + 1), conditions.values)


async def _then(asked: Asked) -> list[Any]:
    filters = asked.filters
    active, by, further = filters.by == "activity" and filters.window, IN_DAYS[filters.by], list[Any]()
    if filters.variant is not None:
        by, further = f"{by} AND {OF_WAYS}", list(began(await past_ways(asked)))
    return await gone_then(asked, CASES_THEN, by, *further, active=active)
