"""DMN decision tables: read from XML, compiled once, decided over facts with the rule that matched."""

from engine.dmn.errors import DecisionConflict, DmnError, DmnSyntaxError, DmnUnsupported
from engine.dmn.reader import parse_decisions
from engine.dmn.table import Decision, DecisionTable, HitPolicy, Input, MatchedRule, Output, Rule

__all__ = [
    "Decision",
    "DecisionConflict",
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
