// What stands beside a selected element: what can follow it, change, connect, delete.
import ContextPadProvider from 'bpmn-js/lib/features/context-pad/ContextPadProvider';
import { is } from 'bpmn-js/lib/util/ModelUtil';
import { DRAWABLE, WAITING, attributes } from './runnable.js';

const GAP = 5;
const KEPT = new Set(['replace', 'connect', 'delete', 'append.text-annotation']);

export default class ContextPad extends ContextPadProvider {
  static $inject = ContextPadProvider.$inject;

  getContextPadEntries(element) {
    const kept = ([name]) => KEPT.has(name) || name.startsWith('lane-');
    const standard = Object.entries(super.getContextPadEntries(element)).filter(kept);
    const following = followers(element).map((each) => [`append.${each.icon}`, this.entry(each)]);
    const entries = Object.fromEntries([...following, ...standard]);
    if (entries.replace) entries.replace.action = { click: (_, changed) => this.openMenu(changed) };
    return entries;
  }

  // Below what stands beside the element, whether a mouse or a key opens it.
  openMenu(element) {
    const pad = this._canvas.getContainer().querySelector('.djs-context-pad.open');
    const { left, bottom } = pad.getBoundingClientRect();
    const position = { x: left, y: bottom + GAP, cursor: { x: left, y: bottom } };
    this._popupMenu.open(element, 'bpmn-replace', position, { title: 'Change element', width: 300, search: true });
  }

  entry(drawable) {
    const shape = () => this._elementFactory.createShape(attributes(drawable));
    const { type, ...options } = attributes(drawable);
    return {
      group: 'model',
      className: `bpmn-icon-${drawable.icon}`,
      title: `Then: ${drawable.words}`,
      action: {
        click: (_, element) => this._autoPlace.append(element, shape()),
        dragstart: (event, element) => this._create.start(event, shape(), { source: element }),
        hover: (_, element) => {
          this._appendPreview.create(element, type, options);
          return () => this._appendPreview.cleanUp();
        },
      },
    };
  }
}

function followers(element) {
  if (element.type === 'label' || !is(element, 'bpmn:FlowNode') || is(element, 'bpmn:EndEvent')) return [];
  const waits = is(element, 'bpmn:EventBasedGateway');
  return DRAWABLE.filter((each) => each.pad && (!waits || WAITING.includes(each.type)));
}
