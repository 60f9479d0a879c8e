"""An address that is put together from a part that is the same for all is what Flask gives for each."""

from __future__ import annotations

from flask import Flask, url_for
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from webui.each_address import each_address

ids = st.text(min_size=1).filter(lambda text: "/" not in text and text not in (".", ".."))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(task_id=ids, q=st.text())
def test_it_is_what_flask_builds(app: Flask, task_id: str, q: str) -> None:
    """Whatever stands in the id, and whatever goes along behind it."""
    with app.test_request_context("/", base_url="https://care.example/throughline/"):
        expected = url_for("pages.task", task_id=task_id, view="team", q=q)
        assert each_address("pages.task", "task_id", view="team", q=q)(task_id) == expected
