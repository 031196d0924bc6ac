"""The process by which a CRM sales system is built for a customer, as the API takes it: CRM 销售系统开发流程."""

# ruff: noqa: RUF001 - Chinese punctuation is meant as it stands

from __future__ import annotations

from typing import Any

NAME = "CRM 销售系统开发流程"
WORK = ("requirements", "design", "development", "test", "deployment")


def _item(key: str, text: str, *, required: bool = False) -> dict[str, Any]:
    return {"key": key, "text": text, "required": required}


def _stage(key: str, name: str, probability: int, sla_days: int, *checklist: dict[str, Any]) -> dict[str, Any]:
    stage = {"key": key, "name": name, "category": "open", "probability": probability, "sla_days": sla_days}
    return {**stage, "checklist": list(checklist)}


def _move(from_stage: str, to_stage: str, **more: Any) -> dict[str, Any]:
    return {"from_stage": from_stage, "to_stage": to_stage, **more}


def _done(item: str) -> dict[str, Any]:
    return {"match": "all", "rows": [{"field": "checklist", "operator": "contains", "value": item}]}


def _task(key: str, title: str, due_in_days: int, reason: str) -> dict[str, Any]:
    action = {"kind": "create_task", "title": title, "due_in_days": due_in_days}
    return {"key": key, "when": "enter", "action": action, "reason": reason}


STAGES: tuple[dict[str, Any], ...] = (
    {
        **_stage(
            "requirements",
            "需求分析",
            20,
            20,
            _item("interviews", "访谈销售、管理和运维人员", required=True),
            _item("specified", "需求规格说明书已通过评审"),
        ),
        "required": ["customer_id"],
        "automations": [_task("kick-off", "召开项目启动会", 3, "所有相关方在开始时就目标达成一致。")],
    },
    _stage(
        "design",
        "系统设计",
        40,
        25,
        _item("events", "领域事件、流程和接口已画出", required=True),
        _item("designed", "设计文档已通过评审"),
    ),
    _stage("development", "开发", 60, 60, _item("reviewed", "代码已评审并合并", required=True)),
    {
        **_stage("test", "测试", 75, 20, _item("passed", "测试用例全部通过"), _item("load", "压力测试已完成")),
        "automations": [_task("test-plan", "按测试计划执行用例", 5, "测试从计划开始，而不是从代码开始。")],
    },
    _stage(
        "deployment",
        "部署与维护",
        90,
        30,
        _item("trained", "用户培训已完成", required=True),
        _item("accepted", "客户已签署验收单"),
    ),
    {"key": "paused", "name": "项目暂停", "category": "on_hold", "probability": 10},
    {"key": "won", "name": "上线验收", "category": "won", "probability": 100},
    {"key": "lost", "name": "项目终止", "category": "lost", "probability": 0},
)
DECISIONS = (
    {"key": "requirements-review", "name": "需求评审"},
    {"key": "design-review", "name": "设计评审"},
    {"key": "tests-pass", "name": "测试通过?"},
)
MOVES: tuple[dict[str, Any], ...] = (
    _move("requirements", "requirements-review"),
    _move("requirements-review", "design", label="通过", guard=_done("specified")),
    _move("requirements-review", "requirements", label="未通过，补充需求", default=True),
    _move("design", "design-review"),
    _move("design-review", "development", label="通过", guard=_done("designed")),
    _move("design-review", "design", label="未通过，修改设计", default=True),
    _move("development", "test"),
    _move("test", "tests-pass"),
    _move("tests-pass", "deployment", label="通过", guard=_done("passed")),
    _move("tests-pass", "development", label="未通过，返工", default=True),
    _move("deployment", "won", label="验收", guard=_done("accepted")),
    _move("deployment", "requirements", label="新需求"),
    *(_move(stage, "paused") for stage in ("design", "development")),
    *(_move("paused", stage) for stage in ("design", "development")),
    *(_move(stage, "lost") for stage in (*WORK[:4], "paused")),
)
NOTES: tuple[dict[str, Any], ...] = (
    {
        "key": "modules",
        "text": "识别模块：客户、商机、分析、通知；每个模块单独部署。",
        "element": "requirements",
    },
    {"key": "symbols", "text": "矩形＝步骤，菱形＝判断，箭头＝允许的流转，注释＝说明。"},
    {"key": "requirements-four-eyes", "text": "评审人不能是作者本人。", "element": "requirements-review"},
    {"key": "design-record", "text": "每个设计决定记录理由和测量结果。", "element": "design"},
    {"key": "rework", "text": "返工次数在流程图上可见，超过两次要复盘。", "element": "tests-pass->development"},
    {"key": "maintenance", "text": "上线后持续监控；新需求回到需求分析。", "element": "deployment"},
)
DRAWING: dict[str, Any] = {
    "stages": list(STAGES),
    "moves": list(MOVES),
    "decisions": list(DECISIONS),
    "notes": list(NOTES),
}
