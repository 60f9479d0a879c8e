// The fields of the panel: each a getter and a setter of one value, drawn by @bpmn-io/properties-panel.
import { h } from '@bpmn-io/properties-panel/preact';
import {
  FeelEntry, SelectEntry, TextAreaEntry, TextFieldEntry,
  isFeelEntryEdited, isSelectEntryEdited, isTextAreaEntryEdited, isTextFieldEntryEdited,
} from '@bpmn-io/properties-panel';
import { useService } from 'bpmn-js-properties-panel';
import { Holes } from './holes.js';
import { names } from './names.js';

// `get(element)` gives the value, `set(element, value)` keeps it by a command; `hint` says what belongs there.
export const text = (id, label, field) => ({ id, label, ...field, component: Text, isEdited: isTextFieldEntryEdited });
export const words = (id, label, field) => ({ id, label, ...field, component: Words, isEdited: isTextAreaEntryEdited });
// Words with {FEEL} in braces, where names are offered.
export const template = (id, label, field) => ({ ...words(id, label, field), component: Template });
export const feel = (id, label, field) => ({ id, label, ...field, component: Feel, isEdited: isFeelEntryEdited });
// `options(element)` gives [{value, label}]; the value at hand is offered even when it is not among them.
export const choice = (id, label, field) => ({ id, label, ...field, component: Choice, isEdited: isSelectEntryEdited });
// A link to the file of the draft where the chosen thing is edited: `file(element)`, nothing while there is none.
export const door = (id, label, file) => ({ id, label, file, component: Door });

function Text({ id, element, label, hint, get, set, check }) {
  return h(TextFieldEntry, {
    id, element, label, description: hint, validate: check,
    debounce: useService('debounceInput'),
    getValue: () => get(element) ?? '',
    setValue: (value, problem) => problem || set(element, value),
  });
}

function Words({ id, element, label, hint, get, set }) {
  return h(TextAreaEntry, {
    id, element, label, description: hint, autoResize: true, rows: 2,
    debounce: useService('debounceInput'),
    getValue: () => get(element) ?? '',
    setValue: (value) => set(element, value),
  });
}

function Template(field) {
  return h(Holes, { id: field.id, names: names(useService('choices')) }, h(Words, field));
}

// The entry's own language marks an expression with "="; in our diagrams an expression stands without it.
function Feel({ id, element, label, hint, get, set }) {
  const value = get(element);
  return h(FeelEntry, {
    id, element, label, description: hint, feel: 'required', variables: names(useService('choices')),
    debounce: useService('debounceInput'),
    getValue: () => (value ? `=${value}` : ''),
    setValue: (written) => set(element, written?.replace(/^=/, '') ?? ''),
  });
}

function Choice({ id, element, label, hint, get, set, options, none = '' }) {
  return h(SelectEntry, {
    id, element, label, description: hint,
    getValue: () => get(element) ?? '',
    setValue: (value) => set(element, value),
    getOptions: () => offered(options(element), get(element), none),
  });
}

function offered(options, value, none) {
  const known = options.some((each) => each.value === (value ?? ''));
  const unknown = value && !known ? [{ value, label: `${value} (not known)` }] : [];
  return [{ value: '', label: none || 'Choose …' }, ...unknown, ...options];
}

function Door({ element, label, file }) {
  const path = file(element);
  const link = path && h('a', { href: `?file=${encodeURIComponent(path)}` }, label);
  return link && h('div', { class: 'bio-properties-panel-entry' }, link);
}

// Things with an id and a name as options: "Plateau rule (plateau)".
export function called(things) {
  return things.map(({ id, name }) => ({ value: id, label: !name || name === id ? id : `${name} (${id})` }));
}
