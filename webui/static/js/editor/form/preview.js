// The form beside its text: asked of the server a moment after the last change, the older answer dropped.
import { post } from '../draft.js';

const PAUSE = 400;

export function startPreview(draft, place, area) {
  const shown = place.querySelector('[data-form-preview]');
  const track = place.querySelector('[data-form-track]');
  let timer = 0;
  let asked = 0;
  if (!shown) return { soon() {} };

  async function draw() {
    const mine = ++asked;
    if (!area.text().trim()) return say('An empty file asks nothing.');
    try {
      const answer = await post(draft, place.dataset.previewAddress, { path: draft.path, text: area.text(), track: track.value });
      const said = await answer.json();
      if (mine !== asked) return;
      if (!answer.ok) return say(said.detail ?? said.title);
      put(said.html);
      area.mark(said.line ?? null);
    } catch (error) {
      if (mine === asked) say(`The form could not be drawn (${error.message}).`);
    }
  }

  // Parsed as markup that runs nothing: the server made it, and the policy lets no script in.
  function put(html) {
    const parsed = new DOMParser().parseFromString(html, 'text/html');
    shown.replaceChildren(...parsed.body.childNodes);
    shown.querySelector('form')?.addEventListener('submit', (event) => event.preventDefault());
    shown.querySelector('form input, form textarea')?.dispatchEvent(new Event('input', { bubbles: true })); // what depends hides
    shown.querySelector('[data-line]')?.addEventListener('click', (event) => area.goTo(Number(event.currentTarget.dataset.line)));
  }

  function say(words) {
    const line = document.createElement('p');
    line.className = 'muted';
    line.textContent = words;
    shown.replaceChildren(line);
    area.mark(null);
  }

  function soon(wait = PAUSE) {
    clearTimeout(timer);
    timer = setTimeout(draw, wait);
  }

  track.addEventListener('change', () => soon(0));
  return { soon };
}
