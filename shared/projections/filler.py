"""Partitions filled by a process of its own, so that a rebuild uses all cores and leaves the service's loop alone.

`python -m shared.projections.filler`: its work comes pickled on stdin, from the process that started it; it says
`<offsets done>` in a line of stdout now and then and ends with status 0, or 1 and the pickled error as the last line.
"""

from __future__ import annotations

import asyncio
import base64
import os
import pickle
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import uvloop

from shared.eventstore.read_model import ReadModel
from shared.messaging.kafka import TopicPartition
from shared.projections.filling import filling
from shared.projections.projection import Projection, ProjectionSettings

Target = tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Work:
    """Fill these partitions of an instance, each up to its (epoch, position) or to its end (None)."""

    settings: ProjectionSettings
    model: ReadModel
    topics: tuple[str, ...]
    instance: int
    targets: Mapping[TopicPartition, Target]

    async def do(self, told: Callable[[int], None]) -> None:
        """Fill here; raises what filling raises."""
        projection = Projection(self.model, self.topics)
        async with filling(self.settings, projection, self.instance, list(self.targets)) as fill:
            await fill.up_to(self.targets, told)


async def fill_in_processes(works: Sequence[Work], told: Callable[[int], None]) -> None:
    """Do each in a process of its own; when one fails, or we are cancelled, all are ended."""
    pickled = [pickle.dumps(work) for work in works]
    tasks = [asyncio.create_task(_process(data, told)) for data in pickled]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def travels(model: ReadModel) -> bool:
    """Whether another process can be given this model: its `apply` is a function at the top of a module."""
    try:
        pickle.dumps(model)
    except (pickle.PicklingError, AttributeError, TypeError):
        return False
    return True


async def _process(work: bytes, told: Callable[[int], None]) -> None:
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "shared.projections.filler", stdin=pipe, stdout=pipe
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(len(work).to_bytes(8, "big") + work)  # it stays open: its end tells the process to stop
        last = b""
        async for line in process.stdout:
            last = line.strip()
            if last.isdigit():
                told(int(last))
        if await process.wait():
            raise _error_in(last)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def _error_in(line: bytes) -> Exception:
    """What a process said at its end; one that was killed says nothing."""
    if not line or line.isdigit():
        return RuntimeError("a filling process was ended from outside")
    error: Exception = pickle.loads(base64.b64decode(line))  # noqa: S301 - from our own child, over our own pipe
    return error


def main() -> int:
    """Do the work that stdin brings."""
    data = sys.stdin.buffer.read(int.from_bytes(sys.stdin.buffer.read(8), "big"))
    threading.Thread(target=_end_with_parent, daemon=True).start()
    work: Work = pickle.loads(data)  # noqa: S301 - from our own parent, over our own pipe
    try:
        uvloop.run(work.do(lambda offsets: print(offsets, flush=True)))  # noqa: T201 - it is the protocol
    except Exception as error:  # noqa: BLE001 - the parent raises it
        print(base64.b64encode(pickle.dumps(_portable(error))).decode(), flush=True)  # noqa: T201
        return 1
    return 0


def _end_with_parent() -> None:
    os.read(sys.stdin.fileno(), 1)
    os._exit(2)


def _portable(error: Exception) -> Exception:
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301
    except Exception:  # noqa: BLE001 - then its words travel
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error


if __name__ == "__main__":
    sys.exit(main())
