"""A version tried on the past over HTTP: sums on top, then deal by deal what would have been otherwise."""

from collections.abc import AsyncIterator
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Request
from pydantic import AwareDatetime, BaseModel, BeforeValidator, Field

from services.pipeline.api.deal_bodies import Text
from services.pipeline.api.deal_lookup import Lookup
from services.pipeline.api.deal_moves import GuardView, guard_view
from services.pipeline.api.processes import Number
from services.pipeline.domain.deal.refusals import PeriodEmpty
from services.pipeline.domain.deal.trial import Attempt, Finding, refusals
from services.pipeline.domain.deal.trial_automations import automations, waits
from services.pipeline.domain.deal.trial_sums import Sums
from services.pipeline.projections.deal_pasts import Past, Pasts
from shared.http.auth import Principal
from shared.http.calls import reader
from shared.http.context import service_of
from shared.http.pages import PageLinks, decoded, encoded
from shared.http.payload import Payload


def _as_text(value: Any) -> Any:
    """A number is no time, whatever pydantic makes of it."""
    if not isinstance(value, str):
        raise ValueError("Input should be an RFC 3339 time")  # noqa: TRY004 - what pydantic reports as a fault
    return value


Moment = Annotated[AwareDatetime, BeforeValidator(_as_text)]


class Trial(Payload):
    """The period [from, to), and which stage of the version takes the place of which one that deals were in.

    A stage that is not in `stages` stands for itself. `cursor`: `page.next` of the page before.
    """

    from_: Annotated[Moment, Field(alias="from")]
    to: Moment
    stages: Annotated[dict[Text, Text], Field(max_length=100)] = Field(default_factory=dict)
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Annotated[str, Field(max_length=2000)] | None = None


class FindingView(BaseModel):
    """What would have been otherwise at one event.

    `kind`: refused, stage_unknown, automated (would have run) or not_automated (ran, and would not have); `step`: from
    and to in stages of the tried version, or when and where for automations; `rule`: the problem's code, or the
    automation's key; `missing`: fields; `overridden`: the same rule was set aside in reality.
    """

    version: int
    at: datetime
    kind: str
    step: str
    rule: str
    detail: str
    missing: list[str]
    guards: list[GuardView]
    overridden: bool


class TriedDeal(BaseModel):
    """A deal with what would have been otherwise, first things first."""

    id: UUID
    name: str
    findings: list[FindingView]


class SumView(BaseModel):
    """Findings that are alike: how many, at how many deals."""

    kind: str
    step: str
    rule: str
    overridden: bool
    times: int
    deals: int


class SumsView(BaseModel):
    """Over all deals of the period that the caller may see."""

    deals: int
    deals_with_findings: int
    by_rule: list[SumView]


class Tried(BaseModel):
    """`sums` come with the first page only; `deals` are those with findings, in order of their ids."""

    process_id: UUID
    version: int
    sums: SumsView | None
    deals: list[TriedDeal]
    page: PageLinks


def trial_routes(lookup: Lookup, pasts: Pasts) -> APIRouter:
    """Try a version, a draft too; nothing is changed by it."""
    router = APIRouter(tags=["processes"])

    @router.post("/processes/{process_id}/versions/{number}/trial", operation_id="tryProcessVersion")
    async def try_version(
        process_id: UUID,
        number: Number,
        body: Trial,
        request: Request,
        principal: Annotated[Principal, Depends(reader("process.try"))],
    ) -> Tried:
        if body.from_ >= body.to:
            raise PeriodEmpty(field="/to")
        definition = await lookup.definition(process_id, number)
        attempt = Attempt(definition, body.from_, body.to, body.stages)
        page = _Cursor(request, body)
        scope = await lookup.scopes.of(principal.subject, principal.roles)
        tried = pasts.within(scope, attempt, page.after, silent=waits(attempt))
        sums, deals = await _first(attempt, tried, body.limit + 1, to_the_end=page.after is None)
        return Tried(
            process_id=process_id,
            version=number,
            sums=None if sums is None else _sums(sums),
            deals=[_deal(past, findings) for past, findings in deals[: body.limit]],
            page=PageLinks(next=page.next([past.id for past, _ in deals]), limit=body.limit),
        )

    return router


async def _first(
    attempt: Attempt, pasts: AsyncIterator[Past], limit: int, *, to_the_end: bool
) -> tuple[Sums | None, list[tuple[Past, list[Finding]]]]:
    """The first deals with findings; and the sums over all, where they are asked for."""
    sums, found = Sums(), list[tuple[Past, list[Finding]]]()
    async for past in pasts:
        findings = sorted(
            [*refusals(attempt, past.history), *automations(attempt, past.history)], key=lambda f: (f.at, f.version)
        )
        sums.add(findings)
        if findings and len(found) < limit:
            found.append((past, findings))
        if len(found) == limit and not to_the_end:
            return None, found
    return (sums if to_the_end else None), found


class _Cursor:
    """A place in the list of one trial, signed together with everything that it asks for."""

    def __init__(self, request: Request, body: Trial) -> None:
        asked = body.model_dump(mode="json", by_alias=True, exclude={"cursor", "limit"})
        self._scope = orjson.dumps([request.url.path, asked], option=orjson.OPT_SORT_KEYS)
        self._secret = service_of(request).cursor_secret
        self._limit = body.limit
        self.after: UUID | None = None if body.cursor is None else self._id(body.cursor)

    def next(self, ids: list[UUID]) -> str | None:
        """Where the next page begins, of ids that were asked for with one more than the limit."""
        return encoded([ids[self._limit - 1]], self._scope, self._secret) if len(ids) > self._limit else None

    def _id(self, cursor: str) -> UUID:
        (deal_id,) = decoded(cursor, self._scope, self._secret)
        return UUID(str(deal_id))


def _sums(sums: Sums) -> SumsView:
    by_rule = [SumView(**asdict(sort), times=times, deals=deals) for sort, times, deals in sums.ordered()]
    return SumsView(deals=sums.deals, deals_with_findings=sums.deals_with_findings, by_rule=by_rule)


def _deal(past: Past, findings: list[Finding]) -> TriedDeal:
    return TriedDeal(id=past.id, name=past.name, findings=[FindingView(**_finding(found)) for found in findings])


def _finding(found: Finding) -> dict[str, Any]:
    fields = {name: getattr(found, name) for name in ("version", "at", "kind", "step", "rule", "detail", "overridden")}
    return {**fields, "missing": list(found.fields), "guards": [guard_view(guard) for guard in found.guards]}
