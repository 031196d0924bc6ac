"""A guard is text that a deal passes or does not: compiled once, checked when it is drawn, asked when a deal moves."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache

import msgspec

from services.pipeline.domain.sales_process.drawing import Guard, GuardRow
from services.pipeline.domain.sales_process.guard_facts import VOCABULARY, DealFacts, variables
from services.pipeline.domain.sales_process.guard_rows import PRESENCE, GuardRefused, row_cel
from shared.conditions import condition
from shared.conditions.condition import Condition, ConditionRefused, Matter, NotDecidable
from shared.conditions.scan import scan
from shared.conditions.vocabulary import Fact, Facts

MAX_ROWS = 20
COMPILED = 2048
_ENCODER = msgspec.json.Encoder(order="deterministic")


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a guard says of a deal: `guard` is the CEL text that was run, `reason` why a deal does not pass.

    `inputs`: SHA-256, in hexadecimal, of the values that the guard asks for, as JSON in order of their names.
    """

    guard: str
    inputs: str
    passed: bool
    reason: str | None = None


def cel_of(guard: Guard, field: str = "/guard") -> str:
    """The guard as CEL; `field` is its JSON Pointer; raises GuardRefused."""
    if guard.cel is not None:
        return _free(guard, field)
    if not 1 <= len(guard.rows) <= MAX_ROWS:
        raise GuardRefused(f"A guard has 1 to {MAX_ROWS} rows, or a CEL text.", field=f"{field}/rows")
    joined = " && " if guard.match == "all" else " || "
    return joined.join(row_cel(row, f"{field}/rows/{at}") for at, row in enumerate(guard.rows))


def checked(guard: Guard, field: str = "/guard") -> str:
    """The guard as CEL, if its names, types and bounds are right and it can be decided of a sample deal.

    Raises GuardRefused, whose `field` is the pointer of the row's field or of the text, below `field`.
    """
    text = cel_of(guard, field)
    blamed = f"{field}/rows" if guard.cel is None else f"{field}/cel"
    try:
        condition.checked(text, VOCABULARY, blamed)
    except ConditionRefused as refusal:
        raise GuardRefused(refusal.message, field=blamed) from None
    return text


def cautions(guard: Guard) -> tuple[str, ...]:
    """What may keep a sound guard from being decided: fields that a deal may lack, asked for without has()."""
    return condition.warnings(_compiled(cel_of(guard)), VOCABULARY)


def judged(guard: Guard, facts: DealFacts) -> Judgement:
    """Whether the deal passes; never raises: what cannot be decided is not passed, with its reason."""
    try:
        text = cel_of(guard)
    except GuardRefused as refusal:
        return Judgement(guard.cel or "", _hash({}), passed=False, reason=refusal.message)
    seen = variables(facts)
    inputs = _hash(_asked(text, seen))
    matter = Matter(seen)
    try:
        passed = _compiled(text).holds(matter)
    except (ConditionRefused, NotDecidable) as problem:
        return Judgement(text, inputs, passed=False, reason=str(problem))
    return Judgement(text, inputs, passed, None if passed else _missed(guard, matter))


@lru_cache(COMPILED)
def _compiled(text: str) -> Condition:
    return condition.compiled(text, VOCABULARY.full.keys(), "/guard")


@lru_cache(COMPILED)
def _paths(text: str) -> tuple[tuple[str, ...], ...]:
    """What a text asks for, to the depth of a deal's fields."""
    return tuple(
        sorted(
            {path[:2] for path in scan(text, VOCABULARY.full.keys()).paths if path[:1] and path[0] in VOCABULARY.full}
        )
    )


def _asked(text: str, seen: Facts) -> Facts:
    try:
        paths = _paths(text)
    except ValueError:
        return {}
    return {".".join(path): _at(path, seen) for path in paths}


def _at(path: tuple[str, ...], seen: Facts) -> Fact:
    here: Fact = seen
    for name in path:
        here = here.get(name) if isinstance(here, dict) else None
    return here


def _hash(asked: Facts) -> str:
    return hashlib.sha256(_ENCODER.encode(asked)).hexdigest()


def _free(guard: Guard, field: str) -> str:
    if guard.rows:
        raise GuardRefused("A guard has rows or a CEL text, not both.", field=f"{field}/cel")
    if not (guard.cel or "").strip():
        raise GuardRefused("The CEL text is empty.", field=f"{field}/cel")
    return guard.cel or ""


def _missed(guard: Guard, matter: Matter) -> str:
    """Which rows do not hold, or that the text does not."""
    if guard.cel is not None:
        return f"{guard.cel.strip()} does not hold."
    missed = [spoken(row) for row in guard.rows if not _compiled(row_cel(row, "")).holds(matter)]
    return f"{(' and ' if guard.match == 'all' else ' or ').join(missed)}: not so."


def spoken(row: GuardRow) -> str:
    """A row as a person would write it."""
    if row.operator in PRESENCE:
        return f"{row.field} {row.operator.replace('_', ' ')}"
    value = ", ".join(row.value) if isinstance(row.value, tuple) else row.value
    return f"{row.field} {row.operator.replace('_', ' ')} {value}"


def described(guard: Guard) -> str:
    """A whole guard as a person would write it; free CEL stands for itself."""
    if guard.cel is not None:
        return guard.cel.strip()
    return (" and " if guard.match == "all" else " or ").join(spoken(row) for row in guard.rows)
