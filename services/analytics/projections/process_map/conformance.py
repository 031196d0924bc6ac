"""Conformance: how many deals went as their version is drawn, and where the others left it, with what effect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from services.analytics.projections.accepted_deviations import AcceptedDeviation, accepted_in
from services.analytics.projections.figures import mean, ratio
from services.analytics.projections.process_map.asking import Asked
from services.analytics.projections.process_map.drawn import drawings_of
from services.analytics.projections.process_map.durations import HOUR
from services.analytics.projections.process_map.judged_deals import Judged, verdicts_of, ways_of
from services.analytics.projections.process_map.judging import Verdict, Violation
from services.analytics.projections.process_map.sla import SlaBreach, sla_breaches

DEFINITION = (
    "Each deal beside the version it runs on, each stretch between migrations beside its own. It conforms where its "
    "way is one of the drawing's (open deals: the beginning of one) and no rule was overridden, or where all its "
    "deviations are accepted. cost: the fewest stages to put in or leave out until it fits. Reopening is no "
    "deviation; it is rework. with_it, without_it: deals with the deviation beside all others. SLA breaches are told "
    "beside the rate, within 1 %. as_of: the deals and ways of then, beside the drawings and acceptances of now."
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

    def add(self, one: Judged) -> None:
        """All deals of one verdict."""
        self.deals, self.closed, self.ms = self.deals + one.deals, self.closed + one.closed, self.ms + one.ms
        self.won += one.won

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
    """Every verdict on what was asked for."""

    found: list[Judged]
    accepted: Accepted

    def conforms(self, verdict: Verdict) -> bool:
        """Fits, or leaves the drawing only as somebody has accepted."""
        return verdict.judged and all(violation.id in self.accepted for violation in verdict.violations)

    def violation(self, id: str) -> Violation | None:
        """The one with this id, if any deal has it."""
        all_of_them = (each for one in self.found for each in one.verdict.violations)
        return next((each for each in all_of_them if each.id == id), None)

    def with_violation(self, id: str) -> list[UUID]:
        """The verdicts that have it."""
        return [one.verdict_id for one in self.found if any(each.id == id for each in one.verdict.violations)]


async def judgement(asked: Asked) -> Judgement:
    """Every verdict on what was asked for, beside the deviations that are accepted."""
    drawings = await drawings_of(asked.connection, asked.process_id)
    accepted = await accepted_in(asked.connection, asked.process_id)
    return Judgement(await verdicts_of(asked, drawings), {one.violation: one for one in accepted})


async def ways_with(asked: Asked, violation: str) -> tuple[UUID, ...]:
    """The ways that leave the drawing like this."""
    return await ways_of(asked, (await judgement(asked)).with_violation(violation))


async def conformance(asked: Asked) -> Conformance:
    """Answer all of it from one snapshot."""
    found = await judgement(asked)
    whole, of_violation = Sum(), dict[Violation, Sum]()
    for one in found.found:
        whole.add(one)
        for violation in one.verdict.violations:
            of_violation.setdefault(violation, Sum()).add(one)
    known = [one for one in found.found if one.verdict.judged]
    deals = sum(one.deals for one in known)
    conforming = sum(one.deals for one in known if found.conforms(one.verdict))
    listed = [_deviating(asked, found, violation, (part, whole)) for violation, part in of_violation.items()]
    return Conformance(
        definition=DEFINITION,
        **asked.about(),
        deals=whole.deals,
        not_judged=whole.deals - deals,
        fitting=sum(one.deals for one in known if one.verdict.fits),
        conforming=conforming,
        rate=ratio(conforming, deals),
        mean_cost=mean(sum(one.deals * one.verdict.cost for one in known), deals),
        violations=sorted(listed, key=lambda one: (-one.deals, one.id)),
        sla_breaches=await sla_breaches(asked, await drawings_of(asked.connection, asked.process_id)),
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
