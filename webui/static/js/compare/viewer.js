// A viewer of one side of a comparison: bpmn-js in the page's colours, with buttons to zoom.
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';
import { extension } from '../editor/extension.js';

const STEP = 1.25;

export function viewerIn(container) {
  const viewer = new NavigatedViewer({
    container,
    moddleExtensions: { tl: extension }, // so that our own settings are compared, too
    zoomScroll: { enabled: false }, // the wheel scrolls the page, as everywhere
    bpmnRenderer: {
      defaultFillColor: 'var(--sheet)',
      defaultStrokeColor: 'var(--ink)',
      defaultLabelColor: 'var(--ink)',
    },
  });
  const tools = document.createElement('div');
  tools.className = 'zoom';
  tools.append(
    tool('−', 'Smaller', () => zoomBy(viewer, 1 / STEP)),
    tool('+', 'Larger', () => zoomBy(viewer, STEP)),
    tool('Whole', 'Show the whole diagram', () => fit(viewer)),
  );
  container.append(tools);
  return viewer;
}

export function fit(viewer) {
  const canvas = viewer.get('canvas');
  canvas.zoom('fit-viewport', 'auto');
  canvas.zoom(canvas.zoom() * 0.92, 'auto'); // a margin, so that no sign lies on the edge
}

function zoomBy(viewer, factor) {
  const canvas = viewer.get('canvas');
  canvas.zoom(canvas.zoom() * factor);
}

function tool(words, says, act) {
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = words;
  button.title = says;
  button.setAttribute('aria-label', says);
  button.addEventListener('click', act);
  return button;
}
