"""`flowline events tail`: the feeds of all services side by side, each in its own order."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from typing import Any

import httpx
import orjson

from flowline.gateway import Gateway, Refused
from flowline.output import say

SERVICES = ("customer", "pipeline", "analytics", "notify")
_START = "0:0"


async def tail(gateway: Gateway, type_: str | None, service: str | None, *, from_start: bool, json: bool) -> None:
    """Print events until interrupted; a feed that breaks off is taken up where it was."""
    async with asyncio.TaskGroup() as tasks:
        for name in [service] if service else SERVICES:
            tasks.create_task(_follow(gateway, name, type_, from_start=from_start, json=json))


async def _follow(gateway: Gateway, service: str, type_: str | None, *, from_start: bool, json: bool) -> None:
    after = _START if from_start else await _newest(gateway, service)
    while True:
        try:
            async for reached, event in _events(gateway, service, type_, after):
                _print(event, json=json)
                after = reached
        except (httpx.TransportError, Refused) as problem:
            if isinstance(problem, Refused) and problem.status not in (429, 502, 503, 504):
                raise
            say(f"{service}: {problem}; trying again from {after}")
        await asyncio.sleep(1)


async def _newest(gateway: Gateway, service: str) -> str:
    page = await gateway.get(f"/events/{service}", {"after": "latest", "limit": 1})
    return str(page["next"])


async def _events(
    gateway: Gateway, service: str, type_: str | None, after: str
) -> AsyncIterator[tuple[str, dict[str, Any]]]:
    params = {"after": after} | ({"type": type_} if type_ else {})
    reached = after
    async for line in gateway.lines(f"/events/{service}", params):
        name, _, value = line.partition(": ")
        if name == "id":
            reached = value
        elif name == "data":
            yield reached, orjson.loads(value)


def _print(event: dict[str, Any], *, json: bool) -> None:
    if json:
        line = orjson.dumps(event).decode()
    else:
        line = f"{event['time']}  {event['type']}  {event['subject']}  {orjson.dumps(event['data']).decode()}"
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
