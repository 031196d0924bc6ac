"""Deals made from the literals of a free CEL text, such that one of them passes it if any deal can.

That holds for texts that compare a deal's fields with literals, or ask has(), `in` a list, contains, startsWith and
endsWith, joined in any way: what decides lies at a literal, between two of them or beyond. Other texts have no samples.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import combinations, pairwise, permutations, product

from services.pipeline.domain.sales_process.contradiction import ALWAYS_SET, MOST
from services.pipeline.domain.sales_process.fields import FORECAST_CATEGORIES
from services.pipeline.domain.sales_process.guard_facts import FIELDS, VOCABULARY, at_midnight
from shared.conditions.scan import LITERALS, Scan, Token, scan
from shared.conditions.vocabulary import Fact, Facts

MAX_SAMPLES = 600
MOST_JOINED = 3
MOST_KEYS = 6
COMPARISONS = frozenset({"==", "!=", "<", "<=", ">", ">="})
TEXT_TESTS = frozenset({"contains", "startsWith", "endsWith"})
CALLS = TEXT_TESTS | {"has", "timestamp", "in"}
BEFORE_NEGATIVE = COMPARISONS | {"(", "[", ",", "in"}
A_FIELD = 2
# The first character there is: nothing stands between a text and the text with it.
OTHER = "\x01"
END = Token("end", "")
DAY = timedelta(days=1)


def samples(text: str, stages: Collection[str]) -> Iterator[Facts] | None:
    """The deals to ask a checked text of, as the variable `deal`; None where samples cannot decide it.

    `stages`: those that a deal may be in when it is asked.
    """
    found = scan(text, VOCABULARY.full.keys())
    if not _simple(found):
        return None
    asked = sorted({path[1] for path in found.paths if path[:1] == ("deal",)})
    values = {field: list(_values(field, found.tokens, stages)) for field in asked}
    if math.prod(map(len, values.values())) > MAX_SAMPLES:
        return None
    return (_deal(values.keys(), chosen) for chosen in product(*values.values()))


def _deal(fields: Iterable[str], chosen: Sequence[Fact]) -> Facts:
    return {field: value for field, value in zip(fields, chosen, strict=True) if value is not None}


def _simple(found: Scan) -> bool:
    """Whether the text is of the kind that samples decide."""
    tokens = found.tokens
    paths = [path for path in found.paths if path and path[0] not in LITERALS | {"in"}]
    if not all(path[0] == "deal" and len(path) == A_FIELD and path[1] in FIELDS for path in paths):
        return False
    texts = {token.text for token in tokens if token.kind == "text"}
    if any("\\" in text for text in texts):
        return False
    if len(texts) > MOST_JOINED and any(token.text in TEXT_TESTS for token in tokens):
        return False
    if len(texts) > MOST_KEYS and any(FIELDS[path[1]] == "texts" for path in paths):
        return False
    return all(_simple_at(tokens, at) for at in range(len(tokens)))


def _simple_at(tokens: Sequence[Token], at: int) -> bool:
    """Whether the token stands between such neighbours that a field meets literals only."""
    left, token, right = (tokens[place] if 0 <= place < len(tokens) else END for place in (at - 1, at, at + 1))
    if token.kind == "name":
        return right.text != "(" or token.text in CALLS
    if token.kind != "sign":
        return True
    match token.text:
        case "+" | "*" | "/" | "%" | "{" | "}":
            return False
        case "-":
            return right.kind == "number" and (left is END or left.text in BEFORE_NEGATIVE)
        case "[":
            return left.text == "in" and _literal(right)
        case ",":
            return _literal(right)
        case "(" if left.text in TEXT_TESTS:
            return right.kind == "text"
        case _:
            return token.text not in COMPARISONS or _literal(left) or _literal(right)


def _literal(token: Token) -> bool:
    """Whether a literal begins, or ends, with this token."""
    return token.kind in {"number", "text"} or token.text in LITERALS | {"-", "timestamp"}


def _values(field: str, tokens: Sequence[Token], stages: Collection[str]) -> Iterator[Fact]:
    """What a field is tried with: everything that the literals tell apart, and its absence where it may lack."""
    kind = FIELDS[field]
    if field not in ALWAYS_SET and kind != "texts":
        yield None
    match kind:
        case "truth":
            yield from (True, False)
        case "number":
            yield from _numbers(tokens)
        case "whole":
            whole = {math.floor(number) for number in _numbers(tokens)}
            yield from sorted(number for number in whole if number <= MOST.get(field, math.inf))
        case "date":
            yield from _days(tokens)
        case "texts":
            texts = _literals(tokens)
            for many in range(len(texts) + 1):
                for some in combinations(texts, many):
                    yield [*some]
        case _:
            yield from _words(field, tokens, stages)


def _numbers(tokens: Iterable[Token]) -> list[float]:
    """Nothing, the numbers of the text, what lies between them, and more than all of them."""
    named = sorted({0.0, *(float(token.text) for token in tokens if token.kind == "number")})
    return [*named, *((low + high) / 2 for low, high in pairwise(named)), *(n + 1 for n in named)]


def _days(tokens: Sequence[Token]) -> list[Fact]:
    """The days of the text, and those before and after them; a deal's day is compared at its midnight."""
    days: set[datetime] = {at_midnight(datetime(2026, 1, 2, tzinfo=UTC).date())}
    for text in _literals(tokens):
        with suppress(ValueError, OverflowError):
            day = at_midnight(datetime.fromisoformat(text).astimezone(UTC).date())
            days |= {day - DAY, day, day + DAY}
    return [*sorted(days)]


def _words(field: str, tokens: Sequence[Token], stages: Collection[str]) -> Iterable[str]:
    """Texts that hold the literals of the text alone, one behind the other, with something between, or none."""
    if field == "stage":
        return sorted(stages)
    if field == "forecast_category":
        return sorted(FORECAST_CATEGORIES)
    texts = _literals(tokens)
    most = MOST_JOINED if any(token.text in TEXT_TESTS for token in tokens) else 1
    rows = [row for many in range(1, most + 1) for row in permutations(texts, min(many, len(texts)))]
    joined = (glue.join(row) + end for row in rows for glue in ("", OTHER) for end in ("", OTHER))
    return dict.fromkeys(["", OTHER, *joined])


def _literals(tokens: Iterable[Token]) -> list[str]:
    return [*dict.fromkeys(token.text[1:-1] for token in tokens if token.kind == "text")]
