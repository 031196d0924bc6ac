"""The designed drawing coloured by reality: arrows that were used, never used, and ways that were not drawn at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from services.analytics.projections.process_map.asking import Asked
from services.analytics.projections.process_map.case import CLOSED
from services.analytics.projections.process_map.drawn import Version, drawings_of
from services.analytics.projections.process_map.picture import KINDS, Language, node_id
from services.analytics.projections.process_map.tally import Tally, tally
from shared.drawing.flowchart import Edge, Flowchart, Node
from shared.errors import NotFound

Counts = Mapping[tuple[str, str], int]
SAID = {"en": "version {} beside reality", "zh": "版本 {} 与实际对比"}


class VersionNotDrawn(NotFound):
    """The process has no such version."""

    code = "process-version-not-found"


async def overlay(asked: Asked, language: Language) -> Flowchart:
    """The version asked for, else the newest, as a flowchart; raises VersionNotDrawn."""
    version, counted = await compared(asked)
    return coloured(asked.process, version, counted, language)


async def compared(asked: Asked) -> tuple[Version, Tally]:
    """The version to compare with and what deals did; raises VersionNotDrawn."""
    version = (await drawings_of(asked.connection, asked.process_id)).reference(asked.filters.version)
    if version is None:
        raise VersionNotDrawn
    return version, await tally(asked)


def gone_and_entered(counted: Tally) -> tuple[Counts, Mapping[str, int]]:
    """How often each way was gone, and each stage entered."""
    times: dict[str, int] = {}
    for way, line in counted.lines.items():
        if way.target:
            times[way.target] = times.get(way.target, 0) + line.n
    return {(way.source, way.target): line.n for way, line in counted.of("step").items()}, times


def coloured(process: str, version: Version, counted: Tally, language: Language) -> Flowchart:
    """The drawing with marks used, unused and violation, as wide and deep as often it was gone."""
    gone, times = gone_and_entered(counted)
    return Flowchart(
        id=f"overlay-{version.number}",
        title=f"{process}: {SAID[language].format(version.number)}",
        nodes=(*_nodes(version, times, arrows_used(version, gone)), *_strangers(version, times)),
        edges=(*_arrows(version, arrows_used(version, gone)), *_undrawn(version, gone)),
        language=language,
    )


def arrows_used(version: Version, gone: Counts) -> dict[tuple[str, str], int]:
    """How often each drawn arrow was gone along.

    A way that has no arrow of its own went through decisions, and counts for every arrow by which it may have done so.
    """
    used = {(move.from_stage, move.to_stage): 0 for move in version.drawn.moves}
    for way, n in gone.items():
        for arrow in {way} if way in used else _through_decisions(version, way):
            used[arrow] += n
    return used


def _through_decisions(version: Version, way: tuple[str, str]) -> set[tuple[str, str]]:
    """The arrows of all routes between two stages on which there are only decisions."""
    start, goal = way
    arrows = {(move.from_stage, move.to_stage) for move in version.drawn.moves}
    ahead, behind = _reach(version, arrows, start), _reach(version, {(b, a) for a, b in arrows}, goal)
    return {(a, b) for a, b in arrows if (a == start or a in ahead) and (b == goal or b in behind)}


def _reach(version: Version, arrows: set[tuple[str, str]], start: str) -> set[str]:
    """The decisions that are reached from a node without passing a stage."""
    found, waiting = set[str](), [start]
    while waiting:
        node = waiting.pop()
        for source, target in arrows:
            if source == node and target not in version.stages and target not in found:
                found.add(target)
                waiting.append(target)
    return found


def _nodes(version: Version, times: Mapping[str, int], used: Counts) -> Iterator[Node]:
    most = max(times.values(), default=0)
    for rank, stage in enumerate(version.drawn.stages, 1):
        n = times.get(stage.key, 0)
        yield Node(
            id=node_id(stage.key),
            kind=KINDS.get(stage.category, "step"),
            label=stage.name,
            rank=rank,
            lines=(str(n),),
            mark="used" if n else "unused",
            weight=n / most if most else None,
        )
    for decision in version.drawn.decisions:
        n = sum(count for (_, target), count in used.items() if target == decision.key)
        yield Node(id=node_id(decision.key), kind="decision", label=decision.name, mark="used" if n else "unused")


def _strangers(version: Version, times: Mapping[str, int]) -> Iterator[Node]:
    """Stages that deals were in though this version does not have them."""
    for key, n in sorted(times.items()):
        if key not in version.stages:
            yield Node(id=node_id(key), kind="step", label=key, lines=(str(n),), mark="violation")


def _arrows(version: Version, used: Counts) -> Iterator[Edge]:
    most = max(used.values(), default=0)
    for move in version.drawn.moves:
        n = used[move.from_stage, move.to_stage]
        yield Edge(
            id=f"{move.from_stage}->{move.to_stage}",
            source=node_id(move.from_stage),
            target=node_id(move.to_stage),
            label=f"{move.label} · {n}" if move.label else str(n),
            mark="used" if n else "unused",
            weight=n / most if most else None,
        )


def _undrawn(version: Version, gone: Counts) -> Iterator[Edge]:
    """Ways that no arrow allows; a reopening needs none, so it is shown without blame."""
    most = max(gone.values(), default=0)
    for (source, target), n in sorted(gone.items()):
        if (source, target) not in version.allowed:
            stage = version.stages.get(source)
            again = stage is not None and stage.category in CLOSED
            yield Edge(
                id=f"{source}=>{target}",
                source=node_id(source),
                target=node_id(target),
                label=str(n),
                mark="muted" if again else "violation",
                weight=n / most,
            )
