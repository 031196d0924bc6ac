"""`flowline import NAME FOLDER`: reads, plans, sends and says what came of it."""

from __future__ import annotations

import time
from pathlib import Path

from flowline.demo.putting_away import put_away
from flowline.gateway import Gateway
from flowline.imports import execution
from flowline.imports.crm_sales_opportunities import planning, source
from flowline.imports.execution import Outcome
from flowline.output import print_json, progress, say

SHOWN = 20


class NoSuchImport(Exception):
    """There is one data set that can be imported: crm-sales-opportunities."""


async def run(name: str, folder: Path, gateway: Gateway, *, json: bool, keep_demo: bool) -> int:
    """Import; the exit code is 1 when a row was refused."""
    if name != planning.NAME:
        raise NoSuchImport(NoSuchImport.__doc__)
    plan = planning.plan(source.read(folder))
    begun = time.monotonic()
    with progress(silent=json) as report:
        if not keep_demo and await put_away(gateway, report):
            say("the demo was put away, so that numbers are about your data (--keep-demo leaves it)")
        await execution.prepare(planning.process_calls(), gateway, f"{name}:process")
        outcome = await execution.carry_out(plan, gateway, report)
    _tell(outcome, time.monotonic() - begun, json=json)
    return 1 if outcome.errors else 0


def _tell(outcome: Outcome, seconds: float, *, json: bool) -> None:
    commands = sum(outcome.counts.values())
    if json:
        errors = [{"source": error.source, "reason": error.reason} for error in outcome.errors]
        print_json({"commands": commands, **outcome.counts, "seconds": round(seconds, 2), "errors": errors})
        return
    for error in outcome.errors[:SHOWN]:
        say(f"{error.source}: {error.reason}")
    if len(outcome.errors) > SHOWN:
        say(f"… and {len(outcome.errors) - SHOWN} more rows")
    done, repeated = outcome.counts["done"], outcome.counts["repeated"]
    say(f"{done} commands done, {repeated} were done before, {len(outcome.errors)} rows with a problem; ")
    say(f"{commands / max(seconds, 1e-9):.0f} commands a second ({seconds:.1f} s)")
