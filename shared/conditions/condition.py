"""A condition written by a user: checked when it is written, bounded when it runs, never a reason to fail."""

from collections.abc import Iterator
from dataclasses import dataclass

import cel

from shared.conditions.scan import LITERALS, MAX_TEXT, Scan, Token, Unreadable, Variables, path_before, scan
from shared.conditions.vocabulary import Fact, Facts, Vocabulary
from shared.errors import Invalid

MAX_LIST = 200
MAX_STRING = 4000
_ENGINE_FAULTS = (ArithmeticError, LookupError, RuntimeError, TypeError, ValueError)


class ConditionRefused(Invalid):
    """The condition cannot be used."""

    code = "condition-refused"


class NotDecidable(Exception):
    """The condition could not be decided for these values; the message says why."""


class Matter:
    """The variables that conditions are asked about; they are made ready for the engine once, for all of them."""

    def __init__(self, variables: Facts) -> None:
        self._variables = variables
        self._context: cel.Context | None = None

    @property
    def context(self) -> cel.Context:
        """The variables for the engine; raises NotDecidable for values beyond the bounds."""
        if self._context is None:
            for name, value in self._variables.items():
                _check_size(value, name)
            self._context = cel.Context(self._variables)
        return self._context


@dataclass(frozen=True, slots=True)
class Condition:
    """A compiled condition; an empty text always holds."""

    text: str
    program: cel.Program | None

    def holds(self, matter: Matter) -> bool:
        """Tell whether the condition is true of the variables; raises NotDecidable."""
        if self.program is None:
            return True
        answer = _run(self.program, matter.context)
        if not isinstance(answer, bool):
            raise NotDecidable(f"The condition answers {_kind(answer)}, not true or false.")
        return answer


def compiled(text: str, variables: Variables, field: str) -> Condition:
    """Compile a text within the bounds; `field` is the JSON Pointer that a refusal blames; raises ConditionRefused.

    What it says about the fields of the variables is not looked at.
    """
    _scanned(text, variables, field)
    if not text.strip():
        return Condition(text, None)
    try:
        return Condition(text, cel.compile(text))
    except _ENGINE_FAULTS as fault:
        raise ConditionRefused(_first_line(fault), field=field) from None


def checked(text: str, vocabulary: Vocabulary, field: str) -> Condition:
    """Compile a text and hold it against a vocabulary: names, types and a dry run; raises ConditionRefused."""
    condition = compiled(text, vocabulary.full.keys(), field)
    found = _scanned(text, vocabulary.full.keys(), field)
    try:
        _check_names(found, vocabulary.full)
        _check_comparisons(found, vocabulary.full)
    except Unreadable as problem:
        raise ConditionRefused(str(problem), field=field) from None
    try:
        condition.holds(Matter(vocabulary.full))
    except NotDecidable as problem:
        raise ConditionRefused(f"On a sample {vocabulary.about}: {problem}", field=field) from None
    return condition


def warnings(condition: Condition, vocabulary: Vocabulary) -> tuple[str, ...]:
    """What may keep a checked condition from being decided: optional fields that it uses without has()."""
    try:
        condition.holds(Matter(vocabulary.sparse))
    except NotDecidable as problem:
        return (f"Where optional fields are absent: {problem} Ask has(…) first.",)
    return ()


def _scanned(text: str, variables: Variables, field: str) -> Scan:
    if len(text) > MAX_TEXT:
        raise ConditionRefused(f"A condition has at most {MAX_TEXT} characters.", field=field)
    try:
        return scan(text, variables)
    except Unreadable as problem:
        raise ConditionRefused(str(problem), field=field) from None


def _run(program: cel.Program, context: cel.Context) -> object:
    try:
        answer: object = program.execute(context)
    except KeyError as fault:
        raise NotDecidable(f"There is no field {fault}.") from None
    except _ENGINE_FAULTS as fault:
        raise NotDecidable(_first_line(fault)) from None
    except BaseException as fault:
        # A panic of the Rust engine reaches Python as a BaseException whose class cannot be imported.
        if type(fault).__name__ == "PanicException":
            raise NotDecidable("The condition engine gave up on these values.") from None
        raise
    return answer


def _check_size(value: Fact, path: str) -> None:
    match value:
        case str() if len(value) > MAX_STRING:
            raise NotDecidable(f"{path} is longer than {MAX_STRING} characters.")
        case list() if len(value) > MAX_LIST:
            raise NotDecidable(f"{path} has more than {MAX_LIST} items.")
        case list():
            for item in value:
                _check_size(item, f"{path}[]")
        case dict() if len(value) > MAX_LIST:
            raise NotDecidable(f"{path} has more than {MAX_LIST} fields.")
        case dict():
            for name, item in value.items():
                _check_size(item, f"{path}.{name}")
        case _:
            return


def _check_names(found: Scan, full: Facts) -> None:
    for path in found.paths:
        if path and path[0] in full:
            _look_up(path, full)
        elif path and path[0] not in found.bound | LITERALS | {"in"}:
            spoken = " and ".join(full)
            raise Unreadable(f"Unknown variable {path[0]}; conditions speak about {spoken}.")


def _look_up(path: tuple[str, ...], full: Facts) -> Fact:
    """The sample's value at a path; below an open map (an empty one in the sample) anything may stand."""
    here: Fact = full
    for depth, name in enumerate(path, start=1):
        if here == {}:
            return None
        if not isinstance(here, dict) or name not in here:
            raise Unreadable(f"Unknown field {'.'.join(path[:depth])}.")
        here = here[name]
    return here


def _check_comparisons(found: Scan, full: Facts) -> None:
    """Refuse a field compared with a literal of another type: the engine would say false for ever."""
    for path, literal in _comparisons(found.tokens):
        if path and path[0] in full:
            expected, given = _kind(_look_up(path, full)), _literal_kind(literal)
            if "nothing" not in {expected, given} and expected != given:
                raise Unreadable(f"{'.'.join(path)} is {expected}, {literal.text} is {given}.")


def _comparisons(tokens: tuple[Token, ...]) -> Iterator[tuple[tuple[str, ...], Token]]:
    """Every `path == literal` and `path != literal`."""
    for at, token in enumerate(tokens[:-1]):
        if token.kind == "sign" and token.text in {"==", "!="}:
            yield path_before(tokens, at), tokens[at + 1]


def _literal_kind(token: Token) -> str:
    if token.kind == "name":
        return "true or false" if token.text in {"true", "false"} else "nothing"
    return {"text": "a text", "number": "a number"}.get(token.kind, "nothing")


def _kind(value: object) -> str:
    match value:
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "a text"
        case list():
            return "a list"
        case dict():
            return "a group of fields"
        case None:
            return "nothing"
        case _:
            return "a point in time"


def _first_line(fault: BaseException) -> str:
    lines = str(fault).strip().splitlines()
    return lines[0][:300] if lines else type(fault).__name__
