"""Whether a deal gets from one stage to another: the guards on the way are asked, the shortest open way is taken."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from services.pipeline.domain.sales_process.definition import Definition, Way
from services.pipeline.domain.sales_process.drawing import Move, move_id
from services.pipeline.domain.sales_process.guard import Judgement, judged
from services.pipeline.domain.sales_process.guard_facts import DealFacts


@dataclass(frozen=True, slots=True)
class Decided:
    """What the guard of an arrow said."""

    move: str
    judgement: Judgement


@dataclass(frozen=True, slots=True)
class Passage:
    """The way that was taken, None where none is open, and every guard that had a say.

    `decided`: with a way, the guards on it and those beside a default that did not hold; without one, every guard that
    was asked on the way to the stage. `reasons`: without a way, a sentence for every arrow that could not be taken.
    """

    way: Way | None
    decided: tuple[Decided, ...] = ()
    reasons: tuple[str, ...] = ()


def passage(definition: Definition, from_stage: str, to_stage: str, facts: DealFacts) -> Passage:
    """Find the shortest way whose arrows may all be taken by a deal with these facts.

    Both are stages of the definition; of two ways of the same length the one drawn first wins. Where there is no way
    at all, guards aside, nothing is asked: `Passage(None)`.
    """
    if from_stage == to_stage or not definition.allows(from_stage, to_stage):
        return Passage(None)
    return _Search(definition, facts).from_to(from_stage, to_stage)


def judged_way(definition: Definition, way: Way, facts: DealFacts) -> Passage:
    """Ask the guards of one way; its `way` is None where one of its arrows may not be taken."""
    search = _Search(definition, facts)
    open_ = all([search.open(move) for move in way.moves])  # noqa: C419 - every guard is asked, for its reason
    return Passage(way if open_ else None, search.said(way.moves), search.reasons)


@dataclass(slots=True)
class _Search:
    definition: Definition
    facts: DealFacts
    asked: dict[str, Judgement] = field(default_factory=dict)
    shut: dict[str, str] = field(default_factory=dict)

    def from_to(self, from_stage: str, to_stage: str) -> Passage:
        waiting: deque[tuple[Move, ...]] = deque([()])
        seen: set[str] = set()
        while waiting:
            gone = waiting.popleft()
            for move in self.definition.out_of(gone[-1].to_stage if gone else from_stage):
                onward = move.to_stage not in seen and self._matters(move, to_stage) and self.open(move)
                if onward and move.to_stage == to_stage:
                    return Passage(Way((*gone, move)), self.said((*gone, move)))
                if onward:
                    seen.add(move.to_stage)
                    waiting.append((*gone, move))
        return Passage(None, tuple(Decided(id_, said) for id_, said in self.asked.items()), self.reasons)

    def open(self, move: Move) -> bool:
        """Whether this arrow may be taken; keeps the reason where it may not."""
        missed = self._missed(move)
        if missed is not None:
            self.shut[move_id(move)] = missed
        return missed is None

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why arrows could not be taken."""
        return tuple(dict.fromkeys(self.shut.values()))

    def _missed(self, move: Move) -> str | None:
        if move.guard is not None:
            said = self._judged(move)
            return None if said.passed else said.reason or ""
        before = [move_id(other) for other in self._beside_default(move) if self._judged(other).passed]
        return f"{move_id(move)} is the answer only when no other one holds, and {before[0]} does." if before else None

    def said(self, moves: tuple[Move, ...]) -> tuple[Decided, ...]:
        """What was asked for these arrows, each guard once."""
        concerned = [each for move in moves for each in (*self._beside_default(move), move)]
        ids = dict.fromkeys(move_id(move) for move in concerned)
        return tuple(Decided(id_, self.asked[id_]) for id_ in ids if id_ in self.asked)

    def _judged(self, move: Move) -> Judgement:
        id_ = move_id(move)
        if id_ not in self.asked:
            assert move.guard is not None
            self.asked[id_] = judged(move.guard, self.facts)
        return self.asked[id_]

    def _guarded_beside(self, move: Move) -> tuple[Move, ...]:
        if not self.definition.is_decision(move.from_stage):
            return ()
        return tuple(other for other in self.definition.out_of(move.from_stage) if other.guard is not None)

    def _beside_default(self, move: Move) -> tuple[Move, ...]:
        return self._guarded_beside(move) if move.default and move.guard is None else ()

    def _matters(self, move: Move, to_stage: str) -> bool:
        """Whether the arrow ends in the stage wanted, or in a decision that may lead there."""
        return move.to_stage == to_stage or (
            self.definition.is_decision(move.to_stage) and self.definition.allows(move.to_stage, to_stage)
        )
