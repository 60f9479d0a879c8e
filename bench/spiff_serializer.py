"""SpiffWorkflow's own JSON serializer, taught our classes: what `step_cost` measures against."""

from __future__ import annotations

from dataclasses import asdict, is_dataclass
from typing import Any

from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.serializer.config import DEFAULT_CONFIG
from SpiffWorkflow.bpmn.serializer.default.process_spec import BpmnProcessSpecConverter
from SpiffWorkflow.bpmn.serializer.default.workflow import (
    BpmnSubWorkflowConverter,
    BpmnWorkflowConverter,
    TaskConverter,
)
from SpiffWorkflow.bpmn.serializer.helpers.bpmn_converter import BpmnConverter
from SpiffWorkflow.bpmn.specs.bpmn_task_spec import _BpmnCondition
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.event import Event

from engine.bpmn.extension import DecisionCall, Operation, TaskSettings
from engine.bpmn.live import CaseProcessSpec
from engine.bpmn.scope import Scope, Tokens
from engine.bpmn.workflow import Subprocess
from engine.definitions import Definition
from engine.processes import CaseWorkflow

# What the library's own task spec converters leave out, because constructors make it anew.
_MADE_ANEW = {"_wf_spec", "data", "defines", "pre_assign", "post_assign"}


class SpecConverter(BpmnConverter):  # type: ignore[misc]
    """Any of our task specs: its attributes, as the library's converters write them."""

    def to_dict(self, spec: Any) -> dict[str, Any]:
        kept = {k: v for k, v in vars(spec).items() if k not in _MADE_ANEW and not isinstance(v, Event)}
        return {name: self.registry.convert(value) for name, value in kept.items()}

    def from_dict(self, dct: dict[str, Any]) -> Any:
        spec = self.target_class.__new__(self.target_class)
        owner = dct.pop("wf_spec")
        vars(spec).update({name: self.registry.restore(value) for name, value in dct.items()})
        vars(spec).update(_wf_spec=owner, data={}, defines={}, pre_assign=[], post_assign=[])
        for name in ("update", "ready", "completed", "error", "cancelled", "run"):
            setattr(spec, f"{name}_event", Event())
        owner._add_notify(spec)
        return spec


class PlainConverter(BpmnConverter):  # type: ignore[misc]
    """Event definitions, conditions and the values of our diagram extension."""

    def to_dict(self, value: Any) -> dict[str, Any]:
        plain = asdict(value) if is_dataclass(value) and not isinstance(value, type) else vars(value)
        return {name: self.registry.convert(each) for name, each in plain.items()}

    def from_dict(self, dct: dict[str, Any]) -> Any:
        value = self.target_class.__new__(self.target_class)
        for name, each in dct.items():
            object.__setattr__(value, name, self.registry.restore(each))
        return value


class ProcessConverter(BpmnProcessSpecConverter):  # type: ignore[misc]
    """Our process specs; their end is restored with the other elements."""

    def restore_task_spec_extensions(self, dct: dict[str, Any], task_spec: Any) -> None:
        """They are attributes like any other."""

    def from_dict(self, dct: dict[str, Any]) -> Any:
        spec = super().from_dict(dct)
        spec.end = spec.task_specs[f"{spec.name}.EndJoin"]
        return spec


class Filled(Scope):
    """Mixin of a process that is given all its tokens at once."""

    @property
    def tasks(self) -> Tokens:
        return self._tokens

    @tasks.setter
    def tasks(self, restored: dict[Any, Any]) -> None:
        self._tokens = Tokens()
        for identity, token in restored.items():
            self._tokens[identity] = token


class RestoredSubprocess(Filled, Subprocess):
    """A called or embedded process that came out of JSON."""


class RestoredWorkflow(Filled, CaseWorkflow):
    """A process that came out of JSON; it gets its environment when it is to take a step."""

    def __init__(self, spec: Any, subprocess_specs: Any, **kwargs: Any) -> None:
        super().__init__(spec, subprocess_specs, object(), **kwargs)


class TopConverter(BpmnWorkflowConverter):  # type: ignore[misc]
    """Our workflow."""

    def from_dict(self, dct: dict[str, Any]) -> Any:
        self.target_class = RestoredWorkflow
        return super().from_dict(dct)


class InnerConverter(BpmnSubWorkflowConverter):  # type: ignore[misc]
    """Our called and embedded processes."""

    def from_dict(self, dct: dict[str, Any], task: Any, top_workflow: Any) -> Any:
        self.target_class = RestoredSubprocess
        return super().from_dict(dct, task, top_workflow)


def spiff_serializer(definition: Definition) -> BpmnWorkflowSerializer:
    """A serializer that knows all classes of a compiled pathway."""
    config: dict[type, Any] = {
        kind: converter
        for kind, converter in DEFAULT_CONFIG.items()
        if kind.__module__.startswith("SpiffWorkflow")
    }
    config |= {
        CaseWorkflow: TopConverter,
        RestoredWorkflow: TopConverter,
        Subprocess: InnerConverter,
        RestoredSubprocess: InnerConverter,
        Task: TaskConverter,
        CaseProcessSpec: ProcessConverter,
        _BpmnCondition: PlainConverter,
        TaskSettings: PlainConverter,
        Operation: PlainConverter,
        DecisionCall: PlainConverter,
    }
    for process in definition.specs.values():
        for spec in process.task_specs.values():
            config[type(spec)] = SpecConverter
            event = getattr(spec, "event_definition", None)
            if event is not None:
                config[type(event)] = PlainConverter
    return BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure(config))
