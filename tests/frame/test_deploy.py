"""What is shipped to run the program with: every command, setting and file that it names is there."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from cli.main import main
from engine.limits import Limits
from engine.settings import NAMES

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("throughline*"))
SERVICES = [unit for unit in UNITS if unit.suffix == ".service"]
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
OURS = {name: each for name, each in COMPOSE["services"].items() if each["image"] == "throughline"}
PROGRAM = "/opt/throughline/.venv/bin/throughline"
# Without one of these a unit is refused here: what a process that is broken into may not do.
HARDENING = ("NoNewPrivileges=yes", "ProtectSystem=strict", "ProtectHome=yes", "PrivateTmp=yes", "PrivateDevices=yes",
             "CapabilityBoundingSet=", "SystemCallFilter=@system-service", "UMask=0077")  # fmt: skip


@pytest.mark.parametrize("name", sorted(OURS))
def test_a_service_of_ours_runs_a_command_that_there_is(name: str) -> None:
    """With options that it takes, and settings that exist."""
    _parsed(OURS[name]["command"])
    assert set(OURS[name]["environment"]) <= set(NAMES)


@pytest.mark.parametrize("name", sorted(OURS))
def test_a_service_of_ours_may_do_little(name: str) -> None:
    """It writes to its volumes alone, has no capability, and gets none."""
    service = OURS[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]


def test_two_workers_and_a_web_process_stand_on_one_postgresql() -> None:
    """Nothing but the web process has a port, which a proxy on the host reaches; the database has no way out."""
    services = COMPOSE["services"]
    assert services["worker"]["deploy"]["replicas"] == 2
    assert {name for name, each in services.items() if "ports" in each} == {"web"}
    assert all(port.startswith("127.0.0.1:") for port in services["web"]["ports"])
    assert services["database"]["networks"] == ["inside"]
    assert COMPOSE["networks"]["inside"]["internal"] is True


def test_migrations_run_once_before_all_others() -> None:
    """Web and workers start when `migrate` has ended well, and it when the database answers."""
    services = COMPOSE["services"]
    assert services["migrate"]["restart"] == "no"
    assert services["migrate"]["depends_on"]["database"]["condition"] == "service_healthy"
    for name in ("web", "worker"):
        assert services[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"


def test_what_compose_names_is_defined() -> None:
    """Volumes, networks, secrets and services; no secret stands in the file itself."""
    for name, service in COMPOSE["services"].items():
        assert set(service.get("networks", ())) <= set(COMPOSE["networks"]), name
        assert set(service.get("secrets", ())) <= set(COMPOSE["secrets"]), name
        assert {each["source"] for each in service.get("configs", ())} <= set(COMPOSE["configs"]), name
        named = {volume.partition(":")[0] for volume in service.get("volumes", ())}
        assert named <= set(COMPOSE["volumes"]), name
        assert set(service.get("depends_on", ())) <= set(COMPOSE["services"]), name
        for key, value in service.get("environment", {}).items():
            used = re.search(r"/run/secrets/(\w+)", value)
            assert used is None or used[1] in service["secrets"], key
            assert "PASSWORD" not in key or key.endswith("_FILE")


def test_the_database_is_up_when_it_listens_to_others() -> None:
    """A new volume is set up by a server that listens on its socket alone, and that goes away again."""
    assert "--host" in COMPOSE["services"]["database"]["healthcheck"]["test"]


def test_postgresql_has_room_for_every_process_of_the_file() -> None:
    """Three times the pool of each, which may open in a rush, and of three more workers."""
    given = re.search(r"max_connections=(\d+)", " ".join(COMPOSE["services"]["database"]["command"]))
    assert given is not None
    processes = COMPOSE["services"]["worker"]["deploy"]["replicas"] + 1
    assert int(given[1]) > (processes + 3) * 3 * Limits().pool


def test_the_programs_role_is_no_superuser() -> None:
    """It may make databases, for `backup verify`, and the superuser of the image has no password."""
    assert "POSTGRES_USER" not in COMPOSE["services"]["database"]["environment"]
    text = (DEPLOY / COMPOSE["configs"]["database_role"]["file"]).read_text(encoding="utf-8")
    assert re.search(r"^CREATE ROLE throughline LOGIN CREATEDB PASSWORD", text, re.MULTILINE)
    assert "ALTER ROLE postgres PASSWORD NULL;" in text


def test_a_site_with_a_name_answers_its_probes() -> None:
    """The example names 127.0.0.1 too: by that name a probe and Prometheus call it on its own machine."""
    text = (DEPLOY / "systemd" / "environment").read_text(encoding="utf-8")
    assert "127.0.0.1" in re.findall(r"^THROUGHLINE_HOSTS=(.*)$", text, re.MULTILINE)[0].split(",")


def test_docker_compose_takes_the_file() -> None:
    """By its own reader, where the plugin is installed."""
    asked = ["docker", "compose", "version"]
    if shutil.which("docker") is None or subprocess.run(asked, capture_output=True, check=False).returncode:
        pytest.skip("no docker compose: compose.yaml was read as YAML alone")
    command = ["docker", "compose", "-f", str(DEPLOY / "compose.yaml"), "config", "--quiet"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_image_runs_as_nobody_special_and_says_whether_it_is_ready() -> None:
    """Its command is one of ours, its user is not root, and its health check asks /readyz."""
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = dict(line.split(" ", 1) for line in text.splitlines() if re.match(r"[A-Z]+ ", line))
    assert json.loads(lines["ENTRYPOINT"]) == ["throughline"]
    _parsed(json.loads(lines["CMD"]))
    assert lines["USER"] == "throughline"
    assert "/readyz" in lines["HEALTHCHECK"]
    assert set(re.findall(r"THROUGHLINE_\w+", text)) <= set(NAMES)


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_a_unit_runs_commands_that_there_are(unit: Path) -> None:
    """With settings that exist; it may do little."""
    text = unit.read_text(encoding="utf-8")
    calls = re.findall(rf"^ExecStart(?:Pre)?={PROGRAM} (.*)$", text, re.MULTILINE)
    assert len(calls) == text.count("ExecStart")
    for call in calls:
        _parsed(shlex.split(call))
    assert set(re.findall(r"THROUGHLINE_\w+", text)) <= set(NAMES)
    assert [line for line in HARDENING if line not in text.splitlines()] == []


def test_the_units_settings_exist() -> None:
    """The file that every unit reads names no secret and nothing that is refused at start."""
    text = (DEPLOY / "systemd" / "environment").read_text(encoding="utf-8")
    names = set(re.findall(r"^(\w+)=", text, re.MULTILINE))
    assert names <= set(NAMES)
    assert not names & {"THROUGHLINE_SECRET_KEY", "THROUGHLINE_DATABASE_URL"}


def test_systemd_takes_the_units(tmp_path: Path) -> None:
    """By its own reader, with a program that is there in the place of ours."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("no systemd-analyze: the units were not verified")
    for unit in UNITS:
        text = unit.read_text(encoding="utf-8").replace(PROGRAM, "/bin/true")
        (tmp_path / unit.name.replace("@", "@1")).write_text(text, encoding="utf-8")
    files = [str(file) for file in tmp_path.iterdir()]
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *files], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""


def test_what_is_deployed_is_documented() -> None:
    """docs/deploy.md names every file of it."""
    text = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    assert [file.name for file in [*UNITS, *_files()] if file.name not in text] == []


def _files() -> Iterator[Path]:
    yield from (file for file in DEPLOY.iterdir() if file.is_file())


def _parsed(arguments: list[str]) -> Mapping[str, Any]:
    """A call of ours, read by the command line itself and not run."""
    command: click.Command = main
    context = click.Context(main)
    words = list(arguments)
    while isinstance(command, click.Group):
        found = command.get_command(context, words.pop(0))
        assert found is not None, arguments
        command = found
    return command.make_context(command.name, words).params
