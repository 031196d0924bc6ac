"""The drawn versions of a process as the map compares reality with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from uuid import UUID

import msgspec

from services.analytics.projections.process_map.case import CLOSED
from services.analytics.projections.process_map.counting import EVER
from services.analytics.projections.process_map.drawings import Drawn
from services.analytics.upstream_process import Stage
from shared.eventstore.read_model import Connection
from shared.mining.alignment import Model

READ = "SELECT number, drawing FROM read.process_drawing WHERE process_id = $1 ORDER BY number"
USED = """
SELECT DISTINCT process_version FROM read.process_cell
WHERE process_id = $1 AND slice = '' AND kind IN ('start', 'in') AND level = 'ever' AND period = $2
"""


@dataclass(frozen=True, eq=False)
class Version:
    """One drawn version; there is one object for each look, so that what was found out about it is kept."""

    number: int
    drawn: Drawn

    @cached_property
    def stages(self) -> dict[str, Stage]:
        """The stages by key."""
        return {stage.key: stage for stage in self.drawn.stages}

    @cached_property
    def ranks(self) -> dict[str, int]:
        """The place of each stage on the way, from 1."""
        return {stage.key: rank for rank, stage in enumerate(self.drawn.stages, 1)}

    @cached_property
    def allowed(self) -> frozenset[tuple[str, str]]:
        """The pairs of stages with an arrow between them, straight or through decisions."""
        onward: dict[str, list[str]] = {}
        for move in self.drawn.moves:
            onward.setdefault(move.from_stage, []).append(move.to_stage)
        return frozenset((key, goal) for key in self.stages for goal in self._stages_after(key, onward))

    @cached_property
    def model(self) -> Model:
        """What a deal may do: begin in the first open stage, follow the arrows, end won or lost."""
        closed = {key for key, stage in self.stages.items() if stage.category in CLOSED}
        first = [stage.key for stage in self.drawn.stages if stage.category == "open"][:1]
        return Model(frozenset(self.stages), frozenset(first), frozenset(closed), self.allowed)

    def _stages_after(self, key: str, onward: Mapping[str, Iterable[str]]) -> set[str]:
        found, waiting, met = set[str](), list(onward.get(key, ())), set[str]()
        while waiting:
            node = waiting.pop()
            if node in self.stages:
                found.add(node)
            elif node not in met:
                met.add(node)
                waiting.extend(onward.get(node, ()))
        return found


@dataclass(frozen=True)
class Drawings:
    """All versions of a process by number; `used`: those that deals have run on."""

    versions: Mapping[int, Version]
    used: frozenset[int] = frozenset()

    def reference(self, asked: int | None) -> Version | None:
        """The version to compare with: the one asked for, else the newest that deals run on, else the newest."""
        if asked is not None:
            return self.versions.get(asked)
        newest = max(self.used & self.versions.keys() or self.versions, default=None)
        return None if newest is None else self.versions[newest]

    def stage(self, key: str, reference: Version | None) -> Stage | None:
        """A stage as the reference has it, else as the newest version that has one of this key."""
        for version in (reference, *[self.versions[number] for number in sorted(self.versions, reverse=True)]):
            if version is not None and key in version.stages:
                return version.stages[key]
        return None


async def drawings_of(connection: Connection, process_id: UUID) -> Drawings:
    """Every version that was drawn."""
    versions = {
        row["number"]: version_of(row["number"], row["drawing"]) for row in await connection.fetch(READ, process_id)
    }
    return Drawings(versions, frozenset(row[0] for row in await connection.fetch(USED, process_id, EVER)))


@lru_cache(maxsize=500)
def version_of(number: int, drawing: str) -> Version:
    """A version as its drawing is kept."""
    return Version(number, msgspec.json.decode(drawing, type=Drawn))
