"""Names of files that want to be somewhere else: in uploads, in drafts, in addresses, in the data folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.application import Engine
from engine.store.studio import files_of
from tests.webui.builders import Visit
from tests.webui.test_studio_drafts import begun, brought, sent
from webui.downloads import _safe

TRICKS = (
    "../../etc/passwd", "/etc/passwd", "..\\..\\windows\\win.ini", "C:\\evil.bpmn", "forms/../../evil.yaml",
    "shared/../../../evil.bpmn", "forms/%2e%2e/evil.yaml", "forms/evil.yaml/", "forms//evil.yaml", "./msk.bpmn",
    "forms/evil.yaml\n", "\u2025/evil.bpmn", "forms/\uff0e\uff0e/evil.yaml", "con.bpmn.exe", "evil.bpmn::$DATA",
    "file:///etc/passwd", "~/evil.bpmn", ".git/config", "forms/evil.py", "a" * 300 + ".bpmn",
)  # fmt: skip


@pytest.fixture
def omar(visit: Visit) -> Visit:
    """A clinical director's browser."""
    return visit.signed_in("omar")


def test_a_draft_holds_no_file_elsewhere(omar: Visit, engine: Engine) -> None:
    """Reading and saving: 422 that says which names there are."""
    draft = begun(omar, engine)
    for path in TRICKS:
        assert omar.client.get(f"{draft}/file", query_string={"path": path}).status_code == 422, path
        assert sent(omar, f"{draft}/file", {"path": path, "text": "x", "revision": 0}).status_code == 422, path


def test_the_name_of_an_upload_names_no_place(omar: Visit, engine: Engine) -> None:
    """The file is called after the process that it holds."""
    text = omar.client.get(f"{begun(omar, engine)}/file?path=shared/intake.bpmn").json["text"]
    for name in ("../../../evil.bpmn", "/etc/evil.bpmn", "C:\\evil\\intake.bpmn", "..%2f..%2fevil.bpmn"):
        answer = brought(omar, name, text.encode())
        assert answer.status == 200, name
        with engine.db.reading() as connection:
            held = set(files_of(connection, int(answer.path.rpartition("/")[2].partition("?")[0])))
        assert held <= {"shared/intake.bpmn"}, name


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py", "/static/%2e%2e/%2e%2e/app.py", "/static/..%2f..%2fapp.py", "/static//etc/passwd",
        "/static/%2fetc/passwd", "/static/..%5c..%5capp.py", "/static/", "/static", "/static/%00", "/.git/config",
        "/static/.made", "/..%2f..%2fetc/passwd", "/pathways/..%2f..%2fengine/download", "/static/C:%5cboot.ini",
    ],
)  # fmt: skip
def test_no_address_leads_to_a_file_of_the_machine(omar: Visit, path: str) -> None:
    """Only the front end's files are served, and no list of them."""
    answer = omar.client.get(path)
    assert answer.status_code in (303, 308, 400, 404), answer.status_code
    assert not any(sign in answer.text for sign in ("root:", "import ", "[core]", "Index of"))


def test_a_version_s_files_are_downloaded_by_name_alone(omar: Visit, engine: Engine) -> None:
    """One of its own, or none."""
    draft = begun(omar, engine)
    digest = omar.get(draft).response.request.path
    assert digest
    for path in TRICKS:
        found = omar.client.get("/pathways/" + "0" * 64 + "/download", query_string={"file": path})
        assert found.status_code == 404, path


@pytest.mark.parametrize("name", [*TRICKS, "a\r\nSet-Cookie: x=1.bpmn", 'a".bpmn', "", ".", "..", "nul", "a;b.bpmn"])
def test_the_name_of_a_download_is_plain(name: str) -> None:
    """Letters, digits, - and _ around at most one dot: no machine takes it for anything else."""
    safe = _safe(name.rpartition("/")[2])
    assert safe.replace("-", "").replace("_", "").replace(".", "", 1).isalnum(), safe
    assert not safe.startswith(".")


def test_a_link_in_the_data_folder_is_not_followed_by_the_key(tmp_path: Path) -> None:
    """The secret key is made exclusively: a link that was laid there first is not written through."""
    from engine.errors import SettingsError
    from engine.settings import Settings

    data, target = tmp_path / "var", tmp_path / "target"
    data.mkdir()
    (data / "secret_key").symlink_to(target)
    with pytest.raises(SettingsError):
        Settings.from_environment({"THROUGHLINE_DATA_DIR": str(data)})
    assert not target.exists()


def test_secrets_are_for_their_owner_alone(tmp_path: Path) -> None:
    """The key of sessions has mode 0600 from its first byte on."""
    from engine.settings import Settings

    Settings.from_environment({"THROUGHLINE_DATA_DIR": str(tmp_path / "var")})
    assert (tmp_path / "var" / "secret_key").stat().st_mode & 0o777 == 0o600
