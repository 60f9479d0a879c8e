// The keys. None acts while somebody writes in a field, with a modifier held, or once the keys are turned off.
const WRITING = 'input:not([type="radio"], [type="checkbox"]), textarea, select, [contenteditable]';
const SWITCH = 'throughline-keys-off';
let leader = 0; // when "g" was pressed

export function startKeys(htmx) {
  const off = document.getElementById('keys-off');
  if (off) {
    off.checked = localStorage.getItem(SWITCH) === 'yes';
    off.addEventListener('change', () => localStorage.setItem(SWITCH, off.checked ? 'yes' : 'no'));
  }
  document.addEventListener('click', (event) => {
    if (event.target.closest('[data-keys]') && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      showKeys();
    }
    const act = event.target.closest('[data-act]')?.dataset.act;
    if (act) openAct(act);
  });
  document.addEventListener('keydown', (event) => {
    if (event.isComposing || event.defaultPrevented) return;
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) return complete(event);
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest(WRITING) || document.querySelector('dialog[open]')) return;
    if (event.key === '?') return done(event, showKeys);
    if (localStorage.getItem(SWITCH) === 'yes') return;
    if (leader && event.timeStamp - leader < 1500) return go(event);
    const act = ACTS[event.key];
    if (act) done(event, () => act(htmx));
    else if (/^[0-9]$/.test(event.key)) choose(event);
  });
}

const ACTS = {
  j: () => move(1),
  k: () => move(-1),
  c: () => toAnswers(),
  a: () => openAct('attempt'),
  s: () => openAct('snooze'),
  l: () => (document.querySelector('.row-title[aria-current]') ?? document.querySelector('.row-title'))?.focus(),
  '/': () => document.querySelector('[data-search]')?.focus(),
  g: () => { leader = performance.now(); },
};

function done(event, act) {
  event.preventDefault();
  act();
}

function go(event) {
  leader = 0;
  const link = document.querySelector(`[data-go="${CSS.escape(event.key)}"]`);
  if (link) done(event, () => link.click());
}

function move(step) {
  const rows = [...document.querySelectorAll('.row-title')];
  if (!rows.length) return;
  const at = rows.indexOf(document.activeElement.closest('.row')?.querySelector('.row-title') ?? document.activeElement);
  const from = at >= 0 ? at : rows.findIndex((row) => row.hasAttribute('aria-current'));
  const next = rows[Math.min(rows.length - 1, Math.max(0, from + step))];
  next.focus({ preventScroll: true });
  next.closest('.row').scrollIntoView({ block: 'nearest' });
}

function toAnswers() {
  const form = document.getElementById('answers');
  if (!form) return;
  firstControl(form.querySelector('.question:not(.unasked)') ?? form)?.focus();
}

function complete(event) {
  const form = document.getElementById('answers');
  if (form && !document.querySelector('dialog[open]')) done(event, () => form.requestSubmit());
}

function openAct(name) {
  const details = document.getElementById(`act-${name}`);
  if (!details) return;
  details.open = true;
  details.scrollIntoView({ block: 'nearest' });
  details.querySelector('select, input:not([type="hidden"])')?.focus();
}

// A digit chooses: the value itself on a scale, the place in a list of options. Then the next question has the focus.
function choose(event) {
  const question = event.target.closest?.('[data-digits]');
  if (!question) return;
  const radios = [...question.querySelectorAll('input[type="radio"]')];
  const onScale = question.querySelector('.scale') !== null;
  const chosen = onScale ? radios.find((radio) => radio.value === event.key) : radios[Number(event.key) - 1];
  if (!chosen) return;
  done(event, () => {
    chosen.checked = true;
    chosen.dispatchEvent(new Event('input', { bubbles: true }));
    const all = [...question.form?.querySelectorAll('.question:not(.unasked)') ?? question.closest('form').querySelectorAll('.question:not(.unasked)')];
    const next = all[all.indexOf(question) + 1];
    (next ? firstControl(next) : chosen).focus();
  });
}

function firstControl(within) {
  return within.querySelector('input:checked') ?? within.querySelector('input:not([type="hidden"]), textarea, select');
}

function showKeys() {
  document.getElementById('keys')?.showModal();
}
