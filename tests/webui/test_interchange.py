"""Files of other editors over HTTP: what cannot be run is kept, shown on every page of its draft, and given back."""

from __future__ import annotations

import io

import pytest

from tests.engine.interchange.foreign import FILES
from tests.webui.builders import Answer, Visit


@pytest.fixture
def omar(visit: Visit) -> Visit:
    """A clinical director's browser."""
    return visit.signed_in("omar")


@pytest.mark.parametrize(
    "name",
    [
        "ISO-8859-1 with umlauts",
        "two pools with a message between them",
        "choreography",
        "elements without ids",
        "data that a task reads",
        "call of a process elsewhere",
    ],
)
def test_a_foreign_file_is_on_every_page_of_its_draft(omar: Visit, name: str) -> None:
    """No page fails on it, the findings name its elements, and the text that comes back is the one that came."""
    form = {
        "csrf_token": str(omar.get("/studio/new").all("[name=csrf_token]")[0].get("value")),
        "file": (io.BytesIO(FILES[name].data), "theirs.bpmn"),
    }
    draft = Answer(omar.client.post("/studio/new/bring", data=form, follow_redirects=True))
    assert draft.status == 200
    found = omar.client.get(f"{draft.path}/findings").json["findings"]
    assert FILES[name].named <= {each["element"] for each in found}
    pages = {page: omar.client.get(f"{draft.path}/{page}").status_code for page in ("try", "compare", "publish")}
    assert not [page for page, status in pages.items() if status >= 500], pages
    path = draft.all("[data-path]")[0].get("data-path")
    kept = omar.client.get(f"{draft.path}/file?path={path}").json["text"]
    encoding = "latin-1" if name.startswith("ISO") else "utf-8"
    assert kept == FILES[name].data.decode(encoding).replace("ISO-8859-1", "UTF-8")
    assert omar.client.get(f"{draft.path}/download").status_code == 200
