"""What was mined as one JSON value; its first keys are those that PM4Py's answers are compared by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import timedelta
from itertools import accumulate
from typing import Any

from flowline.mining.findings import Findings
from flowline.mining.request import Request
from shared.mining.conformance import Conformance
from shared.mining.durations import Durations, hours
from shared.mining.process_map import ActivityOnMap, MoveOnMap, bottlenecks
from shared.mining.variants import Counts


def answer(findings: Findings, request: Request) -> dict[str, Any]:
    """Return all findings; lists are cut to the first `top`, durations are in seconds where they do not say hours."""
    return {
        **_compared(findings, request),
        "duplicates": findings.discovery.duplicates,
        "waiting_cases": len(findings.discovery.parked),
        "skipped": {"count": findings.skipped.count, "first": [str(record) for record in findings.skipped.first]},
        "time": f"working time ({request.working_time})" if request.working_time else "elapsed",
        "variants": _variants(findings.counts, request.top),
        "map": _map(findings),
        "rework": _rework(findings.counts, request.closing),
        "bottlenecks": _bottlenecks(findings, request.top),
        "conformance": findings.conformance and _conformance(findings.conformance, request),
    }


def _compared(findings: Findings, request: Request) -> dict[str, Any]:
    counts = findings.counts
    figures = hours(findings.discovery.case_durations())
    return {
        "log": request.reading.file.name.partition(".")[0],
        "tool": "flowline",
        "events": counts.events.total(),
        "cases": counts.cases,
        "activities": sorted(counts.events),
        "dfg": _moves(counts.moves),
        "start": _sorted(counts.starts),
        "end": _sorted(counts.ends),
        "variant_count": len(counts.variants),
        "top_variants": [[list(variant.activities), variant.cases] for variant in counts.variants[: request.top]],
        "rework_cases": _sorted(counts.rework),
        "case_duration_hours": asdict(figures) if figures else None,
    }


def _variants(counts: Counts, top: int) -> list[dict[str, Any]]:
    sums = accumulate(variant.cases for variant in counts.variants)
    return [
        {
            "activities": list(variant.activities),
            "cases": variant.cases,
            "share": round(variant.cases / counts.cases, 4),
            "cumulative_share": round(up_to / counts.cases, 4),
            "first_case": variant.first_case,
        }
        for variant, up_to in zip(counts.variants[:top], sums, strict=False)
    ]


def _map(findings: Findings) -> dict[str, Any]:
    activities, moves = findings.map.hidden
    return {
        "activities": [_activity(each) for each in findings.map.activities],
        "moves": [_move(each) for each in findings.map.moves],
        "hidden": {"activities": activities, "moves": moves},
    }


def _activity(activity: ActivityOnMap) -> dict[str, Any]:
    return {
        "name": activity.name,
        "rank": activity.rank,
        "events": activity.events,
        "cases": activity.cases,
        "starts": activity.starts,
        "ends": activity.ends,
        "happy": activity.happy,
        "stay_seconds": _seconds(activity.stay),
    }


def _move(move: MoveOnMap) -> dict[str, Any]:
    return {
        "from": move.source,
        "to": move.target,
        "events": move.events,
        "cases": move.cases,
        "happy": move.happy,
        "seconds": _seconds(move.took),
    }


def _seconds(durations: Durations) -> dict[str, float | None] | None:
    """Return the figures of durations; median and p90 are within 1 %, the others exact."""
    if not len(durations):
        return None
    figures = {
        "median": durations.percentile(0.5),
        "mean": durations.mean,
        "p90": durations.percentile(0.9),
        "least": durations.least,
        "most": durations.most,
        "total": durations.total,
    }
    return {name: _rounded(figure) for name, figure in figures.items()}


def _rework(counts: Counts, closing: Iterable[str]) -> dict[str, Any]:
    """Return the kinds of rework; the most common variant is the order that a move can go backward in."""
    common = counts.variants[0].activities if counts.variants else ()
    ranks = {name: rank for rank, name in enumerate(dict.fromkeys(common))}
    return {
        "self_loops": _sorted(counts.self_loops),
        "backward": _moves(counts.backward(ranks)),
        "reopened": _moves(counts.reopened(closing)),
    }


def _bottlenecks(findings: Findings, top: int) -> list[dict[str, Any]]:
    return [
        {
            "activity": each.activity,
            "stays": each.stays,
            "excess_hours": round(each.excess / timedelta(hours=1), 2),
            "limit_seconds": _rounded(each.limit),
            "p90_seconds": _rounded(each.p90),
        }
        for each in bottlenecks(findings.whole_map)[:top]
    ]


def _conformance(found: Conformance, request: Request) -> dict[str, Any]:
    return {
        "model": str(request.model)
        if request.model
        else f"what happens in at least {request.min_share:g} of the cases",
        "cases": found.cases,
        "fitting": found.fitting,
        "fit_percent": None if found.share is None else round(100 * found.share, 2),
        "cost": found.cost,
        "deviations": [
            {"kind": kind, "activity": activity, "moves": moves, "cases": cases}
            for kind, activity, moves, cases in found.deviations()[: request.top]
        ],
    }


def _moves(moves: Counter[tuple[str, str]]) -> list[list[str | int]]:
    return [[source, target, count] for (source, target), count in sorted(moves.items())]


def _sorted(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items()))


def _rounded(duration: timedelta | None) -> float | None:
    return None if duration is None else round(duration.total_seconds(), 3)
