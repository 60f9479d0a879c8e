// Messages stay until the next one comes or somebody dismisses them: nobody has to read against a clock.
export function startToasts() {
  document.addEventListener('click', (event) => {
    event.target.closest('[data-dismiss]')?.closest('.toast')?.remove();
  });
  document.addEventListener('htmx:sendError', () => {
    const toasts = document.getElementById('toasts');
    const toast = document.createElement('div');
    toast.className = 'toast';
    toast.textContent = 'The server cannot be reached. What you wrote still stands in the form; try again in a moment.';
    toasts.replaceChildren(toast);
  });
}
