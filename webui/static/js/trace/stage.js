// The diagram of a moment: steps where the case was, the ways that tokens had gone with their counts, a chosen element.
import { bringIntoView, fitAround, importNamed, markHere, viewerIn } from '../diagram_view.js';

export class Stage {
  constructor(place, onChoice) {
    this.place = place;
    this.note = place.querySelector('[data-diagram-note]');
    this.texts = new Map(); // XML by address: a version never changes
    this.marked = [];
    this.viewer = viewerIn(place.querySelector('.diagram'));
    this.viewer.get('eventBus').on('element.click', ({ element }) => {
      const node = element.labelTarget ?? element;
      if (!node.parent || node.waypoints) return;
      this.choose(node.id);
      onChoice(node.id);
    });
  }

  async show(now, element, place = null) {
    const diagram = this.pick(now.diagrams, element ?? place);
    this.now = now;
    this.chips(now.diagrams, diagram);
    if (diagram) await this.draw(diagram, element);
    if (place) this.reveal(place);
  }

  // The one that holds what was asked for, else the one that is looked at, else one where something waits.
  pick(diagrams, element) {
    const holds = (each) => each.active.includes(element) || element in each.walked;
    const kept = diagrams.find((each) => each.key === this.key);
    if (element && !(kept && holds(kept))) {
      const found = diagrams.find(holds);
      if (found) return found;
    }
    return kept ?? diagrams[0];
  }

  chips(diagrams, shown) {
    const chip = (each) => {
      const button = Object.assign(document.createElement('button'), { type: 'button', className: 'chip' });
      button.textContent = each.name;
      button.setAttribute('aria-pressed', String(each === shown));
      button.addEventListener('click', () => {
        this.key = each.key;
        this.show(this.now, null);
      });
      return button;
    };
    const running = diagrams.filter((each) => each.is_running || each === diagrams[0]);
    const others = diagrams.filter((each) => !running.includes(each));
    const focused = document.activeElement?.closest('.diagram-tools button')?.textContent;
    this.place.querySelector('[data-running]').replaceChildren(...running.map(chip));
    const behind = this.place.querySelector('[data-others]');
    behind.hidden = others.length === 0;
    behind.querySelector('.chips').replaceChildren(...others.map(chip));
    if (focused) [...this.place.querySelectorAll('.diagram-tools button')].find((each) => each.textContent === focused)?.focus();
  }

  async draw(diagram, element) {
    try {
      const isOther = diagram.address !== this.address;
      if (isOther) {
        await importNamed(this.viewer, await this.text(diagram.address), `${diagram.name}, version ${diagram.version}`);
        this.marked = [];
      }
      this.key = diagram.key;
      this.address = diagram.address;
      const here = this.mark(diagram);
      if (isOther) fitAround(this.viewer.get('canvas'), here);
      this.choose(element);
      this.note.hidden = true;
    } catch (error) {
      this.fail(error);
    }
  }

  async text(address) {
    if (!this.texts.has(address)) {
      const answer = await fetch(address);
      if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
      this.texts.set(address, await answer.text());
    }
    return this.texts.get(address);
  }

  mark(diagram) {
    const [canvas, registry, overlays] = ['canvas', 'elementRegistry', 'overlays'].map((name) => this.viewer.get(name));
    for (const id of this.marked) {
      for (const name of ['is-here', 'is-around', 'is-walked']) if (registry.get(id)) canvas.removeMarker(id, name);
    }
    overlays.remove({ type: 'count' });
    const counts = new Map(diagram.flows.map(([source, target, count]) => [`${source} ${target}`, count]));
    const flows = registry.filter(({ waypoints, businessObject: flow }) => waypoints && counts.has(`${flow.sourceRef?.id} ${flow.targetRef?.id}`));
    const walked = Object.keys(diagram.walked).filter((id) => registry.get(id));
    for (const id of [...walked, ...flows.map((each) => each.id)]) canvas.addMarker(id, 'is-walked');
    for (const id of walked) if (diagram.walked[id] > 1) overlays.add(id, 'count', count(diagram.walked[id]));
    this.marked = [...walked, ...flows.map((each) => each.id), ...diagram.active];
    return markHere(this.viewer, diagram.active);
  }

  // Outlines one element, and brings it into view where it is not.
  choose(id) {
    const [canvas, registry] = [this.viewer.get('canvas'), this.viewer.get('elementRegistry')];
    if (this.chosen && registry.get(this.chosen)) canvas.removeMarker(this.chosen, 'is-chosen');
    this.chosen = id;
    const element = id && registry.get(id);
    if (!element) return;
    canvas.addMarker(element, 'is-chosen');
    this.reveal(id);
  }

  reveal(id) {
    const [canvas, element] = [this.viewer.get('canvas'), this.viewer.get('elementRegistry').get(id)];
    if (!element) return;
    const { x, y, width, height } = canvas.viewbox();
    const isIn = element.x >= x && element.y >= y && element.x + element.width <= x + width && element.y + element.height <= y + height;
    if (!isIn) bringIntoView(canvas, element);
  }

  fail(error) {
    this.note.hidden = false;
    this.note.textContent = `What was asked for could not be fetched (${error.message}). Load the page again to try once more.`;
  }
}

function count(number) {
  const sign = document.createElement('span');
  sign.className = 'walked-count';
  sign.textContent = `×${number}`;
  return { position: { top: -12, right: 6 }, html: sign, show: { minZoom: 0.3 }, scale: { min: 0.75, max: 1.2 } };
}
