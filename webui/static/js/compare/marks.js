// Which elements of two diagrams differ, and the colours and signs that say so on both.
import { diff } from 'bpmn-js-differ';

const SIGNS = { added: '+', removed: '−', changed: '~', moved: '→' };
const WORDS = { added: 'added', removed: 'taken out', changed: 'changed', moved: 'only moved' };
const KINDS = { _layoutChanged: 'moved', _changed: 'changed', _added: 'added', _removed: 'removed' };

// Element id → kind. `told` is what the list in words says, which knows what the engine reads and has the last word:
// spacing and the order of a list are no change, and a line that follows its end has not moved.
export function differences([before, after], told) {
  const kinds = new Map();
  if (before && after) {
    const found = diff(before.getDefinitions(), after.getDefinitions());
    for (const [part, kind] of Object.entries(KINDS)) {
      for (const id of Object.keys(found[part])) if (told.has(id) || isShape(before, after, id, kind)) kinds.set(id, kind);
    }
  } else {
    const [only, kind] = before ? [before, 'removed'] : [after, 'added'];
    for (const element of only.get('elementRegistry').filter(isDrawn)) kinds.set(element.id, kind);
  }
  return new Map([...kinds, ...told]);
}

function isShape(before, after, id, kind) {
  const element = (kind === 'removed' ? before : after).get('elementRegistry').get(id);
  return kind !== 'changed' && Boolean(element) && !element.waypoints;
}

export function mark(viewer, kinds, side) {
  const canvas = viewer.get('canvas');
  const overlays = viewer.get('overlays');
  const registry = viewer.get('elementRegistry');
  for (const [id, kind] of kinds) {
    const element = registry.get(id);
    if (!element || !isDrawn(element) || (kind === 'added' && side === 'before') || (kind === 'removed' && side === 'after')) continue;
    canvas.addMarker(element, `compare-${kind}`);
    overlays.add(element, { position: place(element), html: sign(kind), show: { minZoom: 0 }, scale: { min: 0.9 } });
  }
}

function isDrawn(element) {
  return Boolean(element.parent) && !element.labelTarget;
}

// On the upper right corner of a shape, in the middle of a line.
function place(element) {
  if (!element.waypoints) return { top: -12, right: 12 };
  const box = { x: Math.min(...element.waypoints.map((p) => p.x)), y: Math.min(...element.waypoints.map((p) => p.y)) };
  const at = Math.floor((element.waypoints.length - 1) / 2);
  const [from, to] = [element.waypoints[at], element.waypoints[at + 1]];
  return { left: (from.x + to.x) / 2 - box.x - 11, top: (from.y + to.y) / 2 - box.y - 11 };
}

function sign(kind) {
  const node = document.createElement('span');
  node.className = `compare-badge is-${kind}`;
  node.textContent = SIGNS[kind];
  node.title = WORDS[kind];
  return node;
}
