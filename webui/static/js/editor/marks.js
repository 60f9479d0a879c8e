// Findings on the diagram: a mark at each element that has some, its shape and number saying what and how many.
import { words } from './findings.js';

export default class Marks {
  static $inject = ['eventBus', 'overlays', 'elementRegistry', 'canvas', 'selection', 'moddle'];

  constructor(eventBus, overlays, elementRegistry, canvas, selection, moddle) {
    Object.assign(this, { eventBus, overlays, elementRegistry, canvas, selection, moddle, byElement: new Map() });
  }

  // The findings of one element; those of a pool's process are the pool's.
  of(element) {
    return this.byElement.get(this.idOf(element)) ?? [];
  }

  show(findings) {
    this.byElement = Map.groupBy(findings, ({ element }) => this.idOf(this.drawn(element)) ?? element);
    this.overlays.remove({ type: 'finding' });
    for (const [id, here] of this.byElement) {
      const element = id && this.drawn(id);
      if (element && element !== this.canvas.getRootElement()) this.mark(element, here);
    }
    this.eventBus.fire('marks.changed');
  }

  mark(element, findings) {
    const grave = findings.some((each) => each.severity === 'error');
    const button = document.createElement('button');
    button.type = 'button';
    button.className = `diagram-mark is-${grave ? 'error' : 'warning'}`;
    const messages = findings.map((each) => each.message).join('; ');
    button.setAttribute('aria-label', `${words(findings)} at ${this.named(element)}: ${messages}`);
    const number = findings.length > 1 ? String(findings.length) : '';
    button.append(span('sign', grave ? '!' : '?'), span('number', number), told(findings));
    button.addEventListener('click', () => this.choose(element.id));
    for (const type of ['mouseenter', 'focus']) button.addEventListener(type, () => this.turn(button));
    // On the left: what can follow an element is offered on its right.
    const position = { top: -12, left: -12 };
    this.overlays.add(element, 'finding', { position, html: button, scale: { min: 0.9, max: 1.2 } });
  }

  // What is told opens towards the middle of the canvas, where there is room.
  turn(button) {
    const mark = button.getBoundingClientRect();
    const around = this.canvas.getContainer().getBoundingClientRect();
    button.classList.toggle('tells-above', mark.top > around.top + around.height / 2);
    button.classList.toggle('tells-left', mark.left > around.left + around.width / 2);
  }

  // Selects an element and brings it into view: first the sheet it stands on, since turning to it selects nothing.
  choose(id) {
    const element = this.drawn(id);
    if (!element) return;
    if (element === this.canvas.getRootElement()) return void this.selection.select(null);
    this.canvas.scrollToElement(element, { top: 90, bottom: 90, left: 140, right: 140 });
    this.selection.select(element);
  }

  drawn(id) {
    if (!id) return undefined;
    const isItsPool = (each) => each.businessObject?.processRef?.id === id;
    return this.elementRegistry.get(id) ?? this.elementRegistry.find(isItsPool) ?? this.around(id);
  }

  // What is not drawn itself, such as an event's timer, stands in something that is.
  around(id) {
    let object = this.moddle.ids?.assigned(id)?.$parent;
    while (object && !this.elementRegistry.get(object.id)) object = object.$parent;
    return object && this.elementRegistry.get(object.id);
  }

  idOf(element) {
    return element?.businessObject?.processRef?.id ?? element?.businessObject?.id;
  }

  named(element) {
    return element.businessObject?.name || element.id;
  }
}

function span(name, content) {
  const made = document.createElement('span');
  made.className = name;
  made.setAttribute('aria-hidden', 'true');
  made.textContent = content;
  return made;
}

// What is seen while the pointer or the focus is on the mark.
function told(findings) {
  const made = span('told', '');
  for (const { message, hint } of findings.slice(0, 4)) {
    made.append(span('told-message', message), span('told-hint', hint ?? ''));
  }
  return made;
}
