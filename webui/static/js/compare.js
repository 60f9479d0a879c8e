// Draws the two diagrams of a comparison side by side, what differs marked in both, and ties them to the list in words.
//
// A place [data-compare=address] holds two .diagram[data-side], buttons [data-pair=index] and the boxes [data-linked]
// and [data-stacked]. The address answers {"diagrams": [{"file", "name", "before": xml or null, "after"}]}. The lines
// of the list are .compare-line[data-file][data-element][data-what] anywhere on the page.
import { linesOf, startLines } from './compare/lines.js';
import { differences, mark } from './compare/marks.js';
import { link } from './compare/linking.js';
import { fit, viewerIn } from './compare/viewer.js';

for (const place of document.querySelectorAll('[data-compare]')) start(place);

async function start(place) {
  const note = place.querySelector('[data-compare-note]');
  try {
    const answer = await fetch(place.dataset.compare, { headers: { Accept: 'application/json' } });
    if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
    const { diagrams } = await answer.json();
    const comparing = new Comparing(place, diagrams);
    await comparing.choose(0);
    note.hidden = true;
  } catch (error) {
    note.textContent = `The diagrams could not be drawn (${error.message}); the changes stand below in words. Load the page again to try once more.`;
  }
}

class Comparing {
  constructor(place, diagrams) {
    this.place = place;
    this.diagrams = diagrams;
    this.sides = ['before', 'after'].map((name) => this.#side(name));
    this.linked = place.querySelector('[data-linked]');
    link(this.sides.map((side) => side.viewer), () => this.linked.checked && this.sides.every((side) => side.drawn));
    const stacked = place.querySelector('[data-stacked]');
    stacked.addEventListener('change', () => this.#arrange(stacked.checked));
    this.buttons = [...place.querySelectorAll('[data-pair]')];
    this.buttons.forEach((button, index) => button.addEventListener('click', () => this.choose(index)));
    startLines((file, element) => this.show(file, element));
  }

  #side(name) {
    const container = this.place.querySelector(`[data-side=${name}]`);
    const viewer = viewerIn(container);
    const side = { name, container, viewer, drawn: false };
    viewer.on('element.click', ({ element }) => this.#clicked((element.labelTarget ?? element).id));
    return side;
  }

  async choose(index) {
    this.chosen = this.diagrams[index];
    this.buttons.forEach((button, at) => button.setAttribute('aria-pressed', String(at === index)));
    for (const side of this.sides) await this.#draw(side, this.chosen[side.name]);
    const lines = linesOf(this.chosen.file);
    const kinds = differences(this.sides.map((side) => side.drawn && side.viewer), lines.told());
    for (const side of this.sides) if (side.drawn) mark(side.viewer, kinds, side.name);
    this.#open(lines);
  }

  async #draw(side, xml) {
    side.drawn = false;
    side.container.hidden = !xml;
    side.container.closest('figure').querySelector('.compare-missing').hidden = Boolean(xml);
    if (!xml) return;
    await side.viewer.importXML(xml);
    const picture = side.container.querySelector('svg');
    picture.setAttribute('role', 'img');
    picture.setAttribute('aria-label', `BPMN diagram: ${this.chosen.name}, ${side.name === 'before' ? 'before' : 'after'}`);
    side.drawn = true;
  }

  // Opens with the whole diagram where it can be read, else at the first change.
  #open(lines) {
    const drawn = this.sides.filter((side) => side.drawn);
    for (const side of drawn) fit(side.viewer);
    const first = lines.first();
    if (first && drawn.some((side) => side.viewer.get('canvas').zoom() < READABLE)) this.#goTo(first, READABLE);
  }

  // From a line of the list: its diagram, and the element in the middle of both.
  async show(file, element) {
    const index = this.diagrams.findIndex((each) => each.file === file);
    if (index < 0) return false;
    if (this.diagrams[index] !== this.chosen) await this.choose(index);
    this.#goTo(element);
    return true;
  }

  #goTo(id, zoom = READABLE) {
    const found = this.sides.filter((side) => side.drawn && side.viewer.get('elementRegistry').get(id));
    for (const side of this.sides) if (side.drawn) select(side.viewer, id);
    for (const side of found.toReversed()) centre(side.viewer, id, zoom);
  }

  #clicked(id) {
    for (const side of this.sides) if (side.drawn) select(side.viewer, id);
    linesOf(this.chosen.file).choose(id);
  }

  #arrange(stacked) {
    this.place.classList.toggle('is-stacked', stacked);
    for (const side of this.sides) {
      if (!side.drawn) continue;
      side.viewer.get('canvas').resized();
      fit(side.viewer);
    }
  }
}

const CHOSEN = 'compare-chosen';
const READABLE = 0.6; // below this the words of a diagram cannot be read

function select(viewer, id) {
  const canvas = viewer.get('canvas');
  const registry = viewer.get('elementRegistry');
  for (const element of registry.filter((each) => canvas.hasMarker(each, CHOSEN))) canvas.removeMarker(element, CHOSEN);
  if (registry.get(id)) canvas.addMarker(id, CHOSEN);
}

function centre(viewer, id, zoom) {
  const canvas = viewer.get('canvas');
  const element = viewer.get('elementRegistry').get(id);
  if (!element?.parent) return; // the process itself is the whole diagram
  if (canvas.zoom() < zoom) canvas.zoom(zoom);
  const { width, height } = canvas.viewbox();
  const middle = element.waypoints ? element.waypoints[Math.floor(element.waypoints.length / 2)] : {
    x: element.x + element.width / 2, y: element.y + element.height / 2,
  };
  canvas.viewbox({ x: middle.x - width / 2, y: middle.y - height / 2, width, height });
}
