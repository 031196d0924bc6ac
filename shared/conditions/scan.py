"""Reads a condition's text token by token, because the CEL engine itself bounds neither depth nor cost."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

MAX_TEXT = 2000
MAX_DEPTH = 16
MAX_LIST_TESTS = 3
# filter and map are left out: the engine copies the list for every item they keep.
LIST_TESTS = frozenset({"all", "exists", "exists_one"})
FUNCTIONS = frozenset(
    {
        "has", "size", "contains", "startsWith", "endsWith", "int", "double", "string", "timestamp", "duration",
        "getFullYear", "getMonth", "getDate", "getDayOfMonth", "getDayOfWeek", "getDayOfYear", "getHours", "getMinutes",
    }
)  # fmt: skip
LITERALS = frozenset({"true", "false", "null"})
_TOKEN = re.compile(
    r"""(?P<space>[ \t\r\n]+)
      | (?P<number>[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)
      | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
      | (?P<text>'(?:[^'\\\r\n\0]|\\[^\r\n\0])*'|"(?:[^"\\\r\n\0]|\\[^\r\n\0])*")
      | (?P<sign>&&|\|\||==|!=|<=|>=|[-<>!+*/%?:.,()\[\]{}])""",
    re.VERBOSE,
)


Variables = Collection[str]


class Unreadable(ValueError):
    """The text holds something that conditions do not know."""


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a condition; `kind` is number, name, text or sign."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Scan:
    """What a condition's text is made of; `paths` are dotted names such as deal.owner.name, without what was called."""

    tokens: tuple[Token, ...]
    paths: tuple[tuple[str, ...], ...]
    bound: frozenset[str]


def scan(text: str, variables: Variables) -> Scan:
    """Split a condition about these variables and hold it to the bounds; raises Unreadable with a sentence."""
    tokens = tuple(_tokens(text))
    _check_neighbours(tokens)
    _check_calls(tokens)
    bound = _list_tests(tokens, variables)
    return Scan(tokens, tuple(_paths(tokens)), bound)


def _tokens(text: str) -> Iterator[Token]:
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise Unreadable(f"Unexpected {text[at]!r} at character {at + 1}.")
        if found.lastgroup is not None and found.lastgroup != "space":
            yield Token(found.lastgroup, found.group())
        at = found.end()


def _check_neighbours(tokens: Sequence[Token]) -> None:
    """Refuse what would make our reading differ from the engine's: text prefixes, triple quotes, comments."""
    for left, right in pairwise(tokens):
        if right.kind == "text" and left.kind in {"text", "name"} and left.text != "in":
            raise Unreadable(f"A text cannot follow {left.text} directly.")
        if left.text == right.text == "/" and left.kind == "sign":
            raise Unreadable("Comments are not part of a condition.")
        if left.kind == "name" and left.text != "in" and right.text == "{" and right.kind == "sign":
            raise Unreadable(f"{left.text} cannot be built from fields.")


def _check_calls(tokens: Sequence[Token]) -> None:
    for name, after in pairwise(tokens):
        if name.kind == "name" and after.text == "(" and name.text not in FUNCTIONS | LIST_TESTS | {"in"}:
            raise Unreadable(f"Unknown function {name.text}.")


def _list_tests(tokens: Sequence[Token], variables: Variables) -> frozenset[str]:
    """Bound nesting and count of list tests; returns the names they introduce."""
    opened: list[bool] = []
    bound: set[str] = set()
    count = 0
    for index, token in enumerate(tokens):
        if token.text in {"(", "[", "{"} and token.kind == "sign":
            test = _opens_list_test(tokens, index)
            if test and any(opened):
                raise Unreadable("A list test cannot stand inside another.")
            if test:
                bound.add(_introduced(tokens, index, variables))
                count += 1
            opened.append(test)
        elif token.text in {")", "]", "}"} and token.kind == "sign" and opened:
            opened.pop()
        elif token.text == "+" and token.kind == "sign" and any(opened):
            raise Unreadable("Nothing can be joined with + inside a list test.")
        if len(opened) > MAX_DEPTH:
            raise Unreadable(f"Brackets are nested deeper than {MAX_DEPTH}.")
    if count > MAX_LIST_TESTS:
        raise Unreadable(f"More than {MAX_LIST_TESTS} list tests.")
    return frozenset(bound)


def _opens_list_test(tokens: Sequence[Token], index: int) -> bool:
    return tokens[index].text == "(" and index > 0 and tokens[index - 1].text in LIST_TESTS


def _introduced(tokens: Sequence[Token], index: int, variables: Variables) -> str:
    """The loop variable of the list test whose bracket opens at `index`; its list must be a plain path."""
    path = path_before(tokens, index)
    if not path or path[0] not in variables:
        raise Unreadable(f"A list test stands directly behind a field, such as {min(variables)}.lines.exists(line, …).")
    if index + 1 >= len(tokens) or tokens[index + 1].kind != "name" or tokens[index + 1].text in variables:
        raise Unreadable("A list test begins with a name of its own for one item.")
    return tokens[index + 1].text


def path_before(tokens: Sequence[Token], end: int) -> tuple[str, ...]:
    """The names of the dotted path whose last name stands right before `end`; empty where there is no whole path."""
    names: list[str] = []
    for at in range(end - 1, -1, -2):
        if tokens[at].kind != "name":
            return ()
        names.insert(0, tokens[at].text)
        if at == 0 or tokens[at - 1].text != ".":
            return tuple(names)
    return ()


def _paths(tokens: Sequence[Token]) -> Iterator[tuple[str, ...]]:
    index = 0
    while index < len(tokens):
        end = index + 1
        if tokens[index].kind == "name":
            end = _path_end(tokens, index)
            if index == 0 or tokens[index - 1].text != ".":
                yield tuple(_named(tokens, index, end))
        index = end


def _path_end(tokens: Sequence[Token], start: int) -> int:
    end = start + 1
    while end + 1 < len(tokens) and tokens[end].text == "." and tokens[end + 1].kind == "name":
        end += 2
    return end


def _named(tokens: Sequence[Token], start: int, end: int) -> list[str]:
    """The names of one path; the last one is left out where it is called."""
    called = end < len(tokens) and tokens[end].text == "("
    names = [token.text for token in tokens[start:end] if token.kind == "name"]
    return names[:-1] if called else names
