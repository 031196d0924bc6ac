"""Numbers that are made of changes of deals: bars of waterfalls, deeds of owners, slips."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from services.analytics.api.explain import END_OF_TIME
from services.analytics.api.lists_query import DeedsQuery, SlipsQuery
from services.analytics.api.number_parts import ONE, ChangeBehind, EventBehind, NamedDeal, told
from services.analytics.api.number_query import Asking
from services.analytics.api.waterfall_query import BarQuery
from services.analytics.domain.measure.measure import Measure
from services.analytics.projections.contribution import Contribution
from services.analytics.projections.deed_list import OwnersDeed, deeds_of
from services.analytics.projections.explanation import DealEvent
from services.analytics.projections.figures import Money
from services.analytics.projections.pipeline_moves import BARS, OUT
from services.analytics.projections.slip_list import SlipEvent, slips_of
from services.analytics.projections.waterfall_lists import Asked, BarDeal, BarEvent, deals_in, events_in, moves_of
from shared.http.pages import Page

UNSIGNED = "bar_amount"


async def of_bar(asking: Asking) -> Page[ChangeBehind]:
    """The deals of a bar with the events that made it so; of a gross one the events one by one."""
    bar = asking.asked.of_list(BarQuery).asked(ZoneInfo(asking.explainer.reports.time_zone))
    if bar.bar not in BARS:
        return await _of_stand(asking, bar)
    return await (_of_events(asking, bar) if bar.basis == "gross" else _of_deals(asking, bar))


async def _of_stand(asking: Asking, bar: Asked) -> Page[ChangeBehind]:
    """What stood at an end, with the events up to it."""
    async with asking.question(asking.asked) as question:
        found = asking.page.of(await deals_in(question, bar, *asking.after_deal()), key=lambda one: (one.deal_id,))
    instant = bar.stretch.start if bar.bar == "start" else bar.stretch.end
    instants = (instant or END_OF_TIME, asking.asked.known_at or END_OF_TIME)
    deals = [one.deal_id for one in found.items]
    events = await asking.explainer.explanations.behind(deals, asking.measure.source, instants)
    parts = [
        _change(one, _in_bar(asking.measure, bar, one), map(told, events.get(one.deal_id, ()))) for one in found.items
    ]
    return Page(items=parts, page=found.page)


async def _of_deals(asking: Asking, bar: Asked) -> Page[ChangeBehind]:
    """The deals of a net bar, with all that moved their value from start to end."""
    async with asking.question(asking.asked) as question:
        found = asking.page.of(await deals_in(question, bar, *asking.after_deal()), key=lambda one: (one.deal_id,))
        moves = await moves_of(question, bar, [one.deal_id for one in found.items])
    events = await _shown(asking, [move for some in moves.values() for move in some])
    parts = [
        _change(one, _in_bar(asking.measure, bar, one), _once(moves.get(one.deal_id, ()), events))
        for one in found.items
    ]
    return Page(items=parts, page=found.page)


async def _of_events(asking: Asking, bar: Asked) -> Page[ChangeBehind]:
    """The events of a gross bar."""
    page = asking.page
    async with asking.question(asking.asked) as question:
        rows = await events_in(question, bar, page.after, page.limit + 1)
    found = page.of(rows, key=lambda one: (one.occurred_at, one.deal_id, one.version, one.bar))
    events = await _shown(asking, found.items)
    parts = [_change(one, _in_bar(asking.measure, bar, one), _once([one], events)) for one in found.items]
    return Page(items=parts, page=found.page)


async def of_deeds(asking: Asking) -> Page[ChangeBehind]:
    """Openings and moves forward, one by one."""
    asked, page = asking.asked.of_list(DeedsQuery), asking.page
    async with asking.question(asked) as question:
        rows = await deeds_of(question, asked.listed(), page.after, page.limit + 1)
    found: Page[OwnersDeed] = page.of(rows, key=lambda one: (one.occurred_at, one.deal_id, one.version))
    events = await asking.explainer.explanations.told([one.event_id for one in found.items])
    parts = [_change(one, ONE, _known(events, one.event_id)) for one in found.items]
    return Page(items=parts, page=found.page)


async def of_slips(asking: Asking) -> Page[ChangeBehind]:
    """Moves of expected closes, one by one: each counts once, or with its amount."""
    asked, page = asking.asked.of_list(SlipsQuery), asking.page
    async with asking.question(asked) as question:
        rows = await slips_of(question, asked.listed(), page.after, page.limit + 1)
    found: Page[SlipEvent] = page.of(rows, key=lambda one: (one.at, one.deal_id, one.version))
    events = await asking.explainer.explanations.told([one.event_id for one in found.items])
    parts = [_change(one, _slipped(asking.measure, one), _known(events, one.event_id)) for one in found.items]
    return Page(items=parts, page=found.page)


def _in_bar(measure: Measure, bar: Asked, one: BarDeal) -> Contribution:
    """What a deal or event adds: itself to a count, to the bar's size without the sign of all that goes out."""
    if measure.kind == "count":
        return ONE
    away = measure.key == UNSIGNED and bar.bar in OUT
    value = -Decimal(one.contribution) if away else Decimal(one.contribution)
    return Contribution(value=f"{value:f}", currency=one.currency)


def _slipped(measure: Measure, one: SlipEvent) -> Contribution | None:
    if measure.kind != "money":
        return ONE
    return None if one.amount is None else Contribution(value=one.amount.amount, currency=one.amount.currency)


async def _shown(asking: Asking, moves: Iterable[BarEvent]) -> dict[UUID, EventBehind]:
    """The events by id; each changes what the bar says that it changed, for that is all that the asker may see."""
    changes = {move.event_id: _changes(move) for move in moves}
    events = await asking.explainer.explanations.told(changes)
    return {event_id: told(event, changes[event_id]) for event_id, event in events.items()}


def _known(events: Mapping[UUID, DealEvent], event_id: UUID) -> list[EventBehind]:
    """The event, unless the read model of events has not come so far yet."""
    return [told(events[event_id])] if event_id in events else []


def _changes(move: BarEvent) -> dict[str, Any]:
    said = {
        "amount": (_money(move.before), _money(move.after)),
        "expected_close": (move.expected_close_before, move.expected_close_after),
    }
    return {name: {"before": was, "after": became} for name, (was, became) in said.items() if was != became}


def _money(amount: Money | None) -> dict[str, str] | None:
    return None if amount is None else asdict(amount)


def _once(moves: Iterable[BarEvent], events: Mapping[UUID, EventBehind]) -> list[EventBehind]:
    """An event that adds to two bars is one."""
    return [events[event_id] for event_id in dict.fromkeys(move.event_id for move in moves) if event_id in events]


def _change(
    one: BarDeal | OwnersDeed | SlipEvent, part: Contribution | None, events: Iterable[EventBehind]
) -> ChangeBehind:
    return ChangeBehind(deal=NamedDeal(id=one.deal_id, name=one.name), contribution=part, events=list(events))
