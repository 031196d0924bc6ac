"""Names as they are shown: opened with the keys that this service holds, where they are personal."""

import json
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag

from services.notify.api.texts import NOTHING, Language
from shared.eventstore.personal import DataKey, KeyMissing, Vault, open_value

ERASED: Mapping[Language, str] = {"en": "[erased]", "zh": "[已删除]"}


async def opened(stored: Iterable[str | None], vault: Vault, to: Language) -> dict[str | None, str]:
    """Stored JSON of a name → the name; without its key (erased, or not here yet) it says that it was erased."""
    known = {one: json.loads(one) for one in stored if one is not None}
    people = {UUID(name["stream_id"]) for name in known.values() if isinstance(name, dict)}
    keys = await vault.keys(people) if people else {}
    shown: dict[str | None, str] = {one: _shown(name, keys, to) for one, name in known.items()}
    return shown | {None: NOTHING}


def _shown(name: Any, keys: Mapping[UUID, DataKey | None], to: Language) -> str:
    if isinstance(name, str):
        return name
    key = keys.get(UUID(name["stream_id"]))
    if key is None:
        return ERASED[to]
    try:
        value = json.loads(open_value(key, name["envelope"], event_id=UUID(name["event_id"]), field=name["field"]))
    except (KeyMissing, InvalidTag):
        return ERASED[to]
    # A correction's envelope holds what the name was and what it is now.
    return str(value["after"] if isinstance(value, dict) else value)
