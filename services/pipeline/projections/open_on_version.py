"""How many open deals run on which version of which process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from services.pipeline.projections.scope import Scope

COUNTS = """
SELECT d.process_id, d.process_version, count(*) AS deals FROM read.deals d
WHERE d.category IN ('open', 'on_hold') AND NOT d.deleted AND read.visible(d.owner_id, $1, $2, $3)
GROUP BY d.process_id, d.process_version ORDER BY d.process_id, d.process_version
"""


@dataclass(frozen=True, slots=True)
class OpenDealsOnVersion:
    """A version with so many open deals."""

    process_id: UUID
    process_version: int
    deals: int


class OpenOnVersion:
    """Open deals by version, as far as a scope reaches."""

    def __init__(self, pool: asyncpg.Pool[asyncpg.Record]) -> None:
        self._pool = pool

    async def counts(self, scope: Scope) -> Sequence[OpenDealsOnVersion]:
        """Versions without open deals are left out."""
        return [OpenDealsOnVersion(**row) for row in await self._pool.fetch(COUNTS, *scope.arguments)]
