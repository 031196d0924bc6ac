"""The whole system from outside: a command over HTTP, how soon others see it at a steady rate, and memory.

`python -m bench.whole [--json] [--seconds S] [--rate R]` starts everything in a directory of its own, like `make run`.
The peer of a command is a request that the gateway lets through to the same service and that only reads one row.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import psutil
import uvloop

from bench.wire import Reply, Wire
from tests.system import System, running

API = "/api/v1"
SELLERS = ("ada", "wangmin", "maria", "lilei", "tom")
ROUNDS = 5
CLIENTS = 16
SAMPLED = 10  # every so many commands one is followed until analytics shows it
PROCESS = {
    "stages": [
        {"key": "open", "name": "Open", "category": "open", "probability": 20},
        {"key": "won", "name": "Won", "category": "won", "probability": 100},
        {"key": "lost", "name": "Lost", "category": "lost", "probability": 0},
    ],
    "moves": [{"from_stage": "open", "to_stage": "won"}, {"from_stage": "open", "to_stage": "lost"}],
}


class Driver:
    """One signed-in client with the few calls that are measured."""

    def __init__(self, wire: Wire, process: str) -> None:
        self._wire, self._process = wire, process
        amount = {"amount": "100.00", "currency": "USD"}
        self._deal = json.dumps({"name": "Bench", "process_id": process, "amount": amount}).encode()
        self.told: dict[str, float] = {}

    async def open_deal(self) -> Reply:
        """Open a deal; its answer's time is kept for whoever waits to hear of it."""
        reply = await self._wire.call("POST", f"{API}/deals", self._deal, {"idempotency-key": str(uuid.uuid4())})
        self.told[json.loads(reply.body)["id"]] = time.perf_counter()
        return reply

    async def read_process(self) -> None:
        """Read one row through the same gateway from the same service."""
        await self._wire.call("GET", f"{API}/processes/{self._process}")

    async def until_reported(self, reply: Reply, acknowledged: float) -> float:
        """Milliseconds from a command's answer to analytics' answer that contains it."""
        headers = {"consistency-token": reply.headers["consistency-token"], "prefer": "wait=10"}
        await self._wire.call("GET", f"{API}/reports/deals?limit=1&owner={uuid.uuid4()}", b"", headers)
        return (time.perf_counter() - acknowledged) * 1000

    async def listen(self, heard: list[float], ready: asyncio.Event) -> None:
        """Collect the milliseconds from a command's answer to its notification in the inbox stream."""
        async with self._wire.lines(f"{API}/inbox/stream") as lines:
            async for line in lines:
                ready.set()
                if line.startswith(b"data: ") and (deal := _subject(line)) is not None:
                    heard.append((time.perf_counter() - await self._acknowledged(deal)) * 1000)

    async def _acknowledged(self, deal: str) -> float:
        """When the command was answered; the notification may be here before its answer was read."""
        now = time.perf_counter()
        for _ in range(1000):
            if deal in self.told:
                return min(self.told[deal], now)
            await asyncio.sleep(0.001)
        raise RuntimeError(f"a notification about {deal}, which nobody opened here")


def _subject(line: bytes) -> str | None:
    notification = json.loads(line.removeprefix(b"data: ")).get("notification")
    return str(notification["link"]["id"]) if notification else None


async def measure(system: System, seconds: float, rate: int) -> dict[str, Any]:
    """Everything, one after the other."""
    users = [f"Bearer {token}" for token in await asyncio.to_thread(_tokens, system)]
    wire = Wire(system.url, users)
    driver = Driver(wire, await _prepare(wire, users[1]))
    return {
        "command": await _pairs(driver, seconds / ROUNDS),
        f"seen at {rate} commands/s": await _seen(driver, seconds, rate),
        "memory_mb": _memory(system),
    }


def _tokens(system: System) -> list[str]:
    """The command's own and those of people who may sell: the gateway limits each user to 400 requests a second."""
    return [system.flowline("token").strip(), *(system.flowline("token", "--user", user).strip() for user in SELLERS)]


async def _prepare(wire: Wire, approver: str) -> str:
    async def write(path: str, body: dict[str, Any], version: int | None = None, **named: str) -> dict[str, Any]:
        keyed = {"idempotency-key": str(uuid.uuid4())} | ({"if-match": f'"{version}"'} if version else {}) | named
        return dict(
            json.loads((await wire.call("POST", API + path, json.dumps(body).encode(), keyed, set_up=True)).body)
        )

    process = (await write("/processes", {"name": "Bench"}))["id"]
    await write(f"/processes/{process}/versions", PROCESS, 1)
    await write(f"/processes/{process}/versions/1/submit", {"reason": "to be measured"}, 2)
    await write(f"/processes/{process}/versions/1/publish", {"reason": "to be measured"}, 3, authorization=approver)
    recipients = [{"kind": "subject", "subject": "flowline-cli"}]
    await write("/rules", {"name": "Bench", "event_type": "DealOpened", "condition": "", "recipients": recipients})
    return str(process)


async def _pairs(driver: Driver, seconds: float) -> dict[str, Any]:
    """Commands and the peer in turn, round by round, so that a noisy machine disturbs both alike."""
    commands, peers, ratios = [], [], []
    for _ in range(ROUNDS):
        commands.append(await _load(driver.open_deal, seconds))
        peers.append(await _load(driver.read_process, seconds))
        ratios.append(commands[-1]["per_second"] / peers[-1]["per_second"])
    return {
        f"command, {CLIENTS} clients": _median(commands),
        f"read of one row, {CLIENTS} clients": _median(peers),
        "command : read": round(statistics.median(ratios), 2),
    }


async def _load(call: Callable[[], Awaitable[object]], seconds: float) -> dict[str, float]:
    took: list[float] = []
    end = time.perf_counter() + seconds

    async def client() -> None:
        while time.perf_counter() < end:
            start = time.perf_counter()
            await call()
            took.append((time.perf_counter() - start) * 1000)

    await asyncio.gather(*(client() for _ in range(CLIENTS)))
    return {"per_second": len(took) / seconds, **percentiles(took)}


def _median(rounds: list[dict[str, float]]) -> dict[str, float]:
    return {name: round(statistics.median(each[name] for each in rounds), 1) for name in rounds[0]}


async def _seen(driver: Driver, seconds: float, rate: int) -> dict[str, Any]:
    """Open deals at a steady rate; follow some to analytics and all to the inbox stream."""
    heard: list[float] = []
    reported: list[float] = []
    ready = asyncio.Event()
    listener = asyncio.create_task(driver.listen(heard, ready))
    await asyncio.wait_for(ready.wait(), 30)

    async def command(number: int) -> None:
        answer = await driver.open_deal()
        if number % SAMPLED == 0:
            reported.append(await driver.until_reported(answer, time.perf_counter()))

    begun = time.perf_counter()
    async with asyncio.TaskGroup() as tasks:
        for number in range(int(seconds * rate)):
            await asyncio.sleep(max(0.0, begun + number / rate - time.perf_counter()))
            tasks.create_task(command(number))
    sent = time.perf_counter() - begun
    await asyncio.sleep(3)
    listener.cancel()
    return {
        "commands_per_s": round(seconds * rate / sent),
        "analytics_ms": percentiles(reported),
        "inbox_stream_ms": percentiles(heard),
        "notified": len(heard),
    }


def percentiles(took: list[float]) -> dict[str, float]:
    """p50 and p99 of milliseconds."""
    ordered = sorted(took)
    if not ordered:
        return {"p50_ms": float("nan"), "p99_ms": float("nan")}
    return {"p50_ms": round(ordered[len(ordered) // 2], 1), "p99_ms": round(ordered[int(len(ordered) * 0.99)], 1)}


def _memory(system: System) -> dict[str, int]:
    return {
        name: round(psutil.Process(part["pid"]).memory_info().rss / 1e6)
        for name, part in system.record["parts"].items()
        if part.get("pid")
    }


def run(seconds: float, rate: int) -> dict[str, Any]:
    """Start a system, measure, stop it."""
    with tempfile.TemporaryDirectory(prefix="flowline-bench-") as home, running(Path(home)) as system:
        return uvloop.run(measure(system, seconds, rate))


def main() -> None:
    """Print the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--rate", type=int, default=200, help="commands a second")
    arguments = parser.parse_args()
    result = run(arguments.seconds, arguments.rate)
    sys.stdout.write(json.dumps(result, indent=None if arguments.json else 2) + "\n")


if __name__ == "__main__":
    main()
