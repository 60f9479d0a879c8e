"""Builds the rest of DMN for tests: boxed expressions, functions, input data and types, each as short as it can be."""

from __future__ import annotations

from html import escape
from typing import Any

from engine.dmn import Decision, parse_decisions
from engine.feel import to_feel
from tests.engine.dmn.tables import a_file


def answer(*parts: str, of: str = "d", **facts: object) -> Decision:
    """What decision `of` of a file with these parts answers; a fact `a__b` is named a.b."""
    return asked(*parts, of=of, facts={name.replace("__", "."): value for name, value in facts.items()})


def asked(*parts: str, facts: dict[str, Any], of: str = "d") -> Decision:
    """The same for facts whose names Python cannot write."""
    decisions = parse_decisions(a_file(*parts), "t.dmn", functions={})
    return decisions[of].decide({name: to_feel(value) for name, value in facts.items()})


def decides(logic: str, id_: str = "d", *, name: str = "", type_: str = "", needs: str = "") -> str:
    """A decision with this logic; one with a name or a type has a variable, `needs` are ids as in `#a #b`."""
    variable = _variable(name or id_, type_) if name or type_ else ""
    return f'<decision id="{id_}" name="{escape(name or id_)}">{variable}{needing(needs)}{logic}</decision>'


def datum(name: str, type_: str = "", id_: str = "") -> str:
    """Input data, whose id is its name unless it is given."""
    return f'<inputData id="{id_ or name}" name="{name}">{_variable(name, type_)}</inputData>'


def model(name: str, parameters: str, logic: str, *, id_: str = "", type_: str = "", needs: str = "") -> str:
    """A business knowledge model; parameters as in "rate: number, months"."""
    variable = _variable(name, type_) if type_ else ""
    inside = f"{variable}{needing(needs)}<encapsulatedLogic>{_parameters(parameters)}{logic}</encapsulatedLogic>"
    return f'<businessKnowledgeModel id="{id_ or name}" name="{name}">{inside}</businessKnowledgeModel>'


def item(name: str, type_: str = "", *components: str, allowed: str = "", many: bool = False) -> str:
    """An item definition."""
    return f'<itemDefinition name="{name}"{_many(many)}>{_typed(type_, allowed)}{"".join(components)}</itemDefinition>'


def component(name: str, type_: str, *components: str, allowed: str = "", many: bool = False) -> str:
    """A component of an item definition."""
    return f'<itemComponent name="{name}"{_many(many)}>{_typed(type_, allowed)}{"".join(components)}</itemComponent>'


def lit(text: str, type_: str = "") -> str:
    """A literal expression."""
    return f"<literalExpression{_type(type_)}><text>{escape(text)}</text></literalExpression>"


def context(*entries: tuple[str, str] | tuple[str, str, str], result: str = "") -> str:
    """A context of (name, logic) or (name, logic, type), and perhaps a result."""
    made = [_variable(entry[0], "".join(entry[2:])) + entry[1] for entry in entries]
    made += [result] if result else []
    return "<context>" + "".join(f"<contextEntry>{each}</contextEntry>" for each in made) + "</context>"


def relation(columns: tuple[str, ...], *rows: tuple[str, ...]) -> str:
    """A relation of FEEL texts; a column may be "name: type"."""
    heads = "".join(f'<column name="{column.split(": ")[0]}"{_type(_after(column))}/>' for column in columns)
    lines = "".join("<row>" + "".join(map(lit, row)) + "</row>" for row in rows)
    return f"<relation>{heads}{lines}</relation>"


def call(function: str, **bindings: str) -> str:
    """An invocation with a binding of FEEL text for each parameter; `a__b` is the parameter "a b"."""
    bound = "".join(
        f"<binding><parameter name='{name.replace('__', ' ')}'/>{lit(text)}</binding>"
        for name, text in bindings.items()
    )
    return f"<invocation>{lit(function)}{bound}</invocation>"


def function(parameters: str, logic: str, attributes: str = "") -> str:
    """A boxed function."""
    return f"<functionDefinition {attributes}>{_parameters(parameters)}{logic}</functionDefinition>"


def parts(kind: str, variable: str = "", **logic: str) -> str:
    """A boxed expression of DMN 1.4 and its parts; `else_` is the part <else>."""
    iterator = f' iteratorVariable="{variable}"' if variable else ""
    inside = "".join(f"<{name.strip('_')}>{each}</{name.strip('_')}>" for name, each in logic.items())
    return f"<{kind}{iterator}>{inside}</{kind}>"


def needing(ids: str) -> str:
    """Requirements: `#a` of a decision, `?a` of input data, `@a` of a business knowledge model."""
    kinds = {
        "#": ("informationRequirement", "requiredDecision"),
        "?": ("informationRequirement", "requiredInput"),
        "@": ("knowledgeRequirement", "requiredKnowledge"),
    }
    found = ((*kinds[each[0]], each[1:]) for each in ids.split())
    return "".join(f'<{outer}><{inner} href="#{id_}"/></{outer}>' for outer, inner, id_ in found)


def _variable(name: str, type_: str) -> str:
    return f'<variable name="{escape(name)}"{_type(type_)}/>'


def _type(name: str) -> str:
    return f' typeRef="{name}"' if name else ""


def _many(many: bool) -> str:
    return ' isCollection="true"' if many else ""


def _typed(type_: str, allowed: str) -> str:
    reference = f"<typeRef>{type_}</typeRef>" if type_ else ""
    return reference + (f"<allowedValues><text>{escape(allowed)}</text></allowedValues>" if allowed else "")


def _parameters(text: str) -> str:
    names = [each.strip() for each in text.split(",") if each.strip()]
    return "".join(f'<formalParameter name="{each.split(": ")[0]}"{_type(_after(each))}/>' for each in names)


def _after(text: str) -> str:
    return text.partition(": ")[2]
