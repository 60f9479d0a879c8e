// The editor of decision tables: dmn-js, kept saved, and what is found marked at its row.
//
// In the draft's element stand [data-dmn] (the place of the editor), [data-dmn-views] (which decision is shown),
// [data-dmn-undo], [data-dmn-redo] and [data-editor-note].
import { typeOverWithoutStyles } from '../policy/typing.js';
import { draftOnPage, ask, keepSaved, openFile } from './draft.js';
import { showFindings } from './findings.js';
import { startLabels } from './dmn/labels.js';
import { RowMarks } from './dmn/marks.js';
import { editorIn, viewerIn } from './dmn/modeler.js';
import { holderOf, nameOf, reveal } from './dmn/places.js';
import { Views } from './dmn/views.js';

const draft = draftOnPage();
if (draft) {
  start().catch((error) => note(`The table could not be opened (${error.message}). Load the page again to try once more.`));
}

async function start() {
  const [opened, choices] = await Promise.all([openFile(draft), ask(draft.addresses.choices).catch(() => null)]);
  const container = draft.place.querySelector('[data-dmn]');
  const dmn = draft.closed ? viewerIn(container) : editorIn(container, choices);
  const editor = editing(dmn, new Views(draft.place.querySelector('[data-dmn-views]'), dmn), opened.text);
  try {
    await editor.show(opened.text);
  } catch (error) {
    return unopened(error);
  }
  draft.place.querySelector('[data-editor-note]').hidden = true;
  startLabels(container);
  typeOverWithoutStyles(container);
  const saving = keepSaved(draft, opened, editor);
  startUndo(dmn, saving.changed);
  editor.found(await ask(draft.addresses.findings));
  if (window.location.hash) await reveal(dmn, decodeURIComponent(window.location.hash.slice(1)));
}

// What dmn-js cannot read whole is left as it is; what lint finds in it may say why.
async function unopened(error) {
  note(`This file cannot be changed here: ${error.message}. Nothing in it was changed.`);
  showFindings(draft, (await ask(draft.addresses.findings)).findings);
}

function note(words) {
  const place = draft.place.querySelector('[data-editor-note]');
  place.textContent = words;
  place.hidden = false;
}

// What the saving needs of the editor: its text, another text drawn, and what the server found.
function editing(dmn, views, original) {
  let written = null; // how dmn-js writes the original: unchanged, it is still the original
  const marks = new RowMarks();
  const text = async () => (await dmn.saveXML({ format: true })).xml;
  return {
    async read() {
      const now = await text();
      return now === written ? original : now;
    },
    async show(another) {
      const { warnings } = await dmn.importXML(another, { open: false });
      if (warnings.length) throw new Error(lossy(warnings)); // what dmn-js does not read it would not write
      await views.openFirst();
      original = another;
      written = await text();
    },
    found({ findings }) {
      const here = findings.filter((each) => each.file === draft.path);
      marks.show(here);
      views.count(here, (finding) => holderOf(dmn, finding.element));
      showFindings(draft, findings, {
        choose: (finding) => finding.element && reveal(dmn, finding.element),
        named: (finding) => nameOf(dmn, finding.element),
      });
    },
  };
}

function lossy(warnings) {
  return `dmn-js would lose a part of it (${warnings[0].message.split('\n')[0]}); mend it in a text editor`;
}

function startUndo(dmn, changed) {
  const buttons = { undo: draft.place.querySelector('[data-dmn-undo]'), redo: draft.place.querySelector('[data-dmn-redo]') };
  const commands = () => dmn.getActiveViewer()?.get('commandStack', false);
  const say = () => {
    const stack = commands();
    buttons.undo?.setAttribute('aria-disabled', String(!stack?.canUndo()));
    buttons.redo?.setAttribute('aria-disabled', String(!stack?.canRedo()));
  };
  const listen = (viewer) => viewer.on('commandStack.changed', ({ trigger }) => {
    if (trigger !== 'clear') changed(); // cleared when another decision is shown
    say();
  });
  for (const viewer of Object.values(dmn._viewers)) listen(viewer); // made while the file was opened
  dmn.on('viewer.created', ({ viewer }) => listen(viewer));
  buttons.undo?.addEventListener('click', () => commands()?.canUndo() && commands().undo());
  buttons.redo?.addEventListener('click', () => commands()?.canRedo() && commands().redo());
}
