"""The diagrams pass bpmnlint, the linter of the BPMN tools."""

from __future__ import annotations

import subprocess

import pytest

from tests.pathways.bpmn_files import FILES, PATHWAYS

ROOT = PATHWAYS.parent
BPMNLINT = ROOT / "node_modules" / ".bin" / "bpmnlint"


def test_the_diagrams_are_clean_under_bpmnlint() -> None:
    """No error and no warning under the rules of `.bpmnlintrc`."""
    if not BPMNLINT.exists():
        pytest.skip(f"{BPMNLINT} is not installed; `npm install bpmnlint` in the project's folder runs this test")
    files = [str(PATHWAYS / file) for file in FILES]
    linted = subprocess.run([str(BPMNLINT), *files], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert (linted.returncode, linted.stdout.strip()) == (0, ""), linted.stdout + linted.stderr
