// What was found in a draft, in words below the editor: this file's first, each leading to its element.
//
// [data-findings-list] holds the list, [data-findings-said] the sentence about it, and every [data-errors] (the tab
// Publish) the number of errors. `choose(finding)` is called for a finding of the open file, when it is chosen.
const SEVERITIES = ['error', 'warning'];

// `found` is the server's answer: {"findings": [{file, element, rule, severity, message, hint, line}], ...}.
export function showFindings(draft, found, { choose, named = (finding) => finding.element } = {}) {
  const findings = [...found].sort((a, b) => rank(draft, a) - rank(draft, b));
  const list = draft.place.querySelector('[data-findings-list]');
  const kept = list.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  list.replaceChildren(...findings.map((finding) => item(draft, finding, { choose, named })));
  if (kept) list.querySelector(`[data-key="${CSS.escape(kept)}"]`)?.focus({ preventScroll: true });
  const said = draft.place.querySelector('[data-findings-said]');
  const sentence = words(findings);
  if (said.textContent !== sentence) said.textContent = sentence;
  showErrors(findings);
}

// "2 errors and 1 warning": what stands over the list.
export function words(findings) {
  const [errors, warnings] = SEVERITIES.map((severity) => findings.filter((each) => each.severity === severity).length);
  const parts = [counted(errors, 'error'), counted(warnings, 'warning')].filter(Boolean);
  return parts.length ? parts.join(' and ') : 'Nothing found.';
}

function counted(number, noun) {
  return number && `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function showErrors(findings) {
  const errors = findings.filter((each) => each.severity === 'error').length;
  for (const place of document.querySelectorAll('[data-errors]')) {
    place.hidden = !errors;
    place.textContent = errors ? counted(errors, 'error') : '';
  }
}

function rank(draft, finding) {
  return (finding.file === draft.path ? 0 : 2) + SEVERITIES.indexOf(finding.severity);
}

function item(draft, finding, { choose, named }) {
  const here = finding.file === draft.path;
  const row = document.createElement('li');
  row.className = `finding is-${finding.severity}`;
  const mark = made('span', 'finding-mark', finding.severity === 'error' ? 'Error' : 'Warning');
  const where = here ? doorHere(finding, choose, named) : doorThere(draft, finding);
  where.dataset.key = [finding.file, finding.element, finding.rule, finding.line].join('|');
  const text = made('span', 'finding-words', finding.message);
  row.append(mark, where, text);
  if (finding.hint) row.append(made('span', 'finding-hint muted', finding.hint));
  return row;
}

// Of the open file: a button where the editor can show the place, words where it has none.
function doorHere(finding, choose, named) {
  const place = finding.element ? named(finding) : finding.line ? `Line ${finding.line}` : 'The file';
  if (!choose || !(finding.element || finding.line)) return made('span', 'finding-place', place);
  const button = made('button', 'link finding-place', place);
  button.type = 'button';
  button.addEventListener('click', () => choose(finding));
  return button;
}

function doorThere(draft, finding) {
  const link = made('a', 'finding-place', finding.element ? `${finding.file}: ${finding.element}` : finding.file);
  const address = new URL(window.location.pathname, window.location.href);
  address.searchParams.set('file', finding.file);
  address.hash = finding.element ?? '';
  link.href = address;
  return link;
}

function made(tag, name, words) {
  const node = document.createElement(tag);
  node.className = name;
  node.textContent = words;
  return node;
}
