"""A difference as sentences, in English and Chinese."""

# ruff: noqa: RUF001 -- Chinese punctuation is meant as it stands

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

import msgspec

from services.pipeline.domain.sales_process.difference import Change, Part
from services.pipeline.domain.sales_process.drawing import Automation, Drawing, Guard
from services.pipeline.domain.sales_process.guard import described
from services.pipeline.domain.sales_process.wording import (
    CATEGORY_NAMES,
    FIELD_NAMES,
    FORECAST_NAMES,
    WHEN_NAMES,
    Language,
    action_words,
    named_in,
)

PARTS: Mapping[Part, tuple[str, str]] = MappingProxyType(
    {"stage": ("Stage", "阶段"), "decision": ("Decision", "判断"), "move": ("Move", "流转"), "note": ("Note", "注释")}
)
KINDS: Mapping[Literal["added", "removed"], tuple[str, str]] = MappingProxyType(
    {"added": ("added", "新增"), "removed": ("removed", "删除")}
)


@dataclass(frozen=True, slots=True)
class Teller:
    """Speaks about the elements of two drawings by their names; the later name where there are two."""

    before: Drawing
    after: Drawing
    language: Language

    def sentence(self, change: Change) -> str:
        """A change as a sentence such as: Stage Proposal now requires amount."""
        if change.kind != "changed":
            named, kind = self._named(change), KINDS[change.kind]
            return self._either(f"{named} {kind[0]}", f"{kind[1]}{named}")
        match change.aspect:
            case "required" | "checklist" | "automations":
                return self._entry(change)
            case "rank":
                was, now = change.before + 1, change.after + 1
                return self._said(change, f"is at place {now} now, was at {was}", f"位置由第 {was} 改为第 {now}")
            case "guard":
                return self._guard(change)
            case "default":
                english = "is the default answer now" if change.after else "is no longer the default answer"
                return self._said(change, english, "改为默认选项" if change.after else "不再是默认选项")
            case _:
                return self._plain(change)

    def _entry(self, change: Change) -> str:
        if change.aspect == "required":
            field = named_in(FIELD_NAMES, change.after or change.before, self.language)
            english = f"now requires {field}" if change.after else f"no longer requires {field}"
            return self._said(change, english, f"现在必填{field}" if change.after else f"不再必填{field}")
        before, after = self._worded(change, change.before), self._worded(change, change.after)
        if change.before is None:
            return self._said(change, f"now has {after}", f"新增{after}")
        if change.after is None:
            return self._said(change, f"no longer has {before}", f"取消{before}")
        return self._said(change, f"has {after} instead of {before}", f"由{before}改为{after}")

    def _worded(self, change: Change, entry: Any) -> str:
        if entry is None:
            return ""
        if change.aspect == "checklist":
            needed = entry["required"]
            english = f"“{entry['text']}” on its {'required ' if needed else ''}checklist"
            return self._either(english, f"{'必做' if needed else ''}清单项“{entry['text']}”")
        automation = msgspec.convert(entry, Automation)
        when = named_in(WHEN_NAMES, automation.when, self.language)
        what = action_words(automation.action, self.language)
        return self._either(f"{what} {when} ({automation.reason})", f"自动化（{when}{what}，{automation.reason}）")

    def _guard(self, change: Change) -> str:
        before, after = (self._condition(guard) for guard in (change.before, change.after))
        if change.after is None:
            return self._said(change, f"no longer needs {before}", f"不再要求 {before}")
        if change.before is None:
            return self._said(change, f"now needs {after}", f"现在要求 {after}")
        return self._said(change, f"needs {after} instead of {before}", f"由要求 {before} 改为 {after}")

    def _condition(self, guard: Any) -> str:
        return "" if guard is None else described(msgspec.convert(guard, Guard))

    def _plain(self, change: Change) -> str:
        names = {
            "name": ("name", "名称"),
            "category": ("category", "类别"),
            "probability": ("probability", "概率"),
            "forecast_category": ("forecast category", "预测类别"),
            "sla_days": ("days at most", "时限天数"),
            "idle_days": ("idle days", "闲置天数"),
            "label": ("label", "标签"),
            "text": ("text", "内容"),
            "element": ("element", "对象"),
        }
        what = named_in(names, change.aspect or "", self.language)
        before, after = self._value(change, change.before), self._value(change, change.after)
        return self._said(change, f"{what} is {after} now, was {before}", f"{what}由{before}改为{after}")

    def _value(self, change: Change, value: Any) -> str:
        if value is None:
            return self._either("none", "无")
        match change.aspect:
            case "category":
                return named_in(CATEGORY_NAMES, value, self.language)
            case "forecast_category":
                return named_in(FORECAST_NAMES, value, self.language)
            case "probability":
                return f"{value} %"
            case "sla_days" | "idle_days":
                return str(value)
            case "element":
                return self._name_of(value)
            case _:
                return f"“{value}”"

    def _said(self, change: Change, english: str, chinese: str) -> str:
        named = self._named(change)
        return self._either(f"{named}{':' if change.part == 'note' else ''} {english}", f"{named}{chinese}")

    def _named(self, change: Change) -> str:
        part = PARTS[change.part][self.language == "zh"]
        name = change.element.removeprefix("note:") if change.part == "note" else self._name_of(change.element)
        return self._either(f"{part} {name}", f"{part}“{name}”")

    def _name_of(self, element: str) -> str:
        if "->" in element:
            return " → ".join(self._name_of(key) for key in element.split("->", 1))
        names = {key: name for drawing in (self.before, self.after) for key, name in _names(drawing)}
        return names.get(element, element)

    def _either(self, english: str, chinese: str) -> str:
        return english if self.language == "en" else chinese


def _names(drawing: Drawing) -> Iterator[tuple[str, str]]:
    yield from ((stage.key, stage.name) for stage in drawing.stages)
    yield from ((decision.key, decision.name) for decision in drawing.decisions)
