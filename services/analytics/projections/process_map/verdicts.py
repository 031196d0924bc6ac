"""The verdicts on the ways that deals go: named when a way is first gone, and again when its version is drawn."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from services.analytics.projections.process_map.counting import Judge
from services.analytics.projections.process_map.drawn import Drawings, Version, version_of
from services.analytics.projections.process_map.judging import verdict_of
from services.analytics.projections.process_map.path import Path
from services.analytics.projections.process_map.verdict_counts import VerdictCounts
from shared.eventstore.read_model import Connection

DRAWINGS = "SELECT process_id, number, drawing FROM process_drawing WHERE process_id = ANY($1)"
# The ways that ran on a version.
AFFECTED = """
SELECT DISTINCT p.id, p.process_id, p.path, p.verdict_id
FROM process_path p JOIN process_path_step s ON s.path_id = p.id
JOIN unnest($1::uuid[], $2::int[]) AS drawn(process_id, number)
  ON drawn.process_id = p.process_id AND drawn.number = s.process_version
"""
JUDGE = """
UPDATE process_path p SET verdict_id = v.verdict_id FROM unnest($1::uuid[], $2::uuid[]) AS v(id, verdict_id)
WHERE p.id = v.id
"""
# The deals that went the ways which are judged anew, by the day of opening and by that of closing.
MOVED = """
WITH told AS (
  SELECT c.process_id, c.process_version, v.before, v.after, (c.opened_at AT TIME ZONE $4)::date AS opened,
    (c.closed_at AT TIME ZONE $4)::date AS closed, (c.outcome = 'won')::int AS won,
    floor(extract(epoch FROM c.closed_at - c.opened_at) * 1000)::bigint AS ms
  FROM process_case c JOIN unnest($1::uuid[], $2::uuid[], $3::uuid[]) AS v(path_id, before, after)
    ON c.path_id = v.path_id
  WHERE NOT c.deleted
)
SELECT process_id, process_version, before, after, opened, closed, count(*) AS deals, count(told.closed) AS closings,
  sum(won)::bigint AS won, coalesce(sum(ms), 0)::bigint AS ms
FROM told
GROUP BY GROUPING SETS ((process_id, process_version, before, after, opened),
  (process_id, process_version, before, after, closed))
HAVING GROUPING(opened) = 0 OR closed IS NOT NULL
"""
PATHS = msgspec.json.Decoder(Path)


async def judge_of(connection: Connection, processes: Collection[UUID]) -> Judge:
    """Who names verdicts on ways of these processes, beside the drawings that are here."""
    versions: dict[UUID, dict[int, Version]] = {process: {} for process in processes}
    for process, number, drawing in await connection.fetch(DRAWINGS, list(processes)):
        versions[process][number] = version_of(number, drawing)
    drawn = {process: Drawings(each) for process, each in versions.items()}

    def judge(process: UUID, path: Path) -> UUID:
        return verdict_of(path, drawn[process]).id

    return judge


async def judged_anew(connection: Connection, drawn: Sequence[tuple[UUID, int]], zone: ZoneInfo) -> VerdictCounts:
    """Judge the ways that ran on versions just drawn; returns what moves from verdict to verdict by that."""
    moved, processes = dict[UUID, tuple[UUID, UUID]](), {process for process, _ in drawn}
    judge = await judge_of(connection, processes)
    for row in await connection.fetch(AFFECTED, *map(list, zip(*drawn, strict=True))) if drawn else ():
        verdict = judge(row["process_id"], PATHS.decode(row["path"]))
        if verdict != row["verdict_id"]:
            moved[row["id"]] = (row["verdict_id"], verdict)
    return await _moved(connection, moved, zone)


async def _moved(connection: Connection, verdicts: Mapping[UUID, tuple[UUID, UUID]], zone: ZoneInfo) -> VerdictCounts:
    """Write the verdicts (before, after) of ways; returns the deals that have another one by that."""
    counts = VerdictCounts(zone)
    if verdicts:
        paths, before, after = (list(verdicts), *map(list, zip(*verdicts.values(), strict=True)))
        await connection.execute(JUDGE, paths, after)
        for row in await connection.fetch(MOVED, paths, before, after, zone.key):
            _move(counts, row)
    return counts


def _move(counts: VerdictCounts, row: Any) -> None:
    process, version, before, after, opened, closed, *numbers = row
    for verdict, times in ((before, -1), (after, 1)):
        about, (deals, closings, won, ms) = (process, version, verdict), (times * number for number in numbers)
        if opened is not None:
            counts.put(about, "opened", opened, (deals, closings, won, ms))
        else:
            counts.put(about, "closed", closed, (deals, closings, won, ms))
