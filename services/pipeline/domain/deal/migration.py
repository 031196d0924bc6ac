"""How open deals come to run on another version of their process: a plan that fits as a whole, then deal by deal."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from services.pipeline.domain.deal.commands import MigrateDeal
from services.pipeline.domain.deal.events import DealEvent, DealMigrated, StageRef
from services.pipeline.domain.deal.refusals import (
    MigrationReasonMissing,
    MigrationToItself,
    OtherProcessVersion,
    PlanNotSound,
    ProcessNotPublished,
    ProcessVersionRetired,
    StageNotMapped,
    StageNotOpen,
)
from services.pipeline.domain.deal.stages import seen, stage_of
from services.pipeline.domain.deal.state import OpenedDeal
from services.pipeline.domain.sales_process.definition import CLOSED, Definition
from services.pipeline.domain.sales_process.drawing import Stage


def migrated(deal: OpenedDeal, command: MigrateDeal) -> Sequence[DealEvent]:
    """The fact that the deal runs on the other version, in the stage that takes the place of its own.

    Nothing where it runs on that version already; guards, required fields and checklists are not asked: nobody moves.
    """
    definition = command.definition
    if deal.content.process_id != definition.process_id:
        raise OtherProcessVersion
    if deal.content.process_version == definition.version:
        return []
    if deal.content.process_version != command.from_version:
        raise OtherProcessVersion
    if not definition.published:
        raise ProcessNotPublished(field="/to_version")
    return [
        DealMigrated(
            from_version=command.from_version,
            to_version=definition.version,
            from_stage=deal.stage,
            to_stage=seen(_place_of(deal.stage, command)),
            reason=command.reason.strip(),
        )
    ]


def _place_of(stage: StageRef, command: MigrateDeal) -> Stage:
    """The open stage of the other version that takes the place of this one."""
    if stage.key not in command.stages:
        raise StageNotMapped(f"The plan has no stage for {stage.name!r}.", field="/stages")
    place = f"/stages/{_escaped(stage.key)}"
    there = stage_of(command.definition, command.stages[stage.key], place)
    if there.category in CLOSED:
        raise StageNotOpen(field=place)
    return there


def check_plan(
    source: Definition, target: Definition, stages: Mapping[str, str], reason: str, in_use: Collection[str]
) -> None:
    """Raise a named refusal unless the plan fits as a whole; PlanNotSound names every stage that it misses or mistakes.

    `in_use`: the stages in which deals are that the plan is about.
    """
    if not reason.strip():
        raise MigrationReasonMissing(field="/reason")
    if source.version == target.version:
        raise MigrationToItself(field="/to_version")
    if not target.published:
        raise ProcessNotPublished(field="/to_version")
    if target.retired:
        raise ProcessVersionRetired(field="/to_version")
    blames = {**_mistaken(source, target, stages), **_missed(stages, in_use)}
    if blames:
        raise PlanNotSound(" ".join(blames.values()), blames=blames)


def _mistaken(source: Definition, target: Definition, stages: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with the pairs of a plan, by their JSON Pointers."""
    wrong: dict[str, str] = {}
    for old, new in stages.items():
        place, there = f"/stages/{_escaped(old)}", target.stage(new)
        if source.stage(old) is None:
            wrong[place] = f"Version {source.version} has no stage {old!r}."
        elif there is None:
            wrong[place] = f"Version {target.version} has no stage {new!r}."
        elif there.category in CLOSED:
            wrong[place] = f"{there.name!r} is closed; only open deals are migrated, and they stay open."
    return wrong


def _missed(stages: Mapping[str, str], in_use: Collection[str]) -> dict[str, str]:
    missed = sorted(set(in_use) - stages.keys())
    return {f"/stages/{_escaped(key)}": f"There are deals in {key!r}, and no stage takes its place." for key in missed}


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")
