// Names for what dmn-js leaves nameless: cells by row and column, the fields of its menus by what stands before them.
export function startLabels(container) {
  const name = () => {
    for (const cell of container.querySelectorAll('td[data-row-id] [contenteditable]')) say(cell, cellName(cell.closest('td')));
    for (const field of container.querySelectorAll('[contenteditable]:not([aria-label]), [role=textbox]:not([aria-label])')) {
      say(field, field.dataset.placeholder || field.getAttribute('placeholder') || 'Text');
    }
    for (const field of container.querySelectorAll('input:not([aria-label]), select:not([aria-label])')) {
      if (!field.labels?.length) say(field, field.placeholder || field.closest('[class*=row], .dms-fill-row')?.textContent?.trim() || 'Value');
    }
    for (const head of container.querySelectorAll('th.index-column:empty')) head.setAttribute('role', 'presentation');
    const picture = container.querySelector('.dmn-drd-container svg');
    picture?.setAttribute('role', 'img');
    picture?.setAttribute('aria-label', 'How the decisions of this file depend on each other');
  };
  new MutationObserver(name).observe(container, { childList: true, subtree: true });
  name();
}

function say(node, words) {
  if (node.getAttribute('aria-label') !== words) node.setAttribute('aria-label', words);
}

function cellName(cell) {
  const row = cell.closest('tr');
  const number = [...row.parentNode.children].indexOf(row) + 1;
  const column = cell.closest('table').querySelector(`th[data-col-id="${CSS.escape(cell.dataset.colId ?? '')}"]`);
  const title = column?.querySelector('.input-label, .output-label, .output-name, .input-expression')?.textContent.trim();
  return `Row ${number}, ${title || 'annotation'}`;
}
