"""Hides the demo's deals, contacts and customers when real data comes; each can be restored."""

from __future__ import annotations

from datetime import UTC, datetime

from flowline.demo import generation, words
from flowline.demo.generation import NAME
from flowline.gateway import Gateway, Refused
from flowline.imports import execution
from flowline.imports.ids import id_for
from flowline.imports.plan import Plan, Step, Wave
from flowline.output import Report

_NOT_THERE = 404


async def put_away(gateway: Gateway, report: Report) -> bool:
    """Delete what `flowline demo` made, if its first deal is still to be seen; tells whether it was."""
    try:
        await gateway.get(f"/deals/{id_for(NAME, 'deal', '000')}")
    except Refused as refusal:
        if refusal.status == _NOT_THERE:
            return False
        raise
    await execution.carry_out(_plan(datetime.now(UTC)), gateway, report)
    return True


def _plan(now: datetime) -> Plan:
    deals = [_deletion("delete-deal", "deal", f"{number:03d}", now) for number in range(generation.DEALS)]
    contacts = [_deletion("delete-contact", "contact", name, now) for name in words.CONTACTS]
    customers = [_deletion("delete-customer", "customer", name, now) for name, *_ in words.COMPANIES]
    return Plan(
        [
            Wave("demo deals put away", "deals", deals),
            Wave("demo contacts put away", "contacts", contacts),
            Wave("demo customers put away", "customers", customers),
        ]
    )


def _deletion(command: str, kind: str, key: str, now: datetime) -> Step:
    return Step(
        f"demo {kind} {key}", command, id_for(NAME, kind, key), {}, now, f"{NAME}:{now.isoformat()}:{kind}:{key}:away"
    )
