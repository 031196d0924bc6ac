"""Finds guards in free CEL that no deal can pass, by asking them of deals made from their own literals."""

from __future__ import annotations

from functools import lru_cache
from itertools import combinations

from services.pipeline.domain.sales_process.guard_facts import VOCABULARY
from services.pipeline.domain.sales_process.guard_samples import samples
from shared.conditions.condition import Matter, NotDecidable, compiled
from shared.conditions.scan import scan

MAX_PARTS = 8
REMEMBERED = 512
PAIR = 2
DEPTH = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}


@lru_cache(REMEMBERED)
def unpassable(text: str, stages: frozenset[str]) -> tuple[str, ...]:
    """The parts of a checked CEL text, joined by &&, that exclude each other; empty where a deal may pass.

    The whole text where no one or two of its parts are to blame. `stages`: those a deal may be in when it is asked.
    """
    never = _never_holds(text, stages)
    if never is False:
        return ()
    parts = _conjuncts(text)
    blamed = [some for many in (1, PAIR) if many < len(parts) for some in combinations(parts, many)]
    for some in blamed:
        if _never_holds(" && ".join(f"({part})" for part in some), stages):
            return some
    return tuple(parts) if never else ()


def _never_holds(text: str, stages: frozenset[str]) -> bool | None:
    """Whether no sample deal passes; None where samples cannot decide that."""
    deals = samples(text, stages)
    if deals is None:
        return None
    condition = compiled(text, VOCABULARY.full.keys(), "/guard")
    for deal in deals:
        try:
            if condition.holds(Matter({"deal": deal})):
                return False
        except NotDecidable:
            continue
    return True


def _conjuncts(text: str) -> list[str]:
    """The parts between && outside of all brackets; the whole text where it is an alternative."""
    cuts, depth, at = [0], 0, 0
    for token in scan(text, VOCABULARY.full.keys()).tokens:
        at = text.index(token.text, at) + len(token.text)
        if token.kind != "sign":
            continue
        depth += DEPTH.get(token.text, 0)
        if depth == 0 and token.text in {"||", "?"}:
            return [text.strip()]
        if depth == 0 and token.text == "&&":
            cuts += [at - len("&&"), at]
    cuts.append(len(text))
    parts = [text[start:end].strip() for start, end in zip(cuts[::2], cuts[1::2], strict=True)]
    return parts if len(parts) <= MAX_PARTS else [text.strip()]
