"""What changes about an open deal where it stands: lines, amount, expected close, forecast and checklist."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from msgspec import UNSET

from services.pipeline.domain.deal.commands import (
    ChangeDealAmount,
    ChangeDealExpectedClose,
    ChangeDealForecast,
    ChangeDealLines,
    Terms,
    TickDealChecklistItem,
)
from services.pipeline.domain.deal.conversion import converted
from services.pipeline.domain.deal.events import (
    DealAmountChanged,
    DealChecklistItemTicked,
    DealEvent,
    DealExpectedCloseChanged,
    DealForecastChanged,
    DealLinesChanged,
)
from services.pipeline.domain.deal.journey import on_its_version
from services.pipeline.domain.deal.lines import checked_lines, in_currency_of, total_of
from services.pipeline.domain.deal.refusals import ChecklistItemUnknown, ForecastNotOpen, ProbabilityOutOfRange
from services.pipeline.domain.deal.stages import stage_of
from services.pipeline.domain.deal.state import Content
from services.pipeline.domain.money import amount_of

CERTAIN = 100


def change(content: Content, command: Terms) -> Sequence[DealEvent]:
    """The facts of a change; none where nothing is different."""
    match command:
        case ChangeDealLines():
            return _lines(content, command)
        case ChangeDealAmount():
            return _amount(content, command)
        case ChangeDealExpectedClose():
            before, after = content.expected_close, command.expected_close
            return [] if before == after else [DealExpectedCloseChanged(before=before, after=after)]
        case ChangeDealForecast():
            return _forecast(content, command)
        case TickDealChecklistItem():
            return _tick(content, command)
        case _:
            assert_never(command)


def _lines(content: Content, command: ChangeDealLines) -> Sequence[DealEvent]:
    """The amount follows the lines; taking the last line away leaves it as it was."""
    lines = checked_lines(command.lines, command.retired, kept=content.lines)
    if lines == content.lines:
        return []
    amount = total_of(lines) or content.amount
    return [
        DealLinesChanged(
            before=content.lines,
            after=lines,
            amount_before=content.amount,
            amount_after=amount,
            converted=converted(amount, command.rates),
        )
    ]


def _amount(content: Content, command: ChangeDealAmount) -> Sequence[DealEvent]:
    """A deal without lines may change its currency, which the event shows; lines hold it to theirs."""
    after = command.amount and in_currency_of(amount_of(command.amount, "/amount"), total_of(content.lines))
    if after == content.amount:
        return []
    return [DealAmountChanged(before=content.amount, after=after, converted=converted(after, command.rates))]


def _forecast(content: Content, command: ChangeDealForecast) -> Sequence[DealEvent]:
    category = content.forecast_category if command.category is UNSET else command.category
    probability = content.probability if command.probability is UNSET else command.probability
    if category == "closed":
        raise ForecastNotOpen(field="/category")
    if probability is not None and not 0 <= probability <= CERTAIN:
        raise ProbabilityOutOfRange(field="/probability")
    if (category, probability) == (content.forecast_category, content.probability):
        return []
    return [
        DealForecastChanged(
            category_before=content.forecast_category,
            category_after=category,
            probability_before=content.probability,
            probability_after=probability,
        )
    ]


def _tick(content: Content, command: TickDealChecklistItem) -> Sequence[DealEvent]:
    on_its_version(content, command.definition)
    stage = stage_of(command.definition, command.stage, "/stage")
    if command.item not in {item.key for item in stage.checklist}:
        raise ChecklistItemUnknown(f"{stage.name!r} has no item {command.item!r}.", field="/item")
    if ((stage.key, command.item) in content.done) == command.done:
        return []
    return [DealChecklistItemTicked(stage=stage.key, item=command.item, done=command.done)]
