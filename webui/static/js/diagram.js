// Draws the diagrams of a case or a version with bpmn-js, and marks the steps where the patient is.
//
// A place is marked up as [data-diagram=address] around .diagram (the canvas), [data-diagram-note] (what is said while
// it is not drawn) and any number of [data-process=index] buttons. The address answers
// {"diagrams": [{"name", "xml", "active": [element ids]}]}; the buttons choose one of these by its index.
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';

const STEP = 1.25;
const READABLE = 0.5; // below this the words of a diagram cannot be read: then it opens where the patient is

for (const place of document.querySelectorAll('[data-diagram]')) start(place);

async function start(place) {
  const note = place.querySelector('[data-diagram-note]');
  try {
    const answer = await fetch(place.dataset.diagram, { headers: { Accept: 'application/json' } });
    if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
    const { diagrams } = await answer.json();
    const viewer = viewerIn(place.querySelector('.diagram'));
    for (const choice of place.querySelectorAll('[data-process]')) {
      choice.addEventListener('click', () => choose(place, viewer, diagrams, choice));
    }
    await draw(viewer, diagrams[0]);
    note.hidden = true;
  } catch (error) {
    note.textContent = `The diagram could not be drawn (${error.message}). Load the page again to try once more.`;
  }
}

function viewerIn(container) {
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

async function choose(place, viewer, diagrams, choice) {
  for (const each of place.querySelectorAll('[data-process]')) each.setAttribute('aria-pressed', String(each === choice));
  await draw(viewer, diagrams[Number(choice.dataset.process)]);
}

async function draw(viewer, diagram) {
  await viewer.importXML(diagram.xml);
  const canvas = viewer.get('canvas');
  const registry = viewer.get('elementRegistry');
  const here = diagram.active.map((id) => registry.get(id)).filter(Boolean);
  for (const element of here) canvas.addMarker(element, isHolder(element) ? 'is-around' : 'is-here');
  const picture = canvas.getContainer().querySelector('svg');
  picture.setAttribute('role', 'img');
  picture.setAttribute('aria-label', `BPMN diagram: ${diagram.name}`);
  fit(canvas);
  const step = here.find((element) => !isHolder(element));
  if (step && canvas.zoom() < READABLE) {
    canvas.zoom(READABLE);
    canvas.scrollToElement(step, { top: 80, bottom: 80, left: 120, right: 240 });
  }
}

function fit(canvas) {
  canvas.zoom('fit-viewport', 'auto');
  canvas.zoom(canvas.zoom() * 0.94, 'auto'); // a margin, so that no outline lies on the edge
}

// An expanded subprocess holds the step; the step itself is what to look at.
function isHolder(element) {
  return Boolean(element.children?.some((child) => !child.labelTarget && !child.waypoints));
}
