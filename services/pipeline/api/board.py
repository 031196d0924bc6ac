"""The board over HTTP: exact counts and sums per stage, cards page by page."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel

from services.pipeline.api.deal_lookup import Lookup
from services.pipeline.api.deal_views import StageView
from services.pipeline.api.money import MoneyView, shown
from services.pipeline.domain.sales_process.definition import Definition
from services.pipeline.domain.sales_process.refusals import ProcessMissing
from services.pipeline.projections.board import Board, BoardFilter, CardRow, Sort, Sum
from services.pipeline.projections.scope import Scope
from shared.http.auth import Principal
from shared.http.calls import reader
from shared.http.pages import Page, PageLinks, PageRequest, encoded, page_request


class Card(BaseModel):
    """A deal as the board shows it."""

    id: UUID
    version: int
    name: str
    process_version: int
    probability: int
    forecast_category: str
    owner_id: UUID | None
    owner_name: str | None
    customer_id: UUID | None
    customer_name: str | None
    amount: MoneyView | None
    expected_close: date | None
    stage_entered_at: datetime


class CurrencySum(BaseModel):
    """What the deals of one currency come to."""

    deals: int
    amount: Decimal
    currency: str


class Column(BaseModel):
    """A stage: `count` and `sums` are of all its deals, `cards` of one page in the order asked for.

    `cards.page.next` continues at `/board` with the same parameters and `stage=` this stage's key.
    """

    stage: StageView
    count: int
    without_amount: int
    sums: list[CurrencySum]
    cards: Page[Card]


class BoardView(BaseModel):
    """The deals of a process by stage; stages that only other versions have come last."""

    process_id: UUID
    version: int | None
    stages: list[Column]


def board_routes(lookup: Lookup, board: Board) -> APIRouter:
    """The board of one process."""
    router = APIRouter(tags=["board"])

    @router.get("/board", operation_id="getBoard")
    async def get_board(  # noqa: PLR0913, PLR0917 - one argument per filter
        principal: Annotated[Principal, Depends(reader("deal.read"))],
        page: Annotated[PageRequest, Depends(page_request)],
        process: UUID,
        version: Annotated[int | None, Query(ge=1, description="Only deals on this version")] = None,
        owner: UUID | None = None,
        team: UUID | None = None,
        stage: Annotated[str | None, Query(description="Only this stage; needed with `cursor`")] = None,
        q: Annotated[
            str | None, Query(min_length=1, max_length=200, description="Part of the name of a deal or its customer")
        ] = None,
        sort: Annotated[Sort, Query(description="The order of the cards of a stage")] = "-stage_entered_at",
    ) -> BoardView:
        scope = await lookup.scopes.of(principal.subject, principal.roles)
        members = await lookup.people.team_members(team)
        wanted = BoardFilter(process_id=process, process_version=version, owner_id=owner, team=members, text=q)
        definition = await _definition(lookup, process, version)
        sums, cards = await _rows(board, scope, wanted, stage, page, sort)
        columns = [
            _column(found, sums, [card for card in cards if card.stage == found.key], page)
            for found in _stages(definition, sums)
            if stage in (None, found.key)
        ]
        return BoardView(process_id=process, version=definition.version if definition else None, stages=columns)

    return router


async def _definition(lookup: Lookup, process_id: UUID, version: int | None) -> Definition | None:
    """The version whose stages are the columns; None while nothing is published."""
    latest = await lookup.processes.latest([process_id])
    number = version or latest.get(process_id)
    definitions = await lookup.processes.definitions([(process_id, number)] if number else [])
    if process_id not in latest or (number and not definitions):
        raise ProcessMissing
    return next(iter(definitions.values()), None)


async def _rows(
    board: Board, scope: Scope, wanted: BoardFilter, stage: str | None, page: PageRequest, sort: Sort
) -> tuple[list[Sum], list[CardRow]]:
    sums, cards = await board.whole(scope, wanted, stage, 0 if page.after else page.limit + 1, sort)
    if page.after and stage:
        cards = await board.more(scope, wanted, stage, after=page.after, limit=page.limit + 1, sort=sort)
    return sums, cards


def _stages(definition: Definition | None, sums: Iterable[Sum]) -> list[StageView]:
    own = definition.stages if definition else ()
    stages = {s.key: StageView(key=s.key, name=s.name, category=s.category, probability=s.probability) for s in own}
    for found in sums:
        named = StageView(
            key=found.stage, name=found.stage_name, category=found.category, probability=found.probability
        )
        stages.setdefault(found.stage, named)
    return list(stages.values())


def _column(stage: StageView, sums: Iterable[Sum], cards: Sequence[CardRow], page: PageRequest) -> Column:
    here = [found for found in sums if found.stage == stage.key]
    following = cards[page.limit - 1] if len(cards) > page.limit else None
    cursor = encoded((following.place, following.id), _scope(page, stage.key), page.secret) if following else None
    return Column(
        stage=stage,
        count=sum(found.deals for found in here),
        without_amount=sum(found.deals for found in here if found.currency is None),
        sums=[
            CurrencySum(deals=found.deals, amount=found.amount, currency=found.currency)
            for found in here
            if found.currency is not None and found.amount is not None
        ],
        cards=Page(items=[_card(row) for row in cards[: page.limit]], page=PageLinks(next=cursor, limit=page.limit)),
    )


def _scope(page: PageRequest, stage: str) -> bytes:
    """The cursor of a column is bound to the board's filters and its stage."""
    url = page.request.url
    filters = {name: value for name, value in page.request.query_params.items() if name not in ("cursor", "limit")}
    return orjson.dumps([url.path, sorted({**filters, "stage": stage}.items())])


def _card(row: CardRow) -> Card:
    return Card(
        id=row.id,
        version=row.version,
        name=row.name,
        process_version=row.process_version,
        probability=row.probability,
        forecast_category=row.forecast_category,
        owner_id=row.owner_id,
        owner_name=row.owner_name,
        customer_id=row.customer_id,
        customer_name=row.customer_name,
        amount=shown(row.amount, row.currency),
        expected_close=row.expected_close,
        stage_entered_at=row.stage_entered_at,
    )
