"""A form that is being written: drawn as a task asks it, or named with the line at which it is none."""

from __future__ import annotations

from typing import Any

import pytest

from engine.application import Engine
from engine.studio.drafts import draft_from_version
from tests.webui.builders import Visit, email
from tests.webui.second_version import first_version

FORM = """id: call
title: Call
fields:
  - {name: reached, title: Reached, type: boolean, required: true}
  - {instrument: nrs, when: case.track = "msk"}
"""


@pytest.fixture
def preview(engine: Engine, visit: Visit) -> Any:
    """Asks for the preview of a text as the director does."""
    base = first_version(engine)["hash"]
    with engine.db.writing() as connection:
        now = engine.clock.now()
        draft_id = draft_from_version(connection, base, "forms/closure.yaml", by=email("omar"), now=now)
    page = visit.signed_in("omar").get(f"/studio/drafts/{draft_id}?file=forms/call.yaml")
    (place,) = page.all("[data-draft]")
    headers = {"X-CSRFToken": place.get("data-token")}

    def asked(text: str, track: str = "msk") -> dict[str, Any]:
        body = {"path": "forms/call.yaml", "text": text, "track": track}
        answer = visit.client.post(f"/studio/drafts/{draft_id}/preview", json=body, headers=headers)
        assert answer.status_code == 200, answer.text
        return dict(answer.json or {})

    return asked


def test_the_form_is_drawn_as_a_task_asks_it(preview: Any) -> None:
    """Its questions with the names that a task gives them; those of another track are named, not asked."""
    assert 'name="answer-reached"' in preview(FORM)["html"]
    assert 'name="answer-nrs' in preview(FORM)["html"]
    other = preview(FORM, "bh")["html"]
    assert 'name="answer-nrs' not in other
    assert "1 question is asked of others only" in other


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("type: boolean", "type: bool", 4, "field 1, type &#39;bool&#39; is not allowed"),
        ("title: Call", "titel: Call", 2, "did you mean &#39;title&#39;?"),
        ("fields:", "fields: [", None, "the text cannot be read as YAML"),
        ('= "msk"', '= = "msk"', 5, "unexpected &#39;=&#39;"),
        ("instrument: nrs", "instrument: nrx", 5, "there is no instrument &#39;nrx&#39;; did you mean &#39;nrs&#39;?"),
        (FORM, "- 1", 1, "this is no form"),
        (FORM, "a: " + "[" * 5000, 1, "nested too deep: more than 100 levels"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(preview: Any, old: str, new: str, line: int | None, words: str) -> None:
    """In a sentence, and never as a failure of the page."""
    found = preview(FORM.replace(old, new, 1))
    assert words in found["html"]
    if line is not None:
        assert found["line"] == line


def test_a_short_text_that_stands_for_billions_of_values_is_refused(preview: Any) -> None:
    """Aliases of aliases are counted before anything is done with them."""
    lines = ["a: &a [x,x,x,x,x,x,x,x,x,x]"]
    lines += [
        f"{key}: &{key} [{','.join([f'*{before}'] * 10)}]" for before, key in zip("abcdefghi", "bcdefghij", strict=True)
    ]
    assert "it stands for more than 100,000 values" in preview("\n".join(lines))["html"]
