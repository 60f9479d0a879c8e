// The record's page: a slider over a case's time, the diagram as it stood at any moment of it, and links both ways
// between the diagram and the timeline. The server says where the case stood; without this the page's links do.
import { Stage } from './trace/stage.js';
import { Time } from './trace/time.js';
import { Timeline } from './trace/timeline.js';

const WRITING = 'input:not([type="radio"], [type="checkbox"]), textarea, select, [contenteditable]';
const KEYS_OFF = 'throughline-keys-off';

const page = document.querySelector('[data-trace]');
const place = page?.querySelector('[data-where]');
if (place) start();

async function start() {
  const base = page.dataset.trace;
  const asked = new URLSearchParams(location.search);
  const time = new Time(place);
  const timeline = new Timeline(page, base);
  const stage = new Stage(place, (element) => {
    chosen = element;
    timeline.filter(element, now?.seq);
    remember();
  });
  let chosen = asked.get('element');
  let now = null; // what the server said of the moment that is shown
  let request = null;

  // With `lookAt` the diagram is the one on which the moment happened; else the one that is looked at stays.
  async function show(seq, { element = null, follow = true, lookAt = false, isFirst = false } = {}) {
    request?.abort();
    request = new AbortController();
    try {
      const answer = await fetch(`${base}/at${seq ? `?seq=${seq}` : ''}`, { signal: request.signal });
      if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
      now = await answer.json();
    } catch (error) {
      if (error.name !== 'AbortError') stage.fail(error);
      return;
    }
    time.show(now);
    await stage.show(now, element ?? chosen, lookAt ? now.element : null);
    if (element) chosen = element;
    timeline.show(now, { follow, element });
    if (!isFirst) remember(seq);
  }

  // The address says what is shown, so that it can be sent to a colleague.
  function remember(seq = now?.seq) {
    const address = new URL(location.href);
    if (seq) address.searchParams.set('seq', seq);
    if (chosen) address.searchParams.set('element', chosen);
    else address.searchParams.delete('element');
    address.searchParams.delete('on');
    history.replaceState(history.state, '', address);
  }

  const step = (name) => now?.[name] && show(now[name]);
  time.onSlide((seq, isDone) => show(seq, { follow: isDone }));
  time.onStep(step);
  document.addEventListener('keydown', (event) => {
    const name = { ArrowLeft: 'before', ArrowRight: 'after' }[event.key];
    if (!name || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.defaultPrevented) return;
    const onSlider = event.target === time.slider;
    if (!onSlider && (localStorage.getItem(KEYS_OFF) === 'yes' || isElsewhere(event.target))) return;
    event.preventDefault();
    step(name);
  });
  page.addEventListener('click', (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    const link = event.target.closest('a[data-seq]');
    if (link) {
      event.preventDefault();
      show(Number(link.dataset.seq), { element: link.dataset.element ?? null, follow: false, lookAt: true });
    } else if (event.target.closest('[data-unmark]')) {
      chosen = null;
      timeline.element = null;
      stage.choose(null);
    }
  });
  await Promise.all([time.load(`${base}/moments`), show(asked.get('seq') ?? time.given, { follow: asked.has('seq'), lookAt: asked.has('seq'), isFirst: true })]);
}

function isElsewhere(target) {
  return target.closest(WRITING) || target.closest('.djs-container, .scroll-x') || document.querySelector('dialog[open]');
}
