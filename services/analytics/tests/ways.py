"""Random histories of deals on drawn processes: allowed moves and others, overrides, migrations, deletions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from services.analytics.tests.happening import Log, named

FIRST_DAY = datetime(2024, 11, 20, 15, 30, tzinfo=UTC)
ROUTE, SHOP = named("process", "route"), named("process", "shop")


def drawn_stage(key: str, category: str = "open", sla_days: int | None = None) -> dict[str, Any]:
    """A stage as a drawing has it; as a StageRef it is the same."""
    return {"key": key, "name": key.title(), "category": category, "probability": 50, "sla_days": sla_days}


def arrows(*pairs: str) -> list[dict[str, str]]:
    """Moves, each written `talk>offer`."""
    return [dict(zip(("from_stage", "to_stage"), pair.split(">"), strict=True)) for pair in pairs]


TALK, OFFER = drawn_stage("talk", sla_days=3), drawn_stage("offer", sla_days=10)
WAIT, SIGN = drawn_stage("wait", "on_hold"), drawn_stage("sign")
WON, LOST = drawn_stage("won", "won"), drawn_stage("lost", "lost")
STAGES: dict[tuple[Any, int], list[dict[str, Any]]] = {
    (ROUTE, 1): [TALK, OFFER, WAIT, SIGN, WON, LOST],
    (ROUTE, 2): [OFFER, TALK | {"sla_days": 1}, SIGN, LOST, WON],
    (SHOP, 1): [drawn_stage("cart"), drawn_stage("sign"), LOST, drawn_stage("gone", "lost"), WON],
}
MOVES = {
    (ROUTE, 1): arrows("talk>offer", "offer>check", "check>sign", "check>talk", "sign>won", "talk>wait", "wait>talk")
    + arrows("talk>lost", "offer>lost", "sign>lost"),
    (ROUTE, 2): arrows("offer>talk", "talk>sign", "sign>won", "sign>lost"),
    (SHOP, 1): arrows("cart>sign", "sign>won", "cart>lost", "cart>gone"),
}
DECISIONS = {(ROUTE, 1): [{"key": "check", "name": "Good?"}]}
PEOPLE = ("anna", "ben", "cleo")
REGIONS = (None, "North", "South")
SOURCES = (None, "web", "fair")
VERBS = ("move",) * 6 + (
    "win",
    "win",
    "lose",
    "reopen",
    "assign",
    "correct",
    "amount",
    "lines",
    "delete",
    "migrate",
    "tick",
)

Act = tuple[int, str, int, int]
ACTS = st.lists(
    st.tuples(st.integers(0, 5), st.sampled_from(VERBS), st.integers(0, 23), st.integers(0, 900)),
    min_size=25,
    max_size=100,
)


@dataclass(slots=True)
class Told:
    """How far one deal's story has come."""

    process: Any
    version: int
    stage: dict[str, Any]
    at: datetime
    deleted: bool = False


def drawings() -> Log:
    """The log of pipeline once the processes are drawn."""
    log = Log("pipeline")
    for process, name in ((ROUTE, "Route"), (SHOP, "Shop")):
        log.happened(process, "SalesProcessCreated", name=name)
    for (process, number), stages in STAGES.items():
        drawn: dict[str, Any] = {
            "stages": stages,
            "moves": MOVES[process, number],
            "decisions": DECISIONS.get((process, number), []),
        }
        log.happened(process, "SalesProcessVersionDrafted", number=number, **drawn)
        log.happened(process, "SalesProcessVersionPublished", number=number)
    return log


def ways_log(acts: Sequence[Act]) -> Log:
    """The log of pipeline after these acts; the first one about a deal opens it."""
    log, told = drawings(), dict[int, Told]()
    for deal, verb, choice, hours in acts:
        if deal not in told:
            told[deal] = _begin(log, deal, choice, hours)
        elif (happened := _next(told[deal], verb, choice)) is not None:
            name, data = happened
            told[deal].at += timedelta(hours=hours, seconds=choice)
            log.happened(named("deal", deal), name, told[deal].at, **data)
    return log


def _begin(log: Log, deal: int, choice: int, hours: int) -> Told:
    process, version = tuple(STAGES)[(choice // 2) % 3]
    stages = [one for one in STAGES[process, version] if one["category"] == "open"]
    told = Told(process, version, stages[(choice % 5) // 3 % len(stages)], FIRST_DAY + timedelta(hours=hours))
    data = {
        "name": f"Deal {deal}",
        "process_id": process,
        "process_version": version,
        "stage": told.stage,
        "lines": lines(choice),
        "owner_id": owner(choice),
        "customer_id": named("customer", ("Acme", "兴业")[choice % 2]) if choice % 3 else None,
        "amount": amount(choice, deal),
        "source": SOURCES[choice % 3],
        "region": REGIONS[choice % 3],
    }
    log.happened(named("deal", deal), "DealOpened", told.at, **data)
    return told


def owner(choice: int) -> Any:
    """Somebody, or nobody."""
    return named("person", PEOPLE[choice % 4]) if choice % 4 < len(PEOPLE) else None


def amount(choice: int, deal: int) -> dict[str, str] | None:
    """Money in the deal's currency, or none."""
    return {"amount": f"{choice}.50", "currency": ("USD", "CNY")[deal % 2]} if choice % 5 else None


def lines(choice: int) -> list[dict[str, Any]]:
    """None, one or two products."""
    priced = {"quantity": "1", "unit_price": {"amount": "10", "currency": "CNY"}}
    return [{"product_id": named("product", product)} | priced for product in ("pen", "ink")[: choice % 3]]


def _next(told: Told, verb: str, choice: int) -> tuple[str, dict[str, Any]] | None:
    closed, here = told.stage["category"] in ("won", "lost"), told.stage
    if told.deleted:
        if verb not in ("delete", "move"):
            return None
        told.deleted = False
        return "DealRestored", {}
    override = {"override": {"reason": "the boss said so", "rules": ["move-not-allowed"]}} if choice % 7 == 0 else {}
    match verb:
        case "delete":
            told.deleted = True
            return "DealDeleted", {}
        case "move" | "reopen" if closed == (verb == "reopen"):
            goal = _enter(told, ("open", "on_hold"), choice)
            if verb == "reopen":
                return "DealReopened", {"from_stage": here, "stage": goal}
            return "DealStageChanged", {"from_stage": here, "to_stage": goal} | override
        case "win" if not closed:
            goal, money = _enter(told, ("won",), choice), {"amount": f"{choice}.25", "currency": "CNY"}
            return "DealWon", {"from_stage": here, "stage": goal, "amount": money} | override
        case "lose" if not closed:
            return "DealLost", {"from_stage": here, "stage": _enter(told, ("lost",), choice), "reason": "price"}
        case "migrate" if told.process == ROUTE and not closed:
            return _migrate(told, choice)
        case "amount" if not closed:
            return "DealAmountChanged", {"before": None, "after": amount(choice, choice)}
        case "lines" if not closed:
            return "DealLinesChanged", {"after": lines(choice), "amount_after": amount(choice, choice)}
    return _aside(verb, choice)


def _aside(verb: str, choice: int) -> tuple[str, dict[str, Any]] | None:
    """What moves no deal."""
    field, values = (("source", SOURCES), ("region", REGIONS))[choice % 2]
    return {
        "assign": ("DealAssigned", {"owner_id": owner(choice)}),
        "correct": ("DealCorrected", {"changes": {field: {"before": None, "after": values[choice % 3]}}}),
        "tick": ("DealChecklistItemTicked", {"stage": "talk", "item": "call", "done": True}),
    }.get(verb)


def _enter(told: Told, categories: tuple[str, ...], choice: int) -> dict[str, Any]:
    goals = [one for one in STAGES[told.process, told.version] if one["category"] in categories]
    told.stage = goals[choice % len(goals)]
    return told.stage


def _migrate(told: Told, choice: int) -> tuple[str, dict[str, Any]]:
    before, here, version = told.version, told.stage, 3 - told.version
    told.version = version
    same = [one for one in STAGES[told.process, version] if one["key"] == here["key"]]
    told.stage = same[0] if same and choice % 2 else _enter(told, ("open",), choice)
    between = {"from_version": before, "to_version": version, "from_stage": here, "to_stage": told.stage}
    return "DealMigrated", between | {"reason": "a better way"}
