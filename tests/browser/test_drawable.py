"""What the editor lets a director draw is what the engine runs; what it writes means what it read."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from engine.bpmn.extension import ATTRIBUTES
from engine.lint.rules.event_definitions import ALLOWED
from engine.lint.rules.extension_elements import STANDS_IN
from engine.lint.rules.supported_elements import DRAWN, RUN
from engine.safe_xml import parse_xml
from tests.pathways.bpmn_files import FILES, PATHWAYS

ROOT = Path(__file__).resolve().parents[2]
EDITOR = ROOT / "webui" / "static" / "js" / "editor"
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
NOT_IN_PALETTE = {"multiInstanceLoopCharacteristics", "process", "sequenceFlow"}  # a menu, the file, the connect tool


def in_node(script: str, *arguments: str) -> Any:
    """What a module that may import the editor's own prints as JSON."""
    node = shutil.which("node")
    if node is None or not (ROOT / "node_modules" / "bpmn-moddle").is_dir():
        pytest.skip("needs node and 'make install'")
    command = [node, "--input-type=module", "--eval", script, "--", *arguments]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def bare(name: str) -> str:
    """ "bpmn:UserTask" as it stands in a file: "userTask"."""
    return name[5].lower() + name[6:]


def test_what_can_be_drawn_is_what_runs() -> None:
    """Every element of the list runs, every element that runs is in it, each event with the definitions it may have."""
    drawable = in_node(f"import {{ DRAWABLE }} from '{EDITOR}/runnable.js'; console.log(JSON.stringify(DRAWABLE));")
    types = {bare(each["type"]) for each in drawable}
    definitions = {bare(each["definition"]) for each in drawable if "definition" in each}
    assert types | definitions <= RUN | DRAWN
    assert RUN - types - definitions == NOT_IN_PALETTE
    for event, allowed in ALLOWED.items():
        listed = {bare(each["definition"]) for each in drawable if bare(each["type"]) == event and "definition" in each}
        assert listed == allowed, event


def test_the_extension_is_the_engines() -> None:
    """The editor knows the same elements and attributes of our namespace, and where each stands."""
    found = in_node(
        f"import {{ extension, STANDS_IN }} from '{EDITOR}/extension.js';"
        "console.log(JSON.stringify({ types: extension.types, places: STANDS_IN }));"
    )
    known = {
        each["name"].lower(): {attribute["name"] for attribute in each["properties"] if attribute.get("isAttr")}
        for each in found["types"]
    }
    assert known == {name: set(required | optional) for name, (required, optional) in ATTRIBUTES.items()}
    places = {name[3:].lower(): bare(element) for name, element in found["places"].items()}
    assert places == STANDS_IN


def test_reading_and_writing_keeps_the_meaning_of_every_shipped_diagram() -> None:
    """Elements, attributes, texts and their order are the same; only blanks between them may differ."""
    script = f"""
        import {{ readFile }} from 'node:fs/promises';
        import {{ BpmnModdle }} from 'bpmn-moddle';
        import {{ extension }} from '{EDITOR}/extension.js';
        const written = {{}};
        for (const file of process.argv.slice(1)) {{
          const moddle = new BpmnModdle({{ tl: extension }});
          const {{ rootElement, warnings }} = await moddle.fromXML(await readFile(file, 'utf8'));
          if (warnings.length) throw new Error(file + ': ' + warnings[0].message);
          written[file] = (await moddle.toXML(rootElement, {{ format: true }})).xml;
        }}
        console.log(JSON.stringify(written));"""
    paths = [PATHWAYS / file for file in FILES]
    written = in_node(script, *map(str, paths))
    for path in paths:
        before, after = meaning(path.read_text(encoding="utf-8")), meaning(written[str(path)])
        assert before == after, path.name


def meaning(text: str) -> list[Any]:
    """Every element with its attributes and words; the order of flows decides which way is taken, so it counts."""
    root = parse_xml(text.encode(), "a diagram")
    elements = sorted(_said(element) for element in root.iter(etree.Element))
    flows = [element.get("id") for element in root.iter(BPMN + "sequenceFlow")]
    return [elements, flows]


def _said(element: Any) -> tuple[str, ...]:
    parents = "/".join(each.get("id") or each.tag for each in reversed(list(element.iterancestors())))
    attributes = ",".join(f"{name}={value}" for name, value in sorted(element.attrib.items()))
    return parents, element.tag, attributes, " ".join((element.text or "").split())
