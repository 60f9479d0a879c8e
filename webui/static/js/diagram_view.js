// What every drawing of a diagram shares: a viewer that the policy allows, its tools, how it fits, how steps are marked.
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';

const STEP = 1.25;
const READABLE = 0.5; // below this the words of a diagram cannot be read: then it opens where the patient is

export function viewerIn(container) {
  const viewer = new NavigatedViewer({
    container,
    zoomScroll: { enabled: false }, // the wheel scrolls the page, as everywhere
    bpmnRenderer: {
      defaultFillColor: 'var(--sheet)',
      defaultStrokeColor: 'var(--ink)',
      defaultLabelColor: 'var(--ink)',
    },
  });
  const canvas = viewer.get('canvas');
  const tools = document.createElement('div');
  tools.className = 'zoom';
  tools.append(
    tool('−', 'Smaller', () => canvas.zoom(canvas.zoom() / STEP)),
    tool('+', 'Larger', () => canvas.zoom(canvas.zoom() * STEP)),
    tool('Whole', 'Show the whole diagram', () => fit(canvas)),
  );
  container.append(tools);
  return viewer;
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

// Imports a diagram and says what it is to those who cannot see it.
export async function importNamed(viewer, xml, name) {
  await viewer.importXML(xml);
  const picture = viewer.get('canvas').getContainer().querySelector('svg');
  picture.setAttribute('role', 'img');
  picture.setAttribute('aria-label', `BPMN diagram: ${name}`);
}

// Marks the steps where the patient is; returns the elements that the diagram has of them.
export function markHere(viewer, active) {
  const canvas = viewer.get('canvas');
  const registry = viewer.get('elementRegistry');
  const here = active.map((id) => registry.get(id)).filter(Boolean);
  for (const element of here) canvas.addMarker(element, isHolder(element) ? 'is-around' : 'is-here');
  return here;
}

// Shows the whole diagram, or, where its words would be too small to read, the place around a step.
export function fitAround(canvas, here) {
  fit(canvas);
  const step = here.find((element) => !isHolder(element));
  if (step && canvas.zoom() < READABLE) {
    canvas.zoom(READABLE);
    bringIntoView(canvas, step);
  }
}

export function bringIntoView(canvas, element) {
  canvas.scrollToElement(element, { top: 80, bottom: 80, left: 120, right: 240 });
}

export function fit(canvas) {
  canvas.zoom('fit-viewport', 'auto');
  canvas.zoom(canvas.zoom() * 0.94, 'auto'); // a margin, so that no outline lies on the edge
}

// An expanded subprocess holds the step; the step itself is what to look at.
function isHolder(element) {
  return Boolean(element.children?.some((child) => !child.labelTarget && !child.waypoints));
}
