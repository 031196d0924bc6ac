"""A deal as the guards of its process see it."""

from __future__ import annotations

from datetime import datetime

from services.pipeline.domain.deal.events import Line, StageRef
from services.pipeline.domain.deal.forecast import category_of, probability_of
from services.pipeline.domain.deal.state import Content
from services.pipeline.domain.sales_process.drawing import Stage
from services.pipeline.domain.sales_process.guard_facts import DealFacts, LineFacts


def facts_of(content: Content, stage: Stage | StageRef, now: datetime) -> DealFacts:
    """The deal in this stage at this moment; a deal that nobody dated is as old as the moment."""
    probability = probability_of(stage.category, content.probability, stage.probability)
    return DealFacts(
        now=now,
        name=content.name,
        stage=stage.key,
        stage_since=content.entered_at or now,
        opened_at=content.opened_at or now,
        probability=probability,
        amount=content.amount.amount if content.amount else None,
        currency=content.amount.currency if content.amount else None,
        owner_id=content.owner_id,
        customer_id=content.customer_id,
        source=content.source,
        region=content.region,
        expected_close=content.expected_close,
        forecast_category=category_of(stage.category, content.forecast_category, stage.forecast_category, probability),
        lines=tuple(_line(line) for line in content.lines),
        checklist=frozenset(item for key, item in content.done if key == stage.key),
    )


def _line(line: Line) -> LineFacts:
    return LineFacts(
        product_id=line.product_id,
        product_name=line.product_name,
        quantity=line.quantity,
        unit_price=line.unit_price.amount,
    )
