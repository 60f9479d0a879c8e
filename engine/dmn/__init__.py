"""DMN decisions: read from XML, compiled once, decided over facts with the rules that matched."""

from engine.dmn.answer import Decision, MatchedRule
from engine.dmn.columns import Input, Output, Rule
from engine.dmn.errors import DecisionConflict, DecisionMisfit, DmnError, DmnSyntaxError, DmnUnsupported
from engine.dmn.model import DecisionModel
from engine.dmn.reader import parse_decisions
from engine.dmn.table import DecisionTable, HitPolicy

__all__ = [
    "Decision",
    "DecisionConflict",
    "DecisionMisfit",
    "DecisionModel",
    "DecisionTable",
    "DmnError",
    "DmnSyntaxError",
    "DmnUnsupported",
    "HitPolicy",
    "Input",
    "MatchedRule",
    "Output",
    "Rule",
    "parse_decisions",
]
