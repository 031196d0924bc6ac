"""A steady load of commands through the gateway that remembers what every request came to."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from uuid_utils.compat import uuid4

from tests.system import System

WORKERS = 2  # for each service
OURS = "made under load"
PAUSE = 0.05  # seconds between two requests of a worker
PATIENCE = 120.0  # seconds for which a request is asked again
CREATIONS = {
    "customer": ("/customers", "CustomerCreated"),
    "pipeline": ("/deals", "DealOpened"),
    "analytics": ("/saved-reports", "SavedReportCreated"),
    "notify": ("/rules", "RuleCreated"),
}
READS = {
    "customer": "/customers?limit=5",
    "pipeline": "/deals?limit=5",
    "analytics": "/reports/overview",
    "notify": "/inbox?limit=5",
}


@dataclass(slots=True)
class Outcomes:
    """What came of the requests so far; `later` were first answered 503 with Retry-After and then done.

    `acknowledged`: service → names of what it said it has made. `failures`: whatever else was answered, or nothing.
    """

    requests: int = 0
    later: int = 0
    slowest: float = 0.0
    acknowledged: dict[str, list[str]] = field(default_factory=lambda: {service: [] for service in CREATIONS})
    failures: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class Load:
    """Workers that create and read until told to stop."""

    client: httpx.AsyncClient
    process_id: str
    customer_id: str
    outcomes: Outcomes = field(default_factory=Outcomes)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    stopping: bool = False

    async def work(self, service: str) -> None:
        """One worker: a command of its service and a read, again and again."""
        path, _ = CREATIONS[service]
        while not self.stopping:
            name = f"{OURS} {next(self.numbers)}"
            if await self._done("POST", path, self._body(service, name)):
                self.outcomes.acknowledged[service].append(name)
            await asyncio.sleep(PAUSE)
            await self._done("GET", READS[service])
            await asyncio.sleep(PAUSE)

    def _body(self, service: str, name: str) -> dict[str, Any]:
        own: dict[str, dict[str, Any]] = {
            "customer": {},
            "pipeline": {"process_id": self.process_id, "customer_id": self.customer_id},
            "analytics": {"report": "overview", "shared": True},
            "notify": {"event_type": "DealWon", "recipients": [{"kind": "owner"}]},
        }
        return {"name": name, **own[service]}

    async def _done(self, method: str, path: str, body: dict[str, Any] | None = None) -> bool:
        """Ask, and ask again with the same key as long as the answer is 503 with Retry-After; whether it was done."""
        headers, began, asked_again = {"idempotency-key": str(uuid4())}, time.monotonic(), False
        self.outcomes.requests += 1
        while time.monotonic() - began < PATIENCE:
            answer = await self._answer(method, path, body, headers)
            if isinstance(answer, str):
                self.outcomes.failures[f"{method} {path}: {answer}"] += 1
                return False
            if answer.is_success:
                self.outcomes.later += asked_again
                self.outcomes.slowest = max(self.outcomes.slowest, time.monotonic() - began)
                return True
            asked_again = True
            await asyncio.sleep(min(float(answer.headers["retry-after"]), 1.0))
        self.outcomes.failures[f"{method} {path}: still 503 after {PATIENCE:.0f} s"] += 1
        return False

    async def _answer(
        self, method: str, path: str, body: dict[str, Any] | None, headers: dict[str, str]
    ) -> httpx.Response | str:
        """An answer that is a success or a 503 with Retry-After, or else what is wrong with it."""
        try:
            answer = await self.client.request(method, path, json=body, headers=headers)
        except httpx.TransportError as error:
            return repr(error)
        expected = answer.is_success or (answer.status_code == 503 and answer.headers.get("retry-after"))
        return answer if expected else f"{answer.status_code} {answer.text[:200]}"


@asynccontextmanager
async def signed_in(system: System) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the gateway that may do everything, for an hour."""
    token = (await asyncio.to_thread(system.flowline, "token")).strip()
    headers = {"authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=f"{system.url}/api/v1", headers=headers, timeout=90) as client:
        yield client


@asynccontextmanager
async def loaded(system: System) -> AsyncIterator[Load]:
    """The load runs as long as the block; at its end every request that was begun has come to something."""
    async with signed_in(system) as client:
        first = [(await client.get(path)).json()["items"][0]["id"] for path in ("/processes", "/customers")]
        load = Load(client, *first)
        workers = [asyncio.create_task(load.work(service)) for service in CREATIONS for _ in range(WORKERS)]
        try:
            yield load
        finally:
            load.stopping = True
            await asyncio.gather(*workers)


async def made(system: System) -> dict[str, Counter[str]]:
    """Service → how often the log says that each name was created, over its feed."""
    found: dict[str, Counter[str]] = {service: Counter() for service in CREATIONS}
    async with signed_in(system) as client:
        for service, (_, event) in CREATIONS.items():
            after = "1:0"
            while events := (page := await _page(client, service, event, after))["events"]:
                names = [each["data"]["name"] for each in events]
                found[service].update(name for name in names if name.startswith(OURS))
                after = page["next"]
    return found


async def _page(client: httpx.AsyncClient, service: str, event: str, after: str) -> dict[str, Any]:
    answer = await client.get(f"/events/{service}", params={"after": after, "limit": 1000, "type": event})
    answer.raise_for_status()
    page: dict[str, Any] = answer.json()
    return page
