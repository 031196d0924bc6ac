"""Nobody gets in without a valid token, and nobody does what their role may not."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import AsyncIterator

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from shared.errors import Unauthenticated, Unavailable
from shared.http.auth import Verifier
from shared.http.jwks import JwksKeys
from shared.testing.tokens import TokenIssuer, new_key
from shared.tests.conftest import Notes


async def read(notes: Notes, token: str | None, **more: str) -> httpx.Response:
    headers = {"authorization": f"Bearer {token}", **more} if token is not None else more
    return await notes.client.get("/api/v1/notes", headers=headers)


def unsigned(claims: dict[str, object]) -> str:
    parts = [json.dumps(part).encode() for part in ({"alg": "none", "kid": "test", "typ": "JWT"}, claims)]
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts) + "."


def claims_of(token: str) -> dict[str, object]:
    part = token.split(".")[1]
    claims: dict[str, object] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return claims


async def test_a_valid_token_is_let_in(notes: Notes) -> None:
    assert (await read(notes, notes.issuer.token("rep"))).status_code == 200


async def test_without_a_token_the_way_to_get_in_is_said(notes: Notes) -> None:
    answer = await read(notes, None)
    assert (answer.status_code, answer.json()["code"]) == (401, "token-missing")
    assert answer.headers["www-authenticate"] == 'Bearer realm="flowline"'


@pytest.mark.parametrize("case", ["expired", "audience", "issuer", "not yet", "nobody", "stranger", "tampered"])
async def test_a_token_that_is_not_good_is_refused(notes: Notes, case: str) -> None:
    issuer, soon = notes.issuer, int(time.time()) + 3600
    tokens = {
        "expired": issuer.token("admin", seconds=-1),
        "audience": issuer.token("admin", aud="another"),
        "issuer": issuer.token("admin", iss="http://evil"),
        "not yet": issuer.token("admin", nbf=soon),
        "nobody": issuer.token("admin", subject=""),
        "stranger": TokenIssuer(issuer.issuer, new_key()).token("admin"),
        "tampered": _tampered(issuer.token("rep")),
    }
    answer = await read(notes, tokens[case])
    assert answer.status_code == 401, case
    assert answer.headers["www-authenticate"].startswith('Bearer realm="flowline", error="invalid_token"')


def _tampered(token: str) -> str:
    header, _, signature = token.split(".")
    claims = {**claims_of(token), "roles": ["admin"]}
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    return f"{header}.{body}.{signature}"


async def test_an_unsigned_token_is_refused(notes: Notes) -> None:
    good = notes.issuer.token("admin")
    assert (await read(notes, unsigned(claims_of(good)))).status_code == 401
    assert (await read(notes, good.rsplit(".", 1)[0] + ".")).status_code == 401
    assert (await read(notes, good.rsplit(".", 1)[0])).status_code == 401


async def test_a_public_key_is_no_shared_secret(notes: Notes) -> None:
    public = json.dumps(notes.issuer.jwks["keys"][0]).encode()
    forged = jwt.encode(
        {"alg": "HS256", "kid": "test"}, claims_of(notes.issuer.token("admin")), OctKey.import_key(public)
    )
    assert (await read(notes, forged)).status_code == 401


@pytest.mark.parametrize("header", ["Bearer", "Basic YTpi", "Bearer " + "x" * 9000, "Bearer a.b.c", "Bearer \xff"])
async def test_rubbish_is_refused(notes: Notes, header: str) -> None:
    answer = await notes.client.get("/api/v1/notes", headers={b"authorization": header.encode("latin-1")})
    assert answer.status_code == 401


async def test_headers_that_claim_an_identity_count_for_nothing(notes: Notes) -> None:
    claimed = {"x-user": "ada", "x-roles": "admin", "x-jwt-payload": "e30", "x-forwarded-user": "ada"}
    assert (await read(notes, None, **claimed)).status_code == 401
    answer = await notes.client.get("/api/v1/events/note", headers={**notes.issuer.headers("rep"), **claimed})
    assert answer.status_code == 403


async def test_a_role_without_the_right_is_refused_and_counted(notes: Notes) -> None:
    before = await notes.events()
    answer = await notes.client.post("/api/v1/notes", json={"title": "x"}, headers=notes.headers("guest"))
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert await notes.events() == before
    assert b'crm_authz_denied_total{action="note.write"}' in notes.assembly.context.metrics.exposition()


async def test_a_token_that_was_good_is_refused_once_it_has_expired(token_issuer: TokenIssuer) -> None:
    clock = [time.time()]
    async with httpx.AsyncClient() as client:
        keys = JwksKeys(token_issuer.jwks_url, client)
        verifier = Verifier(keys, issuer=token_issuer.issuer, audience="flowline", clock=lambda: clock[0])
        header = f"Bearer {token_issuer.token('rep', seconds=20)}"
        assert (await verifier.principal(header)).roles == {"rep"}
        clock[0] += 21
        with pytest.raises(Unauthenticated):
            await verifier.principal(header)


class Counting(httpx.AsyncBaseTransport):
    """An issuer that counts how often its keys are asked for."""

    def __init__(self, issuer: TokenIssuer) -> None:
        self.issuer = issuer
        self.asked = 0
        self.down = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        del request
        self.asked += 1
        return httpx.Response(500) if self.down else httpx.Response(200, json=self.issuer.jwks)


@pytest.fixture
async def counting(token_issuer: TokenIssuer) -> AsyncIterator[tuple[Counting, JwksKeys, list[float]]]:
    transport, clock = Counting(token_issuer), [1000.0]
    async with httpx.AsyncClient(transport=transport) as client:
        yield transport, JwksKeys("http://issuer/jwks", client, clock=lambda: clock[0]), clock


async def test_keys_are_fetched_once(counting: tuple[Counting, JwksKeys, list[float]]) -> None:
    transport, keys, _ = counting
    assert await keys.find("test") is await keys.find("test")
    assert transport.asked == 1


async def test_unknown_keys_make_no_storm(counting: tuple[Counting, JwksKeys, list[float]]) -> None:
    transport, keys, clock = counting
    await keys.find("test")
    for number in range(50):
        with pytest.raises(Unauthenticated):
            await keys.find(f"made-up-{number}")
    assert transport.asked == 2
    clock[0] += 60
    with pytest.raises(Unauthenticated):
        await keys.find("made-up")
    assert transport.asked == 3


async def test_a_new_key_of_the_issuer_is_found(counting: tuple[Counting, JwksKeys, list[float]]) -> None:
    transport, keys, _ = counting
    await keys.find("test")
    transport.issuer = TokenIssuer(transport.issuer.issuer, new_key("next"))
    assert (await keys.find("next")).kid == "next"


async def test_keys_stay_in_use_while_the_issuer_is_away(counting: tuple[Counting, JwksKeys, list[float]]) -> None:
    transport, keys, clock = counting
    await keys.find("test")
    transport.down = True
    clock[0] += 3600
    assert (await keys.find("test")).kid == "test"


async def test_without_any_key_nobody_is_called_an_impostor(counting: tuple[Counting, JwksKeys, list[float]]) -> None:
    transport, keys, _ = counting
    transport.down = True
    with pytest.raises(Unavailable):
        await keys.find("test")
