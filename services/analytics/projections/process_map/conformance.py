"""Conformance: how many deals went as their version is drawn, and where the others left it, with what effect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from services.analytics.projections.accepted_deviations import AcceptedDeviation, accepted_in
from services.analytics.projections.figures import mean, ratio
from services.analytics.projections.process_map.asking import Asked
from services.analytics.projections.process_map.drawn import Drawings, drawings_of
from services.analytics.projections.process_map.durations import HOUR
from services.analytics.projections.process_map.judging import Verdict, Violation, verdict_of
from services.analytics.projections.process_map.paths import PathCount, paths_of
from services.analytics.projections.process_map.sla import SlaBreach, sla_breaches

DEFINITION = (
    "Each deal beside the version it runs on, each stretch between migrations beside its own. It conforms where its "
    "way is one of the drawing's (open deals: the beginning of one) and no rule was overridden, or where all its "
    "deviations are accepted. cost: the fewest stages to put in or leave out until it fits. Reopening is no "
    "deviation; it is rework. with_it, without_it: deals with the deviation beside all others. SLA breaches are told "
    "beside the rate, within 1 %."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What deals came to: how many are closed, the share of those that were won, the mean hours from open to closed."""

    deals: int
    closed: int
    win_rate: str | None
    mean_cycle_hours: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviating:
    """A distinct violation and the deals behind it; `accepted_because`: the reason of whoever accepted it."""

    id: str
    kind: str
    process_version: int
    stage: str
    source: str | None
    target: str | None
    deals: int
    share: str | None
    accepted: bool
    accepted_because: str | None
    with_it: Effect
    without_it: Effect
    drill: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Conformance:
    """The answer; `not_judged`: deals on a version whose drawing is not here. `rate`: conforming of judged ones."""

    definition: str
    process_id: UUID
    process: str
    positions: dict[str, str]
    deals: int
    not_judged: int
    fitting: int
    conforming: int
    rate: str | None
    mean_cost: str | None
    violations: list[Deviating]
    sla_breaches: list[SlaBreach]


@dataclass(slots=True)
class Sum:
    """Deals added up; `ms`: of the closed ones from open to closed."""

    deals: int = 0
    closed: int = 0
    won: int = 0
    ms: int = 0

    def add(self, one: PathCount) -> None:
        """All deals of one way."""
        won = one.path[-1].how == "won"
        self.deals, self.closed, self.ms = self.deals + one.deals, self.closed + one.closed, self.ms + one.ms
        self.won += one.closed if won else 0

    def without(self, other: Sum) -> Sum:
        """The rest."""
        return Sum(self.deals - other.deals, self.closed - other.closed, self.won - other.won, self.ms - other.ms)

    @property
    def shown(self) -> Effect:
        """As it is answered."""
        return Effect(
            deals=self.deals,
            closed=self.closed,
            win_rate=ratio(self.won, self.closed),
            mean_cycle_hours=mean(Decimal(self.ms) / HOUR, self.closed),
        )


Accepted = Mapping[str, AcceptedDeviation]


@dataclass(frozen=True, slots=True)
class Judgement:
    """Every way that was asked for with its verdict."""

    ways: list[tuple[PathCount, Verdict]]
    drawings: Drawings
    accepted: Accepted

    def conforms(self, verdict: Verdict) -> bool:
        """Fits, or leaves the drawing only as somebody has accepted."""
        return verdict.judged and all(violation.id in self.accepted for violation in verdict.violations)

    def violation(self, id: str) -> Violation | None:
        """The one with this id, if any deal has it."""
        all_of_them = (each for _, verdict in self.ways for each in verdict.violations)
        return next((each for each in all_of_them if each.id == id), None)

    def with_violation(self, id: str) -> tuple[UUID, ...]:
        """The ways that have it."""
        return tuple(one.path_id for one, verdict in self.ways if any(each.id == id for each in verdict.violations))


async def judgement(asked: Asked) -> Judgement:
    """Judge every way that was asked for; what was judged before against the same drawings is remembered."""
    drawings = await drawings_of(asked.connection, asked.process_id)
    accepted = await accepted_in(asked.connection, asked.process_id)
    counted = await paths_of(asked)
    ways = [(one, verdict_of(one.path, drawings)) for one in counted]
    return Judgement(ways, drawings, {one.violation: one for one in accepted})


async def conformance(asked: Asked) -> Conformance:
    """Answer all of it from one snapshot."""
    found = await judgement(asked)
    whole, of_violation = Sum(), dict[Violation, Sum]()
    for one, verdict in found.ways:
        whole.add(one)
        for violation in verdict.violations:
            of_violation.setdefault(violation, Sum()).add(one)
    known = [(one, verdict) for one, verdict in found.ways if verdict.judged]
    deals = sum(one.deals for one, _ in known)
    conforming = sum(one.deals for one, verdict in known if found.conforms(verdict))
    listed = [_deviating(asked, found, violation, (part, whole)) for violation, part in of_violation.items()]
    return Conformance(
        definition=DEFINITION,
        **asked.about(),
        deals=whole.deals,
        not_judged=whole.deals - deals,
        fitting=sum(one.deals for one, verdict in known if verdict.fits),
        conforming=conforming,
        rate=ratio(conforming, deals),
        mean_cost=mean(sum(one.deals * verdict.cost for one, verdict in known), deals),
        violations=sorted(listed, key=lambda one: (-one.deals, one.id)),
        sla_breaches=await sla_breaches(asked, found.drawings),
    )


def _deviating(asked: Asked, found: Judgement, violation: Violation, sums: tuple[Sum, Sum]) -> Deviating:
    accepted, (part, whole) = found.accepted.get(violation.id), sums
    return Deviating(
        id=violation.id,
        kind=violation.kind,
        process_version=violation.version,
        stage=violation.stage,
        source=violation.source or None,
        target=violation.target or None,
        deals=part.deals,
        share=ratio(part.deals, whole.deals),
        accepted=accepted is not None,
        accepted_because=accepted.reason if accepted else None,
        with_it=part.shown,
        without_it=whole.without(part).shown,
        drill=asked.drill(violation=violation.id),
    )
