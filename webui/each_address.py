"""The addresses of many things of one kind: built once, then only the id is put in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from flask import Flask, url_for

_PLACE = "the-id-stands-here"
_AS_IT_IS = "!$&'()*+,:;=@"  # what RFC 3986 lets stand in a segment of a path, beside what `quote` never touches


def register_each_address(app: Flask) -> None:
    app.jinja_env.globals["each_address"] = each_address


def each_address(endpoint: str, name: str, **args: Any) -> Callable[[str], str]:
    """What gives the address of a view for each value of ``name``, one of its variables, as ``url_for`` does."""
    before, behind = url_for(endpoint, **{name: _PLACE}, **args).split(_PLACE, 1)
    return lambda value: f"{before}{quote(value, safe=_AS_IT_IS)}{behind}"
