// The buttons over the canvas: undo and redo, the size of the view.
const STEP = 1.25;
const FIELDS = 'input, textarea, select, [contenteditable]';
const MARGIN = 24; // so that no outline lies on the edge

export function startTools(modeler) {
  const canvas = modeler.get('canvas');
  const commands = modeler.get('commandStack', false);
  const press = {
    undo: () => commands?.undo(),
    redo: () => commands?.redo(),
    smaller: () => canvas.zoom(canvas.zoom() / STEP),
    larger: () => canvas.zoom(canvas.zoom() * STEP),
    whole: () => fit(canvas),
  };
  for (const button of document.querySelectorAll('[data-tool]')) {
    if (!commands && ['undo', 'redo'].includes(button.dataset.tool)) button.hidden = true;
    button.addEventListener('click', () => press[button.dataset.tool]());
  }
  new ResizeObserver(() => canvas.resized()).observe(canvas.getContainer()); // the findings below grow
  if (commands) modeler.on('commandStack.changed', () => showUndo(commands));
  // Ctrl+Z outside of canvas and fields, too: after a click on a button the canvas has no focus.
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || !(event.ctrlKey || event.metaKey) || event.altKey || !outside(event.target)) return;
    const key = event.key.toLowerCase();
    if (key !== 'z' && key !== 'y') return;
    event.preventDefault();
    if (key === 'y' || event.shiftKey) press.redo();
    else press.undo();
  });
}

function outside(target) {
  return !target.closest?.(`${FIELDS}, .djs-container, .bio-properties-panel-container, dialog`);
}

// aria-disabled, not disabled: the button that was pressed keeps the focus.
function showUndo(commands) {
  document.querySelector('[data-tool="undo"]').setAttribute('aria-disabled', String(!commands.canUndo()));
  document.querySelector('[data-tool="redo"]').setAttribute('aria-disabled', String(!commands.canRedo()));
}

// The whole diagram beside the palette, never larger than it was drawn.
export function fit(canvas) {
  const { inner, outer } = canvas.viewbox();
  const palette = canvas.getContainer().querySelector('.djs-palette');
  const left = MARGIN + (palette ? palette.offsetLeft + palette.offsetWidth : 0);
  const scale = Math.min(1, (outer.width - left - MARGIN) / inner.width, (outer.height - 2 * MARGIN) / inner.height);
  canvas.viewbox({
    x: inner.x - left / scale - Math.max(0, (outer.width - left - MARGIN) / scale - inner.width) / 2,
    y: inner.y - (outer.height / scale - inner.height) / 2,
    width: outer.width / scale,
    height: outer.height / scale,
  });
}
