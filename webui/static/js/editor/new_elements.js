// What a newly drawn user task says from the start; its form and its why are left for the person who draws it. And an
// element that becomes another leaves behind what the other cannot have.
import CommandInterceptor from 'diagram-js/lib/command/CommandInterceptor';
import { is } from 'bpmn-js/lib/util/ModelUtil';
import { STANDS_IN } from './extension.js';

const DEFAULTS = { kind: 'outreach', role: 'case_manager', due: 'P3D', priority: 'normal' };

export default class NewElements extends CommandInterceptor {
  static $inject = ['eventBus', 'settings'];

  constructor(eventBus, settings) {
    super(eventBus);
    this.postExecuted('shape.create', ({ context: { shape } }) => {
      const isTask = is(shape, 'bpmn:UserTask') && !shape.labelTarget;
      if (isTask && !settings.of(shape, 'Task')) settings.set(shape, 'Task', DEFAULTS);
    });
    eventBus.on('moddleCopy.canCopyProperty', ({ property, parent }) => {
      const wanted = STANDS_IN[property?.$type];
      return wanted && parent.$parent && !parent.$parent.$instanceOf(wanted) ? false : undefined;
    });
  }
}
