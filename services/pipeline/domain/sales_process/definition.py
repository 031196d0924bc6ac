"""One version of a process as a deal sees it: which stages there are and where a deal may go."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from services.pipeline.domain.sales_process.drawing import Category, Move, Stage

CLOSED: frozenset[Category] = frozenset({"won", "lost"})


@dataclass(frozen=True, slots=True)
class Definition:
    """A version's stages in their order and its moves; a published one is immutable."""

    process_id: UUID
    version: int
    published: bool
    stages: tuple[Stage, ...]
    moves: frozenset[tuple[str, str]]

    def stage(self, key: str) -> Stage | None:
        """The stage with this key."""
        return next((stage for stage in self.stages if stage.key == key), None)

    def first(self, category: Category) -> Stage | None:
        """The first stage of a category."""
        return next((stage for stage in self.stages if stage.category == category), None)

    def allows(self, from_stage: str, to_stage: str) -> bool:
        """Whether there is an arrow from one stage to the other."""
        return (from_stage, to_stage) in self.moves

    def onward(self, from_stage: str) -> tuple[Stage, ...]:
        """The stages that a deal may go to from here, in their order."""
        return tuple(stage for stage in self.stages if self.allows(from_stage, stage.key))


def every_move(stages: tuple[Stage, ...]) -> tuple[Move, ...]:
    """From every stage that is not closed to every other one."""
    return tuple(
        Move(from_stage=one.key, to_stage=other.key)
        for one in stages
        if one.category not in CLOSED
        for other in stages
        if other.key != one.key
    )
