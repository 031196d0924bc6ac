"""The whole service in this process: spoken to over ASGI, fed with upstream events by hand."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx

from services.notify.api.arrivals import Arrivals
from services.notify.bootstrap import assemble
from services.notify.tests.world import MIGRATIONS, Feed, Log, event, feeding, kek_file, kek_in, settings_for
from shared.eventstore.personal import KeyRow, Vault
from shared.eventstore.recorded import Recorded
from shared.eventstore.wrapping import Wrapping
from shared.http.service import Assembly, serving
from shared.testing.databases import Databases
from shared.testing.tokens import TokenIssuer


@dataclass(frozen=True, slots=True)
class Desk:
    """Somebody with a token who talks to the service; every write gets a key of its own."""

    client: httpx.AsyncClient
    token: str
    keys: Iterator[int] = field(default_factory=count)

    async def get(self, path: str, language: str = "en", **query: Any) -> httpx.Response:
        """Read."""
        headers = {"authorization": f"Bearer {self.token}", "accept-language": language}
        return await self.client.get(f"/api/v1{path}", params=query, headers=headers)

    async def send(self, method: str, path: str, body: Any = None, *, version: int | None = None) -> httpx.Response:
        """Any write; `version` is what If-Match says."""
        said = {"authorization": f"Bearer {self.token}", "idempotency-key": f"{self.token[-8:]}-{next(self.keys)}"}
        if version is not None:
            said["if-match"] = f'"{version}"'
        return await self.client.request(method, f"/api/v1{path}", json=body, headers=said)

    async def made(self, **rule: Any) -> str:
        """The id of a new rule."""
        answer = await self.send("POST", "/rules", {"name": "r", "event_type": "DealWon"} | rule)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def texts(self, language: str = "en", **query: Any) -> list[str]:
        """What the inbox says, the newest first."""
        return [item["text"] for item in (await self.get("/inbox", language, **query)).json()["items"]]

    async def unread(self) -> int:
        """How many are unread."""
        return int((await self.get("/inbox/unread-count")).json()["unread"])


@dataclass(slots=True)
class Running:
    """The running service and what happens around it."""

    assembly: Assembly
    client: httpx.AsyncClient
    issuer: TokenIssuer
    database: str
    kek: bytes
    feeds: dict[str, Feed]
    arrivals: Arrivals
    log: Log = field(default_factory=Log)

    def desk(self, *roles: str, subject: str) -> Desk:
        """Somebody with these roles."""
        return Desk(self.client, self.issuer.token(*roles, subject=subject))

    async def happen(self, *events: Recorded) -> None:
        """Deliver to both projections, and tell who waits."""
        placed = [self.log.placed(event) for event in events]
        if people := [event for event in placed if event.service == "customer"]:
            await self.arrivals.directory_changed(await self.feeds["directory"].deliver(*people))
        await self.arrivals.committed(await self.feeds["inbox"].deliver(*placed))

    async def keep(self, keys: Sequence[KeyRow]) -> None:
        """Take over published keys."""
        async with asyncpg.create_pool(self.database, min_size=1, max_size=1) as pool, pool.acquire() as connection:
            await Vault(pool, Wrapping(self.kek)).keep(keys, connection)

    async def person(self, subject: str, team: UUID | None = None) -> UUID:
        """Somebody of the sales organisation."""
        person, team_id = uuid4(), None if team is None else str(team)
        await self.happen(
            event("customer", person, "PersonAdded", name=subject.title(), subject=subject, team_id=team_id)
        )
        return person

    async def team(self, name: str, parent: UUID | None = None) -> UUID:
        """A team of the sales organisation."""
        team, parent_id = uuid4(), None if parent is None else str(parent)
        await self.happen(event("customer", team, "TeamCreated", name=name, parent_id=parent_id))
        return team


@asynccontextmanager
async def running(databases: Databases, issuer: TokenIssuer, place: Path) -> AsyncIterator[Running]:
    """The service with an empty log and nobody in the directory."""
    database = await databases(MIGRATIONS)
    kek, arrivals = kek_file(place), Arrivals()
    settings = settings_for(database, issuer, kek)
    async with (
        assemble(settings, arrivals) as assembly,
        feeding(database, arrivals) as feeds,
        serving(assembly, "api") as client,
    ):
        yield Running(assembly, client, issuer, database, kek_in(kek), feeds, arrivals)
