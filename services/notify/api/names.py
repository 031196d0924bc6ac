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
    """A name in the clear, or the newest that any of its envelopes holds."""
    if isinstance(name, str):
        return name
    key = keys.get(UUID(name["stream_id"]))
    if key is None:
        return ERASED[to]
    found = (_name_in(entry, key) for entry in reversed(name["sealed"]))
    return next((one for one in found if one is not None), ERASED[to])


def _name_in(entry: dict[str, Any], key: DataKey) -> str | None:
    """The name that one envelope holds: a name, or changes of which the name may be one."""
    field, event_id = entry["field"], UUID(entry["event_id"])
    try:
        value = json.loads(open_value(key, entry["envelope"], event_id=event_id, field=field))
    except (KeyMissing, InvalidTag):
        return None
    if field == "changes":
        value = (value.get("name") or {}).get("after")
    return value if isinstance(value, str) else None
