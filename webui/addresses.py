"""Addresses that come from outside: followed only when they stay on this site."""

from __future__ import annotations

from flask import url_for

from worklists.filters import Filter


def inside(address: str | None) -> str | None:
    """The address when it is a path of this site, else None.

    "//host" and "/\\host" name another site to a browser, which also drops tabs and line ends inside an address.
    """
    if address is None or not address.startswith("/") or address.startswith("//"):
        return None
    return None if any(sign == "\\" or sign < " " for sign in address) else address


def task_address(task_id: str | None, chosen: Filter) -> str:
    """Where a task opens beside the list that was chosen; the list alone without a task."""
    if task_id is None:
        return url_for("pages.day", **chosen.args())
    return url_for("pages.task", task_id=task_id, **chosen.args())
