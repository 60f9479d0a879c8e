"""Settings that are secret may be given as the name of a file that holds them, so that no environment shows them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from engine.errors import SettingsError

SECRETS = (
    "THROUGHLINE_DATABASE_URL",
    "THROUGHLINE_SECRET_KEY",
    "THROUGHLINE_METRICS_TOKEN",
    "THROUGHLINE_CARE_UPDATE_TOKEN",
    "THROUGHLINE_NOTICES_URL",
)
NAMES = tuple(f"{name}_FILE" for name in SECRETS)


def with_secrets(env: Mapping[str, str]) -> dict[str, str]:
    """The settings, with what stands in files in its place. Raises SettingsError."""
    found = dict(env)
    for name in SECRETS:
        file = env.get(f"{name}_FILE")
        if not file:
            continue
        if env.get(name):
            raise SettingsError(f"{name}_FILE", f"{name} is set, too; unset one of them")
        found[name] = _read(f"{name}_FILE", Path(file))
    return found


def shown(env: Mapping[str, str]) -> dict[str, str]:
    """Each setting with the file that it names."""
    return {name: env.get(name) or "none" for name in NAMES}


def _read(name: str, file: Path) -> str:
    try:
        text = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(name, f"'{file}' cannot be read ({error}); name a file with one line of text") from error
    if not text:
        raise SettingsError(name, f"'{file}' is empty; write the secret into it")
    return text
