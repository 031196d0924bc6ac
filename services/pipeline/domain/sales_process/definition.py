"""One version of a process as a deal sees it: which stages there are and by which ways a deal may go.

A deal goes from stage to stage: along one arrow, or through decisions, arrow by arrow. An arrow with a guard needs it
to hold. The default arrow out of a decision may be taken only when no guarded arrow beside it holds. An arrow without
a guard that is no default is a person's judgement and may always be taken.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from services.pipeline.domain.sales_process.drawing import Category, Decision, Move, Stage

CLOSED: frozenset[Category] = frozenset({"won", "lost"})
MOST_WAYS = 100


@dataclass(frozen=True, slots=True)
class Way:
    """Arrows from one stage to another in their order; all nodes between them are decisions, none of them twice."""

    moves: tuple[Move, ...]


@dataclass(frozen=True, slots=True)
class Definition:
    """A version's stages in their order, its arrows and decisions; a published one is immutable.

    `retired`: no deal is opened on it any more.
    """

    process_id: UUID
    version: int
    published: bool
    stages: tuple[Stage, ...]
    moves: tuple[Move, ...]
    decisions: tuple[Decision, ...] = ()
    retired: bool = False

    def stage(self, key: str) -> Stage | None:
        """The stage with this key."""
        return next((stage for stage in self.stages if stage.key == key), None)

    def first(self, category: Category) -> Stage | None:
        """The first stage of a category."""
        return next((stage for stage in self.stages if stage.category == category), None)

    def rank(self, key: str) -> int:
        """The place of a stage on the way from start to end; raises StopIteration for a key that is no stage."""
        return next(at for at, stage in enumerate(self.stages) if stage.key == key)

    def out_of(self, node: str) -> tuple[Move, ...]:
        """The arrows that leave a stage or a decision, as drawn."""
        return tuple(move for move in self.moves if move.from_stage == node)

    def is_decision(self, node: str) -> bool:
        """Whether this is the key of a diamond."""
        return any(decision.key == node for decision in self.decisions)

    def allows(self, from_stage: str, to_stage: str) -> bool:
        """Whether there is a way from one stage to the other, guards aside."""
        return to_stage in self._within_reach(from_stage)

    def onward(self, from_stage: str) -> tuple[Stage, ...]:
        """The stages that a deal may go to from here, guards aside, in their order."""
        reached = self._within_reach(from_stage)
        return tuple(stage for stage in self.stages if stage.key in reached and stage.key != from_stage)

    def ways(self, from_stage: str, to_stage: str) -> tuple[Way, ...]:
        """The ways from one stage to the other, shortest first, at most 100; none of a stage to itself."""
        if from_stage == to_stage:
            return ()
        return tuple(islice(self._ways(from_stage, to_stage), MOST_WAYS))

    def _ways(self, from_stage: str, to_stage: str) -> Iterator[Way]:
        useful, visits = self._leading_to(to_stage), Counter[str]()
        waiting: deque[tuple[Move, ...]] = deque((move,) for move in self.out_of(from_stage))
        while waiting:
            gone = waiting.popleft()
            here = gone[-1].to_stage
            visits[here] += 1
            if here == to_stage:
                yield Way(gone)
            elif here in useful and visits[here] <= MOST_WAYS:  # that many shortest ways need no more
                passed = {move.to_stage for move in gone}
                waiting.extend((*gone, move) for move in self.out_of(here) if move.to_stage not in passed)

    def _within_reach(self, from_stage: str) -> frozenset[str]:
        """What an arrow or a chain of decisions leads to."""
        between, reached, waiting = self._between(), set[str](), [from_stage]
        while waiting:
            fresh = {move.to_stage for move in self.out_of(waiting.pop())} - reached
            reached |= fresh
            waiting += fresh & between
        return frozenset(reached - between)

    def _leading_to(self, to_stage: str) -> frozenset[str]:
        """The decisions from which a chain of decisions leads to this stage."""
        between, found, waiting = self._between(), set[str](), [to_stage]
        while waiting:
            at = waiting.pop()
            fresh = {move.from_stage for move in self.moves if move.to_stage == at} & between - found
            found |= fresh
            waiting += fresh
        return frozenset(found)

    def _between(self) -> frozenset[str]:
        return frozenset(decision.key for decision in self.decisions)


def every_move(stages: tuple[Stage, ...]) -> tuple[Move, ...]:
    """From every stage that is not closed to every other one."""
    return tuple(
        Move(from_stage=one.key, to_stage=other.key)
        for one in stages
        if one.category not in CLOSED
        for other in stages
        if other.key != one.key
    )
