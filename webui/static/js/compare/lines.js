// The list of changes in words: each line about an element of a diagram is a button that shows it, and the other way.
const ALL = '.compare-line[data-element]';
// Where several things are told of one element, the gravest colours it.
const RANK = ['moved', 'changed', 'removed', 'added'];

export function startLines(show) {
  for (const line of document.querySelectorAll(`${ALL}[data-file$=".bpmn"]`)) {
    const words = line.querySelector('[data-words]');
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'link';
    button.textContent = words.textContent;
    button.addEventListener('click', async () => {
      if (!(await show(line.dataset.file, line.dataset.element))) return;
      choose([line]);
      document.querySelector('[data-compare]').scrollIntoView({ block: 'nearest' });
    });
    words.replaceChildren(button);
  }
}

export function linesOf(file) {
  const lines = [...document.querySelectorAll(ALL)].filter((line) => line.dataset.file === file);
  return {
    first: () => lines[0]?.dataset.element,
    told: () => kinds(lines),
    choose(id) {
      const about = lines.filter((line) => line.dataset.element === id);
      choose(about);
      const within = about[0]?.closest('details');
      if (within) within.open = true;
      about[0]?.scrollIntoView({ block: 'nearest' });
    },
  };
}

function kinds(lines) {
  const found = new Map();
  for (const { dataset } of lines) {
    const known = found.get(dataset.element);
    if (!known || RANK.indexOf(dataset.what) > RANK.indexOf(known)) found.set(dataset.element, dataset.what);
  }
  return found;
}

function choose(lines) {
  for (const line of document.querySelectorAll('.compare-line')) {
    line.classList.toggle('is-chosen', lines.includes(line));
    line.querySelector('button')?.setAttribute('aria-current', String(lines.includes(line)));
  }
}
