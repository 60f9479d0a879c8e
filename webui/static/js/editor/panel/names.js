// Which names the FEEL fields complete: the facts of the case as a tree, and the functions.
const made = new WeakMap();

// [{name, detail, entries}], one level for each part of a fact's dotted name.
export function names(choices) {
  if (!made.has(choices)) made.set(choices, tree([...choices.facts, ...(choices.series ?? [])]));
  return made.get(choices);
}

export function functions(choices) {
  return choices.functions.map(({ name, signature }) => (
    { name, type: 'function', detail: signature, params: parameters(signature) }
  ));
}

function tree(facts) {
  const roots = [];
  for (const { name, type } of facts) {
    let level = roots;
    for (const part of name.split('.')) {
      let found = level.find((each) => each.name === part);
      if (!found) level.push(found = { name: part, isList: 'optional', entries: [] });
      found.detail = name.endsWith(part) ? type : found.detail;
      level = found.entries;
    }
  }
  return roots;
}

function parameters(signature) {
  const inside = /\((.*)\)/.exec(signature)?.[1] ?? '';
  return inside.split(',').map((each) => each.trim().split(':')[0].trim()).filter(Boolean).map((name) => ({ name }));
}
