"""Draw BPMN files as pictures with bpmn-js in headless Chromium, so that a person can look at them.

python tools/diagrams/render.py --bpmn-js node_modules/bpmn-js --to var/diagrams pathways/msk.bpmn ...
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
CHROMIUM_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
MARGIN = 20  # pixels of white around the diagram

DRAW = """async (xml) => {
  const viewer = new BpmnJS({ container: '#canvas' });
  const { warnings } = await viewer.importXML(xml);
  const { svg } = await viewer.saveSVG();
  document.body.innerHTML = svg;
  const drawing = document.querySelector('svg');
  return {
    warnings: warnings.map((warning) => warning.message),
    width: Number(drawing.getAttribute('width')),
    height: Number(drawing.getAttribute('height')),
  };
}"""


def draw(page: Page, library: Path, diagram: Path, target: Path) -> dict[str, object]:
    """Draw one diagram into ``target`` (PNG); the answer has bpmn-js's warnings and the size in pixels."""
    page.set_content('<body style="margin:0;background:white"><div id="canvas" style="height:900px"></div></body>')
    page.add_script_tag(path=str(library / "dist" / "bpmn-viewer.production.min.js"))
    drawn: dict[str, object] = page.evaluate(DRAW, diagram.read_text(encoding="utf-8"))
    width, height = (int(float(str(drawn[side]))) + MARGIN for side in ("width", "height"))
    page.set_viewport_size({"width": width, "height": height})
    page.screenshot(path=str(target))
    return drawn


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw every named file; exit code 1 when bpmn-js warned about any of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path, help="BPMN files")
    parser.add_argument("--bpmn-js", type=Path, default=Path("node_modules/bpmn-js"), help="the npm package's folder")
    parser.add_argument("--to", type=Path, default=Path("var/diagrams"), help="folder for the pictures")
    chosen = parser.parse_args(arguments)
    chosen.to.mkdir(parents=True, exist_ok=True)
    executable = str(CHROMIUM) if CHROMIUM.exists() else None
    warned = False
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_ARGUMENTS)
        page = browser.new_page()
        for diagram in chosen.files:
            drawn = draw(page, chosen.bpmn_js, diagram, chosen.to / f"{diagram.stem}.png")
            warned = warned or bool(drawn["warnings"])
            print(json.dumps({"file": str(diagram), **drawn}))
        browser.close()
    return 1 if warned else 0


if __name__ == "__main__":
    raise SystemExit(main())
