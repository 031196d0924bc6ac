"""The ways by which the deals behind a variant, a violation or a place are chosen, as of now or of a past instant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from services.analytics.projections.process_map.asking import Asked
from services.analytics.projections.process_map.conformance import ways_with
from services.analytics.projections.process_map.drawn import drawings_of
from services.analytics.projections.process_map.judging import verdict_of
from services.analytics.projections.process_map.past_ways import PastWay, past_ways


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the ways are wanted for; what is None was not asked. `at`, `outcome`: where they lead, and to what.

    `by_steps`: whether steps choose the deals already.
    """

    at: str | None = None
    outcome: Literal["open", "won", "lost"] | None = None
    violation: str | None = None
    by_steps: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The ways of now, or those of then; None = any."""

    paths: tuple[UUID, ...] | None = None
    then: Sequence[PastWay] | None = None


async def chosen_ways(asked: Asked, wanted: Wanted) -> Chosen:
    """The ways that are wanted; of now, places and variants are not told by ways but by the deals themselves."""
    if asked.filters.as_of is None:
        return Chosen(paths=None if wanted.violation is None else await ways_with(asked, wanted.violation))
    if wanted == Wanted(by_steps=True) and asked.filters.variant is None:
        return Chosen()
    return Chosen(then=await _past(asked, wanted))


async def _past(asked: Asked, wanted: Wanted) -> list[PastWay]:
    drawings = await drawings_of(asked.connection, asked.process_id)

    def fits(way: PastWay) -> bool:
        if wanted.at not in (None, way.path[-1].stage) or wanted.outcome not in (None, way.outcome):
            return False
        violations = verdict_of(way.path, drawings).violations if wanted.violation else ()
        return wanted.violation is None or any(one.id == wanted.violation for one in violations)

    return [way for way in await past_ways(asked) if fits(way)]
