"""The designed drawing beside reality as data: every element with its mark, how often it was gone, and its deals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from services.analytics.projections.process_map.asking import Asked
from services.analytics.projections.process_map.case import CLOSED
from services.analytics.projections.process_map.drawn import Version
from services.analytics.projections.process_map.overlay import Counts, arrows_used, compared, gone_and_entered

Mark = Literal["used", "unused", "violation", "muted"]
DEFINITION = (
    "The drawing of a version beside what deals did. used, unused: drawn, and gone along or not; violation: it happens "
    "and is not drawn; muted: a reopening, which needs no arrow. A way through decisions counts for every arrow by "
    "which it may have gone, so such arrows lead to no list of deals."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OverlayNode:
    """A stage or a decision; `category` is None for a decision and for a stage that this version does not have."""

    key: str
    name: str
    decision: bool
    category: str | None
    times: int
    mark: Mark
    drill: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OverlayArrow:
    """An arrow that is drawn, or a way that deals went without one."""

    source: str
    target: str
    label: str | None
    times: int
    mark: Mark
    drill: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlay:
    """The answer; `version`: the one asked for, else the newest that deals run on."""

    definition: str
    process_id: UUID
    process: str
    positions: dict[str, str]
    version: int
    nodes: list[OverlayNode]
    arrows: list[OverlayArrow]


async def overlay_answer(asked: Asked) -> Overlay:
    """Compare; raises VersionNotDrawn."""
    version, counted = await compared(asked)
    gone, entered = gone_and_entered(counted)
    used = arrows_used(version, gone)
    return Overlay(
        definition=DEFINITION,
        **asked.about(),
        version=version.number,
        nodes=[*_stages(asked, version, entered), *_decisions(version, used), *_strangers(asked, version, entered)],
        arrows=[*_drawn(asked, version, used), *_undrawn(asked, version, gone)],
    )


def _stages(asked: Asked, version: Version, entered: Mapping[str, int]) -> Iterator[OverlayNode]:
    for stage in version.drawn.stages:
        times = entered.get(stage.key, 0)
        yield OverlayNode(
            key=stage.key,
            name=stage.name,
            decision=False,
            category=stage.category,
            times=times,
            mark=_mark(times),
            drill=asked.drill(activity=stage.key),
        )


def _decisions(version: Version, used: Counts) -> Iterator[OverlayNode]:
    for one in version.drawn.decisions:
        times = sum(n for (_, target), n in used.items() if target == one.key)
        yield OverlayNode(
            key=one.key, name=one.name, decision=True, category=None, times=times, mark=_mark(times), drill=None
        )


def _strangers(asked: Asked, version: Version, entered: Mapping[str, int]) -> Iterator[OverlayNode]:
    for key, times in sorted(entered.items()):
        if key not in version.stages:
            drill = asked.drill(activity=key)
            yield OverlayNode(
                key=key, name=key, decision=False, category=None, times=times, mark="violation", drill=drill
            )


def _drawn(asked: Asked, version: Version, used: Counts) -> Iterator[OverlayArrow]:
    for move in version.drawn.moves:
        source, target = move.from_stage, move.to_stage
        straight = source in version.stages and target in version.stages
        yield OverlayArrow(
            source=source,
            target=target,
            label=move.label,
            times=used[source, target],
            mark=_mark(used[source, target]),
            drill=asked.drill(step_from=source, step_to=target) if straight else None,
        )


def _undrawn(asked: Asked, version: Version, gone: Counts) -> Iterator[OverlayArrow]:
    for (source, target), times in sorted(gone.items()):
        if (source, target) not in version.allowed:
            stage = version.stages.get(source)
            again = stage is not None and stage.category in CLOSED
            drill = asked.drill(step_from=source, step_to=target)
            mark: Mark = "muted" if again else "violation"
            yield OverlayArrow(source=source, target=target, label=None, times=times, mark=mark, drill=drill)


def _mark(times: int) -> Mark:
    return "used" if times else "unused"
