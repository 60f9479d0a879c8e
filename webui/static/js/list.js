// The list and the open task keep in step: the row of the task that is open is marked as the current one.
export function startList() {
  const mark = () => {
    const open = document.querySelector('#pane [data-open]')?.dataset.open;
    for (const row of document.querySelectorAll('.row-title')) {
      if (row.dataset.task === open) row.setAttribute('aria-current', 'true');
      else row.removeAttribute('aria-current');
    }
  };
  document.addEventListener('htmx:afterSettle', mark);
}
