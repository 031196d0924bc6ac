"""What answers about deals look like."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
from pydantic import BaseModel

from services.pipeline.api.money import MoneyView, shown
from services.pipeline.domain.deal.events import Line
from services.pipeline.domain.sales_process.definition import Definition
from services.pipeline.domain.sales_process.drawing import Stage
from services.pipeline.projections.deal_list import NamedDeal
from services.pipeline.projections.deal_story import Entry

ELSEWHERE = frozenset(
    {"stage", "amount", "owner_name", "customer_name", "probability_overridden", "forecast_overridden"}
)
LINES = msgspec.json.Decoder(tuple[Line, ...])


class StageView(BaseModel):
    """A stage; `probability` in percent."""

    key: str
    name: str
    category: str
    probability: int
    forecast_category: str | None = None


class DealLineView(BaseModel):
    """A line as it was agreed."""

    product_id: UUID
    product_name: str
    quantity: Decimal
    unit_price: MoneyView


class DealSummary(BaseModel):
    """A deal in a list.

    `probability` (percent) and `forecast_category` are what holds; the two `…_overridden` say whether somebody said so
    or it follows from the stage.
    """

    id: UUID
    version: int
    name: str
    process_id: UUID
    process_version: int
    stage: StageView
    probability: int
    probability_overridden: bool
    forecast_category: str
    forecast_overridden: bool
    owner_id: UUID | None
    owner_name: str | None
    customer_id: UUID | None
    customer_name: str | None
    amount: MoneyView | None
    expected_close: date | None
    source: str | None
    region: str | None
    lost_reason: str | None
    competitor: str | None
    opened_at: datetime
    stage_entered_at: datetime
    closed_at: datetime | None
    updated_at: datetime
    deleted: bool


class ChecklistView(BaseModel):
    """Something to do in the present stage; what is `required` is done before the deal goes forward."""

    key: str
    text: str
    required: bool
    done: bool


class DealView(DealSummary):
    """A deal with its lines, the checklist of its stage and the stages that it may go to from here, guards aside."""

    lines: list[DealLineView]
    checklist: list[ChecklistView]
    moves: list[StageView]


class StoryEntry(BaseModel):
    """One event of a deal in words; `before` and `after` hold the fields that changed."""

    version: int
    event_id: UUID
    event: str
    what: str
    occurred_at: datetime
    recorded_at: datetime
    who: str
    who_name: str | None
    on_behalf_of: str | None
    before: dict[str, Any]
    after: dict[str, Any]
    cause: str | None
    correlation_id: str


class Story(BaseModel):
    """What happened to a deal, first things first."""

    id: UUID
    entries: list[StoryEntry]


def summary(named: NamedDeal) -> DealSummary:
    """A row of the list."""
    return DealSummary.model_construct(**_fields(named))


def view(named: NamedDeal, definition: Definition) -> DealView:
    """A deal's page."""
    return DealView.model_construct(
        **_fields(named),
        lines=_lines(named.deal.lines),
        checklist=_checklist(named, definition),
        moves=[stage_view(stage) for stage in definition.onward(named.deal.stage)],
    )


def stage_view(stage: Stage) -> StageView:
    """A stage as it is drawn."""
    return StageView(
        key=stage.key,
        name=stage.name,
        category=stage.category,
        probability=stage.probability,
        forecast_category=stage.forecast_category,
    )


def told(deal_id: UUID, entries: Sequence[Entry], names: dict[str, str]) -> Story:
    """The story with people's names, where we know them."""
    return Story(
        id=deal_id,
        entries=[StoryEntry(**asdict(entry), who_name=names.get(entry.who)) for entry in entries],
    )


def _fields(named: NamedDeal) -> dict[str, Any]:
    deal = named.deal
    names = DealSummary.model_fields.keys() - ELSEWHERE
    return {
        **{name: getattr(deal, name) for name in names},
        "stage": StageView.model_construct(
            key=deal.stage,
            name=deal.stage_name,
            category=deal.category,
            probability=deal.stage_probability,
            forecast_category=deal.stage_forecast,
        ),
        "probability_overridden": deal.said_probability is not None,
        "forecast_overridden": deal.said_forecast is not None,
        "amount": shown(deal.amount, deal.currency),
        "owner_name": named.owner_name,
        "customer_name": named.customer_name,
    }


def _checklist(named: NamedDeal, definition: Definition) -> list[ChecklistView]:
    stage, done = definition.stage(named.deal.stage), named.deal.done()
    items = stage.checklist if stage else ()
    return [
        ChecklistView(key=i.key, text=i.text, required=i.required, done=(named.deal.stage, i.key) in done)
        for i in items
    ]


def _lines(lines: str) -> list[DealLineView]:
    return [
        DealLineView(
            product_id=line.product_id,
            product_name=line.product_name,
            quantity=line.quantity,
            unit_price=MoneyView(amount=line.unit_price.amount, currency=line.unit_price.currency),
        )
        for line in LINES.decode(lines)
    ]
