"""The questions of analytics at scale, each beside the same question asked of a plain normalised schema.

`python -m bench.analytics [--deals N] [--compare-with M] [--keep DIR] [--json [FILE]]`: fills a Postgres of its own
with a generated history (and a smaller one), asks everything of both sides with one warm connection each, in turn,
refuses answers that are not equal, and says which budgets are met. What `--keep` has filled stays for the next run.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import asyncpg
import uvloop

from bench.analytics.asking import Asked, Ours, Scope
from bench.analytics.dashboard import dashboard
from bench.analytics.filling import Filled
from bench.analytics.outlook import outlook
from bench.analytics.past import maps, stages_at
from bench.analytics.performance import performance
from bench.analytics.places import Sides, prepared
from bench.analytics.timing import Times, timed
from bench.analytics.waterfalls import waterfalls
from bench.analytics.ways import ways
from bench.server import running_postgres
from deploy.local.postgres import SETTINGS
from flowline.generation.directory import owner_id
from flowline.generation.parameters import Parameters
from flowline.imports.ids import id_for

# For 24 GiB; the same for both sides, which are in the same server.
ROOMY = SETTINGS | {
    "shared_buffers": "4GB",
    "effective_cache_size": "12GB",
    "work_mem": "64MB",
    "max_wal_size": "8GB",
    "maintenance_work_mem": "512MB",
}
PATIENCE = 20.0
INSTANTS = (
    ("noon in a month past", datetime(2026, 8, 19, 4, 0, tzinfo=UTC)),
    ("last winter", datetime(2026, 1, 14, 9, 30, tzinfo=UTC)),
    ("years ago", datetime(2024, 5, 17, 11, 0, tzinfo=UTC)),
)
QUARTER, YEAR = (date(2025, 1, 1), date(2025, 3, 31)), (date(2025, 1, 1), date(2025, 12, 31))


def questions(parameters: Parameters) -> Iterator[Asked]:
    """All of them."""
    owner, team, whole = 17 % parameters.owners, 3 % parameters.teams, Scope("everybody, ever")
    members = tuple(owner_id(number) for number in range(team, parameters.owners, parameters.teams))
    one = (owner_id(owner),)
    yield from dashboard(whole)
    yield from dashboard(Scope("everybody, a quarter", (), None, *QUARTER))
    yield from dashboard(Scope("everybody, a year", (), None, *YEAR))
    yield from dashboard(Scope("an owner, a quarter", one, None, *QUARTER))
    yield from dashboard(Scope("a team, a quarter", members, id_for("generated", "team", str(team)), *QUARTER))
    for scope in (whole, Scope("an owner, a quarter", one, None, *QUARTER)):
        yield from outlook(scope)
        yield from performance(scope)
        yield from ways(scope)
    yield from stages_at(whole, INSTANTS)
    yield from stages_at(Scope("an owner", one), INSTANTS)
    yield from waterfalls(whole)
    yield maps(whole)
    yield maps(Scope("an owner", one))
    yield maps(Scope("a source", source="referral"))
    yield maps(Scope("a quarter", (), None, *QUARTER))
    yield maps(Scope("an owner, a source, a quarter", one, None, *QUARTER, "referral"))


class Different(Exception):
    """The two sides do not answer the same: then their times say nothing."""


async def asked(sides: dict[int, Sides], only: str, repetitions: int) -> list[dict[str, Any]]:
    """A row per question; raises Different."""
    parameters = Parameters(deals=next(iter(sides)))
    pools = {deals: await asyncpg.create_pool(side.ours, min_size=1, max_size=1) for deals, side in sides.items()}
    peers = {deals: await asyncpg.connect(side.peer) for deals, side in sides.items()}
    try:
        wanted = [one for one in questions(parameters) if only in one.name]
        return [await _row(one, pools, peers, repetitions) for one in wanted]
    finally:
        for pool in pools.values():
            await pool.close()
        for peer in peers.values():
            await peer.close()


async def _row(one: Asked, pools: dict[int, Any], peers: dict[int, Any], repetitions: int) -> dict[str, Any]:
    askers: dict[str, Any] = {}
    for deals, pool in pools.items():
        ours, theirs = one.same(await one.ours(Ours.on(pool)), await one.of_peer(peers[deals]))
        if ours != theirs:
            raise Different(f"{one.name}, {deals} deals:\n{ours}\n{theirs}")
        askers[f"ours {deals}"] = lambda pool=pool: one.ours(Ours.on(pool))
        askers[f"peer {deals}"] = lambda deals=deals: one.of_peer(peers[deals])
    times = await timed(askers, repetitions, PATIENCE)
    row = _judged(one, list(pools), times)
    print(_line(row), file=sys.stderr)
    return row


def _judged(one: Asked, sizes: list[int], times: dict[str, Times]) -> dict[str, Any]:
    ours, peer = times[f"ours {sizes[0]}"], times[f"peer {sizes[0]}"]
    row: dict[str, Any] = {"question": one.name, "ours": asdict(ours), "peer": asdict(peer)}
    row |= {"peer / ours": peer.median / ours.median, "budget": one.budget}
    row["met"] = None if one.budget is None else ours.p95 < one.budget
    for size in sizes[1:]:
        row[f"{size} deals"] = asdict(times[f"ours {size}"])
        row[f"faster with {size} deals"] = ours.median / times[f"ours {size}"].median
    return row


def _line(row: dict[str, Any]) -> str:
    ours, peer, met = row["ours"], row["peer"], {None: "", True: "met", False: "MISSED"}[row["met"]]
    slower = " ".join(f"{value:4.2f}x" for name, value in row.items() if name.startswith("faster with"))
    return (
        f"{row['question']:54} {ours['median']:7.1f} {ours['p95']:7.1f} {ours['least']:7.1f} | {peer['median']:8.1f}"
        f" {peer['p95']:8.1f} {peer['least']:8.1f} | {row['peer / ours']:7.1f}x | {slower} | {met}"
    )


HEADS = (
    f"{'milliseconds':54} {'median':>7} {'p95':>7} {'least':>7} | {'peer':>8} {'p95':>8} {'least':>8} | slower by |"
    " than a smaller one | budget"
)


def run(arguments: argparse.Namespace) -> dict[str, Any]:
    """Fill what is not there yet, ask, and tell."""
    sizes = [arguments.deals, *([arguments.compare_with] if arguments.compare_with else [])]
    with running_postgres(ROOMY, arguments.keep) as server:
        sides, filled = {}, {}
        for size in sizes:
            parameters = Parameters(deals=size)
            sides[size], found = uvloop.run(prepared(server, parameters, arguments.processes))
            if found is not None:
                filled[f"{size} deals"] = _told(*found)
                print(json.dumps({f"filled {size} deals": filled[f"{size} deals"]}), file=sys.stderr)
        rows = uvloop.run(asked(sides, arguments.only, arguments.repetitions))
    return {"filled": filled, "questions": {row["question"]: row for row in rows}}


def _told(filled: Filled, took: float) -> dict[str, Any]:
    per_event = {
        name: {
            "events/s of one process": round(filled.events / cost.clock),
            "python, µs/event": round(cost.python / filled.events * 1e6, 1),
            "postgres, µs/event": round(cost.postgres / filled.events * 1e6, 1),
        }
        for name, cost in filled.costs.items()
    }
    return {"events": filled.events, "everything, events/s": round(filled.events / took), **per_event}


def main() -> None:
    """Print a line per question and what filling cost, or JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--deals", type=int, default=20_000)
    parser.add_argument("--compare-with", type=int, default=5_000, help="a smaller history; 0 = none")
    parser.add_argument(
        "--keep", type=Path, help="a directory for the databases; what is in it already is not filled anew"
    )
    parser.add_argument("--processes", type=int, default=2, help="that fill")
    parser.add_argument("--repetitions", type=int, default=40)
    parser.add_argument("--only", default="", help="the questions with this in their name")
    parser.add_argument("--json", nargs="?", const="-", help="JSON to a file, or to stdout")
    arguments = parser.parse_args()
    found = run(arguments)
    if arguments.json == "-":
        sys.stdout.write(json.dumps(found) + "\n")
        return
    if arguments.json:
        Path(arguments.json).write_text(json.dumps(found, indent=2, ensure_ascii=False))
    print("\n".join([HEADS, *map(_line, found["questions"].values())]))


if __name__ == "__main__":
    main()
