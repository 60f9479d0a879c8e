// Which diagram a call activity calls.
import { getBusinessObject, is } from 'bpmn-js/lib/util/ModelUtil';
import { called, choice, door } from './entries.js';

export function calls(element, { settings, choices }) {
  if (!is(element, 'bpmn:CallActivity')) return null;
  const get = (activity) => getBusinessObject(activity).get('calledElement');
  const file = (activity) => choices.processes.find((each) => each.id === get(activity))?.file;
  const entries = [
    choice('calledElement', 'Diagram', {
      get,
      set: (activity, id) => settings.update(activity, getBusinessObject(activity), { calledElement: id || undefined }),
      options: () => called(choices.processes),
    }),
    door('process-door', 'Open this diagram', file),
  ];
  return { id: 'call', label: 'What it calls', entries };
}
