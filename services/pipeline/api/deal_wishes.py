"""Requests about deals as commands of the domain, the same for one request and for a batch."""

from collections.abc import Sequence
from datetime import datetime
from typing import assert_never
from uuid import UUID

from msgspec import UNSET

from services.pipeline.api.deal_bodies import (
    Assign,
    Change,
    ChangeAmount,
    ChangeExpectedClose,
    ChangeForecast,
    ChangeLines,
    Correct,
    Delete,
    LineBody,
    Lose,
    MoveStage,
    OpenDeal,
    OverrideBody,
    Reopen,
    Restore,
    Step,
    Tick,
    Win,
)
from services.pipeline.api.deal_lookup import Known
from services.pipeline.api.money import money_of
from services.pipeline.domain.deal import commands
from services.pipeline.domain.deal.events import Line
from services.pipeline.domain.deal.refusals import (
    CustomerUnknown,
    OwnerUnknown,
    ProcessNotPublished,
    ProcessUnknown,
    ProductUnknown,
)
from services.pipeline.domain.money import Money
from services.pipeline.domain.sales_process.definition import Definition
from services.pipeline.projections.products import ProductRow


def opening(body: OpenDeal, known: Known, at: datetime) -> commands.OpenDeal:
    """The wish to open a deal; raises the refusal of what it refers to in vain."""
    owner_id = _owner(body.owner_id, known) if "owner_id" in body.model_fields_set else known.caller
    return commands.OpenDeal(
        name=body.name,
        definition=_definition(body, known),
        stage=body.stage,
        owner_id=owner_id,
        customer_id=_customer(body.customer_id, known),
        amount=money_of(body.amount),
        lines=_lines(body.lines, known),
        retired=_retired(body.lines, known),
        expected_close=body.expected_close,
        source=body.source,
        region=body.region,
        rates=known.rates_on(at),
    )


def step(
    body: Step, definition: Definition, known: Known, at: datetime
) -> commands.Journey | commands.TickDealChecklistItem:
    """The wish to go a step along the process, or to tick off what it asks for."""
    match body:
        case MoveStage():
            override = _override(body.override)
            return commands.MoveDealToStage(definition=definition, to_stage=body.to_stage, at=at, override=override)
        case Win():
            return commands.WinDeal(
                definition=definition,
                amount=money_of(body.amount),
                at=at,
                override=_override(body.override),
                rates=known.rates_on(at),
            )
        case Lose():
            return commands.LoseDeal(
                definition=definition,
                reason=body.reason,
                competitor=body.competitor,
                stage=body.stage,
                at=at,
                override=_override(body.override),
            )
        case Reopen():
            return commands.ReopenDeal(definition=definition, stage=body.stage)
        case Tick():
            return commands.TickDealChecklistItem(
                definition=definition, stage=body.stage, item=body.item, done=body.done
            )
        case _:
            assert_never(body)


def _override(body: OverrideBody | None) -> str | None:
    return body.reason if body else None


def change(body: Change, known: Known, at: datetime) -> commands.DealCommand:
    """The wish to change a deal where it stands; raises the refusal of what it refers to in vain."""
    match body:
        case ChangeLines():
            lines, retired = _lines(body.lines, known), _retired(body.lines, known)
            return commands.ChangeDealLines(lines=lines, retired=retired, rates=known.rates_on(at))
        case ChangeAmount():
            return commands.ChangeDealAmount(amount=money_of(body.amount), rates=known.rates_on(at))
        case ChangeExpectedClose():
            return commands.ChangeDealExpectedClose(expected_close=body.expected_close)
        case ChangeForecast():
            return _forecast(body)
        case Assign():
            return commands.AssignDeal(owner_id=_owner(body.owner_id, known))
        case Correct():
            return _correction(body, known)
        case Delete():
            return commands.DeleteDeal()
        case Restore():
            return commands.RestoreDeal()
        case _:
            assert_never(body)


def _forecast(body: ChangeForecast) -> commands.ChangeDealForecast:
    given = body.model_fields_set
    return commands.ChangeDealForecast(
        category=body.category if "category" in given else UNSET,
        probability=body.probability if "probability" in given else UNSET,
    )


def _correction(body: Correct, known: Known) -> commands.CorrectDeal:
    given = body.model_fields_set
    return commands.CorrectDeal(
        name=body.name if "name" in given else UNSET,
        customer_id=_customer(body.customer_id, known) if "customer_id" in given else UNSET,
        source=body.source if "source" in given else UNSET,
        region=body.region if "region" in given else UNSET,
    )


def _definition(body: OpenDeal, known: Known) -> Definition:
    if body.process_version is None and known.latest.get(body.process_id, 0) is None:
        raise ProcessNotPublished(field="/process_id")
    number = body.process_version or known.latest.get(body.process_id) or 0
    definition = known.definitions.get((body.process_id, number))
    if definition is None:
        raise ProcessUnknown(field="/process_id" if body.process_version is None else "/process_version")
    return definition


def _owner(owner_id: UUID | None, known: Known) -> UUID | None:
    if owner_id is not None and owner_id not in known.people:
        raise OwnerUnknown(field="/owner_id")
    return owner_id


def _customer(customer_id: UUID | None, known: Known) -> UUID | None:
    if customer_id is not None and customer_id not in known.customers:
        raise CustomerUnknown(field="/customer_id")
    return customer_id


def _lines(lines: Sequence[LineBody], known: Known) -> tuple[Line, ...]:
    return tuple(_line(at, line, known.products.get(line.product_id)) for at, line in enumerate(lines))


def _line(at: int, line: LineBody, product: ProductRow | None) -> Line:
    if product is None:
        raise ProductUnknown(field=f"/lines/{at}/product_id")
    price = money_of(line.unit_price) or Money(amount=product.amount, currency=product.currency)
    return Line(product_id=product.id, product_name=product.name, quantity=line.quantity, unit_price=price)


def _retired(lines: Sequence[LineBody], known: Known) -> frozenset[UUID]:
    products = (known.products.get(line.product_id) for line in lines)
    return frozenset(product.id for product in products if product and product.retired)
