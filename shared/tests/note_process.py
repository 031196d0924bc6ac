"""The note service as a process of its own, for tests of starting and ending: `python -m shared.tests.note_process`."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from fastapi import APIRouter

from shared.http.command_line import run
from shared.http.service import Assembly, ServiceSettings
from shared.http.supervisor import Loop
from shared.tests.note_service import assemble


@asynccontextmanager
async def slow(settings: ServiceSettings) -> AsyncIterator[Assembly]:
    """The note service with a slow route and a loop that dies again and again."""
    router = APIRouter(include_in_schema=False)

    @router.get("/slow")
    async def answer_late() -> dict[str, bool]:
        await asyncio.sleep(1)
        return {"answered": True}

    async with assemble(settings) as assembly:
        doomed = Loop("doomed", "consumers", die)
        yield replace(assembly, routers=[*assembly.routers, router], loops=[*assembly.loops, doomed])


async def die() -> None:
    """End soon."""
    await asyncio.sleep(0.2)
    raise RuntimeError("the loop has had enough")


if __name__ == "__main__":
    run(ServiceSettings, slow, migrations=Path(__file__).parents[1] / "projections" / "migrations")
