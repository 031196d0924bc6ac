"""The issuer's public keys: fetched when first needed, again when an unknown key turns up, never in a storm."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urlsplit

import httpx
import orjson
from joserfc.errors import JoseError
from joserfc.jwk import Key, KeySet

from shared.errors import Unauthenticated, Unavailable
from shared.observability.logging import logger

FRESH_SECONDS = 600.0
BACK_OFF_SECONDS = 5.0
LONGEST_BACK_OFF_SECONDS = 60.0


class KeyUnknown(Unauthenticated):
    """The access token was signed with a key that the issuer does not publish."""

    code = "token-invalid"


class KeysUnavailable(Unavailable):
    """The issuer's keys cannot be fetched at the moment."""

    code = "issuer-unavailable"


class JwksKeys:
    """Keys by id. A key is refetched at most once per back-off, which grows while fetching fails or finds nothing."""

    def __init__(self, url: str, client: httpx.AsyncClient, clock: Callable[[], float] = time.monotonic) -> None:
        self._url = url
        self._client = client
        self._clock = clock
        self._keys: dict[str, Key] = {}
        self._fetched_at = -FRESH_SECONDS
        self._not_before = 0.0
        self._back_off = BACK_OFF_SECONDS
        self._fetching = asyncio.Lock()

    async def find(self, kid: str) -> Key:
        """The key with this id; raises Unauthenticated when there is none, Unavailable when we cannot know."""
        if kid not in self._keys or self._clock() - self._fetched_at > FRESH_SECONDS:
            await self._refresh(kid)
        if key := self._keys.get(kid):
            return key
        if not self._keys:
            raise KeysUnavailable
        raise KeyUnknown

    async def _refresh(self, kid: str) -> None:
        """Fetch unless another request just did, or the back-off after a fruitless fetch is not over."""
        seen = self._fetched_at
        async with self._fetching:
            if self._fetched_at != seen or self._clock() < self._not_before:
                return
            fetched = await self._fetch()
            self._wait(fruitful=fetched and kid in self._keys)

    async def _fetch(self) -> bool:
        """Replace the keys; what we had stays in use when the issuer does not answer."""
        try:
            self._keys = _by_id(await self._read())
        except (httpx.HTTPError, OSError, JoseError, ValueError, KeyError, TypeError) as reason:
            logger().warning("the issuer's keys cannot be fetched", url=self._url, reason=repr(reason))
            return False
        self._fetched_at = self._clock()
        return True

    def _wait(self, *, fruitful: bool) -> None:
        self._back_off = BACK_OFF_SECONDS if fruitful else min(self._back_off * 2, LONGEST_BACK_OFF_SECONDS)
        self._not_before = self._clock() + (0.0 if fruitful else self._back_off / 2)

    async def _read(self) -> bytes:
        address = urlsplit(self._url)
        if address.scheme == "file":
            return await asyncio.to_thread(Path(unquote(address.path)).read_bytes)
        answer = await self._client.get(self._url)
        return answer.raise_for_status().content


def _by_id(text: bytes) -> dict[str, Key]:
    keys = KeySet.import_key_set(orjson.loads(text)).keys
    return {str(key.kid): key for key in keys}
