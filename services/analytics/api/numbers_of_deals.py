"""Numbers that are made of deals: each deal with what it contributes."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from services.analytics.api.explain import END_OF_TIME
from services.analytics.api.number_parts import DealBehind, told
from services.analytics.api.number_query import Asking, DealsBehindQuery
from services.analytics.domain.measure.measure import Measure
from services.analytics.projections.coins import worth
from services.analytics.projections.contribution import OF_STAYS, Reading, contribution_of, stays_behind
from services.analytics.projections.deal_list import counted, rows_behind
from services.analytics.projections.explanation import DealEvent
from services.analytics.projections.report import Question
from shared.http.pages import Page


async def of_deals(asking: Asking) -> Page[DealBehind]:
    """The deals of the list with the events of the measure's kinds."""
    asked, measure = asking.asked.of_list(DealsBehindQuery), asking.measure
    async with asking.question(asked) as question:
        rows = await rows_behind(question, asked.behind(), *asking.after_deal())
        reading = await _reading(question, measure, asked, rows)
    instants = (asked.as_of or END_OF_TIME, asked.known_at or END_OF_TIME)
    events = await asking.explainer.explanations.behind([row["id"] for row in rows], measure.source, instants)
    parts = [_behind(measure, row, events.get(row["id"], ()), reading) for row in rows]
    return asking.page.of(parts, key=lambda part: (part.deal.id,))


async def _reading(question: Question, measure: Measure, asked: DealsBehindQuery, rows: Sequence[Any]) -> Reading:
    needs = measure.per_deal in OF_STAYS and asked.clock != "current_age"
    deals = [row["id"] for row in rows] if needs else []
    return Reading(
        worth=await worth(question, asked.coins()),
        now=asked.as_of or datetime.now(UTC),
        zone=ZoneInfo(question.selection.time_zone),
        products=asked.product,
        clock=asked.clock,
        stays=await stays_behind(question, asked.behind(), deals) if deals else {},
    )


def _behind(measure: Measure, row: Any, events: Sequence[DealEvent], reading: Reading) -> DealBehind:
    part = contribution_of(measure.per_deal, row, reading) if measure.per_deal else None
    return DealBehind(deal=counted(row), contribution=part, events=[told(event) for event in events])
