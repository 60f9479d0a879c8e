// Forms ask only what applies: a question with a condition is hidden while its condition does not hold.
export function startForms() {
  const refresh = (root) => {
    for (const form of root.querySelectorAll('form.answers, form[data-conditions]')) applies(form);
  };
  refresh(document);
  document.addEventListener('htmx:load', (event) => {
    const form = event.detail.elt.closest?.('form.answers');
    if (form) applies(form);
    refresh(event.detail.elt);
  });
  document.addEventListener('input', (event) => {
    const form = event.target.form;
    if (form?.matches('form.answers, form[data-conditions]')) applies(form);
  });
  // A button that starts something slow says so, once it takes long enough to wonder.
  document.addEventListener('submit', (event) => {
    const button = event.submitter;
    if (button?.dataset.busyWords) setTimeout(() => { button.textContent = button.dataset.busyWords; }, 400);
  });
}

function applies(form) {
  const values = new FormData(form);
  for (const question of form.querySelectorAll('[data-when]')) {
    const wanted = question.dataset.equals.split('|');
    const holds = values.getAll(question.dataset.when).some((value) => wanted.includes(value));
    question.classList.toggle('unasked', !holds);
  }
  const day = form.querySelector('[data-today]');
  const late = form.querySelector('[data-late]:not([data-always])');
  if (day && late) late.classList.toggle('unasked', !day.value || day.value >= day.dataset.today);
}
