"""The verdicts on the ways that deals go: named when a way is first gone, so that deals are counted by verdict."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from services.analytics.projections.process_map.counting import VERDICTS, Counts, Judge
from services.analytics.projections.process_map.drawn import Drawings, Version, version_of
from services.analytics.projections.process_map.judging import verdict_of
from services.analytics.projections.process_map.path import Path
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
CELLS = """
SELECT c.source::uuid AS path_id, c.process_version, c.kind, c.target, c.slice, c.level, c.period, c.n, c.n_case,
  c.n_reach, c.ms
FROM process_cell c
WHERE c.process_id = ANY($1) AND c.slice = '' AND c.kind IN ('closed_path', 'open_path') AND c.source = ANY($2::text[])
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


async def judged_anew(connection: Connection, drawn: Sequence[tuple[UUID, int]], zone: ZoneInfo) -> Counts:
    """Judge the ways that ran on versions just drawn; returns what moves from cell to cell by that."""
    counts, moved, processes = Counts(zone), dict[UUID, tuple[Any, UUID]](), {process for process, _ in drawn}
    judge = await judge_of(connection, processes)
    for row in await connection.fetch(AFFECTED, *map(list, zip(*drawn, strict=True))) if drawn else ():
        verdict = judge(row["process_id"], PATHS.decode(row["path"]))
        if verdict != row["verdict_id"]:
            moved[row["id"]] = (row, verdict)
    if moved:
        await connection.execute(JUDGE, list(moved), [verdict for _, verdict in moved.values()])
        for cell in await connection.fetch(CELLS, list(processes), list(map(str, moved))):
            _move(counts, cell, *moved[cell["path_id"]])
    return counts


def _move(counts: Counts, cell: Any, way: Any, verdict: UUID) -> None:
    kind, place = VERDICTS[cell["kind"]], (cell["slice"], (cell["level"], cell["period"]))
    numbers = (cell["n"], cell["n_case"], cell["n_reach"], cell["ms"])
    for name, times in ((way["verdict_id"], -1), (verdict, 1)):
        about = (way["process_id"].int, cell["process_version"], kind, str(name), cell["target"])
        counts.put(about, place, numbers, times)
