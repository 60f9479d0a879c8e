"""The FEEL grammar (DMN 1.3 and later, clause 10.3.1.2), as one LALR(1) grammar for Lark.

Four choices keep it LALR(1). Names of several words are made one token before the grammar sees them (`names`).
Built-in functions and properties of several words are tokens of their own. A `[` closes a range where what follows
cannot begin a filter. An empty list is one token, so that `]` at the start of an expression can only open a range.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from engine.feel.names import JOINER_CLASS

EXPRESSION: Final = "expression"
UNARY_TESTS: Final = "unary_tests"

_RULES: Final = r"""
?expression: if_ | for_ | quantified | function_definition | disjunction

if_: "if" expression "then" expression "else" expression
for_: "for" iteration ("," iteration)* "return" expression
quantified: QUANTIFIER iteration ("," iteration)* "satisfies" expression
iteration: NAME "in" expression [".." expression]
function_definition: "function" "(" [parameter ("," parameter)*] ")" expression
parameter: NAME [":" type]

?disjunction: conjunction | conjunction ("or" conjunction)+ -> disjunction
?conjunction: comparison | comparison ("and" comparison)+ -> conjunction
?comparison: sum{postfix}
    | comparison COMPARISON sum{postfix} -> compare
    | comparison "between" sum{postfix} "and" sum{postfix} -> between
    | comparison "in" sum{postfix} -> in_value
    | comparison "in" comparison_test -> in_tests
    | comparison "in" "(" test ("," test)+ ")" -> in_tests

?sum{operand}: product{operand} (SUM_OPERATOR product{operand})*
?product{operand}: power{operand} (PRODUCT_OPERATOR power{operand})*
?power{operand}: signed{operand} (POWER_OPERATOR signed{operand})*
?signed{operand}: typed{operand} | negation{operand}
negation{operand}: MINUS signed{operand}
?typed{operand}: operand
    | typed{operand} "instance" "of" type -> instance_of

?postfix: atom (path | filter | arguments)*
path: "." (PROPERTY | NAME)
filter: "[" expression "]"
arguments: "(" [expression ("," expression)*] ")"
    | "(" named_argument ("," named_argument)* ")" -> named_arguments
named_argument: KEY ":" expression

?atom: NUMBER -> number
    | STRING -> string
    | "@" STRING -> at_literal
    | CONSTANT -> constant
    | (FUNCTION_NAME | NAME | QUESTION) -> name
    | "(" expression ")" -> parenthesised
    | "(" COMPARISON sum{postfix} ")" -> open_range
    | LIST_EMPTY -> list_empty
    | "[" expression ("," expression)* "]" -> list_
    | (LSQB | LPAR | RSQB) expression ".." sum{postfix} (RSQB | RPAR | CLOSING_LSQB) -> range_
    | "{" [entry ("," entry)*] "}" -> context
entry: (KEY | STRING) ":" expression

type: (TYPE_NAME | NAME) ["<" [type_member ("," type_member)*] ">" [result]]
result: "->" type
type_member: [KEY ":"] type

unary_tests: MINUS -> any_value
    | test ("," test)* -> tests
    | "not" "(" test ("," test)* ")" -> not_tests
?test: expression -> expression_test
    | comparison_test
comparison_test: COMPARISON sum{postfix}

QUANTIFIER.3: /(some|every)(?!\w)/
CONSTANT.3: /(true|false|null)(?!\w)/
COMPARISON: "<=" | ">=" | "<" | ">" | "!=" | "="
SUM_OPERATOR: "+" | "-"
MINUS.2: "-"
PRODUCT_OPERATOR: "*" | "/"
POWER_OPERATOR: "**"
QUESTION: "?"
LSQB: "["
RSQB: "]"
CLOSING_LSQB.3: /\[(?=\s*($|[)\]},=!<>+*\/]|\.(?![0-9])|(and|or|then|else|return|satisfies|in|between|instance)(?!\w)))/
LPAR: "("
RPAR: ")"
LIST_EMPTY.2: /\[\s*\]/
NUMBER: /([0-9]+(\.[0-9]+)?|\.[0-9]+)([eE][+-]?[0-9]+)?/
STRING: /"(?:[^"\\]|\\.)*"/s
NAME: /[^\W\d][\w__JOINERS__]*/
KEY.2: /[^\W\d][\w__JOINERS__]*(?=\s*:)/
PROPERTY.2: /(time\s+offset|start\s+included|end\s+included)(?!\w)/
TYPE_NAME.2: /(date\s+and\s+time|(days\s+and\s+time|years\s+and\s+months)\s+duration)(?!\w)/
COMMENT: /\/\/[^\n]*|\/\*[^*]*\*+(?:[^\/*][^*]*\*+)*\//
%ignore /\s+/
%ignore COMMENT
"""


def grammar(spaced_names: Iterable[str]) -> str:
    """The whole grammar; `spaced_names` are the functions whose names hold spaces: "list contains"."""
    longest_first = sorted(spaced_names, key=len, reverse=True)
    words = "|".join(r"\s+".join(name.split(" ")) for name in longest_first)
    return _RULES.replace("__JOINERS__", JOINER_CLASS) + f"FUNCTION_NAME.4: /({words})(?=\\s*\\()/\n"
