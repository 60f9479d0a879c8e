"""The lint rules: a registry, one rule a file."""

from __future__ import annotations

from engine.lint.rules import (
    called_process,
    codes,
    documents,
    event_definitions,
    expressions,
    extension_elements,
    flows,
    form_conditions,
    gateways,
    identity,
    loops,
    messages,
    supported_elements,
    task_settings,
    types,
    unread_fields,
    work_settings,
)
from engine.lint.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    identity.RULE,
    supported_elements.RULE,
    extension_elements.RULE,
    task_settings.RULE,
    work_settings.RULE,
    called_process.RULE,
    messages.RULE,
    codes.RULE,
    event_definitions.RULE,
    flows.RULE,
    gateways.RULE,
    loops.RULE,
    expressions.RULE,
    documents.RULE,
    types.RULE,
    form_conditions.RULE,
    unread_fields.RULE,
)
