"""How the command speaks: bars on a terminal, plain lines in a pipe, one JSON value with --json."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import orjson
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

_EVERY = 2.0  # seconds between two plain lines about the same work

Report = Callable[[str, int, int], None]


def print_json(value: Any) -> None:
    """Print one JSON value, indented on a terminal and on one line in a pipe."""
    option = orjson.OPT_INDENT_2 if sys.stdout.isatty() else 0
    sys.stdout.write(orjson.dumps(value, option=option | orjson.OPT_APPEND_NEWLINE, default=str).decode())


def print_table(columns: Sequence[str], rows: Sequence[Sequence[Any]], title: str | None = None) -> None:
    """Print rows under headings; a pipe gets tab-separated lines."""
    if not sys.stdout.isatty():
        for row in [columns, *rows]:
            print("\t".join("" if cell is None else str(cell) for cell in row))  # noqa: T201  this is the command's voice
        return
    table = Table(*columns, title=title, title_justify="left")
    for row in rows:
        table.add_row(*("" if cell is None else str(cell) for cell in row))
    Console().print(table)


def say(line: str) -> None:
    """Print a line for a person, on standard error so that results can be piped."""
    print(line, file=sys.stderr, flush=True)  # noqa: T201  this is the command's voice


@contextmanager
def progress(*, silent: bool = False) -> Iterator[Report]:
    """Give a function `report(title, done, total)` that shows a bar with ETA, or a line now and then in a pipe."""
    if silent:
        yield lambda _title, _done, _total: None
    elif sys.stderr.isatty():
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=Console(stderr=True)) as bars:
            yield _Bars(bars)
    else:
        yield _Lines()


class _Bars:
    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._tasks: dict[str, Any] = {}

    def __call__(self, title: str, done: int, total: int) -> None:
        if title not in self._tasks:
            self._tasks[title] = self._bars.add_task(title, total=total)
        self._bars.update(self._tasks[title], completed=done, total=total)


class _Lines:
    def __init__(self) -> None:
        self._begun: dict[str, float] = {}
        self._last = 0.0

    def __call__(self, title: str, done: int, total: int) -> None:
        now = time.monotonic()
        begun = self._begun.setdefault(title, now)
        if done < total and now - self._last < _EVERY:
            return
        self._last = now
        left = (now - begun) / done * (total - done) if done else 0.0
        say(f"{title}: {done}/{total}" + (f", about {left:.0f} s left" if done < total else ""))
