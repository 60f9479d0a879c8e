// dmn-js as decisions are written here: FEEL only, the engine's types and functions offered, facts completed.
import Modeler from 'dmn-js/lib/Modeler';
import NavigatedViewer from 'dmn-js/lib/NavigatedViewer';

const FEEL = { options: [{ label: 'FEEL', value: 'feel' }], defaults: { editor: 'feel' } };
const TYPES = ['string', 'boolean', 'number', 'date', 'time', 'dateTime', 'dayTimeDuration', 'yearMonthDuration', 'Any'];
const LOOK = { defaultFillColor: 'var(--sheet)', defaultStrokeColor: 'var(--ink)', defaultLabelColor: 'var(--ink)' };

export function editorIn(container, choices) {
  const known = variables(choices);
  const facts = {
    __init__: [['variableResolver', (resolver) => resolver.registerProvider({ getVariables: (found) => [...found, ...known] })]],
  };
  const view = { additionalModules: [facts] };
  return new Modeler({
    container,
    common: {
      expressionLanguages: FEEL,
      dataTypes: TYPES,
      feelLanguageContext: { builtins: functions(choices) },
    },
    drd: { drdRenderer: LOOK },
    decisionTable: view,
    literalExpression: view,
    boxedExpression: view,
  });
}

export function viewerIn(container) {
  return new NavigatedViewer({ container, common: { expressionLanguages: FEEL }, drd: { drdRenderer: LOOK } });
}

function functions(choices) {
  return (choices?.functions ?? []).map(({ name, signature }) => ({ name, type: 'function', info: signature, params: [] }));
}

// The facts by their first word, the rest inside: "case.week" is `week` in `case`.
function variables(choices) {
  const root = { entries: [] };
  for (const { name, type } of [...(choices?.facts ?? []), ...(choices?.series ?? [])]) {
    let holder = root;
    for (const step of name.split('.')) {
      let entry = holder.entries.find((each) => each.name === step);
      if (!entry) holder.entries.push((entry = { name: step, entries: [] }));
      holder = entry;
    }
    holder.detail = type;
  }
  return root.entries;
}
