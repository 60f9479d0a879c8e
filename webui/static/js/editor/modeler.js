// bpmn-js put together for our diagrams: its modeler with our tools, limits and panel; a viewer where none may edit.
import Modeler from 'bpmn-js/lib/Modeler';
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';
import AlignElements from 'bpmn-js/lib/features/align-elements';
import DistributeElements from 'bpmn-js/lib/features/distribute-elements';
import { BpmnPropertiesPanelModule } from 'bpmn-js-properties-panel';
import ContextPad from './context_pad.js';
import Drawings from './drawings.js';
import { extension } from './extension.js';
import { ReplaceMenu, Rules } from './limits.js';
import Marks from './marks.js';
import NewElements from './new_elements.js';
import Palette from './palette.js';
import { functions } from './panel/names.js';
import Provider from './panel/provider.js';
import Reach from './reach.js';
import Settings from './settings.js';

const LEFT_OUT = new Set([AlignElements, DistributeElements]); // their menus cannot be used by keyboard

class OurModeler extends Modeler {
  getModules() {
    return super.getModules().filter((each) => !LEFT_OUT.has(each));
  }
}

const LOOK = { defaultFillColor: 'var(--sheet)', defaultStrokeColor: 'var(--ink)', defaultLabelColor: 'var(--ink)' };
const marks = { __init__: ['marks', 'drawings'], marks: ['type', Marks], drawings: ['type', Drawings] };

// `drafted` adds files to the draft and opens them: {add(path, text), open(path)}.
export function modelerIn(container, panel, { choices, drafted }) {
  return new OurModeler({
    container,
    bpmnRenderer: LOOK,
    moddleExtensions: { tl: extension },
    propertiesPanel: { parent: panel, feelLanguageContext: { builtins: functions(choices), parserDialect: undefined } },
    additionalModules: [BpmnPropertiesPanelModule, marks, {
      __init__: ['replaceMenu', 'limits', 'newElements', 'reach', 'panelProvider'],
      choices: ['value', choices],
      drafted: ['value', drafted],
      settings: ['type', Settings],
      paletteProvider: ['type', Palette],
      contextPadProvider: ['type', ContextPad],
      replaceMenu: ['type', ReplaceMenu],
      limits: ['type', Rules],
      newElements: ['type', NewElements],
      reach: ['type', Reach],
      panelProvider: ['type', Provider],
    }],
  });
}

export function viewerIn(container) {
  const moddleExtensions = { tl: extension };
  return new NavigatedViewer({ container, bpmnRenderer: LOOK, moddleExtensions, additionalModules: [marks] });
}
