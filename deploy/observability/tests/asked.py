"""What a PromQL expression asks for: metrics, and the labels it chooses or groups by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import promql_parser as promql


@dataclass(slots=True)
class Asked:
    """One metric of an expression, its labels, and of the labels chosen by `=` and `=~` the values."""

    metric: str
    labels: set[str] = field(default_factory=set)
    values: dict[str, set[str]] = field(default_factory=dict)


def asked(expr: str) -> list[Asked]:
    """Every selector of an expression with the labels of the groupings around it; raises ValueError for bad syntax."""
    return list(_asked(promql.parse(expr), frozenset()))


def _asked(node: promql.Expr, grouped: frozenset[str]) -> Iterator[Asked]:
    match node:
        case promql.AggregateExpr():
            by = node.modifier.labels if node.modifier else ()
            yield from _asked(node.expr, grouped | frozenset(by))
        case promql.BinaryExpr():
            on = node.modifier.matching.labels if node.modifier and node.modifier.matching else ()
            for side in (node.lhs, node.rhs):
                yield from _asked(side, grouped | frozenset(on))
        case promql.Call():
            for argument in node.args:
                yield from _asked(argument, grouped)
        case promql.MatrixSelector():
            yield _selected(node.vector_selector, grouped)
        case promql.VectorSelector():
            yield _selected(node, grouped)
        case promql.ParenExpr() | promql.UnaryExpr() | promql.SubqueryExpr():
            yield from _asked(node.expr, grouped)
        case _:
            return


def _selected(selector: promql.VectorSelector, grouped: frozenset[str]) -> Asked:
    found = Asked(selector.name or "", set(grouped))
    for matcher in selector.matchers.matchers:
        found.labels.add(matcher.name)
        if matcher.op in (promql.MatchOp.Equal, promql.MatchOp.Re):
            found.values.setdefault(matcher.name, set()).update(matcher.value.split("|"))
    return found
