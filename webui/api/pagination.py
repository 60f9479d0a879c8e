"""Lists in pages: items and the address of the next ones, or null at the end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import request, url_for
from marshmallow import Schema, fields, validate

from webui.api.endpoints import Answer

MOST_ITEMS = 500
LARGEST_CURSOR = 2**31 - 1  # of a database's integer column


class PageQuery(Schema):
    """How many items to answer; a following page's address is in `next`, made by the server."""

    limit = fields.Integer(
        load_default=50, validate=validate.Range(1, MOST_ITEMS), metadata={"description": "items a page"}
    )


class SequenceQuery(PageQuery):
    """A page of numbered rows: those after a number."""

    after = fields.Integer(
        load_default=0,
        validate=validate.Range(0, LARGEST_CURSOR),
        metadata={"description": "items after this one; taken from `next`"},
    )


def page_of(item: type[Schema], name: str) -> type[Schema]:
    """The schema of a page of items."""
    nested = fields.List(fields.Nested(item), required=True)
    about = {"description": "the next page's address; null at the end"}
    following = fields.String(required=True, allow_none=True, metadata=about)
    return Schema.from_dict({"items": nested, "next": following}, name=name)


def page(items: Sequence[object], after: str | int | None) -> Answer:
    """A page; `after` is the cursor of the next one, None at the end. All other arguments are kept."""
    following = None
    if after is not None:
        kept = {**request.args.to_dict(), **(request.view_args or {}), "after": after}
        following = url_for(str(request.endpoint), _external=True, **kept)
    return Answer({"items": items, "next": following})


def sequence_page(rows: Sequence[Any], limit: int, cursor: str) -> Answer:
    """A page of `limit` rows of those given, one more of which says that there is a next page.

    `cursor` names the column of the rows' number.
    """
    shown = rows[:limit]
    return page(shown, shown[-1][cursor] if len(rows) > limit else None)
