"""The process map: what deals really do, as a graph of stages and ways between them, counted and timed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from uuid import UUID

from services.analytics.projections.process_map.asking import Asked
from services.analytics.projections.process_map.case import CLOSED
from services.analytics.projections.process_map.clock import Clock
from services.analytics.projections.process_map.drawn import Drawings, Version, drawings_of
from services.analytics.projections.process_map.durations import Duration, Durations, hours
from services.analytics.projections.process_map.happy import happy_path
from services.analytics.projections.process_map.tally import Line, Tally, Way, tally

DEFINITION = (
    "Stages that deals entered and the ways they went between them. times: how often; deals: by how many deals, each "
    "counted when it did so for the first time. A way's duration is the time in its source before it was gone. Sums, "
    "counts and means are exact, percentiles within 1 %. from, to: by=activity counts what happened in these days; "
    "by=opened or closed counts all that ever happened to the deals opened or closed in them; by=closed leaves open "
    "deals out, also where no days are given. open is as of now. "
    "A migration to another version is no way of its own. Bottlenecks: hours beyond the stage's SLA, or beyond its "
    "median where it has none, summed over finished stays."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """A stage: entered so often and by so many deals, begun, ended and open in; `stay`: finished stays there."""

    key: str
    name: str
    category: str | None
    rank: int | None
    times: int
    deals: int
    repeats: int
    starts: int
    ends: int
    open: int
    migrated_in: int
    migrated_out: int
    stay: Duration
    on_happy_path: bool
    drill: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """A way from one stage to another; `drawn`: there is an arrow for it in the version compared with."""

    source: str
    target: str
    times: int
    deals: int
    kind: str
    drawn: bool | None
    on_happy_path: bool
    duration: Duration
    total_hours: str | None
    drill: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rework:
    """Ways that go again where the deal has been: how often and by how many deals per way, added up."""

    self_loops: int
    backward: int
    reopened: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bottleneck:
    """Time beyond the limit in a stage: `limit_is` sla or median."""

    stage: str
    name: str
    excess_hours: str
    limit_hours: str
    limit_is: str
    open: int
    stay: Duration


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessMap:
    """The answer; `compared_with`: the version that ranks, SLA and `drawn` are taken from."""

    definition: str
    process_id: UUID
    process: str
    compared_with: int | None
    clock: str
    time_zone: str
    positions: dict[str, str]
    deals: int
    closed: int
    open: int
    cycle: Duration
    activities: list[Activity]
    flows: list[Flow]
    rework: Rework
    bottlenecks: list[Bottleneck]
    happy_path: list[str]
    hidden_activities: int = 0
    hidden_flows: int = 0


@dataclass(frozen=True, slots=True)
class Material:
    """All that the answer is made of."""

    asked: Asked
    counted: Tally
    drawings: Drawings
    reference: Version | None
    clock: Clock
    times: dict[Way, Durations]
    stays: dict[str, Durations]

    def category(self, key: str) -> str | None:
        """What kind of stage this is; None where no drawing has it."""
        stage = self.drawings.stage(key, self.reference)
        return stage.category if stage else None

    def rank(self, key: str) -> int | None:
        """The stage's place in the version compared with."""
        return self.reference.ranks.get(key) if self.reference else None


async def process_map(asked: Asked, clock: Clock) -> ProcessMap:
    """Answer all of it from one snapshot; raises TooManySteps where a working calendar would have to read too many."""
    counted = await tally(asked)
    drawings = await drawings_of(asked.connection, asked.process_id)
    reference = drawings.reference(asked.filters.version)
    times = await clock.durations(asked, counted)
    there = {key: stays(times, key) for key in {way.source for way in times}}
    return drawn_up(Material(asked, counted, drawings, reference, clock, times, there))


def drawn_up(material: Material) -> ProcessMap:
    """The answer, without any slider."""
    asked, counted = material.asked, material.counted
    steps, path = counted.of("step"), happy_path(counted, material.category)
    activities = [_activity(material, key, path) for key in _keys(material)]
    cycle = counted.lines.get(Way("cycle", "", ""), Line())
    return ProcessMap(
        definition=DEFINITION,
        process_id=asked.process_id,
        process=asked.process,
        compared_with=material.reference.number if material.reference else None,
        clock=material.clock.name,
        time_zone=asked.zone.key,
        positions=asked.positions,
        deals=sum(line.n for line in counted.of("start").values()),
        closed=cycle.n,
        open=sum(line.n for line in counted.of("open").values()),
        cycle=Durations.counted(cycle.ms, cycle.buckets).shown,
        activities=activities,
        flows=[_flow(material, way, line, path) for way, line in steps.items()],
        rework=_rework(material, steps),
        bottlenecks=_bottlenecks(material, activities),
        happy_path=list(path),
    )


def _keys(material: Material) -> list[str]:
    """The stages that anything is counted of, by their rank."""
    ways = [way for way in material.counted.lines if way.kind != "cycle"]
    keys = {key for way in ways for key in (way.source, way.target) if key}
    return sorted(keys, key=lambda key: (material.rank(key) is None, material.rank(key) or 0, key))


def _activity(material: Material, key: str, path: tuple[str, ...]) -> Activity:
    lines, stage = material.counted.lines, material.drawings.stage(key, material.reference)
    entering = [line for way, line in lines.items() if way.target == key]
    counts = {kind: lines.get(Way(kind, key, ""), Line()).n for kind in ("end", "open", "out")}
    begun, migrated = (lines.get(Way(kind, "", key), Line()).n for kind in ("start", "in"))
    times, deals = sum(line.n for line in entering), sum(line.reached for line in entering)
    return Activity(
        key=key,
        name=stage.name if stage else key,
        category=stage.category if stage else None,
        rank=material.rank(key),
        times=times,
        deals=deals,
        repeats=times - deals,
        starts=begun,
        ends=counts["end"],
        open=counts["open"],
        migrated_in=migrated,
        migrated_out=counts["out"],
        stay=material.stays.get(key, Durations.of(())).shown,
        on_happy_path=key in path,
        drill=material.asked.drill(activity=key),
    )


def stays(times: dict[Way, Durations], key: str) -> Durations:
    """The finished stays in a stage, whatever came after them."""
    return Durations.joined([durations for way, durations in times.items() if way.source == key])


def _flow(material: Material, way: Way, line: Line, path: tuple[str, ...]) -> Flow:
    reference, durations = material.reference, material.times.get(way, Durations.of(()))
    return Flow(
        source=way.source,
        target=way.target,
        times=line.n,
        deals=line.deals,
        kind=_kind(material, way),
        drawn=None if reference is None else (way.source, way.target) in reference.allowed,
        on_happy_path=(way.source, way.target) in pairwise(path),
        duration=durations.shown,
        total_hours=hours(durations.total),
        drill=material.asked.drill(step_from=way.source, step_to=way.target),
    )


def _kind(material: Material, way: Way) -> str:
    if way.source == way.target:
        return "self_loop"
    if material.category(way.source) in CLOSED:
        return "reopened"
    here, there = material.rank(way.source), material.rank(way.target)
    if material.category(way.target) in CLOSED or here is None or there is None:
        return "forward"
    return "backward" if there < here else "forward"


def _rework(material: Material, steps: dict[Way, Line]) -> Rework:
    kinds = [(_kind(material, way), line.n) for way, line in steps.items()]
    found = {name: sum(n for kind, n in kinds if kind == name) for name in ("self_loop", "backward", "reopened")}
    return Rework(self_loops=found["self_loop"], backward=found["backward"], reopened=found["reopened"])


def _bottlenecks(material: Material, activities: list[Activity]) -> list[Bottleneck]:
    found = []
    for activity in activities:
        finished = material.stays.get(activity.key)
        if finished and activity.category not in CLOSED:
            found.append(_bottleneck(material, activity, finished))
    return [bottleneck for _, bottleneck in sorted(found, key=lambda pair: (-pair[0], pair[1].stage))]


def _bottleneck(material: Material, activity: Activity, finished: Durations) -> tuple[float, Bottleneck]:
    stage = material.drawings.stage(activity.key, material.reference)
    sla = stage.sla_days if stage else None
    limit = finished.percentile(0.5) if sla is None else sla * (material.clock.day / timedelta(milliseconds=1))
    excess = finished.excess(limit or 0)
    return excess, Bottleneck(
        stage=activity.key,
        name=activity.name,
        excess_hours=f"{excess / 3_600_000:.2f}",
        limit_hours=hours(limit) or "0.00",
        limit_is="median" if sla is None else "sla",
        open=activity.open,
        stay=activity.stay,
    )
