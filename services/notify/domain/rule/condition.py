"""A condition written by a user: checked when the rule is made, bounded when it runs, never a reason to fail."""

from collections.abc import Iterator
from dataclasses import dataclass

import cel

from services.notify.domain.rule.scan import LITERALS, MAX_TEXT, Scan, Token, Unreadable, path_before, scan
from services.notify.domain.rule.vocabulary import EventType, Fact, Facts
from shared.errors import Invalid

MAX_LIST = 200
MAX_STRING = 4000
_ENGINE_FAULTS = (ArithmeticError, LookupError, RuntimeError, TypeError, ValueError)


class ConditionRefused(Invalid):
    """The condition cannot be used."""

    code = "condition-refused"


class NotDecidable(Exception):
    """The condition could not be decided for this event; the message says why."""


class Matter:
    """One event that conditions are asked about; it is made ready for the engine once, for all of them."""

    def __init__(self, event: Facts) -> None:
        self._event = event
        self._context: cel.Context | None = None

    @property
    def context(self) -> cel.Context:
        """The variable `event`; raises NotDecidable for an event beyond the bounds."""
        if self._context is None:
            _check_size(self._event, "event")
            self._context = cel.Context({"event": self._event})
        return self._context


@dataclass(frozen=True, slots=True)
class Condition:
    """A compiled condition; an empty text always holds."""

    text: str
    program: cel.Program | None

    def holds(self, matter: Matter) -> bool:
        """Tell whether the condition is true of an event; raises NotDecidable."""
        if self.program is None:
            return True
        answer = _run(self.program, matter.context)
        if not isinstance(answer, bool):
            raise NotDecidable(f"The condition answers {_kind(answer)}, not true or false.")
        return answer


def compiled(text: str) -> Condition:
    """Compile a text within the bounds; raises ConditionRefused. What it says about fields is not looked at."""
    _scanned(text)
    if not text.strip():
        return Condition(text, None)
    try:
        return Condition(text, cel.compile(text))
    except _ENGINE_FAULTS as fault:
        raise ConditionRefused(_first_line(fault), field="/condition") from None


def checked(text: str, event_type: EventType) -> Condition:
    """Compile a text and hold it against one event type: names, types and a dry run; raises ConditionRefused."""
    condition = compiled(text)
    found = _scanned(text)
    _check_names(found, event_type.full)
    _check_comparisons(found, event_type.full)
    try:
        condition.holds(Matter(event_type.full))
    except NotDecidable as problem:
        raise ConditionRefused(f"On a sample {event_type.name}: {problem}", field="/condition") from None
    return condition


def warnings(condition: Condition, event_type: EventType) -> tuple[str, ...]:
    """What may keep a checked condition from being decided: optional fields that it uses without has()."""
    try:
        condition.holds(Matter(event_type.sparse))
    except NotDecidable as problem:
        return (f"Where optional fields are absent: {problem} Ask has(…) first.",)
    return ()


def _scanned(text: str) -> Scan:
    if len(text) > MAX_TEXT:
        raise ConditionRefused(f"A condition has at most {MAX_TEXT} characters.", field="/condition")
    try:
        return scan(text)
    except Unreadable as problem:
        raise ConditionRefused(str(problem), field="/condition") from None


def _run(program: cel.Program, context: cel.Context) -> object:
    try:
        answer: object = program.execute(context)
    except KeyError as fault:
        raise NotDecidable(f"The event has no field {fault}.") from None
    except _ENGINE_FAULTS as fault:
        raise NotDecidable(_first_line(fault)) from None
    except BaseException as fault:
        # A panic of the Rust engine reaches Python as a BaseException whose class cannot be imported.
        if type(fault).__name__ == "PanicException":
            raise NotDecidable("The condition engine gave up on this event.") from None
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


def _check_names(found: Scan, sample: Facts) -> None:
    for path in found.paths:
        if path and path[0] not in found.bound | LITERALS | {"in"} and path[0] != "event":
            raise ConditionRefused(f"Unknown variable {path[0]}; conditions speak about event.", field="/condition")
        if path and path[0] == "event":
            _look_up(path, sample)


def _look_up(path: tuple[str, ...], sample: Facts) -> Fact:
    """The sample's value at a path; below an open map (an empty one in the sample) anything may stand."""
    here: Fact = sample
    for depth, name in enumerate(path[1:], start=1):
        if here == {}:
            return None
        if not isinstance(here, dict) or name not in here:
            raise ConditionRefused(f"Unknown field {'.'.join(path[: depth + 1])}.", field="/condition")
        here = here[name]
    return here


def _check_comparisons(found: Scan, sample: Facts) -> None:
    """Refuse a field compared with a literal of another type: the engine would say false for ever."""
    for path, literal in _comparisons(found.tokens):
        expected, given = _kind(_look_up(path, sample)), _literal_kind(literal)
        if "nothing" not in {expected, given} and expected != given:
            raise ConditionRefused(f"{'.'.join(path)} is {expected}, {literal.text} is {given}.", field="/condition")


def _comparisons(tokens: tuple[Token, ...]) -> Iterator[tuple[tuple[str, ...], Token]]:
    """Every `event.… == literal` and `event.… != literal`."""
    for at, token in enumerate(tokens[:-1]):
        path = path_before(tokens, at)
        if token.kind == "sign" and token.text in {"==", "!="} and path[:1] == ("event",):
            yield path, tokens[at + 1]


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
