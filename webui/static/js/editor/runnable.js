// What can be drawn: what the engine runs (docs/bpmn-support.md), and notes. Palette, context pad and menus go by it.
//
// `palette` names the group in which an element stands in the palette, `pad` that it can be appended to another.
const both = (group) => ({ palette: group, pad: true });
const IN_BOTH = { event: both('event'), gateway: both('gateway'), activity: both('activity') };

export const DRAWABLE = [
  drawable('StartEvent', 'start-event-none', 'Start', { palette: 'event' }),
  drawable('StartEvent/Message', 'start-event-message', 'Start at an event'),
  drawable('IntermediateCatchEvent/Timer', 'intermediate-event-catch-timer', 'Wait for a time', IN_BOTH.event),
  drawable('IntermediateCatchEvent/Message', 'intermediate-event-catch-message', 'Wait for an event', IN_BOTH.event),
  drawable('IntermediateThrowEvent', 'intermediate-event-none', 'Milestone passed'),
  drawable('IntermediateThrowEvent/Escalation', 'intermediate-event-throw-escalation', 'Escalate'),
  drawable('BoundaryEvent/Timer', 'intermediate-event-catch-timer', 'Timer on the edge'),
  drawable('BoundaryEvent/Message', 'intermediate-event-catch-message', 'Event on the edge'),
  drawable('BoundaryEvent/Error', 'intermediate-event-catch-error', 'Error on the edge'),
  drawable('BoundaryEvent/Escalation', 'intermediate-event-catch-escalation', 'Escalation on the edge'),
  drawable('EndEvent', 'end-event-none', 'End', IN_BOTH.event),
  drawable('EndEvent/Terminate', 'end-event-terminate', 'End everything'),
  drawable('EndEvent/Error', 'end-event-error', 'End with an error'),
  drawable('EndEvent/Escalation', 'end-event-escalation', 'End with an escalation'),
  drawable('ExclusiveGateway', 'gateway-xor', 'One way (exclusive gateway)', IN_BOTH.gateway),
  drawable('ParallelGateway', 'gateway-parallel', 'All ways (parallel gateway)', { palette: 'gateway' }),
  drawable('InclusiveGateway', 'gateway-or', 'Every way that holds (inclusive gateway)'),
  drawable('EventBasedGateway', 'gateway-eventbased', 'What comes first (event-based gateway)', { palette: 'gateway' }),
  drawable('UserTask', 'user-task', 'Task for a person', IN_BOTH.activity),
  drawable('ServiceTask', 'service-task', 'Step of the system', IN_BOTH.activity),
  drawable('BusinessRuleTask', 'business-rule-task', 'Decision by a table', IN_BOTH.activity),
  drawable('CallActivity', 'call-activity', 'Call another diagram', IN_BOTH.activity),
  drawable('ReceiveTask', 'receive-task', 'Task that waits for an event'),
  drawable('ManualTask', 'manual-task', 'Work that nobody reports'),
  drawable('Task', 'task', 'Step without behaviour'),
  drawable('SubProcess', 'subprocess-expanded', 'Group of steps (subprocess)', { palette: 'activity' }),
  drawable('TextAnnotation', 'text-annotation', 'Note', { palette: 'note' }),
];

// `kind` is an element, or an event and its definition: "StartEvent/Message".
function drawable(kind, icon, words, places = {}) {
  const [element, definition] = kind.split('/');
  const defined = definition && { definition: `bpmn:${definition}EventDefinition` };
  return { type: `bpmn:${element}`, ...defined, icon, words, ...places };
}

// Labels, flows between elements, associations of notes and what a lane or pool already holds are not in the way.
const LINES = ['label', 'bpmn:SequenceFlow', 'bpmn:Association'];

// Behind an event-based gateway stand only things that wait.
export const WAITING = ['bpmn:ReceiveTask', 'bpmn:IntermediateCatchEvent'];

// Whether the engine runs `target`: {type, eventDefinitionType, triggeredByEvent, isExpanded, cancelActivity, ...}.
export function runs(target) {
  const { type, eventDefinitionType = undefined, triggeredByEvent, isForCompensation, instantiate } = target;
  if (triggeredByEvent || isForCompensation || instantiate) return false;
  if (type === 'bpmn:SubProcess' && target.isExpanded === false) return false;
  return DRAWABLE.some((each) => each.type === type && each.definition === eventDefinitionType);
}

// Whether an element that is about to be drawn may be.
export function mayBeDrawn(shape) {
  if (LINES.includes(shape.type) || shape.labelTarget) return true;
  const object = shape.businessObject;
  const definitions = object?.eventDefinitions ?? [];
  return definitions.length < 2 && runs({
    type: shape.type,
    eventDefinitionType: definitions[0]?.$type,
    triggeredByEvent: object?.triggeredByEvent,
    isForCompensation: object?.isForCompensation,
  });
}

// Attributes for the element factory.
export function attributes({ type, definition }) {
  const defined = definition && { eventDefinitionType: definition };
  return { type, ...defined, ...(type === 'bpmn:SubProcess' && { isExpanded: true }) };
}
