// What an event waits for or throws: a time, an event type, an error, an escalation.
import { getBusinessObject, is } from 'bpmn-js/lib/util/ModelUtil';
import { choice, feel, text } from './entries.js';

const CYCLE = 'timeCycle';
const TIMERS = [
  { value: 'timeDate', label: 'A date', hint: 'FEEL for a date or instant: case.aligned_on + duration("P30D").' },
  { value: 'timeDuration', label: 'A time from now', hint: 'P30D, B2D for business days, or FEEL for a duration.' },
  { value: CYCLE, label: 'Again and again', hint: 'R/P7D: weekly; R3/P1D: three days; or a FEEL list of dates.' },
];

export function catches(element, { settings, choices }) {
  const timer = definition(element, 'Timer');
  if (timer) return { id: 'timer', label: 'When', entries: timerFields(timer, settings) };
  const waits = definition(element, 'Message') ?? (is(element, 'bpmn:ReceiveTask') && getBusinessObject(element));
  return waits ? { id: 'message', label: 'Which event', entries: [message(waits, settings, choices)] } : null;
}

export function throws(element, { settings }) {
  const error = definition(element, 'Error');
  if (error) return { id: 'error', label: 'Which error', entries: [code(error, 'Error', settings)] };
  const escalation = definition(element, 'Escalation');
  if (!escalation) return null;
  return { id: 'escalation', label: 'Which escalation', entries: [code(escalation, 'Escalation', settings)] };
}

function definition(element, name) {
  return is(element, 'bpmn:Event')
    ? getBusinessObject(element).get('eventDefinitions')?.find((each) => each.$type === `bpmn:${name}EventDefinition`)
    : undefined;
}

// Only a boundary event that leaves its activity running fires again.
function mayRepeat(element) {
  return is(element, 'bpmn:BoundaryEvent') && getBusinessObject(element).get('cancelActivity') === false;
}

function timerFields(timer, settings) {
  const written = TIMERS.find(({ value }) => timer.get(value)) ?? TIMERS[1];
  const kind = choice('timer-kind', 'It fires at', {
    get: () => written.value,
    set: (element, value) => value && replaceTimer(element, timer, written.value, value, settings),
    options: (element) => TIMERS.filter((each) => each === written || each.value !== CYCLE || mayRepeat(element)),
    none: ' ',
  });
  const when = feel('timer', 'When', {
    get: () => settings.expression(timer, written.value),
    set: (element, value) => settings.setExpression(element, timer, written.value, value),
    hint: written.hint,
  });
  return [kind, when];
}

// What was written moves along: people often mean the same time in another way.
function replaceTimer(element, timer, before, after, settings) {
  const body = settings.expression(timer, before);
  const made = settings.make('bpmn:FormalExpression', { body }, timer);
  settings.update(element, timer, { [before]: undefined, [after]: made });
}

function message(waits, settings, choices) {
  return choice('message', 'Event', {
    get: () => waits.get('messageRef')?.get('name'),
    set: (element, name) => (name
      ? settings.refer(element, waits, 'messageRef', {
        type: 'bpmn:Message',
        found: (each) => each.get('name') === name,
        wanted: { id: freeId(settings, `message_${name.replaceAll('.', '_')}`), name },
      })
      : settings.update(element, waits, { messageRef: undefined })),
    options: () => choices.events.map(({ type, sentence }) => ({ value: type, label: `${sentence} (${type})` })),
  });
}

// An error or escalation is known by its code; a boundary event without one catches any.
function code(definition_, type, settings) {
  const [reference, name] = [`${type.toLowerCase()}Ref`, `${type.toLowerCase()}Code`];
  return text(name, 'Code', {
    get: () => definition_.get(reference)?.get(name),
    set: (element, value) => (value
      ? settings.refer(element, definition_, reference, {
        type: `bpmn:${type}`,
        found: (each) => each.get(name) === value,
        wanted: { id: freeId(settings, idOf(type, value)), name: value, [name]: value },
      })
      : settings.update(element, definition_, { [reference]: undefined })),
    hint: 'Whoever throws and whoever catches use the same code.',
  });
}

function idOf(type, value) {
  return `${type.toLowerCase()}_${value.replace(/\W/g, '_')}`;
}

function freeId({ definitions }, wanted) {
  const used = new Set(definitions.get('rootElements').map((each) => each.id));
  const taken = (id) => used.has(id) || definitions.$model.ids.assigned(id);
  if (!taken(wanted)) return wanted;
  let number = 2;
  while (taken(`${wanted}_${number}`)) number += 1;
  return `${wanted}_${number}`;
}
