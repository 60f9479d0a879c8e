"""FEEL, the expression language of DMN: compiled once, evaluated over facts, in bounded work."""

from engine.feel.errors import FeelError, FeelLimitError, FeelSyntaxError, FeelUnknownFunction
from engine.feel.expression import (
    Evaluation,
    Explanation,
    Expression,
    Functions,
    UnaryTests,
    compile_expression,
    compile_unary_tests,
    explain,
)
from engine.feel.functions import BUILTINS
from engine.feel.limits import DEFAULT_LIMITS, Budget, Limits, Warned
from engine.feel.names import long_names
from engine.feel.template import Template, template
from engine.feel.text import shown, to_string, to_text, to_words
from engine.feel.trace import Step
from engine.feel.values import Function, Range, Value, YearsMonths, kind_of, to_feel

__all__ = [
    "BUILTINS",
    "DEFAULT_LIMITS",
    "Budget",
    "Evaluation",
    "Explanation",
    "Expression",
    "FeelError",
    "FeelLimitError",
    "FeelSyntaxError",
    "FeelUnknownFunction",
    "Function",
    "Functions",
    "Limits",
    "Range",
    "Step",
    "Template",
    "UnaryTests",
    "Value",
    "Warned",
    "YearsMonths",
    "compile_expression",
    "compile_unary_tests",
    "explain",
    "kind_of",
    "long_names",
    "shown",
    "template",
    "to_feel",
    "to_string",
    "to_text",
    "to_words",
]
