"""Talks to the gateway as a well-behaved client: token, retry when told to, problems as errors."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import httpx
import orjson

from flowline.running import Running

OWN_GRANT = "client_credentials"
PERSON_GRANT = "urn:flowline:grant:person"  # the development identity provider's way to act as one of its people
_BUSY = (429, 502, 503, 504)
_PATIENCE = 300.0  # seconds: a part that was killed is back long before


class Refused(Exception):
    """The gateway or a service answered with a problem."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        """Keep the problem+json body; its detail is the message."""
        self.status, self.problem = status, problem
        super().__init__(f"{status} {problem.get('title', '')}: {problem.get('detail', '')}".strip(" :"))


class NotSignedIn(Exception):
    """There is no token: set FLOWLINE_TOKEN, and FLOWLINE_APPROVER_TOKEN for a second person who approves processes."""


class Gateway:
    """One signed-in client; `user` None signs in as an admin service account."""

    def __init__(self, running: Running, http: httpx.AsyncClient, user: str | None = None) -> None:
        """Take an open HTTP client; tokens are fetched when first needed."""
        self._running, self._http, self._user = running, http, user
        self._token = running.token
        self._seen: list[str] = []
        self._written: list[str] = []

    def as_(self, user: str) -> Gateway:
        """The same client signed in as somebody else: a demo person, or whoever FLOWLINE_APPROVER_TOKEN stands for."""
        return Gateway(replace(self._running, token=self._running.approver_token), self._http, user)

    async def token(self) -> str:
        """Return an access token, signing in when there is none yet."""
        if self._token is None:
            if self._running.token_url is None:
                raise NotSignedIn(NotSignedIn.__doc__)
            form = {"client_id": self._running.client_id, "client_secret": self._running.client_secret}
            form |= {"grant_type": PERSON_GRANT, "person": self._user} if self._user else {"grant_type": OWN_GRANT}
            answer = await self._http.post(self._running.token_url, data=form)
            if answer.status_code != httpx.codes.OK:
                raise Refused(answer.status_code, _problem(answer))
            self._token = str(answer.json()["access_token"])
        return self._token

    async def get(self, path: str, params: dict[str, Any] | None = None, **headers: str) -> Any:
        """GET a path below /api/v1 and return its JSON."""
        return (await self._send("GET", path, params=params, headers=headers)).json()

    async def post(self, path: str, body: Any = None, **headers: str) -> Any:
        """POST JSON to a path below /api/v1 and return the JSON of the answer (None when it is empty)."""
        content = orjson.dumps(body if body is not None else {})
        answer = await self._send("POST", path, content=content, headers=headers | {"content-type": "application/json"})
        return answer.json() if answer.content else None

    async def batch(self, route: str, commands: list[dict[str, Any]], key: str) -> tuple[list[dict[str, Any]], bool]:
        """Send up to 200 commands; their results in order, and whether all of them were done before."""
        headers = {"content-type": "application/json", "idempotency-key": key}
        if self._seen:
            headers |= {"consistency-token": ";".join(self._seen), "prefer": "wait=20"}
        content = orjson.dumps({"commands": commands})
        answer = await self._send("POST", f"/{route}:batch", content=content, headers=headers)
        if token := answer.headers.get("consistency-token"):
            self._written.append(token)
        return answer.json()["results"], answer.headers.get("idempotency-replayed") == "true"

    def carry_tokens(self) -> None:
        """Let every batch from now on wait, where it needs to, for what the batches so far have written."""
        self._seen += self._written
        self._written = []

    async def _send(self, method: str, path: str, *, headers: dict[str, str], **options: Any) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        signed_in_again = False
        deadline = asyncio.get_running_loop().time() + _PATIENCE
        while True:
            answer = await self._once(method, path, named, options)
            if answer is not None and answer.status_code < httpx.codes.BAD_REQUEST:
                return answer
            if answer is not None and answer.status_code == httpx.codes.UNAUTHORIZED and not signed_in_again:
                self._token, signed_in_again = self._running.token, True
                continue
            if asyncio.get_running_loop().time() > deadline or not _worth_another_try(answer):
                raise Refused(answer.status_code, _problem(answer)) if answer is not None else Refused(0, _UNREACHABLE)
            await asyncio.sleep(_pause(answer))

    async def _once(self, method: str, path: str, headers: dict[str, str], options: Any) -> httpx.Response | None:
        try:
            signed = headers | {"authorization": f"Bearer {await self.token()}"}
            return await self._http.request(method, f"{self._running.url}/api/v1{path}", headers=signed, **options)
        except httpx.TransportError:
            return None  # the gateway is down or was cut off: the same request with the same key may be sent again

    async def lines(self, path: str, params: dict[str, Any], **headers: str) -> AsyncIterator[str]:
        """Stream the lines of a server-sent event feed until it closes."""
        signed = {"authorization": f"Bearer {await self.token()}", "accept": "text/event-stream"} | headers
        url = f"{self._running.url}/api/v1{path}"
        async with self._http.stream("GET", url, params=params, headers=signed, timeout=None) as answer:
            if answer.status_code != httpx.codes.OK:
                await answer.aread()
                raise Refused(answer.status_code, _problem(answer))
            async for line in answer.aiter_lines():
                yield line


_UNREACHABLE = {"title": "The gateway does not answer", "detail": "is Flowline still running?"}


@asynccontextmanager
async def signed_in(running: Running, user: str | None = None) -> AsyncIterator[Gateway]:
    """Open a client for the running system."""
    async with httpx.AsyncClient(timeout=60, limits=httpx.Limits(max_connections=16)) as http:
        yield Gateway(running, http, user)


def _worth_another_try(answer: httpx.Response | None) -> bool:
    return answer is None or answer.status_code in _BUSY


def _pause(answer: httpx.Response | None) -> float:
    told = answer.headers.get("retry-after", "") if answer is not None else ""
    return min(float(told), 5.0) if told.isdigit() else 0.5


def _problem(answer: httpx.Response) -> dict[str, Any]:
    try:
        found = answer.json()
    except ValueError:
        found = None
    if not isinstance(found, dict):
        return {"title": answer.reason_phrase, "detail": answer.text[:200]}
    return (
        found if "title" in found else {"title": found.get("error", ""), "detail": found.get("error_description", "")}
    )
