// The editor of a form (or another text of a draft): its YAML with line numbers, kept saved, and beside it the form
// as a task would ask it, drawn by the server.
import { ask, draftOnPage, keepSaved, openFile } from './draft.js';
import { showFindings } from './findings.js';
import { startPreview } from './form/preview.js';
import { startingText } from './form/starting.js';
import { textArea } from './form/text.js';

const draft = draftOnPage();
if (draft) {
  start().catch((error) => {
    const note = draft.place.querySelector('[data-editor-note]');
    note.textContent = `The file could not be opened (${error.message}). Load the page again to try once more.`;
    note.hidden = false;
  });
}

async function start() {
  const place = draft.place.querySelector('[data-form-editor]');
  const opened = await openFile(draft).catch(unwritten);
  const area = textArea(place);
  const preview = startPreview(draft, place, area);
  const editor = {
    read: () => area.text(),
    show: (text) => { area.show(text); preview.soon(0); },
    found: ({ findings }) => showFindings(draft, findings, {
      choose: (finding) => area.goTo(finding.line),
      named: () => 'This file',
    }),
  };
  editor.show(opened.text);
  draft.place.querySelector('[data-editor-note]').hidden = true;
  const saving = keepSaved(draft, opened, editor);
  area.onChange(() => { saving.changed(); preview.soon(); });
  offerStart(place, area);
  editor.found(await ask(draft.addresses.findings));
}

// A form that a task names and nobody has written: it begins empty, and is kept with the first save.
function unwritten(error) {
  if (error.status !== 404) throw error;
  return { path: draft.path, text: '', revision: 0, changed: false, origin: '' };
}

function offerStart(place, area) {
  const button = place.querySelector('[data-form-start]');
  if (!button || draft.closed) return;
  const offer = () => { button.hidden = Boolean(area.text().trim()); };
  button.addEventListener('click', () => { area.insert(startingText(draft.path)); offer(); });
  area.onChange(offer);
  offer();
}
