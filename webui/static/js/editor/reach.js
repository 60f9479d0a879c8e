// The drawing tools by name and by keyboard: what is drawn for the mouse is reached with Tab, pressed with Enter.
import { is } from 'bpmn-js/lib/util/ModelUtil';
import { DRAWABLE } from './runnable.js';
import { paletteId } from './palette.js';

export default class Reach {
  static $inject = ['eventBus', 'canvas', 'palette', 'paletteProvider', 'selection', 'autoPlace', 'modeling'];

  constructor(eventBus, canvas, palette, paletteProvider, selection, autoPlace, modeling) {
    Object.assign(this, { canvas, palette, paletteProvider, selection, autoPlace, modeling });
    eventBus.on('palette.changed', () => this.name('.djs-palette', 'Drawing tools'));
    eventBus.on('contextPad.open', () => this.name('.djs-context-pad.open', 'What to do with this element'));
    eventBus.on('popupMenu.opened', () => nameMenu());
    canvas.getContainer().addEventListener('keydown', (event) => this.press(event));
  }

  name(selector, label) {
    const pad = this.canvas.getContainer().querySelector(selector);
    pad?.setAttribute('role', 'toolbar');
    pad?.setAttribute('aria-label', label);
    for (const entry of pad?.querySelectorAll('.entry') ?? []) {
      entry.tabIndex = 0;
      entry.setAttribute('role', 'button');
      if (entry.title) entry.setAttribute('aria-label', entry.title);
      else entry.title = entry.getAttribute('aria-label');
    }
  }

  press(event) {
    const entry = event.target.closest?.('.entry');
    if (!entry || !['Enter', ' '].includes(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    const drawable = DRAWABLE.find((each) => paletteId(each) === entry.dataset.action);
    if (drawable) this.putDown(drawable);
    else entry.click();
  }

  // Behind the selected element, else in the middle of what is seen.
  putDown(drawable) {
    const made = [this.paletteProvider.made(drawable)].flat();
    const [selected, ...others] = this.selection.get();
    const leads = selected && !others.length && is(selected, 'bpmn:FlowNode') && !is(selected, 'bpmn:EndEvent');
    if (leads && made.length === 1) {
      return this.autoPlace.append(selected, made[0]);
    }
    const { x, y, width, height } = this.canvas.viewbox();
    const middle = { x: Math.round(x + width / 2), y: Math.round(y + height / 2) };
    const drawn = this.modeling.createElements(made, middle, this.canvas.getRootElement());
    return this.selection.select(drawn[0]);
  }
}

function nameMenu() {
  for (const title of document.querySelectorAll('.djs-popup-title')) {
    title.setAttribute('role', 'heading');
    title.setAttribute('aria-level', '2'); // it opens under the page's title, not under a section
  }
  for (const field of document.querySelectorAll('.djs-popup input')) {
    field.setAttribute('aria-label', 'Search this menu');
  }
}
