"""A flowchart in one fixed notation: rectangle = step, diamond = decision, arrow = allowed move, note = annotation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

NodeKind = Literal["start", "step", "decision", "good_end", "bad_end", "end"]
Mark = Literal["added", "removed", "changed", "used", "unused", "violation", "happy", "muted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A rectangle or a diamond, or a round start or end.

    `rank`: its place on the way from start to end, None = wherever the arrows put it. `lines`: small print inside.
    `weight` 0 to 1: how much of what happens passes here, drawn as depth of colour.
    """

    id: str
    kind: NodeKind
    label: str
    rank: int | None = None
    lines: tuple[str, ...] = ()
    mark: Mark | None = None
    weight: float | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """An arrow between two nodes; `condition`: what must hold, in a formal language; `default`: the way out else.

    `weight` 0 to 1: drawn as width.
    """

    id: str
    source: str
    target: str
    label: str | None = None
    condition: str | None = None
    default: bool = False
    mark: Mark | None = None
    weight: float | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """A note; `element` is the id of a node or an edge, None = it is about the whole."""

    id: str
    text: str
    element: str | None = None
    mark: Mark | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Flowchart:
    """What is to be drawn, without coordinates; ids are unique over all three kinds, texts may hold anything.

    `description`: what somebody who cannot see it is told; `language` of the legend.
    """

    id: str
    title: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    notes: tuple[Annotation, ...] = ()
    description: str | None = None
    language: Literal["en", "zh"] = "en"
