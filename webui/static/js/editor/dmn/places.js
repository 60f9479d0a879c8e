// Where in a decision file a finding is: the decision that holds it, what that is called, and how it is shown.
const HEAD = 'dmn:Definitions';

// The view (a decision, or the picture of all) that holds an element: the row of a table, the decision itself.
export function viewOf(dmn, id) {
  return dmn.getViews().find(({ element }) => element.id === id || (element.$type !== HEAD && holds(element, id)));
}

export function holderOf(dmn, id) {
  return viewOf(dmn, id)?.element.id ?? null;
}

function holds({ decisionLogic: logic }, id) {
  return Boolean(logic) && [logic, ...rows(logic), ...(logic.input ?? []), ...(logic.output ?? [])].some((each) => each.id === id);
}

function rows(logic) {
  return logic?.rule ?? [];
}

// "Course of GAD-7, row 4"
export function nameOf(dmn, id) {
  const element = viewOf(dmn, id)?.element;
  if (!element) return id;
  const number = rows(element.decisionLogic).findIndex((each) => each.id === id) + 1;
  const name = element.name || element.id;
  return number ? `${name}, row ${number}` : name;
}

// Opens the decision and brings the row into sight, its first cell in focus.
export async function reveal(dmn, id) {
  const view = viewOf(dmn, id);
  if (!view) return;
  if (dmn.getActiveView() !== view) await dmn.open(view);
  const container = dmn.getActiveViewer().container ?? document;
  const cell = document.querySelector(`[data-dmn] td[data-row-id="${CSS.escape(id)}"]`) ?? container;
  cell.scrollIntoView?.({ block: 'nearest', inline: 'nearest' });
  cell.querySelector?.('[contenteditable]')?.focus({ preventScroll: true });
}
