"""What was measured of a question, judged, and the line of the table that says it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from bench.analytics.asking import Asked
from bench.analytics.timing import Times

Row = dict[str, Any]
HEADS = (
    f"{'milliseconds':54} {'median':>7} {'p95':>7} {'least':>7} | {'peer':>8} {'p95':>8} {'least':>8} | slower by |"
    " than a smaller one | budget"
)
SAID = {None: "", True: "met", False: "MISSED"}


def judged(one: Asked, ours: Times, peer: Times | None) -> Row:
    """A row without smaller histories; `peer` None: it gave no answer in time."""
    row: Row = {"question": one.name, "ours": asdict(ours), "peer": peer and asdict(peer), "budget": one.budget}
    row["peer / ours"] = peer and peer.median / ours.median
    row["met"] = None if one.budget is None else ours.p95 < one.budget
    return row


def beside(row: Row, deals: int, smaller: Mapping[str, Any]) -> None:
    """How much slower the question is than with so many deals, whose times are given."""
    row[f"{deals} deals"] = dict(smaller)
    row[f"slower than with {deals} deals"] = row["ours"]["median"] / smaller["median"]


def line(row: Row) -> str:
    """A row of the table."""
    slower = " ".join(f"{value:4.2f}x" for name, value in row.items() if name.startswith("slower than with"))
    faster = "-" if row["peer / ours"] is None else f"{row['peer / ours']:.1f}x"
    different = "" if row.get("same", True) else " DIFFERENT ANSWERS"
    return (
        f"{row['question']:54} {_three(row['ours'])} | {_three(row['peer'], 8)} | {faster:>8} | {slower} |"
        f" {SAID[row['met']]}{different}"
    )


def table(rows: Sequence[Row]) -> str:
    """All rows under their heads, and how many met their budget."""
    bound = [row for row in rows if row["met"] is not None]
    met = sum(row["met"] for row in bound)
    return "\n".join([HEADS, *map(line, rows), f"{met} of {len(bound)} questions within their budget (p95)"])


def _three(times: Mapping[str, float] | None, width: int = 7) -> str:
    if times is None:
        return " ".join(f"{'no answer':>{width}}" if at == 0 else " " * width for at in range(3))
    return " ".join(f"{times[name]:{width}.1f}" for name in ("median", "p95", "least"))
