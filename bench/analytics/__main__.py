"""The questions of analytics at scale, each beside the same question asked of a plain normalised schema.

`python -m bench.analytics [--deals N] [--compare-with M] [--keep DIR] [--json [FILE]]`: fills a Postgres of its own
with a generated history (and a smaller one), asks everything of both sides with one warm connection each, in turn,
refuses answers that are not equal, and says which budgets are met. What `--keep` has filled stays for the next run.

`--ask URL` asks the analytics database of a running system instead, read only, after `flowline generate --deals N`
with the same N (and `--seed`) has gone through it; only the plain schema is filled here, from the same generator.
An answer unlike the peer's is told in the table, because the system may hold other deals too; a peer that needs longer
than `--patience` seconds for an answer has none. `--fill-only` fills and asks nothing. `--compare FILE` says how much
slower each question is than in an earlier `--json FILE` of fewer deals.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import asyncpg
import uvloop

from bench.analytics.asking import Asked, Ours
from bench.analytics.filling import ZONE, Filled
from bench.analytics.live import Patience, asked_live
from bench.analytics.places import Sides, prepared, prepared_peer
from bench.analytics.questions import questions
from bench.analytics.table import beside, judged, line, table
from bench.analytics.timing import timed
from bench.server import running_postgres
from deploy.local.postgres import SETTINGS
from flowline.generation.parameters import Parameters

# For 24 GiB; the same for both sides, which are in the same server.
ROOMY = SETTINGS | {
    "shared_buffers": "4GB",
    "effective_cache_size": "12GB",
    "work_mem": "64MB",
    "max_wal_size": "8GB",
    "maintenance_work_mem": "512MB",
}
PATIENCE, ROUNDS = 20.0, 10.0


class Different(Exception):
    """The two sides do not answer the same: then their times say nothing."""


async def asked(sides: dict[int, Sides], only: str, repetitions: int) -> list[dict[str, Any]]:
    """A row per question; raises Different."""
    parameters = Parameters(deals=next(iter(sides)))
    pools = {deals: await asyncpg.create_pool(side.ours, min_size=1, max_size=1) for deals, side in sides.items()}
    peers = {deals: await asyncpg.connect(side.peer) for deals, side in sides.items()}
    try:
        wanted = [one for one in questions(parameters, ZONE) if only in one.name]
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
    size, *smaller = pools
    row = judged(one, times[f"ours {size}"], times[f"peer {size}"])
    for deals in smaller:
        beside(row, deals, asdict(times[f"ours {deals}"]))
    print(line(row), file=sys.stderr)
    return row


def run(arguments: argparse.Namespace) -> dict[str, Any]:
    """Fill what is not there yet, ask, and tell."""
    sizes = [arguments.deals, *([arguments.compare_with] if arguments.compare_with else [])]
    with running_postgres(ROOMY, arguments.keep) as server:
        sides, filled = {}, {}
        for size in sizes:
            parameters = Parameters(deals=size, seed=arguments.seed)
            sides[size], found = uvloop.run(prepared(server, parameters, arguments.processes))
            if found is not None:
                filled[f"{size} deals"] = _told(*found)
                print(json.dumps({f"filled {size} deals": filled[f"{size} deals"]}), file=sys.stderr)
        rows = [] if arguments.fill_only else uvloop.run(asked(sides, arguments.only, arguments.repetitions))
    return {"deals": arguments.deals, "filled": filled, "questions": {row["question"]: row for row in rows}}


def run_live(arguments: argparse.Namespace) -> dict[str, Any]:
    """Fill the plain schema if need be, ask the running system and it, and tell."""
    parameters = Parameters(deals=arguments.deals, seed=arguments.seed)
    patience = Patience(arguments.patience, ROUNDS)
    with running_postgres(ROOMY, arguments.keep) as server:
        peer, took = uvloop.run(prepared_peer(server, parameters, arguments.processes))
        if took is not None:
            print(f"the plain schema was filled in {took:,.0f} s", file=sys.stderr)
        wanted = (arguments.only, arguments.repetitions)
        rows = [] if arguments.fill_only else uvloop.run(asked_live(arguments.ask, peer, parameters, wanted, patience))
    return {"deals": arguments.deals, "questions": {row["question"]: row for row in rows}}


def compared(found: dict[str, Any], earlier: dict[str, Any]) -> None:
    """Add how much slower each question is than it was in an earlier run."""
    for name, row in found["questions"].items():
        if name in earlier["questions"]:
            beside(row, earlier["deals"], earlier["questions"][name]["ours"])


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
    arguments = _arguments()
    found = run_live(arguments) if arguments.ask else run(arguments)
    if arguments.compare:
        compared(found, json.loads(arguments.compare.read_text()))
    if arguments.json == "-":
        sys.stdout.write(json.dumps(found) + "\n")
        return
    if arguments.json:
        Path(arguments.json).write_text(json.dumps(found, indent=2, ensure_ascii=False))
    print(table(list(found["questions"].values())))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--deals", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1, help="of the generated history")
    parser.add_argument("--compare-with", type=int, default=5_000, help="a smaller history; 0 = none")
    parser.add_argument("--compare", type=Path, help="an earlier --json FILE")
    parser.add_argument("--ask", metavar="URL", help="the analytics database of a running system")
    parser.add_argument("--patience", type=float, default=60.0, help="seconds for one answer of the peer, with --ask")
    parser.add_argument("--fill-only", action="store_true", help="fill what --keep has not yet, ask nothing")
    parser.add_argument(
        "--keep", type=Path, help="a directory for the databases; what is in it already is not filled anew"
    )
    parser.add_argument("--processes", type=int, default=2, help="that fill")
    parser.add_argument("--repetitions", type=int, default=40)
    parser.add_argument("--only", default="", help="the questions with this in their name")
    parser.add_argument("--json", nargs="?", const="-", help="JSON to a file, or to stdout")
    return parser.parse_args()


if __name__ == "__main__":
    main()
