"""Migration of open deals to another version of their process over HTTP: looked at first, then done deal by deal."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, Field

from services.pipeline.api.deal_bodies import Reason, Text
from services.pipeline.api.deal_lookup import Lookup
from services.pipeline.domain.deal.commands import MigrateDeal
from services.pipeline.domain.deal.decider import DEAL
from services.pipeline.domain.deal.migration import check_plan
from services.pipeline.domain.deal.refusals import PlanNotSound
from services.pipeline.domain.sales_process.definition import Definition
from services.pipeline.domain.sales_process.refusals import ProcessMissing
from services.pipeline.projections.migrating import Concerned, Lacking, Migrating, StageCount
from shared.errors import DomainError
from shared.eventstore.append import Answer
from shared.http.answers import many_written
from shared.http.auth import Principal
from shared.http.calls import Call, reader, right
from shared.http.payload import Payload

Number = Annotated[int, Field(ge=1, le=1_000_000)]
SHOWN = 100
AT_ONCE = 200


class DealsWanted(Payload):
    """Only these deals; left out = all open deals on the version."""

    owner_id: UUID | None = None
    team_id: UUID | None = None
    stage: Text | None = None
    deal_ids: Annotated[list[UUID], Field(min_length=1, max_length=1000)] | None = None


class Plan(Payload):
    """Which stage of the new version takes the place of which stage of the old one, and why."""

    from_version: Number
    to_version: Number
    stages: Annotated[dict[Text, Text], Field(min_length=1, max_length=100)]
    reason: Reason
    deals: DealsWanted = Field(default_factory=DealsWanted)


class Migration(Plan):
    """A plan to carry out on at most so many deals; asked again, it goes on with those that are left."""

    at_most: Annotated[int, Field(ge=1, le=20_000)] = 5000


class StagePreview(BaseModel):
    """So many deals go from one stage to another; `to_stage` null: the plan has none for them."""

    stage: str
    name: str
    to_stage: str | None
    deals: int


class DealPreview(BaseModel):
    """A deal that would be migrated and then lack what others must have who enter that stage."""

    id: UUID
    name: str
    stage: str
    to_stage: str
    missing: list[str]


class Preview(BaseModel):
    """What a plan would do; `faults`: JSON Pointer into the plan → what is wrong there (none = it can be carried out).

    `lacking`: the first 100 of `lacking_count` deals; that keeps none of them from being migrated.
    """

    deals: int
    stages: list[StagePreview]
    faults: dict[str, str]
    lacking_count: int
    lacking: list[DealPreview]


class Refused(BaseModel):
    """A deal that stays where it is, and why."""

    id: UUID
    code: str
    detail: str


class Migrated(BaseModel):
    """What was done: deals migrated and refused (the first 100 with their reasons), and how many were not asked yet."""

    migrated: int
    refused: int
    refusals: list[Refused]
    left: int


@dataclass(slots=True)
class Progress:
    """What has become of the deals so far."""

    answers: list[Answer] = field(default_factory=list)
    refusals: list[tuple[UUID, DomainError]] = field(default_factory=list)
    after: UUID | None = None

    @property
    def taken(self) -> int:
        """How many deals were asked."""
        return len(self.answers) + len(self.refusals)


def migration_routes(lookup: Lookup, migrating: Migrating) -> APIRouter:
    """Preview a plan and carry it out."""
    router = APIRouter(tags=["processes"])

    async def versions(process_id: UUID, plan: Plan) -> tuple[Definition, Definition]:
        if not await lookup.processes.latest([process_id]):
            raise ProcessMissing
        source = await lookup.definition(process_id, plan.from_version, "/from_version")
        return source, await lookup.definition(process_id, plan.to_version, "/to_version")

    async def concerned(process_id: UUID, plan: Plan) -> Concerned:
        wanted = plan.deals
        return Concerned(
            process_id=process_id,
            version=plan.from_version,
            owner_id=wanted.owner_id,
            team=await lookup.people.team_members(wanted.team_id),
            stage=wanted.stage,
            deal_ids=wanted.deal_ids,
        )

    @router.post("/processes/{process_id}/migrations/preview", operation_id="previewMigration")
    async def preview(
        process_id: UUID, plan: Plan, principal: Annotated[Principal, Depends(reader("process.migrate"))]
    ) -> Preview:
        del principal
        (source, target), deals = await versions(process_id, plan), await concerned(process_id, plan)
        counts = await migrating.counts(deals)
        lacking = await migrating.lacking(deals, _required(target, plan), SHOWN)
        return _preview(plan, counts, _faults(source, target, plan, counts), lacking)

    @router.post("/processes/{process_id}/migrations", operation_id="migrateDeals", response_model=Migrated)
    async def migrate(
        process_id: UUID,
        plan: Migration,
        call: Annotated[Call, Depends(right("process.migrate", versioned=False))],
    ) -> Response:
        (source, target), deals = await versions(process_id, plan), await concerned(process_id, plan)
        in_use = {count.stage for count in await migrating.counts(deals)}
        check_plan(source, target, plan.stages, plan.reason, in_use)
        wish = MigrateDeal(from_version=plan.from_version, definition=target, stages=plan.stages, reason=plan.reason)
        done = await _carried_out(call, migrating, deals, wish, plan.at_most)
        left = await migrating.left(deals, done.after)
        return many_written(call.service.name, _said(done, left), done.answers)

    return router


async def _carried_out(call: Call, migrating: Migrating, deals: Concerned, wish: MigrateDeal, at_most: int) -> Progress:
    """Ask deal after deal, in order of their ids, each by its own command."""
    done = Progress()
    while ids := await migrating.next(deals, done.after, min(AT_ONCE, at_most - done.taken)):
        outcomes = await call.run_many(DEAL, [(deal_id, wish) for deal_id in ids])
        for deal_id, outcome in zip(ids, outcomes, strict=True):
            if isinstance(outcome, DomainError):
                done.refusals.append((deal_id, outcome))
            else:
                done.answers.append(outcome)
        done.after = ids[-1]
    return done


def _said(done: Progress, left: int) -> dict[str, Any]:
    refusals = [
        {"id": str(deal_id), "code": reason.code, "detail": reason.message} for deal_id, reason in done.refusals[:SHOWN]
    ]
    return {
        "migrated": len(done.answers), "refused": len(done.refusals), "refusals": refusals, "left": left,
    }  # fmt: skip


def _required(target: Definition, plan: Plan) -> dict[str, Sequence[str]]:
    """What the new stage asks for, by the old one."""
    found = ((old, target.stage(new)) for old, new in plan.stages.items())
    return {old: stage.required for old, stage in found if stage and stage.required}


def _faults(source: Definition, target: Definition, plan: Plan, counts: Sequence[StageCount]) -> dict[str, str]:
    """What is wrong with a plan, to be looked at; what is wrong with its versions or its reason is refused."""
    try:
        check_plan(source, target, plan.stages, plan.reason, {count.stage for count in counts})
    except PlanNotSound as refusal:
        return refusal.blames
    return {}


def _preview(plan: Plan, counts: Sequence[StageCount], faults: dict[str, str], lacking: Sequence[Lacking]) -> Preview:
    return Preview(
        deals=sum(count.deals for count in counts),
        stages=[
            StagePreview(stage=count.stage, name=count.name, to_stage=plan.stages.get(count.stage), deals=count.deals)
            for count in counts
        ],
        faults=faults,
        lacking_count=lacking[0].of if lacking else 0,
        lacking=[
            DealPreview(
                id=deal.id, name=deal.name, stage=deal.stage, to_stage=plan.stages[deal.stage], missing=deal.missing
            )
            for deal in lacking
        ],
    )
