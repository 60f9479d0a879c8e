// Where a text with {FEEL} in braces is written: inside a hole, the names that may follow are offered below it.
import { h } from '@bpmn-io/properties-panel/preact';
import { useRef, useState } from '@bpmn-io/properties-panel/preact/hooks';

const MOST = 8;
const NAME = /[A-Za-z_][\w.]*$/;

// The name that ends at the caret when it stands in a hole, as far as it is written; null outside of holes.
export function nameAt(text, caret) {
  let [depth, quoted] = [0, false];
  for (let at = 0; at < caret; at += 1) {
    const sign = text[at];
    if (quoted) {
      if (sign === '\\') at += 1;
      quoted = sign !== '"';
    } else if (depth && sign === '"') quoted = true;
    else if (!depth && (sign === '{' || sign === '}') && text[at + 1] === sign) at += 1; // {{ and }} are braces
    else if (sign === '{') depth += 1;
    else if (sign === '}') depth = Math.max(0, depth - 1);
  }
  return depth && !quoted ? NAME.exec(text.slice(0, caret))?.[0] ?? null : null;
}

// What may stand there: [{name, rest, detail}], `rest` being what is put in; parts of a dotted name one by one.
export function following(written, names) {
  const before = written.split('.');
  const begun = before.pop();
  const level = before.reduce((found, part) => found.find(({ name }) => name === part)?.entries ?? [], names);
  const fitting = level.filter(({ name }) => name.startsWith(begun) && name !== begun);
  return fitting.slice(0, MOST).map(({ name, entries, detail }) => (
    { name, detail, rest: name.slice(begun.length) + (entries?.length ? '.' : '') }
  ));
}

// Around a text area: arrows choose, Enter and Tab take, Escape lets the text be as it is.
export function Holes({ id, names, children }) {
  const [open, setOpen] = useState({ offers: [], chosen: 0 });
  const place = useRef();
  const show = (offers, chosen = 0) => {
    setOpen({ offers, chosen });
    const area = place.current.querySelector('textarea');
    area.setAttribute('aria-autocomplete', 'list');
    if (offers.length) area.setAttribute('aria-activedescendant', `${id}-offer-${chosen}`);
    else area.removeAttribute('aria-activedescendant');
  };
  const look = ({ target }) => {
    const written = nameAt(target.value, target.selectionEnd);
    show(written ? following(written, names) : []);
  };
  const take = (offer) => {
    const area = place.current.querySelector('textarea');
    area.setRangeText(offer.rest, area.selectionEnd, area.selectionEnd, 'end');
    area.dispatchEvent(new Event('input', { bubbles: true }));
  };
  const press = (event) => {
    const { offers, chosen } = open;
    const steps = { ArrowDown: 1, ArrowUp: offers.length - 1 };
    if (!offers.length || event.ctrlKey || event.metaKey) return;
    if (event.key in steps) show(offers, (chosen + steps[event.key]) % offers.length);
    else if (event.key === 'Enter' || event.key === 'Tab') take(offers[chosen]);
    else if (event.key === 'Escape') show([]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const list = open.offers.length > 0 && h('ul', { class: 'holes', role: 'listbox', 'aria-label': 'Names' },
    open.offers.map((offer, index) => h('li', {
      id: `${id}-offer-${index}`, key: offer.name, role: 'option', 'aria-selected': String(index === open.chosen),
      onMouseDown: (event) => { event.preventDefault(); take(offer); },
    }, offer.name, offer.detail && h('span', { class: 'muted' }, ` ${offer.detail}`))));
  const heard = { onInput: look, onKeyDownCapture: press, onFocusOut: () => show([]) };
  return h('div', { ref: place, ...heard }, children, list);
}
