"""Stays that were longer than the SLA of their stage, version by version."""

from __future__ import annotations

from dataclasses import dataclass, replace

from services.analytics.projections.figures import ratio
from services.analytics.projections.process_map.asking import Asked
from services.analytics.projections.process_map.drawn import Drawings, Version
from services.analytics.projections.process_map.judging import Violation
from services.analytics.projections.process_map.tally import Tally, tally
from shared.mining.histogram import bucket_of

DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaBreach:
    """Finished stays in a stage that were longer than its SLA, within 1 % of it."""

    id: str
    process_version: int
    stage: str
    sla_days: int
    stays: int
    breaches: int
    share: str | None
    drill: str


async def sla_breaches(asked: Asked, drawings: Drawings) -> list[SlaBreach]:
    """The stages with an SLA that was missed, the most misses first."""
    found = list[SlaBreach]()
    for number, version in drawings.versions.items():
        limited = any(stage.sla_days is not None for stage in version.stages.values())
        if limited and asked.filters.version in (None, number):
            counted = await tally(replace(asked, filters=replace(asked.filters, version=number)))
            found += _of_a_version(asked, version, counted)
    return sorted(found, key=lambda one: (-one.breaches, one.process_version, one.stage))


def _of_a_version(asked: Asked, version: Version, counted: Tally) -> list[SlaBreach]:
    found = list[SlaBreach]()
    for key, stage in version.stages.items():
        if stage.sla_days is not None:
            ns = [pair for way, line in counted.of("step").items() if way.source == key for pair in line.buckets]
            last = bucket_of(stage.sla_days * DAY_MS)
            breaches, stays = sum(n for bucket, n in ns if bucket > last), sum(n for _, n in ns)
            if breaches:
                found.append(
                    _breach(asked, Violation("sla_breach", version.number, key), stage.sla_days, (breaches, stays))
                )
    return found


def _breach(asked: Asked, violation: Violation, sla_days: int, counts: tuple[int, int]) -> SlaBreach:
    breaches, stays = counts
    return SlaBreach(
        id=violation.id,
        process_version=violation.version,
        stage=violation.stage,
        sla_days=sla_days,
        stays=stays,
        breaches=breaches,
        share=ratio(breaches, stays),
        drill=asked.drill(step_from=violation.stage, version=violation.version, longer_than_days=sla_days),
    )
