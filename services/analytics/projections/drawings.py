"""The drawn versions of all processes as a question needs them: what stages are called and where they stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.analytics.projections.report import Question

STAGES = """
SELECT process_id, number, key, name, category, rank, probability, sla_days, idle_days
FROM read.process_stage ORDER BY process_id, number, rank
"""
PROCESSES = "SELECT id, name FROM read.sales_process"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A stage of a version; `rank` from 1 is its place, `idle_days` and `sla_days` are None where nobody said."""

    process_id: UUID
    number: int
    key: str
    name: str
    category: str
    rank: int
    probability: int
    sla_days: int | None
    idle_days: int | None


@dataclass(frozen=True, slots=True)
class Drawings:
    """All versions; `newest`: a stage (process, key) as in the newest version that has it; `processes`: their names."""

    versions: Mapping[tuple[UUID, int], Mapping[str, Drawn]]
    newest: Mapping[tuple[UUID, str], Drawn]
    processes: Mapping[UUID, str]

    def stages(self, process_id: UUID, number: int) -> Sequence[Drawn]:
        """The stages of a version in their order; none for a version that has not arrived yet."""
        return list(self.versions.get((process_id, number), {}).values())

    def rank(self, version: tuple[UUID, int], key: str | None) -> int | None:
        """The place of a stage in a version; None where it has none."""
        found = self.versions.get(version, {}).get(key or "")
        return found.rank if found else None


async def drawings(question: Question) -> Drawings:
    """Everything that is drawn, in the question's snapshot."""
    drawn = [Drawn(*row) for row in await question.connection.fetch(STAGES)]
    versions: dict[tuple[UUID, int], dict[str, Drawn]] = {}
    for stage in drawn:
        versions.setdefault((stage.process_id, stage.number), {})[stage.key] = stage
    newest = {(stage.process_id, stage.key): stage for stage in drawn}
    names = {row["id"]: row["name"] for row in await question.connection.fetch(PROCESSES)}
    return Drawings(versions, newest, names)
