"""The demo's way of selling to companies, as the API takes it: a drawing that runs."""

from __future__ import annotations

from typing import Any

NAME = "B2B 销售流程 B2B sales"
BIG = 200_000
PATH = ("qualify", "discover", "propose", "negotiate")
REVIEW = "review"
TO_BE_TICKED = {"qualify": ("budget", "decider"), "review": ("approved",)}


def _item(key: str, text: str, *, required: bool = True) -> dict[str, Any]:
    return {"key": key, "text": text, "required": required}


def _automation(key: str, when: str, action: dict[str, Any], reason: str) -> dict[str, Any]:
    return {"key": key, "when": when, "action": action, "reason": reason}


def _task(title: str, due_in_days: int) -> dict[str, Any]:
    return {"kind": "create_task", "title": title, "due_in_days": due_in_days}


def _tell(text: str, *, team: bool = False) -> dict[str, Any]:
    return {"kind": "notify", "text": text, "owner": True, "team": team}


def _move(from_stage: str, to_stage: str, **more: Any) -> dict[str, Any]:
    return {"from_stage": from_stage, "to_stage": to_stage, **more}


STAGES: tuple[dict[str, Any], ...] = (
    {
        "key": "qualify",
        "name": "需求确认 Qualify",
        "category": "open",
        "probability": 10,
        "forecast_category": "pipeline",
        "required": ["customer_id"],
        "sla_days": 14,
        "idle_days": 7,
        "checklist": [
            _item("budget", "预算已了解 Budget known"),
            _item("decider", "决策人已确认 Decision maker known"),
        ],
        "automations": [
            _automation(
                "first-call",
                "enter",
                _task("首次联系客户 First call", 2),
                "两天内联系过的客户更容易成交。 Customers called within two days buy more often.",
            ),
        ],
    },
    {
        "key": "discover",
        "name": "方案沟通 Discover",
        "category": "open",
        "probability": 25,
        "forecast_category": "pipeline",
        "required": ["customer_id", "lines"],
        "sla_days": 21,
        "idle_days": 10,
        "checklist": [_item("demo", "演示已完成 Demo held", required=False)],
    },
    {
        "key": "propose",
        "name": "报价 Propose",
        "category": "open",
        "probability": 50,
        "forecast_category": "best_case",
        "required": ["amount", "lines", "expected_close"],
        "sla_days": 14,
        "idle_days": 7,
        "automations": [
            _automation(
                "send-quote",
                "enter",
                _task("发送报价 Send the quote", 3),
                "报价三天内必须发出。 A quote leaves within three days.",
            ),
            _automation(
                "quote-silent",
                "idle",
                _tell("报价后七天无回应 No answer to the quote for seven days"),
                "沉默的报价要么跟进，要么放弃。 A silent quote is followed up or given up.",  # noqa: RUF001
            ),
        ],
    },
    {
        "key": "review",
        "name": "价格评审 Price review",
        "category": "open",
        "probability": 60,
        "forecast_category": "best_case",
        "required": ["amount"],
        "sla_days": 3,
        "checklist": [_item("approved", "经理已批准价格 Manager approves the price")],
        "automations": [
            _automation(
                "tell-team",
                "enter",
                _tell("大单待评审 A big deal waits for its price review", team=True),
                "大单的价格由经理决定。 A manager decides on the price of a big deal.",
            ),
        ],
    },
    {
        "key": "negotiate",
        "name": "商务谈判 Negotiate",
        "category": "open",
        "probability": 75,
        "forecast_category": "most_likely",
        "required": ["amount", "expected_close"],
        "sla_days": 30,
        "idle_days": 10,
    },
    {
        "key": "paused",
        "name": "暂停 Paused",
        "category": "on_hold",
        "probability": 5,
        "forecast_category": "omitted",
        "automations": [
            _automation(
                "wake-up",
                "enter",
                _task("询问客户是否继续 Ask whether to go on", 30),
                "暂停的商机不应被忘记。 What is paused is not forgotten.",
            ),
        ],
    },
    {
        "key": "won",
        "name": "赢单 Won",
        "category": "won",
        "probability": 100,
        "forecast_category": "closed",
        "required": ["amount", "customer_id"],
        "automations": [
            _automation(
                "hand-over",
                "enter",
                _task("移交实施团队 Hand over to delivery", 5),
                "赢单五天内完成交接。 Delivery begins within five days.",
            ),
        ],
    },
    {"key": "lost", "name": "输单 Lost", "category": "lost", "probability": 0, "forecast_category": "omitted"},
)
DECISIONS = ({"key": "big", "name": "大单? Big deal?"},)
MOVES: tuple[dict[str, Any], ...] = (
    _move("qualify", "discover"),
    _move("discover", "propose"),
    _move("propose", "big"),
    _move(
        "big",
        "review",
        label="金额 amount ≥ 200,000",
        guard={"match": "all", "rows": [{"field": "amount", "operator": ">=", "value": str(BIG)}]},
    ),
    _move("big", "negotiate", label="否则 otherwise", default=True),
    _move("review", "negotiate", label="批准 approved"),
    _move("review", "propose", label="重新报价 new quote"),
    _move("negotiate", "won", label="签约 signed"),
    _move(
        "propose",
        "won",
        label="小单 small deal",
        guard={"match": "all", "rows": [{"field": "amount", "operator": "<", "value": "20000"}]},
    ),
    _move("discover", "qualify"),
    _move("propose", "discover"),
    _move("negotiate", "propose"),
    *(_move(stage, "paused") for stage in PATH),
    *(_move("paused", stage) for stage in PATH),
    *(_move(stage, "lost") for stage in (*PATH, "review", "paused")),
)
NOTES: tuple[dict[str, Any], ...] = (
    {
        "key": "qualified",
        "text": "没有预算和决策人就不进入方案沟通。\nNo discovery without a budget and somebody who decides.",
        "element": "qualify",
    },
    {
        "key": "four-eyes",
        "text": "20 万以上的报价由经理评审。\nA manager reviews quotes from 200,000 on.",
        "element": "big",
    },
    {
        "key": "small",
        "text": "小单可以不经谈判直接签约。\nSmall deals may be signed without a negotiation.",
        "element": "propose->won",
    },
)
DRAWING: dict[str, Any] = {
    "stages": list(STAGES),
    "moves": list(MOVES),
    "decisions": list(DECISIONS),
    "notes": list(NOTES),
}
