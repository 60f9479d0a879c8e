// When a flow out of a gateway is taken, and which is taken when no other is.
import { getBusinessObject, is } from 'bpmn-js/lib/util/ModelUtil';
import { choice, feel } from './entries.js';

const CHOOSING = ['bpmn:ExclusiveGateway', 'bpmn:InclusiveGateway'];

export function leads(element, { settings }) {
  if (is(element, 'bpmn:SequenceFlow')) return condition(element, settings);
  return chooses(element) ? { id: 'default', label: 'Ways out', entries: [otherwise(settings)] } : null;
}

function chooses(element) {
  return CHOOSING.some((type) => is(element, type));
}

function condition(flow, settings) {
  const object = getBusinessObject(flow);
  if (!chooses(object.sourceRef)) return null;
  const isDefault = object.sourceRef.get('default') === object;
  const entries = [
    feel('condition', 'Taken when', {
      get: () => settings.expression(object, 'conditionExpression'),
      set: (element, body) => settings.setExpression(element, object, 'conditionExpression', body),
      hint: isDefault ? 'The way when no other is taken: it needs none.' : 'FEEL; anything but true is not true.',
    }),
  ];
  return { id: 'condition', label: 'Condition', entries };
}

function asOption({ id, targetRef }) {
  return { value: id, label: `to ${targetRef.name || targetRef.id}` };
}

function otherwise(settings) {
  const outgoing = (gateway) => getBusinessObject(gateway).get('outgoing');
  const flow = (gateway, id) => outgoing(gateway).find((each) => each.id === id);
  return choice('default-flow', 'When nothing else holds', {
    get: (gateway) => getBusinessObject(gateway).get('default')?.get('id'),
    set: (gateway, id) => settings.modeling.updateProperties(gateway, { default: flow(gateway, id) }),
    options: (gateway) => outgoing(gateway).map(asOption),
    none: 'No way: that is an error',
  });
}
