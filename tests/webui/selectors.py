"""Simple CSS selectors as XPath: tag, #id, .class, [attribute=value], :first-child, descendants, children, lists."""

from __future__ import annotations

import re

_PART = re.compile(
    r"""(?P<tag>^[\w-]+|^\*) | \#(?P<id>[\w-]+) | \.(?P<class>[\w-]+) | (?P<first>:first-child)
        | \[(?P<attribute>[\w-]+)(?:=(?P<value>[\w-]+))?\]""",
    re.VERBOSE,
)


def xpath(selector: str) -> str:
    """The XPath of a selector; raises ValueError for what is not simple."""
    return " | ".join(_one(each.strip()) for each in selector.split(","))


def _one(selector: str) -> str:
    path, axis = ".", "//"
    for step in selector.replace(">", " > ").split():
        if step == ">":
            axis = "/"
        else:
            path += axis + _compound(step)
            axis = "//"
    return path


def _compound(step: str) -> str:
    tag, conditions, at = "*", [], 0
    while at < len(step):
        found = _PART.match(step, at) if at else _PART.match(step)
        if found is None:
            raise ValueError(f"'{step}' is not a simple selector from '{step[at:]}' on")
        at = found.end()
        if found["tag"]:
            tag = found["tag"]
        elif found["id"]:
            conditions.append(f"@id='{found['id']}'")
        elif found["class"]:
            conditions.append(f"contains(concat(' ', normalize-space(@class), ' '), ' {found['class']} ')")
        elif found["first"]:
            conditions.append("not(preceding-sibling::*)")
        elif found["value"]:
            conditions.append(f"@{found['attribute']}='{found['value']}'")
        else:
            conditions.append(f"@{found['attribute']}")
    return tag + "".join(f"[{each}]" for each in conditions)
