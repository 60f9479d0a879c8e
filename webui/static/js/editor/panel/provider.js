// What the panel shows for an element: its name, then what the engine reads of it, then what was found there.
import { Group } from '@bpmn-io/properties-panel';
import { calls } from './calls.js';
import { decides } from './decision.js';
import { catches, throws } from './events.js';
import { findingsHere } from './findings_here.js';
import { leads } from './flows.js';
import { repeats } from './loops.js';
import { operates } from './operation.js';
import { names } from './general.js';
import { pathway } from './pathway.js';
import { isPersons } from './user_task.js';

// Each gives {id, label, entries} for the elements it is about, and nothing for others.
const PARTS = [names, isPersons, operates, decides, calls, catches, throws, leads, repeats, pathway];

export default class Provider {
  static $inject = ['propertiesPanel', 'settings', 'choices', 'marks', 'drafted'];

  constructor(propertiesPanel, settings, choices, marks, drafted) {
    Object.assign(this, { settings, choices, marks, drafted });
    propertiesPanel.registerProvider(this);
  }

  getGroups(element) {
    const groups = PARTS.map((part) => part(element, this)).filter(Boolean);
    return () => [
      findingsHere(element, this),
      ...groups.map((group) => ({ component: Group, shouldOpen: true, ...group })),
    ];
  }
}
