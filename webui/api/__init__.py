"""The JSON API at /api/v1 and the health endpoints: `blueprint` is what an application registers.

The application keeps its engine where `webui.extension` finds it.
"""

from __future__ import annotations

from flask import Response, request
from flask.blueprints import BlueprintSetupState
from sqlalchemy.exc import DataError, OperationalError
from werkzeug.exceptions import HTTPException, NotFound, default_exceptions
from werkzeug.routing import RequestRedirect

from engine.errors import ThroughlineError
from webui.api import accesses, background, cases, events, facts, history, incidents, openapi, patients, tasks, worklist
from webui.api.bodies import limit_body
from webui.api.endpoints import PREFIX
from webui.api.endpoints import api as blueprint
from webui.api.health import health
from webui.api.problems import from_data, from_database, from_engine, from_fault, from_http, not_recorded
from webui.seen import record_seen

__all__ = [
    "accesses",
    "background",
    "blueprint",
    "cases",
    "events",
    "facts",
    "history",
    "incidents",
    "openapi",
    "patients",
    "tasks",
    "worklist",
]

blueprint.before_request(limit_body)


@blueprint.after_request
def note_who_was_seen(response: Response) -> Response:
    return record_seen(response, not_recorded)


blueprint.register_error_handler(ThroughlineError, from_engine)
# By status as well: Flask asks an application's handler of a status before a blueprint's of all of them.
for _status in default_exceptions:
    blueprint.register_error_handler(_status, from_http)
blueprint.register_error_handler(HTTPException, from_http)
blueprint.register_error_handler(OperationalError, from_database)
blueprint.register_error_handler(DataError, from_data)
blueprint.register_error_handler(OverflowError, from_data)
blueprint.register_error_handler(Exception, from_fault)


@blueprint.before_app_request
def tell_unknown_addresses() -> Response | None:
    """An address that leads nowhere is in no blueprint; below the API's prefix it is the API that answers."""
    refused = request.routing_exception
    ours = f"{request.path}/".startswith(f"{PREFIX}/")
    if refused is None or isinstance(refused, RequestRedirect) or not ours:
        return None
    if isinstance(refused, NotFound):
        refused = NotFound(f"there is nothing at {request.path}; {PREFIX}/openapi.json lists what there is")
    return from_http(refused)


@blueprint.record_once
def _with_health(state: BlueprintSetupState) -> None:
    state.app.register_blueprint(health)
