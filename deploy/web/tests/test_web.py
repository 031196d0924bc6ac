"""The web client's server: one document for client routes, packed assets for ever, a policy without inline code."""

from __future__ import annotations

import gzip
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from deploy.web.app import create_app
from deploy.web.settings import Settings

PAGE = '<meta name="csp-nonce" content="__NONCE__"><meta name="flowline-issuer" content="__ISSUER__">'
SCRIPT = b"console.log(1)"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    built = tmp_path / "dist"
    (built / "assets").mkdir(parents=True)
    (built / "index.html").write_text(PAGE)
    (built / "assets" / "app-1.js").write_bytes(SCRIPT)
    (built / "assets" / "app-1.js.gz").write_bytes(gzip.compress(SCRIPT))
    (tmp_path / "secret.txt").write_text("secret")
    return built


def client_for(folder: Path) -> httpx.AsyncClient:
    app = create_app(Settings(folder=folder, issuer="http://127.0.0.1:9/oidc"))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://web")


@pytest.fixture
async def client(folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with client_for(folder) as client:
        yield client


@pytest.mark.parametrize("path", ["/", "/deals/4?tab=x", "/callback", "/../secret.txt", "/%2e%2e/secret.txt"])
async def test_every_path_of_the_client_is_the_document(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert 'content="http://127.0.0.1:9/oidc"' in answer.text


async def test_every_document_has_a_nonce_of_its_own_and_no_inline_script_may_run(client: httpx.AsyncClient) -> None:
    pages = [await client.get("/") for _ in range(2)]
    nonces = [re.findall(r'csp-nonce" content="([^"]+)"', page.text)[0] for page in pages]
    assert nonces[0] != nonces[1]
    policy = pages[0].headers["content-security-policy"]
    assert f"style-src 'self' 'nonce-{nonces[0]}'" in policy
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert pages[0].headers["x-content-type-options"] == "nosniff"


async def test_a_hashed_asset_is_packed_kept_for_ever_and_not_sent_twice(client: httpx.AsyncClient) -> None:
    answer = await client.get("/assets/app-1.js", headers={"accept-encoding": "gzip"})
    assert (answer.content, answer.headers["content-encoding"]) == (SCRIPT, "gzip")
    assert "javascript" in answer.headers["content-type"]
    assert "immutable" in answer.headers["cache-control"]
    again = await client.get(
        "/assets/app-1.js", headers={"accept-encoding": "gzip", "if-none-match": answer.headers["etag"]}
    )
    assert (again.status_code, again.content) == (304, b"")


async def test_a_missing_asset_is_not_the_document(client: httpx.AsyncClient) -> None:
    assert (await client.get("/assets/app-0.js")).status_code == 404


async def test_a_client_that_is_not_built_says_how_to_build_it(tmp_path: Path) -> None:
    async with client_for(tmp_path) as client:
        answer = await client.get("/")
    assert (answer.status_code, "make web" in answer.text) == (503, True)
