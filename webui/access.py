"""Who is asking, and who may: every route names its roles, and one that names none is open to nobody."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from flask import current_app, g, request
from werkzeug.exceptions import Forbidden, Unauthorized

from engine.commands import Actor
from engine.store.organisations import organisation_for
from engine.store.people import ROLES
from webui.security_log import warn

EVERYONE = frozenset(ROLES)
WORKERS = frozenset({"case_manager", "lead", "clinical_director", "admin"})  # who may change a case
DIRECTORS = frozenset({"clinical_director", "admin"})  # who may change, publish and migrate pathways
OVERSEERS = frozenset({"lead", "clinical_director", "admin"})  # who look after background work
IMPORTERS = frozenset({"lead", "admin"})  # who may bring files of patients in
STUDIO_READERS = DIRECTORS | {"auditor"}  # who may look into a draft
AUDITORS = frozenset({"auditor", "admin"})  # who may read who saw what
EXPORTERS = DIRECTORS | AUDITORS  # who may take a whole record along
PUBLIC: frozenset[str] = frozenset()  # before sign-in

ROLE_WORDS = {
    "case_manager": "case manager",
    "lead": "team lead",
    "clinical_director": "clinical director",
    "auditor": "auditor",
    "admin": "administrator",
}

_View = TypeVar("_View", bound=Callable[..., Any])
_MARK = "throughline_allowed"


@dataclass(frozen=True, slots=True)
class Visitor:
    """A signed-in user. ``organisation`` is whose patients they see, None those of all."""

    email: str
    name: str
    role: str
    organisation: str | None

    @property
    def actor(self) -> Actor:
        return Actor(self.email, self.name)

    @property
    def may_export(self) -> bool:
        return self.role in EXPORTERS

    @property
    def may_audit(self) -> bool:
        return self.role in AUDITORS

    @property
    def may_see_incidents(self) -> bool:
        return self.role in STUDIO_READERS

    @property
    def may_oversee(self) -> bool:
        return self.role in OVERSEERS

    @property
    def may_import(self) -> bool:
        return self.role in IMPORTERS

    @property
    def may_work(self) -> bool:
        return self.role in WORKERS


def visitor_of(row: Mapping[str, Any]) -> Visitor:
    """The visitor that a row of `users` stands for."""
    return Visitor(row["email"], row["name"], row["role"], organisation_for(row["role"], row["organisation"]))


def allowed(roles: frozenset[str]) -> Callable[[_View], _View]:
    """Marks a view with the roles that may use it: EVERYONE, WORKERS, or PUBLIC for anybody at all."""

    def mark(view: _View) -> _View:
        setattr(view, _MARK, roles)
        return view

    return mark


def allowed_roles(view: Callable[..., Any]) -> frozenset[str] | None:
    """The roles that a view names, None when it names none."""
    return cast("frozenset[str] | None", getattr(view, _MARK, None))


def visitor() -> Visitor:
    """Who is signed in; raises Unauthorized when nobody is."""
    found = current_visitor()
    if found is None:
        raise Unauthorized("sign in to go on")
    return found


def current_visitor() -> Visitor | None:
    """Who is signed in, if anybody is."""
    return cast("Visitor | None", g.get("visitor"))


def check_access() -> None:
    """Before each request to a page: raises Unauthorized or Forbidden where the visitor may not."""
    if request.endpoint is None:
        return
    roles = allowed_roles(current_app.view_functions[request.endpoint])
    if roles is None:
        raise Forbidden(f"{request.endpoint} names nobody who may use it")
    if roles is PUBLIC:
        return
    check_role(roles)


def check_role(roles: frozenset[str]) -> None:
    """Raises Forbidden where the visitor has none of the roles."""
    role = visitor().role
    if role not in roles:
        warn("role.refused", email=visitor().email, role=role, page=request.endpoint)
        raise Forbidden(f"this is not open to the role of {ROLE_WORDS[role]}")
