"""Activities and tasks per owner, kind and month: what was planned, done and is overdue, whoever asks."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.analytics.projections.activity import activity
from services.analytics.projections.report import Reports
from services.analytics.projections.selection import Filters
from services.analytics.tests.happening import Log, named
from services.analytics.tests.histories import PEOPLE, directory
from services.analytics.tests.tables import DEALS as DEALS_MODEL
from services.analytics.tests.tables import applied, contents, emptied, tables
from shared.eventstore.read_model import Pool
from shared.testing.databases import Databases

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
DAYS = st.integers(-60, 60)
WHO = st.sampled_from([*PEOPLE, None])
# (kind, owner, due in days, what became of it after so many days)
PLANS = st.lists(
    st.tuples(st.sampled_from(["call", "visit"]), WHO, DAYS, st.sampled_from(["open", "done", "cancelled"]), DAYS),
    max_size=12,
)
TASKS = st.lists(
    st.tuples(WHO, DAYS, st.lists(st.sampled_from(["done", "again", "reopen", "cancel", "assign"]), max_size=5)),
    max_size=8,
)


@pytest.fixture(scope="module")
async def pool(fresh_database: Databases) -> AsyncIterator[Pool]:
    async with tables(fresh_database) as pool:
        yield pool


def owner(who: str | None) -> Any:
    return who and named("person", who)


@settings(max_examples=25, deadline=None)
@given(plans=PLANS, tasks=TASKS, reader=st.sampled_from([("root", "admin"), ("anna", "manager"), ("ben", "rep")]))
async def test_activity_counts_what_was_planned_done_and_overdue(
    pool: Pool, plans: list[Any], tasks: list[Any], reader: tuple[str, str]
) -> None:
    people, work, expected = directory(), Log("pipeline"), Counter[Any]()
    for number, plan in enumerate(plans):
        _plan(people, number, plan, expected)
    for number, (who, days, story) in enumerate(tasks):
        _task(work, number, (who, NOW.date() + timedelta(days), story), expected)
    await emptied(pool)
    await applied(pool, people.events, batch=5)
    await applied(pool, work.events, batch=3)
    async with Reports(pool, "UTC").ask(reader[0], frozenset(reader[1:]), Filters()) as question:
        answer = await activity(question, NOW, "month")
    seen = {"admin": set(PEOPLE), "manager": {"anna", "ben"}, "rep": {"ben"}}[reader[1]]
    told = Counter[Any]()
    for row in answer.rows:
        for what in ("planned", "done", "overdue"):
            told[row.first_day, row.kind, row.owner_id, what] += getattr(row, what)
    visible = {None, *(named("person", who) for who in seen)}
    assert +told == +Counter({place: count for place, count in expected.items() if place[2] in visible})


def _plan(log: Log, number: int, plan: Any, expected: Counter[Any]) -> None:
    kind, who, days, became, later = plan
    stream, due = named("activity", number), NOW + timedelta(days)
    log.happened(stream, "ActivityPlanned", NOW, kind=kind, owner_id=owner(who), subject="s", due_at=due)
    if became == "cancelled":
        log.happened(stream, "ActivityCancelled", NOW)
        return
    _count(expected, due.date(), kind, who, "planned")
    if became == "done":
        at = NOW + timedelta(later)
        log.happened(stream, "ActivityCompleted", at)
        _count(expected, at.date(), kind, who, "done")
    elif due < NOW:
        _count(expected, due.date(), kind, who, "overdue")


@dataclass
class Story:
    """How far a task has come."""

    who: str | None
    due: date
    state: str = "open"
    done: list[tuple[str | None, date, datetime]] = field(default_factory=list)

    def next(self, verb: str, at: datetime) -> tuple[str, dict[str, Any]] | None:
        """What the verb means now; None where pipeline would refuse."""
        match verb:
            case "done" | "again" if self.state == "open":
                following, was = self.due + timedelta(30) if verb == "again" else None, self.due
                self.done.append((self.who, was, at))
                self.state, self.due = ("open" if following else "over"), following or was
                return "TaskCompleted", {"due": was, "next_due": following}
            case "reopen" if self.done or self.state == "cancelled":
                self.due, self.state = self.done.pop()[1] if self.done else self.due, "open"
                return "TaskReopened", {"due": self.due}
            case "cancel" if self.state == "open":
                self.state = "cancelled"
                return "TaskCancelled", {}
            case "assign" if self.state == "open":
                self.who = {"anna": "ben", "ben": "cleo", "cleo": None, None: "anna"}[self.who]
                return "TaskAssigned", {"assignee_id": owner(self.who)}
        return None


def _task(log: Log, number: int, told: Any, expected: Counter[Any]) -> None:
    who, due, verbs = told
    stream, story = named("task", number), Story(who, due)
    log.happened(stream, "TaskCreated", title="t", due=due, assignee_id=owner(who))
    for step, verb in enumerate(verbs):
        event = story.next(verb, NOW + timedelta(days=7 * step))
        if event:
            log.happened(stream, event[0], NOW + timedelta(days=7 * step), **event[1])
    for doer, day, at in story.done:
        _count(expected, day, "task", doer, "planned")
        _count(expected, at.date(), "task", doer, "done")
    if story.state == "open":
        _count(expected, story.due, "task", story.who, "planned")
        if story.due < NOW.date():
            _count(expected, story.due, "task", story.who, "overdue")


def _count(expected: Counter[Any], day: date, kind: str, who: str | None, what: str) -> None:
    expected[day.replace(day=1), kind, owner(who), what] += 1


async def test_rates_and_quotas_are_the_last_that_were_said(pool: Pool) -> None:
    log, stream = Log("pipeline"), named("quota", "anna")
    told: dict[str, Any] = {"of": "person", "of_id": named("person", "anna"), "period": "2026-07"}
    for amount in ("10", "20"):
        log.happened(stream, "QuotaSet", **told, amount={"amount": amount, "currency": "USD"})
    log.happened(
        named("quota", "ben"),
        "QuotaSet",
        **(told | {"of_id": named("person", "ben")}),
        amount={"amount": "5", "currency": "USD"},
    )
    log.happened(
        named("quota", "ben"),
        "QuotaWithdrawn",
        **(told | {"of_id": named("person", "ben")}),
        previous={"amount": "5", "currency": "USD"},
    )
    for rate in ("0.9", "0.8"):
        log.happened(named("rate", "USD"), "ExchangeRateSet", currency="USD", base="EUR", day="2026-01-01", rate=rate)
    await emptied(pool)
    await applied(pool, log.events)
    found = await contents(pool, DEALS_MODEL)
    assert [(row["period"], str(row["amount"])) for row in found["quota"]] == [("2026-07", "2E+1")]
    assert [str(row["rate"]) for row in found["exchange_rate"]] == ["0.8"]
