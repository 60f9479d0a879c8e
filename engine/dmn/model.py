"""A decision with all that it requires: what is evaluated before it, which names that gives it, and how it decides."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from engine.dmn.answer import Decision, kept
from engine.dmn.boxed import Boxed, Typed
from engine.dmn.boxed.context import Context
from engine.dmn.columns import Input, Output, Rule
from engine.dmn.knowledge import Knowledge
from engine.dmn.run import Frame, Run
from engine.dmn.scope import Awaited, free
from engine.dmn.table import DecisionTable, HitPolicy
from engine.dmn.types import ANY, Type, coerced
from engine.feel import Budget, Expression, FeelLimitError, Function, Value
from engine.feel.lookup import known

MOST_AWAITED = 24  # decisions before one: of more all are evaluated, in their order


@dataclass(frozen=True, slots=True)
class Datum:
    """An input data element: a name that the caller's scope has, and the type that its value is brought into.

    `written` is the name as it stands in the file; `expression` reads it where it is dotted, None where it cannot.
    """

    name: str
    written: str
    type: Type
    expression: Expression | None

    @property
    def is_bound(self) -> bool:
        """Whether its value has to be looked up beforehand; else the name is found in the scope when it is read."""
        return self.type is not ANY or self.written != self.name

    def read(self, budget: Budget, scope: Mapping[str, Value]) -> Value:
        """The value that the caller's scope has for the name."""
        value = known(scope.get(self.written))
        if value is None and self.expression is not None:
            return self.expression.evaluate_within(budget, scope)
        return value

    def given(self, run: Run) -> Value:
        """The value in a run, converted to its type."""
        return coerced(self.read(run.budget, run.scope), self.type, run, f"input data '{self.name}'")


@dataclass(frozen=True, slots=True)
class Variable:
    """The name under which those that require a decision read its result; not `declared` when nothing says so."""

    name: str
    type: Type
    declared: bool


@dataclass(frozen=True, slots=True, eq=False)
class DecisionModel:
    """A compiled decision; `before` are all decisions that it needs, each behind those that it needs itself."""

    decision_id: str
    name: str
    variable: Variable
    logic: Boxed
    required: tuple[DecisionModel, ...]
    before: tuple[DecisionModel, ...]
    data: tuple[Datum, ...]
    knowledge: tuple[Knowledge, ...]

    # -- what it is ---------------------------------------------------------------------------------------------------
    @property
    def table(self) -> DecisionTable | None:
        """Its decision table; None when its logic is another expression."""
        logic = self.logic.inner if isinstance(self.logic, Typed) else self.logic
        return logic if isinstance(logic, DecisionTable) else None

    @property
    def hit_policy(self) -> HitPolicy | None:
        """The hit policy of its table."""
        return None if self.table is None else self.table.hit_policy

    @property
    def inputs(self) -> tuple[Input, ...]:
        """The input columns of its table."""
        return () if self.table is None else self.table.inputs

    @property
    def outputs(self) -> tuple[Output, ...]:
        """The output columns of its table."""
        return () if self.table is None else self.table.outputs

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules of its table."""
        return () if self.table is None else self.table.rules

    @property
    def output_names(self) -> tuple[str, ...]:
        """The names of what it gives: output columns, entries of its context, else the one of its variable."""
        if self.table is not None:
            return self.table.output_names
        logic = self.logic.inner if isinstance(self.logic, Typed) else self.logic
        if isinstance(logic, Context) and logic.result is None:
            return tuple(entry.name for entry in logic.entries)
        return (self.variable.name if self.variable.declared else self.decision_id,)

    @property
    def bound_names(self) -> tuple[str, ...]:
        """The names that its result has for those that require it.

        Without a variable these are also its id and its output columns, as Camunda's engines have it.
        """
        if self.variable.declared:
            return (self.variable.name,)
        columns = () if self.table is None else self.table.output_names
        return (*columns, self.decision_id, self.variable.name)

    @property
    def names(self) -> frozenset[str]:
        """The names that it reads of the caller's scope, dotted, those that its requirements read included."""
        return frozenset().union(*(each.own_names for each in (*self.before, self)))

    @property
    def own_names(self) -> frozenset[str]:
        """The names that it reads itself and that are not given by what it requires."""
        given = {name for each in self.required for name in each.bound_names} - {datum.name for datum in self.data}
        given.update(each.name for each in self.knowledge)
        return free(self.logic.names, given) | {datum.name for datum in self.data}

    # -- deciding -----------------------------------------------------------------------------------------------------
    def decide(self, scope: Mapping[str, Value]) -> Decision:
        """The answer for these facts; what it requires is evaluated once, when it is read, and not where it is not.

        DecisionConflict when rules match that must not or a column does not take a value; FeelLimitError beyond a limit
        of FEEL, which hold for everything together.
        """
        run = Run(scope)
        results: dict[str, Value] = {}
        try:
            if len(self.before) > MOST_AWAITED:
                for each in self.before:  # one by one, so that a long chain is no deep recursion
                    each.result(run, results)
            results[self.decision_id] = self.evaluate(run, results)
            outputs = kept(results[self.decision_id])
            inputs = _kept(self._seen(run, results))
            others_saw = {name: _kept(seen) for name, seen in run.inputs.items() if name != self.decision_id}
        except RecursionError:
            limit = run.budget.limits.depth
            raise FeelLimitError("nesting depth", limit, "let functions call one another less deep") from None
        own = tuple(rule for rule in run.matched if rule.decision == self.decision_id)
        others = tuple(rule for rule in run.matched if rule.decision != self.decision_id)
        return Decision(self.decision_id, outputs, inputs, own, others, tuple(run.budget.warnings), others_saw)

    def evaluate(self, run: Run, results: dict[str, Value]) -> Value:
        """The value for the results of what it requires, which are added to ``results`` as they are read."""
        frame = Frame(run.scope, run)
        given = self._given(run, results)
        value = self.logic.evaluate(frame.binding(given) if given else frame)
        if isinstance(value, Function):
            run.warn(f"decision '{self.decision_id}' gives a function, which is no value; make it a knowledge model")
            return None
        return coerced(value, self.variable.type, run, f"decision '{self.decision_id}'")

    def _given(self, run: Run, results: dict[str, Value]) -> Mapping[str, Value]:
        """What it requires, by name; a declared name hides one that only stands for a missing variable."""
        given: dict[str, Callable[[], Value]] = {}
        for each in self.required:
            given |= {name: partial(each.named, name, run, results) for name in each.given_names}
        for datum in self.data:
            given.pop(datum.name, None)
            if datum.is_bound:
                given[datum.name] = partial(datum.given, run)
        given |= {each.variable.name: partial(each.result, run, results) for each in self.required}
        return Awaited(given | {each.name: partial(each.bound, run) for each in self.knowledge})

    def result(self, run: Run, results: dict[str, Value]) -> Value:
        """Its value in a run, evaluated the first time that it is asked for."""
        if self.decision_id not in results:
            results[self.decision_id] = self.evaluate(run, results)
        return results[self.decision_id]

    def named(self, name: str, run: Run, results: dict[str, Value]) -> Value:
        """What one of its `given_names` stands for in a run."""
        return self.bindings(self.result(run, results))[name]

    @property
    def given_names(self) -> tuple[str, ...]:
        """The names of `bindings`."""
        return tuple(self.bindings(None))

    def bindings(self, value: Value) -> dict[str, Value]:
        """The names of `bound_names` with their values."""
        if self.variable.declared:
            return {self.variable.name: value}
        columns = () if self.table is None else self.table.output_names
        # A column without an answer is null, so that no fact of its name is read in its place.
        parts: dict[str, Value] = dict.fromkeys(columns)
        if len(columns) == 1:
            parts[columns[0]] = value
        elif isinstance(value, dict):
            parts |= value
        return {**parts, self.decision_id: value, self.variable.name: value}

    def _seen(self, run: Run, results: Mapping[str, Value]) -> dict[str, Value]:
        """What the table had before it, by label; for other logic the values of what it requires."""
        if self.table is not None:
            return run.inputs[self.decision_id]
        seen = {datum.name: datum.read(Budget(), run.scope) for datum in self.data}
        read = [each for each in self.required if each.decision_id in results]
        return seen | {each.variable.name: results[each.decision_id] for each in read}


def _kept(values: Mapping[str, Value]) -> dict[str, Value]:
    return {name: kept(value) for name, value in values.items()}
