"""What may change in a published event schema: only optional fields may come, nothing may go or change its type.

Both ways: a consumer that knows the old schema reads new events, one that knows the new schema replays old ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]
_LIMITS = ("format", "pattern", "minLength", "maxLength", "minimum", "maximum", "const")


def breaks(old: Schema, new: Schema) -> list[str]:
    """Return one sentence for every way in which `new` breaks a promise of `old`; empty = compatible."""
    return list(_compare(old, new, old, new, "event"))


def _compare(old: Any, new: Any, old_root: Schema, new_root: Schema, at: str) -> Iterator[str]:
    old, new = _resolved(old, old_root), _resolved(new, new_root)
    if "anyOf" in old or "anyOf" in new:
        yield from _choices(old, new, old_root, new_root, at)
        return
    if old.get("type") != new.get("type"):
        yield f"{at} was {old.get('type')} and is {new.get('type')}"
        return
    for word in _LIMITS:
        if old.get(word) != new.get(word):
            yield f"{at}: {word} was {old.get(word)} and is {new.get(word)}"
    if gone := set(old.get("enum", ())) - set(new.get("enum", ())):
        yield f"{at} lost the values {sorted(map(str, gone))}"
    if "items" in old or "items" in new:
        yield from _compare(old.get("items", {}), new.get("items", {}), old_root, new_root, f"{at}[]")
    yield from _fields(old, new, old_root, new_root, at)


def _fields(old: Schema, new: Schema, old_root: Schema, new_root: Schema, at: str) -> Iterator[str]:
    before, after = old.get("properties", {}), new.get("properties", {})
    for name in sorted(before.keys() - after.keys()):
        yield f"{at}.{name} is gone"
    for name in sorted(set(new.get("required", ())) - set(old.get("required", ()))):
        yield f"{at}.{name} became required: events without it are in the log"
    for name in sorted(set(old.get("required", ())) - set(new.get("required", ()))):
        yield f"{at}.{name} became optional: subscribers count on it"
    for name in sorted(before.keys() & after.keys()):
        yield from _compare(before[name], after[name], old_root, new_root, f"{at}.{name}")
    inner = old.get("additionalProperties"), new.get("additionalProperties")
    if isinstance(inner[0], dict) and isinstance(inner[1], dict):
        yield from _compare(inner[0], inner[1], old_root, new_root, f"{at}.*")


def _choices(old: Schema, new: Schema, old_root: Schema, new_root: Schema, at: str) -> Iterator[str]:
    """Every old choice must still be there, compatible; a new one would surprise those who know the old schema."""
    before = [_resolved(choice, old_root) for choice in old.get("anyOf", [old])]
    after = [_resolved(choice, new_root) for choice in new.get("anyOf", [new])]
    for choice in before:
        if not any(_fits(choice, other, old_root, new_root) for other in after):
            yield f"{at} can no longer be {_named(choice)}"
    for choice in after:
        if not any(_fits(other, choice, old_root, new_root) for other in before):
            yield f"{at} can now be {_named(choice)}"


def _fits(old: Schema, new: Schema, old_root: Schema, new_root: Schema) -> bool:
    return not list(_compare(old, new, old_root, new_root, ""))


def _named(choice: Schema) -> str:
    return str(choice.get("title") or choice.get("type") or choice)


def _resolved(schema: Any, root: Schema) -> Schema:
    while isinstance(schema, dict) and "$ref" in schema:
        schema = root["$defs"][schema["$ref"].rsplit("/", 1)[-1]]
    return schema if isinstance(schema, dict) else {}
