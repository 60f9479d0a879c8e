// The editor of a diagram: drawn with bpmn-js, kept saved, and what is found marked where it is.
import { advice } from './advice.js';
import { ask, draftOnPage, filesOf, keepSaved, openFile } from './draft.js';
import { showFindings } from './findings.js';
import { modelerIn, viewerIn } from './modeler.js';
import { fit, startTools } from './tools.js';
import { typeOverWithoutStyles } from '../policy/typing.js';

const draft = draftOnPage();
if (draft) {
  start().catch((error) => {
    note(`The diagram could not be opened (${error.message}). Load the page again to try once more.`);
  });
}

async function start() {
  const [opened, choices] = await Promise.all([openFile(draft), draft.closed ? null : ask(draft.addresses.choices)]);
  const container = draft.place.querySelector('.diagram');
  const panel = draft.place.querySelector('[data-panel]');
  const known = { choices, drafted: filesOf(draft) };
  const modeler = draft.closed ? viewerIn(container) : modelerIn(container, panel, known);
  const editor = editing(modeler, opened.text);
  try {
    await editor.show(opened.text);
  } catch (error) {
    return undrawn(error);
  }
  draft.place.querySelector('[data-editor-note]').hidden = true;
  startTools(modeler);
  if (panel) typeOverWithoutStyles(panel);
  fit(modeler.get('canvas'));
  const saving = keepSaved(draft, opened, editor);
  modeler.on('commandStack.changed', ({ trigger }) => {
    if (trigger === 'clear') return; // another text was drawn
    saving.changed();
    editor.advise();
  });
  editor.found(await ask(draft.addresses.findings));
  if (window.location.hash) await editor.lead(decodeURIComponent(window.location.hash.slice(1)));
}

// A file that bpmn-js cannot draw is left as it is; what lint finds in it may say why.
async function undrawn(error) {
  const empty = error.message.includes('no diagram to display');
  note(`This file cannot be drawn: ${empty ? 'it holds no drawing' : error.message}. Nothing in it was changed.`);
  showFindings(draft, (await ask(draft.addresses.findings)).findings);
}

// What the saving needs of the modeler: its text, and what was found, as of the last answer of the server's.
function editing(modeler, original) {
  let drawn = null; // how the original is written by bpmn-js: unchanged, it is still the original
  let server = [];
  let pending = 0;
  const written = async () => (await modeler.saveXML({ format: true })).xml;

  function advise() {
    cancelAnimationFrame(pending);
    pending = requestAnimationFrame(() => {
      const judged = new Set(server.filter((each) => each.file === draft.path).map((each) => each.element));
      const advised = advice(modeler.getDefinitions(), draft.path).filter((each) => !judged.has(each.element));
      const all = [...server, ...advised];
      const marks = modeler.get('marks');
      marks.show(all.filter((each) => each.file === draft.path));
      showFindings(draft, all, {
        choose: ({ element }) => lead(element),
        named: (finding) => nameOf(modeler, finding.element),
      });
    });
  }

  // To an element; one that is not drawn here may be in another drawing of the file.
  async function lead(id) {
    const marks = modeler.get('marks');
    if (id && !marks.drawn(id) && (await modeler.get('drawings').turnTo(id))) {
      label(modeler);
      fit(modeler.get('canvas'));
      advise();
    }
    marks.choose(id);
  }

  return {
    lead,
    async read() {
      const text = await written();
      return text === drawn ? original : text;
    },
    async show(text) {
      const { warnings } = await modeler.importXML(text);
      warn([...warnings, ...(await modeler.get('drawings').turnToMain())]);
      label(modeler);
      original = text;
      drawn = await written();
    },
    found({ findings }) {
      server = findings;
      advise();
    },
    advise,
  };
}

function note(words) {
  draft.place.querySelector('[data-editor-note]').textContent = words;
}

function nameOf(modeler, id) {
  const object = modeler.get('marks').drawn(id)?.businessObject ?? modeler.get('drawings').elements[id];
  const name = object?.name?.replaceAll(/\s+/g, ' ');
  return name || (object ? `${spoken(object.$type)} ${id}` : id);
}

// What bpmn-js does not understand it does not write either: whoever draws on must know.
function warn(warnings) {
  const notice = draft.place.querySelector('[data-editor-warning]');
  const [first] = warnings;
  const places = warnings.length === 1 ? 'One place of this file is' : `${warnings.length} places of this file are`;
  notice.hidden = !first;
  const sentence = `${places} not understood, and left out once it is saved; the first: ${first?.message}`;
  notice.textContent = first ? sentence : '';
}

// "bpmn:ServiceTask" reads as "service task".
function spoken(type) {
  return type.replace('bpmn:', '').replaceAll(/(?!^)[A-Z]/g, (letter) => ` ${letter}`).toLowerCase();
}

function label(modeler) {
  const canvas = modeler.get('canvas');
  const picture = canvas.getContainer().querySelector('svg');
  const name = canvas.getRootElement().businessObject?.name ?? draft.path;
  picture.setAttribute('aria-label', `BPMN diagram: ${name}`);
  picture.setAttribute('role', draft.closed ? 'img' : 'application');
}
