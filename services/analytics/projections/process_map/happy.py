"""The happy path: the way to a won stage whose rarest step is taken more often than that of any other such way."""

from __future__ import annotations

import heapq
from collections.abc import Callable

from services.analytics.projections.process_map.tally import Tally

Category = Callable[[str], str | None]


def happy_path(counted: Tally, category: Category) -> tuple[str, ...]:
    """The stages from where deals begin to where they are won; () where none was won. Among equals the shortest."""
    onward: dict[str, list[tuple[str, int]]] = {}
    for way, line in counted.of("step").items():
        onward.setdefault(way.source, []).append((way.target, line.n))
    begun = {way.target: line.n for way, line in counted.of("start").items()}
    waiting: list[tuple[int, int, tuple[str, ...]]] = [(-n, 1, (key,)) for key, n in begun.items()]
    heapq.heapify(waiting)
    done = set[str]()
    while waiting:
        width, length, path = heapq.heappop(waiting)
        if category(path[-1]) == "won":
            return path
        if path[-1] not in done:
            done.add(path[-1])
            for target, n in onward.get(path[-1], ()):
                if target not in done:
                    heapq.heappush(waiting, (max(width, -n), length + 1, (*path, target)))
    return ()
