"""Numbers that are made of activities and tasks, and of what was meant to be won."""

from datetime import UTC, datetime

from services.analytics.api.lists_query import WorkQuery
from services.analytics.api.money_query import QuotaQuery
from services.analytics.api.number_parts import ONE, EventBehind, QuotaBehind, WorkBehind
from services.analytics.api.number_query import Asking
from services.analytics.projections.attainment import Attainment
from services.analytics.projections.contribution import Contribution
from services.analytics.projections.explanations import WorkEvent
from services.analytics.projections.quota import quota
from services.analytics.projections.work_list import Work, work_of
from shared.http.pages import Page


async def of_work(asking: Asking) -> Page[WorkBehind]:
    """Activities and tasks, each as often as it counts."""
    asked, page = asking.asked.of_list(WorkQuery), asking.page
    async with asking.now(asked.filters()) as question:
        rows = await work_of(question, datetime.now(UTC), asked.listed(), page.after, page.limit + 1)
    found: Page[Work] = page.of(rows, key=lambda one: (one.day, one.id, one.time))
    events = await asking.explainer.explanations.of_work([one.id for one in found.items])
    parts = [
        WorkBehind(work=one, contribution=ONE, events=[_event(event) for event in events.get(one.id, ())])
        for one in found.items
    ]
    return Page(items=parts, page=found.page)


def _event(event: WorkEvent) -> EventBehind:
    plain = ("version", "event_id", "type", "actor", "occurred_at", "recorded_at")
    return EventBehind(changes={}, **{name: getattr(event, name) for name in plain})


async def of_quotas(asking: Asking) -> Page[QuotaBehind]:
    """The quotas of the people or teams asked for."""
    asked, page = asking.asked.of_list(QuotaQuery), asking.page
    async with asking.question(asked) as question:
        report = await quota(question, asked.wish())
    rest = [one for one in report.quotas if page.after is None or _place(one) > tuple(page.after)]
    found: Page[Attainment] = page.of(sorted(rest, key=_place), key=_place)
    parts = [
        QuotaBehind(quota=one, contribution=Contribution(value=one.quota, currency=one.currency)) for one in found.items
    ]
    return Page(items=parts, page=found.page)


def _place(one: Attainment) -> tuple[str, str, str]:
    return one.period, one.holder, str(one.holder_id)
