"""What a running process sees of its case: facts to read, a calendar, operations and tables to call."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from care.calendars import add_period, due_on, local_date, occurrence, start_of_day
from care.errors import CareError, PeriodError
from care.periods import Cycle, Period
from engine.bpmn.live import Token, waiting
from engine.bpmn.passing import element_of, successors_of
from engine.bpmn.timers import DATE
from engine.definitions import Definition
from engine.dmn import DmnError
from engine.dmn.record import facts_of, required_rows_of, rows_of, sentence_of
from engine.errors import ExpressionFailed
from engine.feel import Expression, FeelError, Template, Value, YearsMonths, compile_expression, shown, template
from engine.functions import FUNCTIONS
from engine.incidents.place import Place, Skip, place_of
from engine.moves import Move
from engine.observer import Observer
from engine.operations import OPERATIONS
from engine.scope import Scope

if TYPE_CHECKING:
    from engine.casework import Casework

_MOST_COMPILED = 4096  # texts of diagrams of each kind that are kept in their compiled form
_period = lru_cache(_MOST_COMPILED)(Period.parse)


@lru_cache(_MOST_COMPILED)
def _expression(text: str) -> Expression:
    return compile_expression(text, functions=FUNCTIONS)


@lru_cache(_MOST_COMPILED)
def _template(text: str) -> Template:
    return template(text, functions=FUNCTIONS)


@dataclass(slots=True)
class CaseEnvironment:
    """The environment of one process; all that it does goes through the casework of the command."""

    work: Casework
    definition: Definition
    process_id: str
    event: Mapping[str, Any] | None
    observer: Observer | None = None
    moves: list[Move] = field(default_factory=list)  # since they were last written into the record
    here: Place | None = None  # where something was last at work: what a fault is told of
    skips: Sequence[Skip] = ()  # the elements that directors let the process go past

    @property
    def as_of(self) -> datetime:
        return self.work.as_of

    # -- expressions --------------------------------------------------------------------------------------------------
    def scope(self, counter: int | None = None) -> Scope:
        """Facts, case, patient, today, now, the process's event and the token's counter."""
        event = None if self.event is None else {**self.event, "on": date.fromisoformat(self.event["on"])}
        return self.work.scope().with_values(event=event, counter=counter)

    def evaluate(self, token: Token, expression: str, external_context: Any = None) -> Value:
        """The value of a FEEL expression of the token's element."""
        if self.skipped(token) is not None:  # what is asked of an activity of many that is gone past: is it complete?
            return True
        try:
            return _expression(expression).evaluate(self.scope(token.data.get("counter")))
        except FeelError as error:
            words = f"'{expression}' could not be worked out ({error.code})"
            raise self._failed(token, f"'{expression}': {error}", words) from error

    def render(self, text: str, counter: int | None) -> str:
        """A text with its {FEEL} holes filled."""
        return _template(text).render(self.scope(counter))

    def day(self, expression: str, counter: int | None) -> date:
        """A day that is a period from now (P7D, B2D), or what FEEL gives; raises FeelError or CareError.

        While an event is delivered, the period counts from when it happened.
        """
        if expression[:1] in ("P", "B"):
            return due_on(self.work.since or self.as_of, _period(expression), self.work.zone, self.work.calendar)
        value = _expression(expression).evaluate(self.scope(counter))
        if isinstance(value, datetime):
            return local_date(value, self.work.zone)
        if not isinstance(value, date):
            raise PeriodError(expression, f"gives {shown(value)}; a date is needed")
        return value

    def count(self, token: Token, expression: str) -> int:
        """A multi-instance activity's cardinality."""
        if self.skipped(token) is not None:
            return 0
        value = self.evaluate(token, expression)
        if not isinstance(value, Decimal) or value != value.to_integral_value() or not 0 <= value <= 1000:
            raise self._unfit(token, expression, value, "a cardinality is a whole number up to 1000")
        return int(value)

    # -- time ---------------------------------------------------------------------------------------------------------
    @contextmanager
    def at(self, instant: datetime) -> Iterator[None]:
        """What is asked inside is asked as of an earlier instant."""
        kept = self.work.as_of
        self.work.as_of = self.work.facts.as_of = instant
        try:
            yield
        finally:
            self.work.as_of = self.work.facts.as_of = kept

    def due(self, token: Token, kind: str, expression: str) -> datetime:
        """When a timer with this date or duration is due."""
        if (skip := self.skipped(token)) is not None:
            return skip.at or self.as_of
        if kind != DATE and expression[:1] in ("P", "B"):
            return self._after(token, expression)
        value = self.evaluate(token, expression)
        if kind == DATE:
            return self._instant(token, expression, value)
        if isinstance(value, timedelta):
            # Whole days of a diagram are calendar days: nine in the morning stays nine across a clock change.
            return self._after(token, f"P{value.days}D") + timedelta(seconds=value.seconds)
        if isinstance(value, YearsMonths):
            return self._after(token, f"P{value.months}M")
        raise self._unfit(token, expression, value, "a timer's duration is needed")

    def nth_of_cycle(
        self, token: Token, expression: str, anchor: datetime, count: int, after: datetime | None
    ) -> tuple[int, datetime] | None:
        """The firing that follows ``count`` earlier ones, not before ``after``: (its earlier ones, its instant)."""
        if (skip := self.skipped(token)) is not None:
            return None if skip.at is None else (count, skip.at)  # one that repeats is let go past by not coming again
        if expression.startswith("R"):
            return self._nth_of_period(token, expression, anchor, count, after)
        value = self.evaluate(token, expression)
        if not isinstance(value, list):
            raise self._unfit(token, expression, value, "a cycle is R/P7D or a list of dates")
        instants = sorted(self._instant(token, expression, each) for each in value)
        for earlier, instant in enumerate(instants[count:], start=count):
            if after is None or instant >= after:
                return earlier, instant
        return None

    def _nth_of_period(
        self, token: Token, expression: str, anchor: datetime, count: int, after: datetime | None
    ) -> tuple[int, datetime] | None:
        try:
            cycle = Cycle.parse(expression)
            instant = occurrence(cycle, count + 1, anchor, self.work.zone, self.work.calendar)
            while instant is not None and after is not None and instant < after:
                count += 1
                instant = occurrence(cycle, count + 1, anchor, self.work.zone, self.work.calendar)
        except CareError as error:
            raise self._failed(token, str(error)) from error
        return None if instant is None else (count, instant)

    def _after(self, token: Token, period: str) -> datetime:
        try:
            return add_period(self.as_of, _period(period), self.work.zone, self.work.calendar)
        except CareError as error:
            raise self._failed(token, str(error)) from error

    def _instant(self, token: Token, expression: str, value: Value) -> datetime:
        if isinstance(value, datetime) and value.tzinfo is not None:
            return value
        if isinstance(value, datetime):
            return value.replace(tzinfo=self.work.zone)
        if isinstance(value, date):
            return start_of_day(value, self.work.zone)
        raise self._unfit(token, expression, value, "a date is needed")

    # -- what elements do ---------------------------------------------------------------------------------------------
    def operate(self, token: Token) -> None:
        """Run a service task's operation."""
        if self.skipped(token) is not None:
            return
        called = token.task_spec.extensions["operation"]
        arguments = {name: self.evaluate(token, text) for name, text in called.parameters.items()}
        summary = OPERATIONS[called.name].run(self.work, self.process_id, arguments)
        self.note("operation.done", token, {"operation": called.name, "parameters": arguments}, summary)

    def decide(self, token: Token) -> None:
        """Decide a business rule task's decision; its outputs become facts, the matched rows history."""
        if self.skipped(token) is not None:
            return
        called = token.task_spec.extensions["decision"]
        model = self.definition.decisions[called.ref]
        try:
            decision = model.decide(self.scope(token.data.get("counter")))
        except DmnError as error:
            raise self._failed(token, str(error)) from error
        except FeelError as error:
            raise self._failed(token, f"decision '{called.ref}': {error}") from error
        found = facts_of(model, decision)
        for name, value in found.items():
            try:
                self.work.facts.record(f"{called.result}.{name}", value, None, self.as_of, "rule")
            except TypeError as error:
                raise self._failed(token, f"output '{name}': {error}") from error
        detail = {
            "decision": called.ref,
            "inputs": decision.inputs,
            "matched": rows_of(decision.matched),
            "outputs": found,
        }
        if decision.required:
            detail["required"] = required_rows_of(decision.required)
            answered = {row.decision for row in decision.required}
            detail["required_inputs"] = {
                name: seen for name, seen in decision.required_inputs.items() if name in answered
            }
        self.note("rule.matched", token, detail, sentence_of(model, decision))

    # -- the record ---------------------------------------------------------------------------------------------------
    def note(self, kind: str, token: Token, detail: Mapping[str, Any], summary: str | None = None) -> None:
        spec = token.task_spec
        element = getattr(spec, "bpmn_id", None)
        name = getattr(spec, "bpmn_name", None) or element
        self.work.note(
            kind,
            summary or f"{name or kind}",
            process_id=self.process_id,
            element_id=element,
            element_name=name,
            version=self.definition.hash,
            detail=detail,
        )

    def step(self, token: Token) -> None:
        """Called before each step of a token: timers that fire are noted."""
        self.here = place_of(token)
        due = token.internal_data.get("due")
        if due is not None and waiting(token):  # after it has fired the token steps once more, to go on
            name = token.task_spec.bpmn_name or token.task_spec.bpmn_id
            self.note("timer.fired", token, {"due": due}, f"{name}: its time came")

    def passed(self, token: Token) -> None:
        """Called when a token has completed: kept for the record, and told to the observer, where there is one."""
        if (element := element_of(token)) is None:
            return
        successors = successors_of(token)
        self.moves.append(Move(token.workflow.spec.name, element, tuple(successors)))
        if self.observer is not None:
            self.observer.passed(token.workflow.spec.file or self.definition.file, element, successors)

    def no_way_out(self, token: Token) -> None:
        problem = "no condition of its outgoing flows holds and it has no default flow"
        raise self._failed(token, problem, problem)

    def endless(self, workflow: Any, steps: int) -> None:
        self.here = None
        problem = f"took {steps} steps without reaching a task, an event or an end"
        raise ExpressionFailed(self.definition.file, None, "endless", problem, problem)

    def _unfit(self, token: Token, expression: str, value: Value, needed: str) -> ExpressionFailed:
        words = f"'{expression}' gives {'nothing' if value is None else 'something else'}; {needed}"
        return self._failed(token, f"'{expression}' gives {shown(value)}; {needed}", words)

    def _failed(self, token: Token, problem: str, words: str | None = None) -> ExpressionFailed:
        self.here = place_of(token)
        file = token.workflow.spec.file or self.definition.file
        return ExpressionFailed(file, self.here.element, "expression", problem, words)

    # -- going past an element ----------------------------------------------------------------------------------------
    def skipped(self, token: Token) -> Skip | None:
        """What a director has said of the token's element, if it is the one to go past, the first time it is asked."""
        self.here = place_of(token)
        return self.past(self.here)

    def past(self, place: Place) -> Skip | None:
        """What a director has said of a place, if it is one to go past, the first time it is asked."""
        return next((skip for skip in self.skips if skip.takes(place, self.work.stands_at)), None)
