"""A flowchart with coordinates: what the writers of pictures have in common."""

from __future__ import annotations

from dataclasses import dataclass

from shared.drawing.flowchart import Annotation, Edge, Flowchart, Node

Point = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle by its upper left corner; all in pixels, y grows downwards."""

    x: int
    y: int
    w: int
    h: int

    @property
    def middle(self) -> Point:
        """Where its diagonals meet."""
        return self.x + self.w // 2, self.y + self.h // 2


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedNode:
    """A node with its box; `label` and `lines` are its texts as they are broken into lines."""

    node: Node
    box: Box
    label: tuple[str, ...]
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedLabel:
    """The text on an arrow with its box."""

    box: Box
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedEdge:
    """An arrow: its corners from border to border, each stretch level or upright."""

    edge: Edge
    points: tuple[Point, ...]
    label: PlacedLabel | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedNote:
    """A note with its box; `link` leads from its element to it and is empty when it is about the whole."""

    note: Annotation
    box: Box
    lines: tuple[str, ...]
    link: tuple[Point, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """Everything in its place, in the order in which it was given; nothing lies outside 0, 0, width, height."""

    chart: Flowchart
    width: int
    height: int
    nodes: tuple[PlacedNode, ...]
    edges: tuple[PlacedEdge, ...]
    notes: tuple[PlacedNote, ...]
