// Which table a business rule task decides, and what its outputs are called: tl:decision.
import { is } from 'bpmn-js/lib/util/ModelUtil';
import { called, choice, door, text } from './entries.js';

export function decides(element, { settings, choices }) {
  if (!is(element, 'bpmn:BusinessRuleTask')) return null;
  const field = (name) => ({
    get: (task) => settings.of(task, 'Decision')?.get(name),
    set: (task, value) => settings.set(task, 'Decision', { [name]: value }),
  });
  const file = (task) => choices.decisions.find((each) => each.id === field('ref').get(task))?.file;
  const entries = [
    choice('ref', 'Table', { ...field('ref'), options: () => called(choices.decisions) }),
    door('table-door', 'Edit this table', file),
    text('result', 'Facts begin with', { ...field('result'), hint: '"plateau" makes the output "rule" plateau.rule.' }),
  ];
  return { id: 'decision', label: 'The decision', entries };
}
