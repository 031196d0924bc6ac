"""A timeline as a picture: one lane for each part of the system, time from left to right."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from flowline.tracing.timeline import Moment
from shared.drawing import palette
from shared.drawing.lettering import width
from shared.drawing.markup import escaped, tag

_LANE, _HEAD, _FOOT, _ROOM, _PLOT = 40, 56, 30, 24, 900
_FONTS = 'system-ui, -apple-system, "Segoe UI", "Noto Sans", "Noto Sans CJK SC", sans-serif'
_FIRST = ("gateway", "customer", "pipeline", "analytics", "notify")


def drawn(sought: str, moments: Sequence[Moment]) -> str:
    """Return a stand-alone SVG; `moments` is not empty."""
    return _Picture(sought, moments).written()


class _Picture:
    def __init__(self, sought: str, moments: Sequence[Moment]) -> None:
        self._title = f"What {sought} set in motion"
        self._moments = moments
        self._lanes = sorted({moment.lane for moment in moments}, key=_place)
        self._began = min(moment.at for moment in moments)
        last = max(moment.until for moment in moments)
        self._span = max((last - self._began) / timedelta(milliseconds=1), 1.0)
        self._left = _ROOM + round(max(width(lane, 13) for lane in self._lanes)) + _ROOM

    def written(self) -> str:
        wide = self._left + _PLOT + 2 * _ROOM
        high = _HEAD + _LANE * len(self._lanes) + _FOOT
        about: dict[str, object] = {"xmlns": "http://www.w3.org/2000/svg", "viewBox": f"0 0 {wide} {high}"}
        about |= {"width": wide, "height": high, "font-family": _FONTS, "role": "img"}
        ground = tag("rect", {"width": wide, "height": high, "rx": 10, "fill": palette.PAPER, "stroke": "#e2e8f0"})
        head = _text(self._title, (_ROOM, 28), 16, palette.INK, weight=700)
        body = [*self._grid(high), *self._ways(), *(self._mark(moment) for moment in self._moments)]
        return tag("svg", about, tag("title", {}, escaped(self._title)) + ground + head + "".join(body)) + "\n"

    def _grid(self, high: int) -> list[str]:
        drawn = []
        for lane in self._lanes:
            y = self._y(lane)
            drawn.append(_text(lane, (_ROOM, y + 5), 13, palette.INK))
            ends = {"x1": self._left, "y1": y, "x2": self._left + _PLOT, "y2": y}
            drawn.append(tag("line", {**ends, "stroke": "#e2e8f0", "stroke-width": 1}))
        for share in range(6):
            x = self._left + _PLOT * share / 5
            down = {"x1": f"{x:.0f}", "y1": _HEAD - 12, "x2": f"{x:.0f}", "y2": high - _FOOT}
            drawn.append(tag("line", {**down, "stroke": "#e2e8f0", "stroke-dasharray": "2 4"}))
            drawn.append(_text(f"{self._span * share / 5:.0f} ms", (x, high - 10), 11, palette.SOFT, anchor="middle"))
        return drawn

    def _ways(self) -> list[str]:
        """A line from each event to Kafka, and from there to each effect."""
        drawn = []
        for moment in self._moments:
            cause = self._cause(moment)
            if cause is not None:
                (x1, y1), (x2, y2) = self._at(cause), self._at(moment)
                bend = f"M{x1:.1f} {y1} C{x1:.1f} {(y1 + y2) / 2} {x2:.1f} {(y1 + y2) / 2} {x2:.1f} {y2}"
                drawn.append(tag("path", {"d": bend, "fill": "none", "stroke": palette.LINE, "stroke-width": 1}))
        return drawn

    def _cause(self, moment: Moment) -> Moment | None:
        """What came directly before it of the same event: log, then Kafka, then the rest."""
        if moment.of is None or moment.lane.endswith(" log"):
            return None
        before = [other for other in self._moments if other.of == moment.of and other.at <= moment.at]
        wanted = [o for o in before if (o.lane.endswith(" log") if moment.lane == "Kafka" else o.lane == "Kafka")]
        return wanted[-1] if wanted else None

    def _mark(self, moment: Moment) -> str:
        x, y = self._at(moment)
        until = self._x(moment.until)
        told = tag("title", {}, escaped(f"{moment.lane}: {moment.says}"))
        if until - x > 3:  # noqa: PLR2004  pixels in which a bar can be seen
            bar = {"x": f"{x:.1f}", "y": y - 9, "width": f"{until - x:.1f}", "height": 18, "rx": 4}
            return tag("rect", {**bar, "fill": palette.DECISION, "stroke": palette.DECISION_LINE}, told)
        fill = palette.NOTE if moment.lane.endswith(" log") else palette.GOOD
        line = palette.NOTE_LINE if moment.lane.endswith(" log") else palette.GOOD_LINE
        return tag("circle", {"cx": f"{x:.1f}", "cy": y, "r": 6, "fill": fill, "stroke": line}, told)

    def _at(self, moment: Moment) -> tuple[float, int]:
        return self._x(moment.at), self._y(moment.lane)

    def _x(self, at: datetime) -> float:
        return self._left + _PLOT * ((at - self._began) / timedelta(milliseconds=1)) / self._span

    def _y(self, lane: str) -> int:
        return _HEAD + _LANE * self._lanes.index(lane) + _LANE // 2


def _place(lane: str) -> tuple[int, str]:
    """The gateway first, then services and their logs, Kafka, and what reads from it."""
    if lane == "Kafka":
        return len(_FIRST), lane
    if "/" in lane:
        return len(_FIRST) + 1, lane
    name = lane.removesuffix(" log")
    return (_FIRST.index(name) if name in _FIRST else len(_FIRST)), lane


def _text(says: str, at: tuple[float, float], size: int, ink: str, *, anchor: str = "start", weight: int = 400) -> str:
    look: dict[str, object] = {"x": f"{at[0]:.1f}", "y": at[1], "font-size": size, "fill": ink}
    return tag("text", {**look, "text-anchor": anchor, "font-weight": weight}, escaped(says))
