// What a new form begins with: one question of each common kind, under the name that its task gives it.
export function startingText(path) {
  const id = path.replace(/^forms\//, '').replace(/\.yaml$/, '');
  const words = id.replaceAll(/[_-]+/g, ' ');
  return `id: ${id}
title: ${words.charAt(0).toUpperCase()}${words.slice(1)}
description: >-
  What this form is for, in a sentence that stands above the questions.
fields:
  - name: reached
    fact: ${id}.reached
    title: Was the patient reached?
    type: boolean
    required: true
  - name: outcome
    fact: ${id}.outcome
    title: What came of it?
    type: choice
    options:
      - {value: done, label: Done}
      - {value: later, label: To be done later}
    required: true
    when_answer: {field: reached, equals: true}
  - name: note
    fact: ${id}.note
    title: Note
    type: text
    record: true
`;
}
