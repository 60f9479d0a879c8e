// A form that does not exist yet: begun as a file of the draft under the task's name, chosen for the task, and opened.
import { h } from '@bpmn-io/properties-panel/preact';
import { useState } from '@bpmn-io/properties-panel/preact/hooks';
import { startingText } from '../form/starting.js';

// The entry below the choice of forms; `choose(task, id)` sets it.
export function newForm({ choices, drafted }, choose) {
  const begin = async (task) => {
    const id = freeId(task, choices.forms);
    await drafted.add(`forms/${id}.yaml`, startingText(id));
    choose(task, id);
    await drafted.open(`forms/${id}.yaml`);
  };
  return { id: 'new-form', component: NewForm, begin };
}

function NewForm({ element, begin }) {
  const [problem, setProblem] = useState(null);
  const press = () => begin(element).catch((error) => setProblem(error.message));
  return h(
    'div',
    { class: 'bio-properties-panel-entry' },
    h('button', { type: 'button', class: 'link', onClick: press }, 'Write a new form'),
    problem && h('p', { class: 'small urgent', role: 'alert' }, `The form was not made: ${problem}`),
  );
}

// "Ask about sleep" becomes ask_about_sleep, with a number where that is taken.
function freeId(task, forms) {
  const name = task.businessObject.name ?? task.id;
  const wanted = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_').replaceAll(/^_+|_+$/g, '').slice(0, 60) || 'form';
  const taken = new Set(forms.map((each) => each.id));
  let id = wanted;
  for (let number = 2; taken.has(id); number += 1) id = `${wanted}_${number}`;
  return id;
}
