// What urn:throughline:bpmn:1 adds to BPMN, for moddle: the elements and attributes of engine/bpmn/extension.py.
export const extension = {
  name: 'Throughline',
  uri: 'urn:throughline:bpmn:1',
  prefix: 'tl',
  xml: { tagAlias: 'lowerCase' },
  types: [
    element('Task', ['kind', 'role', 'due', 'priority', 'form', 'closes', 'title', 'why']),
    element('Pathway', ['title', 'track', 'tracks']),
    element('Operation', ['name'], [{ name: 'parameters', type: 'Parameter', isMany: true }]),
    element('Parameter', ['name', 'value']),
    element('Decision', ['ref', 'result']),
  ],
};

// Which element each belongs to: it does not come along when that becomes another.
export const STANDS_IN = {
  'tl:Task': 'bpmn:UserTask',
  'tl:Operation': 'bpmn:ServiceTask',
  'tl:Decision': 'bpmn:BusinessRuleTask',
  'tl:Pathway': 'bpmn:Process',
};

function element(name, attributes, children = []) {
  const properties = attributes.map((each) => ({ name: each, type: 'String', isAttr: true }));
  return { name, superClass: ['Element'], properties: [...properties, ...children] };
}
