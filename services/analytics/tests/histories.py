"""Random but lawful histories of deals: whatever is drawn becomes the next thing that pipeline would let happen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from services.analytics.tests.happening import Log, line, named, stage
from shared.eventstore.recorded import Recorded

FIRST_DAY = datetime(2016, 11, 1, 15, 30, tzinfo=UTC)
PEOPLE = ("anna", "ben", "cleo")
TEAM_OF = {"anna": "east", "ben": "far east", "cleo": "west"}
PARENT_OF = {"east": None, "far east": "east", "west": None}
PRODUCTS = ("GTX", "MG", "扫描仪")
REGION_OF = {"Acme": "North", "兴业": "上海"}
TALK, OFFER, WAIT, SIGN = stage("talk"), stage("offer") | {"idle_days": 20}, stage("wait", "on_hold"), stage("sign")
WON, LOST = stage("won", "won"), stage("lost", "lost")
PROCESSES = {
    ("b2b", 1): [TALK, OFFER, WAIT, SIGN, WON, LOST],
    ("b2b", 2): [TALK, WAIT, SIGN, OFFER | {"name": "Proposal"}, LOST, WON],
    ("shop", 1): [stage("cart"), LOST, stage("gone", "lost"), stage("paid", "won")],
}
REASONS: tuple[dict[str, str], ...] = (
    {"reason": "price"},
    {"reason": "price", "competitor": "Initech"},
    {"reason": "time", "competitor": "Initech"},
    {"reason": "time"},
)
VERBS = (
    "move", "move", "move", "win", "win", "lose", "reopen", "assign", "amount", "lines", "correct", "delete", "migrate",
    "close", "forecast",
)  # fmt: skip

Action = tuple[int, str, int, int]
ACTIONS = st.lists(
    st.tuples(st.integers(0, 4), st.sampled_from(VERBS), st.integers(0, 11), st.integers(0, 90)),
    min_size=25,  # shorter histories hold few moves, so few mistakes could be seen in them
    max_size=90,
)


@dataclass(slots=True)
class Told:
    """How far one deal's story has come."""

    process: tuple[str, int]
    stage: dict[str, Any]
    at: datetime
    deleted: bool = False


def directory() -> Log:
    """Our people, their teams and the customers."""
    log = Log("customer")
    for team, parent in PARENT_OF.items():
        log.happened(named("team", team), "TeamCreated", name=team, parent_id=parent and named("team", parent))
    for person in PEOPLE:
        belongs = named("team", TEAM_OF[person])
        log.happened(named("person", person), "PersonAdded", name=person.title(), subject=person, team_id=belongs)
    for customer, region in REGION_OF.items():
        log.happened(named("customer", customer), "CustomerCreated", name=customer, kind="company", region=region)
    return log


def deals_log(actions: Sequence[Action]) -> Log:
    """The log of pipeline after these actions; the first one about a deal opens it."""
    log = Log("pipeline")
    for (name, number), stages in PROCESSES.items():
        if number == 1:
            log.happened(named("process", name), "SalesProcessCreated", name=name.title())
        log.happened(named("process", name), "SalesProcessVersionDrafted", number=number, stages=stages, moves=[])
    for product in PRODUCTS:
        log.happened(named("product", product), "ProductAdded", name=product, list_price=_money(10, "USD"))
    told: dict[int, Told] = {}
    for deal, verb, choice, days in actions:
        if deal in told:
            _continue(log, deal, told[deal], verb, choice, days)
        else:
            told[deal] = _begin(log, deal, choice, days)
    return log


def shuffled(events: Sequence[Recorded], order: Sequence[int]) -> list[Recorded]:
    """The events with streams interleaved another way; inside each stream nothing moves."""
    waiting: dict[Any, list[Recorded]] = {}
    for event in events:
        waiting.setdefault(event.stream_id, []).append(event)
    queues, mixed = list(waiting.values()), []
    for turn in [*order, *([0] * len(events))]:
        if queues:
            queue = queues[turn % len(queues)]
            mixed.append(queue.pop(0))
            if not queue:
                queues.remove(queue)
    return mixed


def _begin(log: Log, deal: int, choice: int, days: int) -> Told:
    process = tuple(PROCESSES)[choice % 3]
    open_stages = [one for one in PROCESSES[process] if one["category"] == "open"]
    told = Told(process, open_stages[choice % len(open_stages)], FIRST_DAY + timedelta(days=days, hours=choice))
    log.happened(
        named("deal", deal),
        "DealOpened",
        told.at,
        name=f"Deal {deal}",
        process_id=named("process", process[0]),
        process_version=process[1],
        stage=told.stage,
        owner_id=_owner(choice),
        customer_id=named("customer", ("Acme", "兴业")[choice % 2]) if choice % 3 else None,
        amount=_money(choice * 100, _currency(deal)) if choice % 5 else None,
        converted=_worth(_money(choice * 100, _currency(deal)), days) if choice % 5 else None,
        expected_close=_close(choice + 1) if days % 3 else None,
        lines=_lines(choice, _currency(deal)),
        source=("web", None, "fair")[choice % 3],
        region="South" if choice % 4 == 0 else None,
    )
    return told


def _continue(log: Log, deal: int, told: Told, verb: str, choice: int, days: int) -> None:
    event = _next(deal, told, verb, choice)
    if event is not None:
        name, data = event
        data |= _rated(data, days)
        told.at += timedelta(days=days % 30, hours=choice)
        log.happened(named("deal", deal), name, told.at, **data)


def _next(deal: int, told: Told, verb: str, choice: int) -> tuple[str, dict[str, Any]] | None:
    """What the verb means now; None where pipeline would refuse."""
    closed, here = told.stage["category"] in ("won", "lost"), told.stage
    if told.deleted and verb != "delete":
        told.deleted = False
        return "DealRestored", {}
    match verb:
        case "delete":
            told.deleted = not told.deleted
            return ("DealDeleted" if told.deleted else "DealRestored"), {}
        case "move" | "reopen" if closed == (verb == "reopen"):
            goal = _enter(told, ("open", "on_hold"), choice)
            if verb == "reopen":
                return "DealReopened", {"from_stage": here, "stage": goal}
            return None if goal == here else ("DealStageChanged", {"from_stage": here, "to_stage": goal})
        case "win" if not closed:
            final = _money(choice * 7, _currency(deal)) if choice % 5 else None
            return "DealWon", {"from_stage": here, "stage": _enter(told, ("won",), choice), "amount": final}
        case "lose" if not closed:
            return "DealLost", {"from_stage": here, "stage": _enter(told, ("lost",), choice), **REASONS[choice % 4]}
        case "assign":
            return "DealAssigned", {"owner_id": _owner(choice)}
        case "correct":
            return "DealCorrected", {"changes": {"source": {"before": None, "after": ("fair", "web")[choice % 2]}}}
        case "amount" if not closed:
            return "DealAmountChanged", {
                "after": _money(choice, _currency(deal + choice // 10)) if choice % 4 else None
            }
        case "lines" if not closed:
            changed = {"before": [], "after": _lines(choice, _currency(deal))}
            return "DealLinesChanged", changed | {"amount_after": _money(choice * 3, _currency(deal))}
    return _next_of_terms(told, verb, choice) if not closed else None


def _next_of_terms(told: Told, verb: str, choice: int) -> tuple[str, dict[str, Any]] | None:
    """What the verb means for an open deal where it stands."""
    here = told.stage
    match verb:
        case "migrate" if told.process[0] == "b2b":
            version = told.process[1]
            told.process = ("b2b", 3 - version)
            goal = _enter(told, ("open", "on_hold"), choice)
            moved = {"from_stage": here, "to_stage": goal, "reason": "new drawing"}
            return "DealMigrated", {"from_version": version, "to_version": 3 - version, **moved}
        case "close":
            return "DealExpectedCloseChanged", {"after": _close(choice)}
        case "forecast":
            own = {"category_after": (None, "commit", "omitted")[choice % 3]}
            return "DealForecastChanged", own | {"probability_after": (None, 80)[choice % 2]}
        case _:
            return None
    return None


def _enter(told: Told, categories: tuple[str, ...], choice: int) -> dict[str, Any]:
    goals = [one for one in PROCESSES[told.process] if one["category"] in categories]
    told.stage = goals[choice % len(goals)]
    return told.stage


def _owner(choice: int) -> Any:
    return named("person", PEOPLE[choice % 4]) if choice % 4 < len(PEOPLE) else None


def _close(choice: int) -> str | None:
    return None if choice == 0 else f"2016-{11 + choice % 2}-{1 + choice * 2:02}"


def _rated(data: dict[str, Any], days: int) -> dict[str, Any]:
    """What pipeline adds to an event with an amount: its worth in the company's money, where it knew a rate."""
    money = next((data[name] for name in ("after", "amount", "amount_after") if isinstance(data.get(name), dict)), None)
    return {"converted": _worth(money, days)} if money else {}


def _worth(money: dict[str, str], days: int) -> dict[str, Any] | None:
    rate = days % 4  # 0: there is no rate for this day
    worth = {"amount": str((Decimal(money["amount"]) * rate).quantize(Decimal("0.01"))), "currency": "EUR"}
    return worth | {"rate": str(rate), "rate_day": "2016-11-01"} if rate else None


def _currency(deal: int) -> str:
    return ("USD", "USD", "JPY")[deal % 3]


def _money(amount: int, currency: str) -> dict[str, str]:
    return {"amount": str(amount) if currency == "JPY" else f"{amount}.{amount % 100:02}", "currency": currency}


def _lines(choice: int, currency: str) -> list[dict[str, Any]]:
    products = PRODUCTS[: choice % 4]
    return [line(product, f"{at + choice % 3}", f"{at * 3}.5", currency) for at, product in enumerate(products)]
