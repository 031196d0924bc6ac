"""A version tried on the past over HTTP: sums on top, then deal by deal what would have been otherwise."""

from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass, field
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

    A stage that is not in `stages` stands for itself. `cursor`: `page.next` or `rest` of an answer; `at_most`: how many
    deals one request looks at.
    """

    from_: Annotated[Moment, Field(alias="from")]
    to: Moment
    stages: Annotated[dict[Text, Text], Field(max_length=100)] = Field(default_factory=dict)
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    at_most: Annotated[int, Field(ge=1, le=20_000)] = 10_000
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
    """A deal with what would have been otherwise, first things first; one `deleted` since is tried up to then."""

    id: UUID
    name: str
    deleted: bool
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
    """Over the deals that this request looked at: those of the period that the caller may see."""

    deals: int
    deals_with_findings: int
    by_rule: list[SumView]


class Tried(BaseModel):
    """`deals` are those with findings, in order of their ids; `page.next` leads through all of them, without sums.

    `rest`: a cursor that gives the sums of the deals that this request did not reach, to be added to these; null where
    it reached all.
    """

    process_id: UUID
    version: int
    sums: SumsView | None
    deals: list[TriedDeal]
    page: PageLinks
    rest: str | None


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
        place = _Place(request, body)
        scope = await lookup.scopes.of(principal.subject, principal.roles)
        tried = pasts.within(scope, attempt, place.after, silent=waits(attempt))
        looked = await _looked(attempt, tried, body, sums=place.sums)
        return Tried(
            process_id=process_id,
            version=number,
            sums=_sums(looked.sums) if place.sums else None,
            deals=[_deal(past, findings) for past, findings in looked.found[: body.limit]],
            page=PageLinks(next=place.cursor(looked.next(body.limit), sums=False), limit=body.limit),
            rest=place.cursor(looked.last, sums=True) if place.sums and looked.more else None,
        )

    return router


@dataclass(slots=True)
class _Looked:
    """What came out so far: the last deal looked at, and whether there are `more` after it."""

    sums: Sums = field(default_factory=Sums)
    found: list[tuple[Past, list[Finding]]] = field(default_factory=list)
    last: UUID | None = None
    more: bool = False

    def next(self, limit: int) -> UUID | None:
        """After which deal the next page of findings begins."""
        if len(self.found) > limit:
            return self.found[limit - 1][0].id
        return self.last if self.more else None


async def _looked(attempt: Attempt, pasts: AsyncIterator[Past], body: Trial, *, sums: bool) -> _Looked:
    """Deal by deal: as many as may be looked at, or without sums only until a page is full."""
    looked = _Looked()
    async for past in pasts:
        if looked.sums.deals == body.at_most:
            looked.more = True
            break
        findings = [*refusals(attempt, past.history), *automations(attempt, past.history)]
        looked.sums.add(findings)
        looked.last = past.id
        if findings and len(looked.found) <= body.limit:
            looked.found.append((past, sorted(findings, key=lambda finding: (finding.at, finding.version))))
        if len(looked.found) > body.limit and not sums:
            break
    return looked


class _Place:
    """A place in one trial, signed together with everything that it asks for; `sums`: whether they are wanted."""

    def __init__(self, request: Request, body: Trial) -> None:
        asked = body.model_dump(mode="json", by_alias=True, exclude={"cursor", "limit", "at_most"})
        self._scope = orjson.dumps([request.url.path, asked], option=orjson.OPT_SORT_KEYS)
        self._secret = service_of(request).cursor_secret
        self.after: UUID | None = None
        self.sums = True
        if body.cursor is not None:
            self.after, self.sums = decoded(body.cursor, self._scope, self._secret)

    def cursor(self, after: UUID | None, *, sums: bool) -> str | None:
        """The place after this deal; None for no deal."""
        return None if after is None else encoded([after, sums], self._scope, self._secret)


def _sums(sums: Sums) -> SumsView:
    by_rule = [SumView(**asdict(sort), times=times, deals=deals) for sort, times, deals in sums.ordered()]
    return SumsView(deals=sums.deals, deals_with_findings=sums.deals_with_findings, by_rule=by_rule)


def _deal(past: Past, findings: list[Finding]) -> TriedDeal:
    said = [FindingView(**_finding(found)) for found in findings]
    return TriedDeal(id=past.id, name=past.name, deleted=past.deleted, findings=said)


def _finding(found: Finding) -> dict[str, Any]:
    fields = {name: getattr(found, name) for name in ("version", "at", "kind", "step", "rule", "detail", "overridden")}
    return {**fields, "missing": list(found.fields), "guards": [guard_view(guard) for guard in found.guards]}
