"""The web application: pages, the API and the headers of both, over one engine."""

from __future__ import annotations

from flask import Flask, Response, abort
from flask_wtf import CSRFProtect  # type: ignore[import-untyped]

from engine.application import Engine
from engine.clock import Clock, SystemClock
from webui.api import blueprint as api
from webui.api.health import with_metrics
from webui.assets import DIST
from webui.each_address import register_each_address
from webui.extension import KEY, WALL_CLOCK
from webui.failures import register_failures
from webui.front_door import stand_behind
from webui.htmx import HTMX
from webui.navigation import register_navigation
from webui.outcome_words import register_outcome_words
from webui.pages import pages
from webui.rate_limits import limit_sign_in
from webui.security import refuse_nul, secure
from webui.sessions import configure_sessions
from webui.sizes import allow_size
from webui.telemetry import watch_requests
from webui.words import register_words

# A page's form is small; the largest is a social needs screen with its notes.
_LARGEST_FORM = 256 * 1024


class PagesApp(Flask):
    """Flask, but for hidden files beside the front end's, such as the stamp of its build: those are nobody's."""

    def send_static_file(self, filename: str) -> Response:
        if any(part.startswith(".") for part in filename.split("/")):
            abort(404)
        return super().send_static_file(filename)


def create_app(engine: Engine, wall_clock: Clock | None = None) -> Flask:
    """The WSGI application that serves an engine. It asks nothing of the environment.

    By ``wall_clock``, the machine's when it is left out, sessions and codes run out: also in a sandbox, which may
    stand at another time.
    """
    app = PagesApp(__name__, static_folder=str(DIST), static_url_path="/static")
    app.extensions[KEY] = engine
    app.extensions[WALL_CLOCK] = wall_clock or SystemClock()
    app.config.update(
        SECRET_KEY=engine.settings.secret_key,
        MAX_CONTENT_LENGTH=_LARGEST_FORM,
        MAX_FORM_MEMORY_SIZE=_LARGEST_FORM,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    configure_sessions(app, engine.settings.door)
    HTMX(app)
    watch_requests(app)  # around all that follows
    with_metrics(app)
    stand_behind(app, engine.settings.door)
    app.before_request(allow_size)  # before any of it is read
    app.before_request(refuse_nul)  # before the token of a form is looked at
    csrf = CSRFProtect(app)
    csrf.exempt(api)  # a bearer token is not sent by a browser on its own
    app.register_blueprint(api)
    app.register_blueprint(pages)
    register_words(app)
    register_each_address(app)
    register_outcome_words(app)
    register_navigation(app)
    register_failures(app)
    limit_sign_in(app)
    app.after_request(secure)
    return app
