// What a user task asks of whom, by when, on which form and why: tl:task.
import { is } from 'bpmn-js/lib/util/ModelUtil';
import { called, choice, door, template, text } from './entries.js';
import { newForm } from './new_form.js';
import { said } from './said.js';

const CLOSES = 'When it is no longer worth doing: a period, or FEEL. Empty: never.';
const TITLE = 'Empty: its name. {case.week} in braces is filled in.';
const WHY = 'The reason under the task, with {FEEL} in braces: {patient.first_name}.';
const PERIOD = 'P3D for days, B2D for business days, P2W for weeks.';

export function isPersons(element, provider) {
  const { settings, choices } = provider;
  if (!is(element, 'bpmn:UserTask')) return null;
  const field = (name) => ({
    get: (task) => settings.of(task, 'Task')?.get(name),
    set: (task, value) => settings.set(task, 'Task', { [name]: value }),
  });
  const forms = choices.forms.map(({ id, title }) => ({ id, name: title }));
  const formFile = (task) => field('form').get(task) && `forms/${field('form').get(task)}.yaml`;
  const entries = [
    choice('kind', 'Kind', { ...field('kind'), options: () => choices.kinds.map(said) }),
    choice('role', 'Role', { ...field('role'), options: () => choices.roles.map(said) }),
    choice('priority', 'Priority', { ...field('priority'), options: () => choices.priorities.map(said) }),
    text('due', 'Due', { ...field('due'), hint: PERIOD }),
    text('closes', 'Closes', { ...field('closes'), hint: CLOSES }),
    choice('form', 'Form', { ...field('form'), options: () => called(forms) }),
    door('form-door', 'Edit this form', formFile),
    newForm(provider, field('form').set),
    template('title', 'Title in the list', { ...field('title'), hint: TITLE }),
    template('why', 'Why', { ...field('why'), hint: WHY }),
  ];
  return { id: 'task', label: 'The task', entries };
}
