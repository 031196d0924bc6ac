"""Formulas of metrics: base counts joined by + - * /; parsed and bounded by this grammar, never run as code.

expression = term {("+" | "-") term}
term       = factor {("*" | "/") factor}
factor     = number | name | "(" expression ")" | "-" factor
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, assert_never

from shared.errors import Invalid

LONGEST = 500
DEEPEST = 20
TOKEN = re.compile(r"\s*(?:(\d{1,15}(?:\.\d{1,6})?)(?![\d.\w])|([a-z][a-z0-9_]{0,40})|([-+*/()]))")
RANKS: dict[Operator, int] = {"+": 1, "-": 1, "*": 2, "/": 2}
OF_A_FACTOR = 3

Operator = Literal["+", "-", "*", "/"]


@dataclass(frozen=True, slots=True)
class Number:
    """A decimal number, such as 0.5; never negative."""

    value: Fraction


@dataclass(frozen=True, slots=True)
class Count:
    """A base count by its key, such as won."""

    key: str


@dataclass(frozen=True, slots=True)
class Negative:
    """Minus something."""

    of: Formula


@dataclass(frozen=True, slots=True)
class Binary:
    """Two things joined."""

    operator: Operator
    left: Formula
    right: Formula


Formula = Number | Count | Negative | Binary


class FormulaNotUnderstood(Invalid):
    """The formula is not made of base counts, numbers, + - * / and parentheses."""

    code = "formula-not-understood"


class FormulaTooLong(Invalid):
    """A formula has at most 500 characters and is nested at most 20 deep."""

    code = "formula-too-long"


def parsed(text: str) -> Formula:
    """The formula; raises FormulaTooLong, also as printed, and FormulaNotUnderstood with the place of the fault."""
    if len(text) > LONGEST:
        raise FormulaTooLong(field="/formula")
    reader = _Reader(text)
    formula = reader.expression(1)
    if reader.word is not None:
        raise reader.not_understood()
    if len(printed(formula)) > LONGEST:
        raise FormulaTooLong(field="/formula")
    return formula


def printed(formula: Formula) -> str:
    """The formula as text with only the parentheses it needs; `parsed` makes the same formula of it."""
    match formula:
        case Number(value):
            return _decimal(value)
        case Count(key):
            return key
        case Negative(of):
            return f"-{_inside(of, OF_A_FACTOR)}"
        case Binary(operator, left, right):
            rank = RANKS[operator]
            return f"{_inside(left, rank)} {operator} {_inside(right, rank + 1)}"
        case _:
            assert_never(formula)


def value_of(formula: Formula, counts: Mapping[str, Fraction]) -> Fraction | None:
    """Its exact value over base counts; None where it divides by nothing. Raises KeyError for an unknown count."""
    match formula:
        case Number(value):
            return value
        case Count(key):
            return counts[key]
        case Negative(of):
            negated = value_of(of, counts)
            return None if negated is None else -negated
        case Binary(operator, left, right):
            return _joined(operator, value_of(left, counts), value_of(right, counts))
        case _:
            assert_never(formula)


def _joined(operator: Operator, left: Fraction | None, right: Fraction | None) -> Fraction | None:
    if left is None or right is None:
        return None
    match operator:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case "/":
            return left / right if right else None
        case _:
            assert_never(operator)


def _inside(formula: Formula, rank: int) -> str:
    needs = isinstance(formula, Binary) and RANKS[formula.operator] < rank
    return f"({printed(formula)})" if needs else printed(formula)


def _decimal(value: Fraction) -> str:
    whole, part = divmod(value.numerator * 10**6 // value.denominator, 10**6)
    return f"{whole}.{part:06}".rstrip("0").rstrip(".")


class _Reader:
    """Reads a formula from left to right; `word` is what comes next, None at the end."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.place = 0
        self.word: str | None = None
        self.after = 0
        self.next()

    def next(self) -> None:
        """Step over the word."""
        self.place = self.after
        rest = self.text[self.place :]
        found = TOKEN.match(self.text, self.place)
        if found is None:
            self.place += len(rest) - len(rest.lstrip())
            self.word = None
            if rest.strip():
                raise self.not_understood()
            return
        self.word = found[found.lastindex or 0]
        self.place, self.after = found.start(found.lastindex or 0), found.end()

    def not_understood(self) -> FormulaNotUnderstood:
        """What is wrong, and where."""
        said = "ends too early" if self.place >= len(self.text.rstrip()) else f"has {self.text[self.place]!r}"
        return FormulaNotUnderstood(f"The formula {said} at character {self.place + 1}.", field="/formula")

    def expression(self, depth: int) -> Formula:
        """Sums and differences."""
        if depth > DEEPEST:
            raise FormulaTooLong(field="/formula")
        left = self.term(depth)
        while self.word in ("+", "-"):
            operator: Operator = "+" if self.word == "+" else "-"
            self.next()
            left = Binary(operator, left, self.term(depth))
        return left

    def term(self, depth: int) -> Formula:
        """Products and quotients."""
        left = self.factor(depth)
        while self.word in ("*", "/"):
            operator: Operator = "*" if self.word == "*" else "/"
            self.next()
            left = Binary(operator, left, self.factor(depth))
        return left

    def factor(self, depth: int) -> Formula:
        """A number, a name, something in parentheses, or minus a factor."""
        word = self.word
        if depth > DEEPEST:
            raise FormulaTooLong(field="/formula")
        if word is None or word in "+*/)":
            raise self.not_understood()
        self.next()
        if word == "-":
            return Negative(self.factor(depth + 1))
        if word != "(":
            return Number(Fraction(word)) if word[0].isdigit() else Count(word)
        inner = self.expression(depth + 1)
        if self.word != ")":
            raise self.not_understood()
        self.next()
        return inner
