"""The development identity provider: sign-in with code and PKCE, programs with secrets, and loopback only."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from deploy.local.identity.app import create_app
from deploy.local.identity.exchange import PERSON_GRANT
from deploy.local.identity.grants import Once, SignIn, challenge_of
from deploy.local.identity.people import PEOPLE
from deploy.local.identity.settings import Settings

ISSUER = "http://127.0.0.1:8080/oidc"
REDIRECT = "http://127.0.0.1:5173/callback"
VERIFIER = "a-verifier-of-more-than-forty-three-characters-0123456789"
ASKED = {
    "client_id": "flowline-web",
    "redirect_uri": REDIRECT,
    "response_type": "code",
    "scope": "openid profile",
    "state": "xyz",
    "nonce": "n-1",
    "code_challenge": challenge_of(VERIFIER),
    "code_challenge_method": "S256",
}


@pytest.fixture
async def provider(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(Settings(issuer=ISSUER, secrets=tmp_path))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8080") as client:
        yield client


async def _signed_in(provider: httpx.AsyncClient, **changed: str) -> httpx.Response:
    return await provider.post("/oidc/authorize", data={**ASKED, "person": "lilei", **changed})


async def _code(provider: httpx.AsyncClient) -> str:
    answer = parse_qs(urlsplit((await _signed_in(provider)).headers["location"]).query)
    assert answer["state"] == ["xyz"]
    return answer["code"][0]


async def _exchange(provider: httpx.AsyncClient, **form: str) -> httpx.Response:
    usual = {"grant_type": "authorization_code", "client_id": "flowline-web", "redirect_uri": REDIRECT}
    return await provider.post("/oidc/token", data={**usual, "code_verifier": VERIFIER, **form})


async def _claims(provider: httpx.AsyncClient, token: str) -> dict[str, object]:
    keys = KeySet.import_key_set((await provider.get("/oidc/jwks")).json())
    return jwt.decode(token, keys, algorithms=["ES256"]).claims


def _secret(tmp_path: Path, client: str) -> str:
    return (tmp_path / f"client-{client}").read_text()


async def test_discovery_names_addresses_that_exist(provider: httpx.AsyncClient) -> None:
    known = (await provider.get("/oidc/.well-known/openid-configuration")).json()
    assert known["issuer"] == ISSUER
    for name in ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri"):
        assert (await provider.get(urlsplit(known[name]).path)).status_code in {200, 400, 401, 405}


async def test_the_page_lists_everybody_and_carries_the_request(provider: httpx.AsyncClient) -> None:
    page = (await provider.get("/oidc/authorize", params={**ASKED, "state": '"><script>'})).text
    assert all(person.name in page for person in PEOPLE)
    assert "<script>" not in page
    assert re.search(r'name="nonce" value="n-1"', page)


async def test_a_code_becomes_tokens_of_the_person(provider: httpx.AsyncClient) -> None:
    tokens = (await _exchange(provider, code=await _code(provider))).json()
    access = await _claims(provider, tokens["access_token"])
    assert (access["iss"], access["aud"], access["sub"]) == (ISSUER, "flowline", "lilei")
    assert (access["name"], access["roles"]) == ("李雷", ["rep"])
    identity = await _claims(provider, tokens["id_token"])
    assert (identity["aud"], identity["nonce"]) == ("flowline-web", "n-1")
    shown = await provider.get("/oidc/userinfo", headers={"Authorization": f"Bearer {tokens['access_token']}"})
    assert shown.json()["name"] == "李雷"


async def test_a_code_works_once(provider: httpx.AsyncClient) -> None:
    code = await _code(provider)
    assert (await _exchange(provider, code=code)).status_code == 200
    assert (await _exchange(provider, code=code)).json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    "changed", [{"code_verifier": "another"}, {"redirect_uri": "http://127.0.0.1:1/callback"}, {"client_id": "other"}]
)
async def test_a_code_needs_what_it_was_made_for(provider: httpx.AsyncClient, changed: dict[str, str]) -> None:
    refused = await _exchange(provider, **{"code": await _code(provider), **changed})
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")


async def test_a_refresh_token_rotates(provider: httpx.AsyncClient) -> None:
    first = (await _exchange(provider, code=await _code(provider))).json()["refresh_token"]
    second = await _exchange(provider, grant_type="refresh_token", refresh_token=first)
    assert second.json()["refresh_token"] != first
    assert (await _exchange(provider, grant_type="refresh_token", refresh_token=first)).status_code == 400


@pytest.mark.parametrize(
    "redirect",
    ["https://evil.example/callback", "http://127.0.0.1.evil.example/callback", "http://x@127.0.0.1/callback",
     "http://127.0.0.1/elsewhere", "//127.0.0.1/callback", "http://[::1/callback"],
)  # fmt: skip
async def test_an_unregistered_address_is_never_redirected_to(provider: httpx.AsyncClient, redirect: str) -> None:
    for answer in (
        await provider.get("/oidc/authorize", params={**ASKED, "redirect_uri": redirect}),
        await _signed_in(provider, redirect_uri=redirect),
    ):
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


async def test_pkce_is_required(provider: httpx.AsyncClient) -> None:
    for changed in ({"code_challenge_method": "plain"}, {"code_challenge": ""}):
        answer = await _signed_in(provider, **changed)
        assert parse_qs(urlsplit(answer.headers["location"]).query)["error"] == ["invalid_request"]


async def test_a_program_shows_its_secret(provider: httpx.AsyncClient, tmp_path: Path) -> None:
    form = {"grant_type": "client_credentials"}
    right, wrong = ("flowline-cli", _secret(tmp_path, "flowline-cli")), ("flowline-cli", "guess")
    token = (await provider.post("/oidc/token", data=form, auth=right)).json()["access_token"]
    assert (await _claims(provider, token))["roles"] == ["admin"]
    refused = await provider.post("/oidc/token", data=form, auth=wrong)
    assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")


async def test_only_the_command_may_act_as_a_person(provider: httpx.AsyncClient, tmp_path: Path) -> None:
    form = {"grant_type": PERSON_GRANT, "person": "韩梅"}
    cli = ("flowline-cli", _secret(tmp_path, "flowline-cli"))
    other = ("flowline-subscriber", _secret(tmp_path, "flowline-subscriber"))
    token = (await provider.post("/oidc/token", data=form, auth=cli)).json()["access_token"]
    assert (await _claims(provider, token))["sub"] == "hanmei"
    assert (await provider.post("/oidc/token", data=form, auth=other)).json()["error"] == "unauthorized_client"
    assert (await provider.post("/oidc/token", data={**form, "person": "nobody"}, auth=cli)).status_code == 400


async def test_keys_and_secrets_stay_and_are_private(provider: httpx.AsyncClient, tmp_path: Path) -> None:
    before = (await provider.get("/oidc/jwks")).json()
    again = httpx.ASGITransport(create_app(Settings(issuer=ISSUER, secrets=tmp_path)))
    async with httpx.AsyncClient(transport=again, base_url="http://127.0.0.1") as client:
        assert (await client.get("/oidc/jwks")).json() == before
    assert "d" not in before["keys"][0]
    assert {entry.stat().st_mode & 0o777 for entry in os.scandir(tmp_path)} == {0o600}


async def test_another_host_name_is_refused(provider: httpx.AsyncClient) -> None:
    assert (await provider.get("/oidc/jwks", headers={"Host": "rebound.example"})).status_code == 400


@pytest.mark.parametrize("where", [{"IDENTITY_HOST": "192.0.2.1"}, {"IDENTITY_ISSUER": "https://id.example/oidc"}])
def test_it_refuses_to_start_where_others_could_reach_it(tmp_path: Path, where: dict[str, str]) -> None:
    environment = {**os.environ, "IDENTITY_SECRETS": str(tmp_path), **where}
    started = subprocess.run(
        [sys.executable, "-m", "deploy.local.identity"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=20,
    )
    assert started.returncode == 1
    assert "loopback" in started.stderr


def test_what_is_kept_runs_out() -> None:
    times = iter([0.0, 61.0])
    once = Once(60, clock=lambda: next(times))
    assert once.redeem(once.keep(SignIn(PEOPLE[0], "c", "r", "x", None))) is None


async def test_a_browser_that_is_signed_in_is_not_asked_again_until_it_signs_out(provider: httpx.AsyncClient) -> None:
    quietly = {**ASKED, "prompt": "none"}
    refused = await provider.get("/oidc/authorize", params=quietly)
    assert parse_qs(urlsplit(refused.headers["location"]).query)["error"] == ["login_required"]
    cookie = (await _signed_in(provider)).headers["set-cookie"]
    assert "HttpOnly" in cookie
    for asked in (ASKED, quietly):
        again = parse_qs(urlsplit((await provider.get("/oidc/authorize", params=asked)).headers["location"]).query)
        token = (await _exchange(provider, code=again["code"][0])).json()["access_token"]
        assert (await _claims(provider, token))["sub"] == "lilei"
    assert (await provider.get("/oidc/authorize", params={**ASKED, "prompt": "login"})).status_code == 200
    out = {"client_id": "flowline-web", "post_logout_redirect_uri": "http://127.0.0.1:5173/"}
    assert (await provider.get("/oidc/end-session", params=out)).headers["location"] == out["post_logout_redirect_uri"]
    assert (await provider.get("/oidc/authorize", params=ASKED)).status_code == 200


async def test_signing_out_leads_to_registered_addresses_only(provider: httpx.AsyncClient) -> None:
    elsewhere = {"client_id": "flowline-web", "post_logout_redirect_uri": "https://evil.example/"}
    assert (await provider.get("/oidc/end-session", params=elsewhere)).status_code == 400
