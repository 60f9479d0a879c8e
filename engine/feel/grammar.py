"""The FEEL grammar (DMN 1.3 and later, clause 10.3.1.2), as one LALR(1) grammar for Lark.

Three choices keep it LALR(1). Names of several words are one token only where a call, a property or a key
expects them. The upper end of a range takes no filter, so that `[` after it can close the range. An empty
list is one token, so that `]` at the start of an expression can only open a range.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

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
    | sum{postfix} COMPARISON sum{postfix} -> compare
    | sum{postfix} "between" sum{postfix} "and" sum{postfix} -> between
    | sum{postfix} "in" sum{postfix} -> in_value
    | sum{postfix} "in" comparison_test -> in_tests
    | sum{postfix} "in" "(" test ("," test)+ ")" -> in_tests
    | sum{postfix} "instance" "of" type -> instance_of

?sum{operand}: product{operand} (SUM_OPERATOR product{operand})*
?product{operand}: power{operand} (PRODUCT_OPERATOR power{operand})*
?power{operand}: signed{operand} (POWER_OPERATOR signed{operand})*
?signed{operand}: operand | negation{operand}
negation{operand}: MINUS signed{operand}

?postfix: atom (path | filter | arguments)*
?bound: atom (path | arguments)*
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
    | (LSQB | LPAR | RSQB) expression ".." sum{bound} (RSQB | RPAR | LSQB) -> range_
    | "{" [entry ("," entry)*] "}" -> context
entry: (KEY | STRING) ":" expression

type: (TYPE_NAME | NAME) ["<" type_member ("," type_member)* ">" ["->" type]]
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
LPAR: "("
RPAR: ")"
LIST_EMPTY.2: /\[\s*\]/
NUMBER: /([0-9]+(\.[0-9]+)?|\.[0-9]+)([eE][+-]?[0-9]+)?/
STRING: /"(?:[^"\\]|\\.)*"/s
NAME: /[^\W\d]\w*/
KEY.2: /[^\W\d]\w*([ \t]+\w+)*(?=\s*:)/
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
    return _RULES + f"FUNCTION_NAME.4: /({words})(?=\\s*\\()/\n"
