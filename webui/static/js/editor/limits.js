// Menus offer, and rules allow, only what the engine runs.
import RuleProvider from 'diagram-js/lib/features/rules/RuleProvider';
import { PopupEntries } from 'bpmn-js/lib/features/popup-menu/PopupEntries';
import { mayBeDrawn, runs } from './runnable.js';

const BEFORE_OTHERS = 2000;
const AFTER_OTHERS = 500;
const REPLACE = 'replace-with-';
// The menu calls these differently from the catalogue.
const ALIASES = {
  'none-start': 'none-start-event',
  'none-end': 'none-end-event',
  'none-intermediate-throw': 'none-intermediate-throwing',
  subprocess: 'expanded-subprocess',
  'ad-hoc-subprocess': 'expanded-ad-hoc-subprocess',
};
const FLOWS = new Set(['sequence-flow', 'default-flow']);
const SWITCHES = new Set(['toggle-parallel-mi', 'toggle-sequential-mi', 'toggle-non-interrupting']);

export class ReplaceMenu {
  static $inject = ['popupMenu'];

  constructor(popupMenu) {
    popupMenu.registerProvider('bpmn-replace', AFTER_OTHERS, this);
  }

  getPopupMenuEntries() {
    return (entries) => only(entries, (name) => offered(name.replace(REPLACE, '')));
  }

  getPopupMenuHeaderEntries(element) {
    const error = element.businessObject?.eventDefinitions?.[0]?.$type === 'bpmn:ErrorEventDefinition';
    return (entries) => only(entries, (name) => SWITCHES.has(name) && !(error && name === 'toggle-non-interrupting'));
  }
}

export class Rules extends RuleProvider {
  static $inject = ['eventBus'];

  init() {
    this.addRule(['shape.create', 'shape.append'], BEFORE_OTHERS, ({ shape, element }) => refusal([shape ?? element]));
    this.addRule('elements.create', BEFORE_OTHERS, ({ elements }) => refusal(elements));
  }
}

// false refuses; undefined leaves the answer to the rules of BPMN.
function refusal(elements) {
  return elements.filter(Boolean).every((each) => each.waypoints || mayBeDrawn(each)) ? undefined : false;
}

// Whether the menu "Change element" keeps an entry, by its name in bpmn-js's catalogue.
export function offered(name) {
  const target = PopupEntries[ALIASES[name] ?? name]?.target;
  return FLOWS.has(name) || Boolean(target && runs(target));
}

function only(entries, keeps) {
  return Object.fromEntries(Object.entries(entries).filter(([name]) => keeps(name)));
}
