"""Logs with known answers: the real ones where they lie beside the checkout, and one that is made here, always."""

from __future__ import annotations

import csv
import json
import os
import random
import statistics
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise, zip_longest
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
ACTIVITIES = ("线索", "报价 (1st)", "end", 'say "yes", <b>', "🎉 won")
BEGIN = datetime(2026, 3, 1, tzinfo=UTC)


@dataclass(frozen=True)
class KnownLog:
    """A log file, the golden answer beside it, and the share of its cases that fits what 2 % of them do."""

    path: Path
    fit_percent: float | None = None

    @property
    def golden(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(
            self.path.with_name(f"{self.path.name.partition('.')[0]}.golden.json").read_bytes()
        )
        return found


def real_logs() -> list[KnownLog]:
    """FLOWLINE_PROCESS_LOGS names their folder; else it is looked for in `shared/data` of the folders above."""
    beside = [parent / "shared" / "data" / "process-logs" for parent in ROOT.parents]
    named = os.environ.get("FLOWLINE_PROCESS_LOGS")
    folder = next((each for each in ([Path(named)] if named else beside) if each.is_dir()), None)
    known = (("helpdesk.xes.gz", 92.79), ("receipt.csv", 89.12))
    return [KnownLog(folder / name, fit) for name, fit in known] if folder else []


def made_log(folder: Path) -> KnownLog:
    """Write a log of other activities, its cases in turn, with the answer that counting its traces gives."""
    traces = _traces(random.Random(11))
    by_case = [[(case, name, at.isoformat()) for name, at in trace] for case, trace in traces.items()]
    rows = [row for turn in zip_longest(*by_case) for row in turn if row]
    path = folder / "made.csv"
    with path.open("w", encoding="gb18030", newline="") as file:
        csv.writer(file, delimiter=";").writerows([("deal id", "stage", "at"), *rows])
    (folder / "made.golden.json").write_text(json.dumps(_golden(traces)))
    return KnownLog(path)


def _traces(dice: random.Random) -> dict[str, list[tuple[str, datetime]]]:
    traces = {}
    for number in range(200):
        at, trace = BEGIN + timedelta(hours=number), []
        for _ in range(dice.randint(1, 6)):
            trace.append((dice.choice(ACTIVITIES), at))
            at += timedelta(seconds=dice.choice((0, 40, 3_600, 400_000)))
        traces[f"D{number:03}"] = trace
    return traces


def _golden(traces: dict[str, list[tuple[str, datetime]]]) -> dict[str, Any]:
    sequences = {case: tuple(name for name, _ in trace) for case, trace in traces.items()}
    moves = Counter(move for each in sequences.values() for move in pairwise(each))
    variants = Counter(sequences[case] for case in sorted(sequences))
    hours = [(trace[-1][1] - trace[0][1]).total_seconds() / 3600 for trace in traces.values()]
    return {
        "log": "made",
        "tool": "a plain count",
        "events": sum(map(len, sequences.values())),
        "cases": len(sequences),
        "activities": sorted({name for each in sequences.values() for name in each}),
        "dfg": [[one, other, count] for (one, other), count in sorted(moves.items())],
        "start": Counter(each[0] for each in sequences.values()),
        "end": Counter(each[-1] for each in sequences.values()),
        "variant_count": len(variants),
        "top_variants": [[list(each), count] for each, count in variants.most_common(20)],
        "rework_cases": Counter(name for each in sequences.values() for name in set(each) if each.count(name) > 1),
        "case_duration_hours": {
            "median": round(statistics.median(hours), 3),
            "mean": round(statistics.fmean(hours), 3),
            "p90": round(statistics.quantiles(hours, n=10, method="inclusive")[-1], 3),
        },
    }
