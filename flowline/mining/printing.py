"""What was mined as tables."""

from __future__ import annotations

from typing import Any

from flowline.mining.findings import Findings
from flowline.output import print_table, say
from shared.mining.map_drawing import spoken
from shared.mining.process_map import bottlenecks


def show(found: dict[str, Any], findings: Findings, top: int) -> None:
    """Print the findings, the most frequent first."""
    _totals(found)
    _map(findings, top)
    print_table(("starts", "cases"), _by_count(found["start"]), title="where cases start")
    print_table(("ends", "cases"), _by_count(found["end"]), title="where cases are")
    _variants(found)
    _rework(found)
    _bottlenecks(findings, top)
    _conformance(found["conformance"])
    for problem in found["skipped"]["first"]:
        say(f"skipped: {problem}")


def _totals(found: dict[str, Any]) -> None:
    duration = found["case_duration_hours"] or {}
    rows = [(name, found[name]) for name in ("log", "events", "cases", "variant_count", "time")]
    rows += [(f"case duration, {name}, hours", figure) for name, figure in duration.items()]
    rows += [(name, found[name]) for name in ("duplicates", "waiting_cases") if found[name]]
    rows += [("skipped records", found["skipped"]["count"])] if found["skipped"]["count"] else []
    print_table(("what", "value"), rows)


def _map(findings: Findings, top: int) -> None:
    rows = [
        (
            move.source,
            move.target,
            move.events,
            move.cases,
            "yes" if move.happy else "",
            spoken(move.took.percentile(0.5)),
            spoken(move.took.mean),
            spoken(move.took.percentile(0.9)),
        )
        for move in findings.map.moves[:top]
    ]
    columns = ("from", "to", "times", "cases", "happy path", "median", "mean", "p90")
    print_table(columns, rows, title=f"{len(rows)} of {len(findings.whole_map.moves)} moves")


def _variants(found: dict[str, Any]) -> None:
    rows = [
        (
            each["cases"],
            f"{each['share']:.1%}",
            f"{each['cumulative_share']:.1%}",
            each["first_case"],
            " → ".join(each["activities"]),
        )
        for each in found["variants"]
    ]
    print_table(("cases", "share", "so far", "such as", "variant"), rows, title=f"of {found['variant_count']} variants")


def _rework(found: dict[str, Any]) -> None:
    print_table(("activity", "cases"), _by_count(found["rework_cases"]), title="done twice or more in a case")
    for kind in ("backward", "reopened"):
        if rows := sorted(found["rework"][kind], key=lambda row: -row[2]):
            print_table(("from", "to", "times"), rows, title=kind)


def _bottlenecks(findings: Findings, top: int) -> None:
    rows = [
        (each.activity, spoken(each.excess), each.stays, spoken(each.median), spoken(each.p90))
        for each in bottlenecks(findings.whole_map)[:top]
    ]
    columns = ("activity", "time beyond the median, in all", "stays", "median", "p90")
    print_table(columns, rows, title="bottlenecks")


def _conformance(found: dict[str, Any] | None) -> None:
    if found is None:
        say("nothing is common enough to be a model; --conform-with takes a smaller share, --model a file")
        return
    say(f"model: {found['model']}; {found['fitting']} of {found['cases']} cases fit ({found['fit_percent']} %)")
    rows = [(each["kind"], each["activity"], each["moves"], each["cases"]) for each in found["deviations"]]
    print_table(("deviation", "activity", "times", "cases"), rows, title=f"cost {found['cost']}")


def _by_count(counts: dict[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda each: (-each[1], each[0]))
