"""Carries out an import plan through the public batch routes: repeatable, batches side by side, every answer read."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from flowline.gateway import Gateway, Refused
from flowline.imports.plan import Plan, RowError, Step, Wave, key_of
from flowline.imports.processes import APPROVER, Call

BATCH = 200
IN_FLIGHT = 4
_DONE = frozenset({200, 201})
_BUSY = frozenset({429, 503})
_THERE = frozenset({409, 412})  # made, or moved on, by an earlier run of the same import


@dataclass(slots=True)
class Outcome:
    """How many commands were done now, were done before, and which rows were refused."""

    counts: Counter[str] = field(default_factory=Counter)
    errors: list[RowError] = field(default_factory=list)


async def carry_out(plan: Plan, gateway: Gateway, progress: Callable[[str, int, int], None]) -> Outcome:
    """Send wave after wave; `progress(title, done, total)` is called after each batch."""
    outcome = Outcome(errors=list(plan.errors))
    for wave in plan.waves:
        await _wave(wave, gateway, outcome, progress)
        gateway.carry_tokens()
    return outcome


async def _wave(wave: Wave, gateway: Gateway, outcome: Outcome, progress: Callable[[str, int, int], None]) -> None:
    limit = asyncio.Semaphore(IN_FLIGHT)
    done = 0

    async def send(batch: Sequence[Step]) -> None:
        nonlocal done
        async with limit:
            await _batch(wave.route, batch, gateway, outcome)
        done += len(batch)
        progress(wave.title, done, len(wave.steps))

    async with asyncio.TaskGroup() as tasks:
        for batch in _batches(wave.steps):
            tasks.create_task(send(batch))


def _batches(steps: Sequence[Step]) -> Iterator[Sequence[Step]]:
    """Cut into batches of at most BATCH so that the steps of one thing stay together, in order."""
    batch: list[Step] = []
    for group in _groups(steps):
        if len(batch) + len(group) > BATCH:
            yield batch
            batch = []
        batch += group
    if batch:
        yield batch


def _groups(steps: Sequence[Step]) -> Iterator[list[Step]]:
    rest = iter(steps)
    group = list(islice(rest, 1))
    for step in rest:
        if step.id != group[0].id:
            yield group
            group = []
        group.append(step)
    if group:
        yield group


async def _batch(route: str, steps: Sequence[Step], gateway: Gateway, outcome: Outcome) -> None:
    waiting = list(steps)
    while waiting:
        key = key_of(*(step.key for step in waiting))
        results, repeated = await gateway.batch(route, [step.item() for step in waiting], key)
        again = []
        for step, result in zip(waiting, results, strict=True):
            if result["status"] in _BUSY:
                again.append(step)
            else:
                _count(step, result, outcome, repeated=repeated)
        if waiting := again:
            await asyncio.sleep(0.5)


def _count(step: Step, result: dict[str, Any], outcome: Outcome, *, repeated: bool) -> None:
    if result["status"] in _THERE or (result["status"] in _DONE and repeated):
        outcome.counts["repeated"] += 1
    elif result["status"] in _DONE:
        outcome.counts["done"] += 1
    else:
        outcome.errors.append(RowError(step.source, f"{step.name}: {_said(result.get('problem') or {})}"))


def _said(problem: dict[str, Any]) -> str:
    fields = [f"{error['pointer']} {error['detail']}" for error in problem.get("errors", ()) if error.get("pointer")]
    return "; ".join(fields) or str(problem.get("detail") or problem.get("title"))


async def prepare(calls: Sequence[Call], gateway: Gateway, key: str) -> None:
    """Make single calls in order; those an earlier run made are left as they are."""
    approver = gateway.as_(APPROVER)
    for number, call in enumerate(calls):
        headers = {"idempotency_key": key_of(key, str(number))} | (
            {"if_match": f'"{call.expects}"'} if call.expects is not None else {}
        )
        try:
            await (approver if call.approves else gateway).post(call.path, call.body, **headers)
        except Refused as refusal:
            if refusal.status not in _THERE:
                raise
