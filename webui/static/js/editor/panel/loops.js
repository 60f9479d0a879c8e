// How often an activity with several instances runs, and when the rest is not needed.
import { getBusinessObject } from 'bpmn-js/lib/util/ModelUtil';
import { feel } from './entries.js';

export function repeats(element, { settings }) {
  const loop = getBusinessObject(element).get?.('loopCharacteristics');
  if (loop?.$type !== 'bpmn:MultiInstanceLoopCharacteristics') return null;
  const field = (name) => ({
    get: () => settings.expression(loop, name),
    set: (activity, body) => settings.setExpression(activity, loop, name, body),
  });
  const entries = [
    feel('cardinality', 'How many', { ...field('loopCardinality'), hint: 'FEEL for a number: count(hrsn.needs).' }),
    feel('enough', 'Enough when', { ...field('completionCondition'), hint: 'FEEL; when true, the rest is cancelled.' }),
  ];
  return { id: 'loop', label: 'Several times', entries };
}
