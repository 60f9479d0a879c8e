// How a value that somebody typed gets into the diagram: always by a command, so that it can be undone.
import { getBusinessObject } from 'bpmn-js/lib/util/ModelUtil';

const SEVERAL = 'properties-panel.multi-command-executor';

export default class Settings {
  static $inject = ['modeling', 'bpmnFactory', 'commandStack', 'bpmnjs'];

  constructor(modeling, bpmnFactory, commandStack, bpmnjs) {
    Object.assign(this, { modeling, bpmnFactory, commandStack, bpmnjs });
  }

  // What carries the settings of a drawn element: of a pool, its process.
  owner(element) {
    const object = getBusinessObject(element);
    return object.$instanceOf('bpmn:Participant') ? object.processRef : object;
  }

  // The extension element tl:`type` of an element, if it has one.
  of(element, type) {
    return this.owner(element).get('extensionElements')?.get('values').find((each) => each.$type === `tl:${type}`);
  }

  // Sets attributes of tl:`type`, which is added where it is not there yet; an empty one is taken away.
  set(element, type, values) {
    const cleaned = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value || undefined]));
    const found = this.of(element, type);
    if (found) return this.update(element, found, cleaned);
    return this.add(element, this.make(`tl:${type}`, cleaned));
  }

  add(element, made) {
    const owner = this.owner(element);
    const holder = owner.get('extensionElements');
    if (holder) {
      made.$parent = holder;
      return this.update(element, holder, { values: [...holder.get('values'), made] });
    }
    const added = this.make('bpmn:ExtensionElements', { values: [made] });
    added.$parent = owner;
    made.$parent = added;
    return this.update(element, owner, { extensionElements: added });
  }

  update(element, object, properties) {
    this.modeling.updateModdleProperties(element, object, properties);
  }

  // Several objects in one step of undo: [[object, properties], ...].
  updateAll(element, changes) {
    this.commandStack.execute(SEVERAL, changes.map(([moddleElement, properties]) => ({
      cmd: 'element.updateModdleProperties',
      context: { element, moddleElement, properties },
    })));
  }

  make(type, values = {}, parent = undefined) {
    const made = this.bpmnFactory.create(type, values);
    if (parent) made.$parent = parent;
    return made;
  }

  // Expressions are children with a body; an empty one is taken away.
  expression(object, name) {
    return object.get(name)?.get('body') ?? '';
  }

  setExpression(element, object, name, body) {
    if (body && object.get(name)) return this.update(element, object.get(name), { body });
    const value = body ? this.make('bpmn:FormalExpression', { body }, object) : undefined;
    return this.update(element, object, { [name]: value });
  }

  // The roots of the file: messages, errors, escalations and the process itself. The panel asks while a file is being
  // drawn, too: with a collapsed subprocess, before the canvas has a root.
  get definitions() {
    return this.bpmnjs.getDefinitions();
  }

  roots(type) {
    return this.definitions.get('rootElements').filter((each) => each.$type === type);
  }

  // Points `object` at the root element that `found` accepts, made as `wanted` where there is none yet.
  refer(element, object, property, { type, found, wanted }) {
    const known = this.roots(type).find(found);
    if (known) return this.update(element, object, { [property]: known });
    const { definitions } = this;
    const made = this.make(type, wanted, definitions);
    return this.updateAll(element, [
      [definitions, { rootElements: [made, ...definitions.get('rootElements')] }],
      [object, { [property]: made }],
    ]);
  }
}
