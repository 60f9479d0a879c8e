// A file's drawings: the one of its process is shown first, another once something that stands in it is asked for.

export default class Drawings {
  static $inject = ['bpmnjs', 'eventBus'];

  constructor(bpmnjs, eventBus) {
    Object.assign(this, { bpmnjs, elements: {}, shown: null });
    eventBus.on('import.parse.complete', ({ elementsById }) => {
      this.elements = elementsById ?? {}; // nothing is returned: bpmn-js would take it for the definitions
    });
  }

  get all() {
    return this.bpmnjs.getDefinitions().diagrams ?? [];
  }

  // Once a text was imported, which draws its first drawing. Resolves to what was not understood on the way.
  async turnToMain() {
    [this.shown] = this.all;
    return this.show(this.main() ?? this.shown);
  }

  // What was drawn so far can no longer be undone then: a drawing that is shown already is not drawn again.
  async show(drawing) {
    if (drawing === this.shown) return [];
    this.shown = drawing;
    return (await this.bpmnjs.open(drawing)).warnings;
  }

  // The drawing of the process that the draft's file is named after: the first that may be run.
  main() {
    const processes = this.bpmnjs.getDefinitions().rootElements.filter(({ $type }) => $type === 'bpmn:Process');
    const process = processes.find(({ isExecutable }) => isExecutable !== false) ?? processes[0];
    return process && this.all.find(({ plane }) => isOf(plane, process));
  }

  // Resolves to whether another drawing was opened, as an element or what it stands in is drawn there.
  async turnTo(id) {
    for (let object = this.elements[id]; object; object = object.$parent) {
      const found = this.all.find(({ plane }) => isOf(plane, object) || holds(plane, object));
      if (!found) continue;
      const other = found !== this.shown;
      await this.show(found);
      return other;
    }
    return false;
  }
}

function isOf(plane, process) {
  const root = plane?.bpmnElement;
  return root === process || Boolean(root?.participants?.some(({ processRef }) => processRef === process));
}

function holds(plane, object) {
  return Boolean(plane?.planeElement?.some(({ bpmnElement }) => bpmnElement === object));
}
