// Draws the diagrams of a case or a version with bpmn-js, and marks the steps where the patient is.
//
// A place is marked up as [data-diagram=address] around .diagram (the canvas), [data-diagram-note] (what is said while
// it is not drawn) and any number of [data-process=index] buttons. The address answers
// {"diagrams": [{"name", "xml", "active": [element ids]}]}, of a walk with the ids that were "walked" and where it
// "failed"; the buttons choose one of these by its index.
import { fitAround, importNamed, markHere, viewerIn } from './diagram_view.js';

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

async function choose(place, viewer, diagrams, choice) {
  for (const each of place.querySelectorAll('[data-process]')) each.setAttribute('aria-pressed', String(each === choice));
  await draw(viewer, diagrams[Number(choice.dataset.process)]);
}

async function draw(viewer, diagram) {
  await importNamed(viewer, diagram.xml, diagram.name);
  mark(viewer, diagram.walked, 'is-walked');
  const failed = mark(viewer, diagram.failed, 'is-failed');
  const here = markHere(viewer, diagram.active);
  fitAround(viewer.get('canvas'), failed.length ? failed : here);
}

// Marks what a walk has gone through, or where it has failed; most diagrams tell of neither.
function mark(viewer, ids, marker) {
  const registry = viewer.get('elementRegistry');
  const found = (ids ?? []).map((id) => registry.get(id)).filter(Boolean);
  for (const element of found) viewer.get('canvas').addMarker(element, marker);
  return found;
}
