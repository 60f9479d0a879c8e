// An element's name, id and documentation.
import { getBusinessObject, is } from 'bpmn-js/lib/util/ModelUtil';
import { getLabel } from 'bpmn-js/lib/features/label-editing/LabelUtil';
import { text, words } from './entries.js';

const ID = /^[A-Za-z_][\w.-]*$/;

export function names(element, { settings }) {
  const isProcess = is(element, 'bpmn:Process') || is(element, 'bpmn:Participant');
  const named = isProcess ? ofProcess(settings) : ofDrawn(settings);
  return { id: 'general', label: 'What it is', entries: [named, identity(settings), documentation(settings)] };
}

function ofDrawn(settings) {
  return words('name', 'Name', {
    get: (element) => getLabel(element),
    set: (element, value) => settings.modeling.updateLabel(element, value ?? ''),
  });
}

function ofProcess(settings) {
  return text('name', 'Name', {
    get: (element) => settings.owner(element).get('name'),
    set: (element, value) => settings.update(element, settings.owner(element), { name: value || undefined }),
  });
}

function identity(settings) {
  const owner = (element) => settings.owner(element);
  return text('id', 'Id', {
    get: (element) => owner(element).get('id'),
    set: (element, value) => settings.modeling.updateProperties(element, { id: value }),
    hint: 'What history and running cases know it by.',
    check: (value) => refusal(value, settings),
  });
}

function refusal(value, settings) {
  if (!value || !ID.test(value)) return 'An id has letters, digits, _ - and . and begins with a letter or _.';
  const taken = settings.definitions.$model.ids.assigned(value);
  return taken && taken.id !== value ? 'This id is another element’s.' : null;
}

function documentation(settings) {
  return words('documentation', 'Documentation', {
    get: (element) => settings.owner(element).get('documentation')[0]?.get('text'),
    set: (element, value) => {
      const owner = getBusinessObject(settings.owner(element)) ?? settings.owner(element);
      const made = value ? [settings.make('bpmn:Documentation', { text: value }, owner)] : [];
      settings.update(element, owner, { documentation: made });
    },
  });
}
