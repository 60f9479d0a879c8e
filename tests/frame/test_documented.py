"""What a person may use is in the documentation: settings, commands with their options, dependencies."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from cli.main import main
from engine.settings import NAMES, TEST_NAMES

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    """Every command with its full name."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield " ".join((*path, name)), command


assert isinstance(main, click.Group)
COMMANDS = dict(commands(main))


@pytest.mark.parametrize("name", [*NAMES, *TEST_NAMES])
def test_every_setting_is_documented(name: str) -> None:
    """docs/settings.md has a row for it."""
    assert f"`{name}`" in (DOCS / "settings.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_is_documented_with_its_options(name: str) -> None:
    """docs/commands.md has a section that names each option."""
    text = (DOCS / "commands.md").read_text(encoding="utf-8")
    section = re.search(rf"^## `throughline {name}\b.*?(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert section is not None, f"docs/commands.md has no section '## `throughline {name} ...`'"
    for parameter in COMMANDS[name].params:
        if isinstance(parameter, click.Option) and "--json" not in parameter.opts:
            assert parameter.opts[0] in section[0], f"{name} {parameter.opts[0]}"


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_has_help_and_answers_in_json(name: str) -> None:
    """`--help` opens with a sentence, and `--json` is there."""
    assert (COMMANDS[name].help or "").split("\n")[0].rstrip().endswith((".", ";", ":"))
    assert any("--json" in parameter.opts for parameter in COMMANDS[name].params)


def test_documented_commands_exist() -> None:
    """The documentation promises nothing that is not there."""
    text = (DOCS / "commands.md").read_text(encoding="utf-8")
    for heading in re.findall(r"^## `throughline ([^`]*)`", text, re.MULTILINE):
        words = " ".join(re.findall(r"^[a-z]+(?: [a-z-]+)?", heading)).strip()
        assert words in COMMANDS or words.split()[0] in COMMANDS, heading


def test_every_dependency_has_its_reason() -> None:
    """docs/dependencies.md says why each is there."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = project["dependencies"] + [name for names in project["optional-dependencies"].values() for name in names]
    text = (DOCS / "dependencies.md").read_text(encoding="utf-8").lower()
    for requirement in wanted:
        name = re.split(r"[^A-Za-z0-9._-]", requirement)[0].lower()
        assert f"`{name}`" in text, name


def test_every_decision_says_why() -> None:
    """A decision has its context and what follows from it."""
    files = sorted((DOCS / "decisions").glob("[0-9]*.md"))
    assert files
    for file in files:
        text = file.read_text(encoding="utf-8")
        assert all(f"## {part}" in text for part in ("Context", "Decision", "Consequences")), file.name


def test_the_readme_opens_with_the_two_commands_and_a_picture() -> None:
    """The first screen says how to see it and how to test it."""
    first_screen = "\n".join((ROOT / "README.md").read_text(encoding="utf-8").splitlines()[:40])
    assert "make run" in first_screen
    assert "make test" in first_screen
    picture = re.search(r"!\[[^\]]+\]\(([^)]+)\)", first_screen)
    assert picture is not None


def test_links_in_the_documentation_lead_somewhere() -> None:
    """Each relative link names a file that is there."""
    for file in [ROOT / "README.md", ROOT / "CHANGELOG.md", *DOCS.rglob("*.md")]:
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", file.read_text(encoding="utf-8")):
            assert (file.parent / target).exists(), f"{file.relative_to(ROOT)}: {target}"
