"""The words of a drawing itself, in English and Chinese: its legend, and what is read out to who cannot see it."""

from __future__ import annotations

from typing import Literal

from shared.drawing.flowchart import Edge, Mark, Node, NodeKind

Language = Literal["en", "zh"]
Pair = tuple[str, str]
KINDS: dict[NodeKind, Pair] = {
    "start": ("start", "开始"),
    "step": ("step", "步骤"),
    "decision": ("decision", "判断"),
    "good_end": ("good end", "成功结束"),
    "bad_end": ("bad end", "失败结束"),
    "end": ("end", "结束"),
}
MARKS: dict[Mark, Pair] = {
    "added": ("added", "新增"),
    "removed": ("removed", "删除"),
    "changed": ("changed", "修改"),
    "used": ("used", "实际发生"),
    "unused": ("never used", "从未发生"),
    "violation": ("not allowed, but happens", "不允许但发生"),
    "happy": ("main way", "主路径"),
    "muted": ("rare", "少见"),
}
LEGEND: Pair = ("Legend", "图例")
ARROW: Pair = ("allowed move", "允许的流转")
NOTE: Pair = ("note", "注释")
WEIGHT: Pair = ("the darker and thicker, the more often", "越深越粗表示越频繁")
CONDITION: Pair = ("if", "条件")
DEFAULT: Pair = ("otherwise", "否则")


def said(pair: Pair, language: Language) -> str:
    """Return the word in this language."""
    return pair[1] if language == "zh" else pair[0]


def name_of_node(node: Node, language: Language) -> str:
    """Return what a node is called aloud: its kind, its label and its mark."""
    return f"{said(KINDS[node.kind], language)}: {node.label}{_marked(node.mark, language)}"


def name_of_edge(edge: Edge, source: str, target: str, language: Language) -> str:
    """Return what an arrow is called aloud: where it leads, its text and its mark."""
    text = f", {edge.label}" if edge.label else ""
    return f"{source} \u2192 {target}{text}{_marked(edge.mark, language)}"


def detail_of_edge(edge: Edge, language: Language) -> str | None:
    """Return what else there is to say of an arrow."""
    said_of = [edge.title, f"{said(CONDITION, language)} {edge.condition}" if edge.condition else None]
    said_of.append(said(DEFAULT, language) if edge.default else None)
    return "; ".join(each for each in said_of if each) or None


def _marked(mark: Mark | None, language: Language) -> str:
    return f" ({said(MARKS[mark], language)})" if mark else ""
