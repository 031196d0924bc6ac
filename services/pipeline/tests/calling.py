"""The pipeline service over HTTP, in this process, as its callers meet it."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from httpx import Response

from services.pipeline.bootstrap import assemble
from services.pipeline.projections.customers import CUSTOMERS
from services.pipeline.projections.people import PEOPLE
from services.pipeline.settings import Settings
from services.pipeline.tests.examples import ANNA_ID, CANCITY_ID, DARCEL_ID, ISDOM_ID, MOVES, PROCESS_ID, STAGES
from services.pipeline.tests.selling import MIGRATIONS, apply, heard, same_stream
from shared.eventstore.read_model import Connection
from shared.http.service import serving
from shared.projections.live import connected
from shared.testing.databases import Databases
from shared.testing.tokens import TokenIssuer

API = "/api/v1"
USD = {"amount": "10", "currency": "USD"}


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody with a token; every write gets a key of its own and If-Match: * unless the test says otherwise."""

    client: httpx.AsyncClient
    issuer: TokenIssuer
    roles: tuple[str, ...] = ("admin",)
    subject: str = "ada"
    keys: Iterator[int] = field(default_factory=itertools.count)

    def as_(self, *roles: str, subject: str = "ada") -> Caller:
        """The same service, called by somebody else."""
        return Caller(self.client, self.issuer, roles, subject, self.keys)

    async def get(self, path: str, **query: Any) -> Response:
        """Read."""
        return await self.client.get(API + path, params=query, headers=self._who())

    async def post(self, path: str, body: Any = None, **headers: str) -> Response:
        """Write."""
        return await self.send("POST", path, body, **headers)

    async def send(self, method: str, path: str, body: Any = None, **headers: str) -> Response:
        """Any write; `if_match="3"` is the header If-Match."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        usual = {"idempotency-key": f"{self.subject}-{next(self.keys)}", "if-match": "*"}
        content = {} if body is None else {"json": body}
        return await self.client.request(method, API + path, headers={**self._who(), **usual, **named}, **content)

    def _who(self) -> dict[str, str]:
        return self.issuer.headers(*self.roles, subject=self.subject)

    async def open(self, **fields: Any) -> str:
        """Open a deal on the example process; its id."""
        answer = await self.post("/deals", opening(**fields))
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def publish(self, process_id: str, drawn: dict[str, Any], number: int = 1) -> None:
        """Draw and submit the next version of a process, which has this number, and let somebody else publish it."""
        path, reason = f"/processes/{process_id}/versions", {"reason": "it is right"}
        answers = [
            await self.post(path, drawn),
            await self.post(f"{path}/{number}/submit", reason),
            await self.as_(*self.roles, subject="grace").post(f"{path}/{number}/publish", reason),
        ]
        assert [answer.status_code for answer in answers] == [200] * 3, [answer.text for answer in answers]

    async def deal(self, deal_id: str) -> dict[str, Any]:
        """A deal's page."""
        answer = await self.get(f"/deals/{deal_id}")
        assert answer.status_code == 200, answer.text
        page: dict[str, Any] = answer.json()
        return page


@asynccontextmanager
async def calling(databases: Databases, issuer: TokenIssuer) -> AsyncIterator[Caller]:
    """The service on a database of its own, with the example process and people, called by an admin."""
    settings = Settings(
        database_url=await databases(MIGRATIONS), kafka="127.0.0.1:1", issuer=issuer.issuer, jwks_url=issuer.jwks_url
    )
    async with assemble(settings) as assembly, serving(assembly, "api") as client:
        async with connected(settings.database_url) as connection:
            await introduce(connection)
        caller = Caller(client, issuer)
        await _publish_process(caller)
        yield caller


async def introduce(connection: Connection) -> None:
    """Let the service have heard of a few people, their team and two customers."""
    await apply(
        connection,
        PEOPLE,
        same_stream(
            heard("TeamCreated", PROCESS_ID, name="East"),
            heard("PersonAdded", ANNA_ID, name="Anna", subject="anna", team_id=str(PROCESS_ID)),
            heard("PersonAdded", DARCEL_ID, name="Darcel", subject="darcel"),
        ),
    )
    customers = (heard("CustomerCreated", ISDOM_ID, name="Isdom"), heard("CustomerCreated", CANCITY_ID, name="Cancity"))
    await apply(connection, CUSTOMERS, same_stream(*customers, heard("CustomerDeleted", CANCITY_ID)))


async def _publish_process(caller: Caller) -> None:
    assert (await caller.post("/processes", {"id": str(PROCESS_ID), "name": "B2B"})).status_code == 201
    await caller.publish(str(PROCESS_ID), drawing())


def drawing() -> dict[str, Any]:
    """The example process as a request."""
    stages = [{"key": s.key, "name": s.name, "category": s.category, "probability": s.probability} for s in STAGES]
    return {"stages": stages, "moves": [{"from_stage": m.from_stage, "to_stage": m.to_stage} for m in MOVES]}


def opening(**fields: Any) -> dict[str, Any]:
    """A request to open a deal."""
    return {"name": "Isdom: GTX Pro", "process_id": str(PROCESS_ID), "stage": "engaging", **fields}


def refused(answer: Response, status: int, code: str, pointer: str | None = None) -> None:
    """The answer is this problem and blames this field."""
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (status, code), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    if pointer is not None:
        assert [error["pointer"] for error in problem["errors"]] == [pointer], answer.text
