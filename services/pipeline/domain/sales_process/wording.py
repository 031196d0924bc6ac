"""Words for people about what is drawn, in English and Chinese."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from services.pipeline.domain.sales_process.drawing import Action, AssignOwner, CreateTask, Notify, SetField

Language = Literal["en", "zh"]

FIELD_NAMES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "customer_id": ("customer", "客户"),
        "owner_id": ("owner", "负责人"),
        "amount": ("amount", "金额"),
        "lines": ("products", "产品"),
        "expected_close": ("expected close", "预计成交日"),
        "expected_close_in_days": ("expected close in days", "预计成交天数"),
        "source": ("source", "来源"),
        "region": ("region", "区域"),
        "forecast_category": ("forecast category", "预测类别"),
    }
)
CATEGORY_NAMES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {"open": ("open", "进行中"), "on_hold": ("on hold", "暂停"), "won": ("won", "赢单"), "lost": ("lost", "输单")}
)
FORECAST_NAMES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "pipeline": ("pipeline", "管道"),
        "best_case": ("best case", "最佳情况"),
        "most_likely": ("most likely", "最可能"),
        "commit": ("commit", "承诺"),
        "closed": ("closed", "已成交"),
        "omitted": ("omitted", "不计入"),
    }
)
WHEN_NAMES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {"enter": ("on entry", "进入时"), "leave": ("on leaving", "离开时"), "idle": ("when idle", "闲置时")}
)


def named_in(names: Mapping[str, tuple[str, str]], word: str, language: Language) -> str:
    """A word of ours in this language; one that we do not know stays as it is."""
    english, chinese = names.get(word, (word, word))
    return english if language == "en" else chinese


def action_words(action: Action, language: Language) -> str:
    """What an automation does."""
    english = language == "en"
    match action:
        case CreateTask():
            return f"task “{action.title}”" if english else f"创建任务“{action.title}”"
        case SetField():
            field, value = named_in(FIELD_NAMES, action.field, language), action.value or "-"
            return f"{field} = {value}" if english else f"设置{field}为{value}"
        case AssignOwner():
            how = {"round_robin": ("in turn", "轮流"), "least_load": ("by load", "按负载")}[action.how]
            return f"assigned {how[0]}" if english else f"{how[1]}分配负责人"
        case Notify():
            return f"notification “{action.text}”" if english else f"通知“{action.text}”"
