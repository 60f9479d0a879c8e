"""FEEL, the expression language of DMN: compiled once, evaluated over facts, in bounded work."""

from engine.feel.errors import FeelError, FeelLimitError, FeelSyntaxError, FeelUnknownFunction
from engine.feel.expression import (
    Evaluation,
    Expression,
    Functions,
    UnaryTests,
    compile_expression,
    compile_unary_tests,
)
from engine.feel.functions import BUILTINS
from engine.feel.limits import DEFAULT_LIMITS, Budget, Limits
from engine.feel.template import Template, template
from engine.feel.text import to_text, to_words
from engine.feel.values import Function, Range, Value, YearsMonths, kind_of, to_feel

__all__ = [
    "BUILTINS",
    "DEFAULT_LIMITS",
    "Budget",
    "Evaluation",
    "Expression",
    "FeelError",
    "FeelLimitError",
    "FeelSyntaxError",
    "FeelUnknownFunction",
    "Function",
    "Functions",
    "Limits",
    "Range",
    "Template",
    "UnaryTests",
    "Value",
    "YearsMonths",
    "compile_expression",
    "compile_unary_tests",
    "kind_of",
    "template",
    "to_feel",
    "to_text",
    "to_words",
]
