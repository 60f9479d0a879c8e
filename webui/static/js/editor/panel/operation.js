// What a service task does: tl:operation with its parameters, each a FEEL expression.
import { is } from 'bpmn-js/lib/util/ModelUtil';
import { choice, feel } from './entries.js';

export function operates(element, { settings, choices }) {
  if (!is(element, 'bpmn:ServiceTask')) return null;
  const operation = settings.of(element, 'Operation');
  const known = choices.operations.find((each) => each.name === operation?.get('name'));
  const called = choice('operation', 'Operation', {
    get: (task) => settings.of(task, 'Operation')?.get('name'),
    set: (task, name) => choose(settings, task, name),
    options: () => choices.operations.map(({ name }) => ({ value: name, label: name })),
    hint: known?.purpose,
  });
  const parameters = asked(operation, known).map((name) => parameter(name, settings));
  return { id: 'operation', label: 'What the system does', entries: [called, ...parameters] };
}

// The parameters of the operation, and those written that it does not know.
function asked(operation, known) {
  const written = operation?.get('parameters').map((each) => each.get('name')) ?? [];
  return [...new Set([...(known?.parameters.map((each) => each.name) ?? []), ...written])];
}

// Another operation has other parameters: those of the one before go with it.
function choose(settings, task, name) {
  const found = settings.of(task, 'Operation');
  if (found) return settings.update(task, found, { name: name || undefined, parameters: [] });
  return settings.set(task, 'Operation', { name });
}

function parameter(name, settings) {
  const written = (task) => settings.of(task, 'Operation').get('parameters');
  const found = (task) => written(task).find((each) => each.get('name') === name);
  return feel(`parameter-${name}`, name, {
    get: (task) => found(task)?.get('value'),
    set: (task, value) => {
      if (found(task) && value) return settings.update(task, found(task), { value });
      const operation = settings.of(task, 'Operation');
      const others = written(task).filter((each) => each.get('name') !== name);
      const made = value ? [settings.make('tl:Parameter', { name, value }, operation)] : [];
      return settings.update(task, operation, { parameters: [...others, ...made] });
    },
  });
}
