// Draws the diagrams of a case or a version with bpmn-js, and marks the steps where the patient is.
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';

for (const place of document.querySelectorAll('[data-diagram]')) start(place);

async function start(place) {
  const canvas = place.querySelector('.diagram');
  const note = place.querySelector('[data-diagram-note]');
  let viewer;
  try {
    const answer = await fetch(place.dataset.diagram, { headers: { Accept: 'application/json' } });
    if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
    const { diagrams } = await answer.json();
    const css = getComputedStyle(document.documentElement);
    viewer = new NavigatedViewer({
      container: canvas,
      bpmnRenderer: {
        defaultFillColor: 'var(--sheet)',
        defaultStrokeColor: 'var(--ink)',
        defaultLabelColor: 'var(--ink)',
      },
    });
    const choices = place.querySelectorAll('[data-process]');
    const show = (index) => draw(viewer, diagrams[index]);
    for (const choice of choices) {
      choice.addEventListener('click', () => {
        for (const each of choices) each.setAttribute('aria-pressed', String(each === choice));
        show(Number(choice.dataset.process));
      });
    }
    await show(0);
    note.hidden = true;
  } catch (error) {
    note.textContent = `The diagram could not be drawn (${error.message}). The steps are named in words beside it.`;
  }
}

async function draw(viewer, diagram) {
  await viewer.importXML(diagram.xml);
  const canvas = viewer.get('canvas');
  for (const element of diagram.active) {
    if (viewer.get('elementRegistry').get(element)) canvas.addMarker(element, 'is-here');
  }
  canvas.zoom('fit-viewport', 'auto');
}
