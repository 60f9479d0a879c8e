// What pages do beyond links and forms, which all work without it: parts are swapped, keys act, focus follows the work.
import htmx from 'htmx.org';
import { startFocus } from './focus.js';
import { startForms } from './forms.js';
import { startKeys } from './keys.js';
import { startList } from './list.js';
import { startToasts } from './toasts.js';

document.documentElement.classList.add('js');

Object.assign(htmx.config, {
  allowEval: false,
  includeIndicatorStyles: false,
  historyCacheSize: 0, // pages hold health information: none of them stays in the browser's storage
  refreshOnHistoryMiss: true,
  scrollIntoViewOnBoost: false,
  responseHandling: [
    { code: '204', swap: false },
    { code: '[23]..', swap: true },
    { code: '[45]..', swap: true, error: true }, // a refusal is a page part like any other
  ],
});

// Another script of a page asks for a part of it.
document.addEventListener('load-part', ({ detail }) => htmx.ajax('GET', detail.address, { target: detail.target }));

startFocus();
startForms();
startKeys(htmx);
startList();
startToasts();
