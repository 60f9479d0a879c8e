// Where the focus goes when the open task changes: to the first error, else to the heading. Nothing else moves it.
export function startFocus() {
  document.addEventListener('htmx:afterSettle', (event) => {
    if (event.detail.target?.id === 'pane') arrive(event.detail.target);
  });
  // A swapped list loses the focus that stood in it: give it back to the same link or field.
  let held = null;
  document.addEventListener('htmx:beforeSwap', () => {
    const at = document.activeElement;
    held = at && at.closest('#list') ? { id: at.id, task: at.dataset.task, from: at.selectionStart } : null;
  });
  document.addEventListener('htmx:afterSettle', (event) => {
    if (event.detail.target?.id === 'pane' || !held || document.activeElement !== document.body) return;
    const again = held.id ? document.getElementById(held.id) : document.querySelector(`[data-task="${CSS.escape(held.task ?? '')}"]`);
    again?.focus({ preventScroll: true });
    if (held.from != null && again?.setSelectionRange) again.setSelectionRange(held.from, held.from);
    held = null;
  });
  const first = document.querySelector('#pane [aria-invalid]');
  if (first) first.focus();
}

function arrive(pane) {
  pane.scrollTop = 0;
  const wrong = pane.querySelector('[aria-invalid="true"]:not([type="hidden"])');
  const target = wrong ?? pane.querySelector('[data-focus]');
  if (!target) return;
  target.focus({ preventScroll: true });
  bring(wrong?.closest('.question, .field') ?? target, pane, wrong !== null);
}

// Beside the list only the pane scrolls: the list stays where it is. In the list's place the page does.
function bring(element, pane, toTheMiddle) {
  const within = pane.getBoundingClientRect();
  const at = element.getBoundingClientRect();
  if (getComputedStyle(pane).position === 'sticky') {
    if (toTheMiddle) pane.scrollTop += at.top - within.top - (pane.clientHeight - at.height) / 2;
  } else {
    scrollBy(0, toTheMiddle ? at.top - (innerHeight - at.height) / 2 : at.top - 80);
  }
}
