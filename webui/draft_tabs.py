"""The pages of one draft, as the row of tabs that stands on each of them."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, request

from webui.access import allowed_roles, visitor


@dataclass(frozen=True, slots=True)
class Tab:
    """A page of a draft, and those below it: their endpoints begin like its own."""

    endpoint: str
    words: str

    @property
    def is_current(self) -> bool:
        return (request.endpoint or "").startswith(self.endpoint)


_TABS = (
    Tab("pages.studio_draft", "Draw"),
    Tab("pages.studio_try", "Try it"),
    Tab("pages.studio_compare", "Compare"),
    Tab("pages.studio_publish", "Publish"),
)


def draft_tabs() -> tuple[Tab, ...]:
    """Those that are open to the visitor."""
    return tuple(tab for tab in _TABS if visitor().role in _roles(tab))


def _roles(tab: Tab) -> frozenset[str]:
    return allowed_roles(current_app.view_functions[tab.endpoint]) or frozenset()
