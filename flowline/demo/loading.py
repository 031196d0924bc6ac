"""`flowline demo`: loads the generated demo through the API; again is harmless."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from deploy.local.identity.people import PEOPLE
from flowline.demo import generation, words
from flowline.demo.generation import NAME, Seller
from flowline.events import SERVICES
from flowline.gateway import Gateway, Refused
from flowline.imports import execution
from flowline.imports.execution import Outcome
from flowline.imports.ids import id_for
from flowline.imports.plan import key_of
from flowline.output import Report, print_json, progress, say

HEADQUARTERS = "总部 Headquarters"
_THERE = 409


async def load(gateway: Gateway, *, json: bool, if_empty: bool = False) -> int:
    """Load everything; the exit code is 1 when something was refused."""
    if if_empty and await _has_events(gateway):
        say("something was recorded here before: the demo is not loaded")
        return 0
    sellers = [
        Seller(each.subject, each.name, each.email, each.team or HEADQUARTERS, each.role in ("rep", "manager"))
        for each in PEOPLE
        if each.role != "guest"
    ]
    with progress(silent=json) as report:
        await execution.prepare(generation.process_calls(), gateway, f"{NAME}:processes")
        outcomes = await _live(sellers, gateway, report)
    counts = sum((outcome.counts for outcome in outcomes), Counter[str]())
    errors = [f"{error.source}: {error.reason}" for outcome in outcomes for error in outcome.errors]
    if json:
        print_json({**counts, "errors": errors})
    for error in errors:
        say(error)
    return 1 if errors else 0


async def _live(sellers: Sequence[Seller], gateway: Gateway, report: Report) -> list[Outcome]:
    """Let the story happen; the rules come before its last weeks, so that inboxes are not empty."""
    now = datetime.now(UTC)
    before, since = generation.cut(generation.plan(sellers, now), now - generation.LAST_WEEKS)
    first = await execution.carry_out(before, gateway, report)
    await _rules(gateway)
    return [first, await execution.carry_out(since, gateway, report)]


async def _has_events(gateway: Gateway) -> bool:
    """Whether any service has recorded anything."""
    pages = [await gateway.get(f"/events/{service}", {"limit": 1}) for service in SERVICES]
    return any(page["events"] for page in pages)


async def _rules(gateway: Gateway) -> None:
    for name, event_type, condition, recipients in words.RULES:
        rule: dict[str, Any] = {"id": str(id_for(NAME, "rule", name)), "name": name, "event_type": event_type}
        rule |= {"condition": condition, "recipients": recipients}
        try:
            await gateway.post("/rules", rule, idempotency_key=key_of(NAME, "rule", name))
        except Refused as refusal:
            if refusal.status != _THERE:
                raise
