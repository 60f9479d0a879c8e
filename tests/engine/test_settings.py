"""Settings: read once, checked, and a wrong one names itself."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import SettingsError
from engine.settings import NAMES, TEST_NAMES, Settings


def settings(folder: Path, **values: str) -> Settings:
    """Settings of a fresh installation in a folder, with these variables set."""
    env = {f"THROUGHLINE_{name}": value for name, value in values.items()}
    return Settings.from_environment({"THROUGHLINE_DATA_DIR": str(folder), **env})


def test_nothing_needs_to_be_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With an empty environment the database stands in var/, in New York, with the shipped pathways."""
    monkeypatch.chdir(tmp_path)
    found = Settings.from_environment({})
    assert found.database_url == "sqlite:///var/throughline.db"
    assert found.zone.key == "America/New_York"
    assert (found.pathways_dir / "msk.bpmn").exists()


def test_a_secret_key_is_made_once_and_kept_for_the_owner_alone(tmp_path: Path) -> None:
    """The second start reads the key of the first, so that nobody is signed out by a restart."""
    key = settings(tmp_path).secret_key
    assert len(key) >= 32
    assert settings(tmp_path).secret_key == key
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("name", "value", "hint"),
    [
        ("TIMEZONE", "America/NewYork", "did you mean America/New_York"),
        ("DATABASE_URL", "mysql://localhost/x", "not supported; write sqlite"),
        ("DATABASE_URL", "sqlite://", "needs a file"),
        ("DATABASE_URL", "nonsense", "not a database URL"),
        ("SECRET_KEY", "short", "at least 32"),
        ("LOG_LEVEL", "loud", "DEBUG, INFO, WARNING, ERROR"),
        ("PATHWAYS_DIR", "/nowhere", "unset it to use the shipped"),
    ],
)
def test_a_wrong_setting_names_itself_and_says_what_to_do(
    tmp_path: Path, name: str, value: str, hint: str
) -> None:
    """The message holds the variable's name and the way out."""
    with pytest.raises(SettingsError, match=hint) as raised:
        settings(tmp_path, **{name: value})
    assert raised.value.name == f"THROUGHLINE_{name}"


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    """As containers and systemd hand secrets over: with the line's end that an editor leaves."""
    file = tmp_path / "database_url"
    file.write_text("postgresql://care:secret@db/care\n")
    assert settings(tmp_path, DATABASE_URL_FILE=str(file)).database_url.endswith("care:secret@db/care")
    file.write_text("smtps://us:hush@mail.example.org\n")
    mailing = {"NOTICES_FROM": "care@example.org", "NOTICES_SITE": "https://care.example.org"}
    assert settings(tmp_path, NOTICES_URL_FILE=str(file), **mailing).notifier.url == "smtps://us:hush@mail.example.org"


def test_a_secret_in_two_places_or_in_none_is_refused(tmp_path: Path) -> None:
    """Nobody has to guess which of the two is in force."""
    empty = tmp_path / "empty"
    empty.write_text("\n")
    with pytest.raises(SettingsError, match="unset one of them"):
        settings(tmp_path, SECRET_KEY="k" * 40, SECRET_KEY_FILE=str(empty))
    with pytest.raises(SettingsError, match="is empty"):
        settings(tmp_path, SECRET_KEY_FILE=str(empty))
    with pytest.raises(SettingsError, match="cannot be read"):
        settings(tmp_path, SECRET_KEY_FILE=str(tmp_path / "none"))


def test_a_misspelt_setting_is_refused(tmp_path: Path) -> None:
    """A typing error must not silently leave the default in force."""
    with pytest.raises(SettingsError, match="did you mean THROUGHLINE_TIMEZONE"):
        settings(tmp_path, TIMEZOME="UTC")


def test_a_password_in_the_database_url_is_not_repeated(tmp_path: Path) -> None:
    """What is wrong with a URL is said without its password."""
    with pytest.raises(SettingsError) as raised:
        settings(tmp_path, DATABASE_URL="mysql://u:hush@localhost/x")
    assert "hush" not in str(raised.value)


def test_the_secret_key_is_not_printed(tmp_path: Path) -> None:
    """A settings object in a log line shows no secret."""
    found = settings(tmp_path)
    assert found.secret_key not in repr(found)


@given(st.text(min_size=1, max_size=30).filter(lambda text: f"THROUGHLINE_{text}" not in NAMES + TEST_NAMES))
def test_any_other_name_is_refused_by_name(text: str) -> None:
    """No unknown THROUGHLINE_ variable passes."""
    name = f"THROUGHLINE_{text}"
    with pytest.raises(SettingsError) as raised:
        Settings.from_environment({name: "x"})
    assert raised.value.name == name
