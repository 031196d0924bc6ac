"""An asynchronous projection: a read model fed from Kafka topics."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from shared.errors import Conflict, Unavailable
from shared.eventstore.read_model import ReadModel
from shared.eventstore.recorded import Recorded

OnApplied = Callable[[Sequence[Recorded]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Projection:
    """`topics`: Kafka topics to follow. `on_applied` is awaited after the commit of live events, never in a rebuild.

    `rebuildable` False: its rows cannot be made from events alone, so nobody may build it anew. After a restore that
    lost events it reads its topics again into the same tables, once the statement `forgets` has run on them.
    """

    model: ReadModel
    topics: tuple[str, ...]
    rebuildable: bool = True
    on_applied: OnApplied | None = None
    forgets: str = ""

    @property
    def name(self) -> str:
        """The read model's name."""
        return self.model.name


@dataclass(frozen=True, slots=True)
class ProjectionSettings:
    """Where a projection lives. `member` names this process among the replicas, the same after a restart.

    Without `member` it leaves its group when it ends. Times are in seconds.
    `batch`: messages per transaction. `max_parked`: streams; with more, the projection stops.
    `worth_processes`: a rebuild of so many messages uses several processes.
    """

    dsn: str
    kafka: str
    service: str
    member: str | None = None
    batch: int = 5000
    max_parked: int = 100
    worth_processes: int = 30_000
    poll: float = 0.5
    inspection: float = 5.0
    patience: float = 30.0
    max_pause: float = 5.0


class Superseded(Exception):
    """Another process has moved these offsets, or the instance is not there any more."""


class TooManyParked(Exception):
    """Too many streams are parked: the projection itself is at fault, so it stops instead of setting all aside."""


class InstanceReplaced(Exception):
    """Queries see another instance now; follow that one."""


class TopicTruncated(Exception):
    """The first records of a topic are gone, so nothing can be built from it."""


class PartitionsChanged(Exception):
    """A topic has another number of partitions than this instance was built from."""


class LogCutBack(Exception):
    """A restore has lost events that this instance has applied."""


class NotRebuildable(Conflict):
    """This projection cannot be built anew from events."""

    code = "not-rebuildable"


class RebuildRunning(Conflict):
    """This projection is being rebuilt already."""

    code = "rebuild-running"


class RebuildStalled(Unavailable):
    """The rebuild found no more events before it had reached the live instance."""

    code = "rebuild-stalled"
