// Answers FEEL with npm's feelin, the engine of FEEL editors in browsers: JSON lines in, JSON lines out.
//
// In: {id, expression, context} and, for unary tests, `tests`, whose input is the expression's value.
// Out: {id, value | error, warnings}. Values are typed JSON, as cli/feel_values.py describes it.
import { createInterface } from 'node:readline';
import { runInThisContext } from 'node:vm';
import {
  evaluate, unaryTest, isFunction, isRange, parseDate, parseTime, parseDateTime, duration,
  FeelDate, FeelTime, FeelDateTime, FeelDuration,
} from 'feelin';

// JavaScript's regular expressions can take for ever; such a case is an error, and the next one is asked.
const MOST_MILLISECONDS = 1000;

const KINDS = [
  [FeelDate, 'date'],
  [FeelTime, 'time'],
  [FeelDateTime, 'dateTime'],
  [FeelDuration, 'duration'],
];

const READERS = {
  number: Number,
  date: parseDate,
  time: parseTime,
  dateTime: parseDateTime,
  duration,
  context: (members) => Object.fromEntries(Object.entries(members).map(([name, member]) => [name, read(member)])),
  range: (text) => evaluate(text).value,
};

function read(document) {
  if (Array.isArray(document)) return document.map(read);
  if (document === null || typeof document !== 'object') return document;
  const [[kind, held]] = Object.entries(document);
  return READERS[kind](held);
}

function write(value) {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number') return { number: String(value) };
  if (Array.isArray(value)) return value.map(write);
  if (typeof value !== 'object' && typeof value !== 'function') return value;
  const known = KINDS.find(([type]) => value instanceof type);
  if (known) return { [known[1]]: value.iso };
  if (isRange(value)) return { range: rangeText(value) };
  if (isFunction(value) || typeof value === 'function') return { function: 'function' };
  return { context: Object.fromEntries(Object.entries(value).map(([name, member]) => [name, write(member)])) };
}

// A range without one of its ends has a literal of its own: (> 4).
function rangeText(range) {
  const { start, end } = range;
  if (end === null && start !== null) return `(>${range['start included'] ? '=' : ''} ${literal(start)})`;
  if (start === null && end !== null) return `(<${range['end included'] ? '=' : ''} ${literal(end)})`;
  const [open, close] = [range['start included'] ? '[' : '(', range['end included'] ? ']' : ')'];
  return `${open}${literal(start)}..${literal(end)}${close}`;
}

function literal(end) {
  if (typeof end === 'string') return JSON.stringify(end);
  return KINDS.some(([type]) => end instanceof type) ? `@"${end.iso}"` : String(end);
}

// A fact called `now` or `today` is what that function gives.
function scopeOf(context) {
  const scope = read(context);
  for (const clock of ['now', 'today']) {
    const held = scope[clock];
    if (held !== undefined) scope[clock] = () => held;
  }
  return scope;
}

function answer({ expression, tests, context }) {
  const scope = scopeOf(context);
  const result = evaluate(expression, scope);
  return tests === undefined ? result : unaryTest(tests, { ...scope, '?': result.value });
}

function answerInTime(asked) {
  globalThis.answerAsked = () => answer(asked);
  return runInThisContext('answerAsked()', { timeout: MOST_MILLISECONDS });
}

for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line);
  try {
    const { value, warnings } = answerInTime(asked);
    console.log(JSON.stringify({ id: asked.id, value: write(value), warnings: warnings.map((each) => each.message) }));
  } catch (error) {
    console.log(JSON.stringify({ id: asked.id, error: error.message, warnings: [] }));
  }
}
