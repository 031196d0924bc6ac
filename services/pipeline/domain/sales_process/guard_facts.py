"""What guards may ask of a deal: its fields, their types, and samples of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from types import MappingProxyType
from typing import Literal
from uuid import UUID

from shared.conditions.vocabulary import Fact, Facts, Vocabulary

Kind = Literal["text", "number", "whole", "date", "truth", "texts"]

FIELDS: Mapping[str, Kind] = MappingProxyType(
    {
        "name": "text",
        "amount": "number",
        "currency": "text",
        "stage": "text",
        "days_in_stage": "whole",
        "age_days": "whole",
        "has_owner": "truth",
        "owner_id": "text",
        "customer_id": "text",
        "source": "text",
        "region": "text",
        "expected_close": "date",
        "probability": "whole",
        "forecast_category": "text",
        "products": "texts",
        "checklist": "texts",
    }
)
"""The fields that rows of a guard may name; free CEL has them too, as `deal.<field>`, and `deal.lines` besides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFacts:
    """A line of a deal."""

    product_id: UUID
    product_name: str
    quantity: Decimal
    unit_price: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class DealFacts:
    """A deal as guards see it.

    `stage`: the key of the stage it is in; `probability` in percent and `forecast_category`: the deal's own or else
    its stage's; `checklist`: keys of what is done in its stage; `now`: the business time of the command. An amount is
    compared as a double, which is exact to 15 significant digits.
    """

    now: datetime
    name: str
    stage: str
    stage_since: datetime
    opened_at: datetime
    probability: int
    amount: Decimal | None = None
    currency: str | None = None
    owner_id: UUID | None = None
    customer_id: UUID | None = None
    source: str | None = None
    region: str | None = None
    expected_close: date | None = None
    forecast_category: str | None = None
    lines: tuple[LineFacts, ...] = ()
    checklist: frozenset[str] = frozenset()


def variables(facts: DealFacts) -> Facts:
    """The variables `deal` and `now`; what is not set is left out, so that has() tells."""
    return {"now": facts.now, "deal": {name: fact for name, fact in _fields(facts).items() if fact is not None}}


def _fields(facts: DealFacts) -> Facts:
    return {
        "name": facts.name,
        "amount": None if facts.amount is None else float(facts.amount),
        "currency": facts.currency,
        "stage": facts.stage,
        "days_in_stage": _days(facts.stage_since, facts.now),
        "age_days": _days(facts.opened_at, facts.now),
        "has_owner": facts.owner_id is not None,
        "owner_id": _text(facts.owner_id),
        "customer_id": _text(facts.customer_id),
        "source": facts.source,
        "region": facts.region,
        "expected_close": None if facts.expected_close is None else at_midnight(facts.expected_close),
        "probability": facts.probability,
        "forecast_category": facts.forecast_category,
        "products": [str(line.product_id) for line in facts.lines],
        "checklist": [*sorted(facts.checklist)],
        "lines": [_line(line) for line in facts.lines],
    }


def at_midnight(day: date) -> datetime:
    """A day as the point in time that conditions compare."""
    return datetime.combine(day, time(), tzinfo=UTC)


def _line(line: LineFacts) -> Fact:
    return {
        "product_id": str(line.product_id),
        "product_name": line.product_name,
        "quantity": float(line.quantity),
        "unit_price": float(line.unit_price),
    }


def _days(since: datetime, now: datetime) -> int:
    """Whole days that have passed; none where the clock says less."""
    return max(0, (now - since).days)


def _text(id_: UUID | None) -> str | None:
    return None if id_ is None else str(id_)


_SOME_TIME = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
_SOME_ID = UUID(int=0)
_SPARSE = DealFacts(
    now=_SOME_TIME, name="text", stage="text", stage_since=_SOME_TIME, opened_at=_SOME_TIME, probability=1
)
_FULL = DealFacts(
    now=_SOME_TIME,
    name="text",
    stage="text",
    stage_since=_SOME_TIME,
    opened_at=_SOME_TIME,
    probability=1,
    amount=Decimal(1),
    currency="text",
    owner_id=_SOME_ID,
    customer_id=_SOME_ID,
    source="text",
    region="text",
    expected_close=_SOME_TIME.date(),
    forecast_category="text",
    lines=(LineFacts(product_id=_SOME_ID, product_name="text", quantity=Decimal(1), unit_price=Decimal(1)),),
    checklist=frozenset({"text"}),
)
VOCABULARY = Vocabulary("deal", variables(_FULL), variables(_SPARSE))
