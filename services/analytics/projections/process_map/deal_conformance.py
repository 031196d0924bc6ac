"""One deal beside its drawings: each stage it entered, each move of its alignment, and what it did otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.analytics.projections.accepted_deviations import accepted_in
from services.analytics.projections.process_map.asking import Asked
from services.analytics.projections.process_map.drawn import Drawings, drawings_of
from services.analytics.projections.process_map.durations import hours
from services.analytics.projections.process_map.judging import Verdict, verdict_of
from services.analytics.projections.process_map.path import Path, decoded
from services.analytics.projections.process_map.sla import DAY_MS
from shared.errors import NotFound

ONE = """
SELECT c.id, c.name, c.ats, c.waits, c.entered_at, c.closed_at, p.path
FROM read.process_case c JOIN read.process_path p ON p.id = c.path_id WHERE {where}
"""


class DealNotOnTheMap(NotFound):
    """There is no such deal in this process, or it is not visible to you."""

    code = "deal-not-found"


@dataclass(frozen=True, slots=True, kw_only=True)
class EnteredStage:
    """A stage as the deal entered it; `hours_before`: in the stage before; `over_sla`: of that one."""

    entry: int
    process_version: int
    stage: str
    how: str
    overridden: bool
    at: datetime
    hours_before: str | None
    over_sla: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AlignedMove:
    """A move of the alignment: sync, skipped (only the drawing moves) or unexpected (only the deal does)."""

    kind: str
    process_version: int
    stage: str
    entry: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """A way in which it left the drawing."""

    id: str
    kind: str
    process_version: int
    stage: str
    source: str | None
    target: str | None
    accepted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DealConformance:
    """The answer; `judged` False: a version that it ran on is not drawn here (yet)."""

    process_id: UUID
    deal_id: UUID
    name: str
    judged: bool
    fits: bool
    conforms: bool
    cost: int
    path: list[EnteredStage]
    moves: list[AlignedMove]
    violations: list[Left]
    positions: dict[str, str]


async def deal_conformance(asked: Asked, deal_id: UUID) -> DealConformance:
    """Judge one deal; raises DealNotOnTheMap."""
    conditions = asked.chosen()
    conditions.add("c.id = {}", deal_id)
    rows = await asked.rows(ONE.format(where=conditions.where), conditions.values)
    if not rows:
        raise DealNotOnTheMap
    drawings, path = await drawings_of(asked.connection, asked.process_id), _gone(asked, rows[0])
    verdict = verdict_of(path, drawings)
    accepted = {one.violation for one in await accepted_in(asked.connection, asked.process_id)}
    return DealConformance(
        process_id=asked.process_id,
        deal_id=deal_id,
        name=rows[0]["name"],
        judged=verdict.judged,
        fits=verdict.fits,
        conforms=verdict.judged and all(one.id in accepted for one in verdict.violations),
        cost=verdict.cost,
        path=_entered(path, rows[0], drawings),
        moves=[
            AlignedMove(kind=move.kind, process_version=move.version, stage=move.stage, entry=move.entry)
            for move in verdict.moves
        ],
        violations=_left(verdict, accepted),
        positions=asked.positions,
    )


def _gone(asked: Asked, row: Any) -> Path:
    """The way up to the instant asked for."""
    as_of = asked.filters.as_of
    entries = sum(as_of is None or at <= as_of for at in row["ats"])
    return decoded(row["path"])[:entries]


def _entered(path: Path, row: Any, drawings: Drawings) -> list[EnteredStage]:
    found = []
    for place, (entry, at, wait) in enumerate(zip(path, row["ats"], row["waits"], strict=False)):
        stayed = place > 0 and entry.how != "migrated"
        version = drawings.versions.get(path[place - 1].version) if stayed else None
        stage = version.stages.get(path[place - 1].stage) if version else None
        limit = stage.sla_days if stage else None
        found.append(
            EnteredStage(
                entry=place + 1,
                process_version=entry.version,
                stage=entry.stage,
                how=entry.how,
                overridden=entry.overridden,
                at=at,
                hours_before=hours(wait) if stayed else None,
                over_sla=limit is not None and wait > limit * DAY_MS,
            )
        )
    return found


def _left(verdict: Verdict, accepted: set[str]) -> list[Left]:
    ordered = sorted(verdict.violations, key=lambda one: (one.version, one.kind, one.id))
    return [
        Left(
            id=one.id,
            kind=one.kind,
            process_version=one.version,
            stage=one.stage,
            source=one.source or None,
            target=one.target or None,
            accepted=one.id in accepted,
        )
        for one in ordered
    ]
