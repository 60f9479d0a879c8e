"""Known weaknesses of what is locked, Python and npm, as a report: it never fails, and waits a minute at most for each.

It asks the indexes that pip and npm are set to. What could not be asked is told as not known, never as well.
`make audit` and `.ci/run` call it; docs/security.md says by when to act on what it finds.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-node.lock")
SECONDS = 60
# What stands in the lock is looked up by name and version; nothing is resolved, downloaded or installed.
PIP_AUDIT = ("--require-hashes", "--disable-pip", "--progress-spinner", "off", "--timeout", "10", "--format", "json")
NPM_AUDIT = ("npm", "audit", "--json", "--fetch-timeout=20000", "--fetch-retries=0")


def main() -> int:
    """Prints the report; the exit code is 0 whatever stands in it."""
    for lock in LOCKS:
        command = [sys.executable, "-m", "pip_audit", "--requirement", lock, *PIP_AUDIT]
        tell(lock, of_pip_audit(answered(command)))
    tell("package-lock.json", of_npm_audit(answered([str(ROOT / "tools" / "with-node"), *NPM_AUDIT])))
    return 0


def answered(command: list[str]) -> Mapping[str, Any]:
    """The JSON document that a command prints; an empty one when there is none in time."""
    try:
        run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=SECONDS, check=False)
        found = json.loads(run.stdout)
    except (subprocess.TimeoutExpired, OSError, json.JSONDecodeError):
        return {}
    return found if isinstance(found, dict) else {}


def of_pip_audit(document: Mapping[str, Any]) -> Iterator[str]:
    """What pip-audit says, in lines: the weaknesses, then how many packages could be looked up."""
    packages = document.get("dependencies", [])
    unknown = [each for each in packages if "skip_reason" in each]
    for each in packages:
        for fault in each.get("vulns", []):
            mended = ", ".join(fault.get("fix_versions", [])) or "no version yet"
            yield f"{each['name']} {each['version']}: {fault['id']}, mended in {mended}"
    yield looked_up(len(packages) - len(unknown), len(packages))


def of_npm_audit(document: Mapping[str, Any]) -> Iterator[str]:
    """What npm audit says, in lines."""
    for name, fault in sorted(document.get("vulnerabilities", {}).items()):
        yield f"{name}: {fault.get('severity', 'unknown')}, of {fault.get('range', 'all')}"
    packages = int(document.get("metadata", {}).get("dependencies", {}).get("total", 0))
    yield looked_up(packages, packages)


def looked_up(known: int, packages: int) -> str:
    """How much of it is known."""
    if not known:
        return "nothing is known: the index did not answer, or keeps no list of weaknesses"
    return f"{known} of {packages} packages were looked up"


def tell(what: str, lines: Iterator[str]) -> None:
    for line in lines:
        print(f"audit of {what}: {line}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
