// One file of a draft, between the page and the server: read, saved as one works, and never written over unseen.
//
// The page's element [data-draft] carries what is needed: data-file (address that reads and saves a file),
// data-presence, data-findings, data-choices, data-path (the open file), data-token (against forged requests),
// data-zone (the organisation's time zone), and data-closed when the visitor may only look. In it stand [data-saved]
// (the state line), [data-others] (who has the file open, too) and the dialog [data-conflict].
const PAUSE = 800; // after the last change, in ms
const LONGEST_WAIT = 30_000; // between two tries to reach the server
const PRESENCE = 20_000;
const FINAL = new Set([404, 409, 413, 422]); // trying again with the same text helps nothing
const DOOR = new Set([400, 401]); // signed out, or in anew since the page was opened
// This window's name: it saves over its own last save, also when the answer that told of it was lost.
const WINDOW = Array.from(crypto.getRandomValues(new Uint8Array(16)), (each) => each.toString(16)).join('-');

// What the page says about its draft; null on a page without one.
export function draftOnPage() {
  const place = document.querySelector('[data-draft]');
  if (!place) return null;
  const { file, presence, findings, choices, path, token, zone } = place.dataset;
  const addresses = { file, presence, findings, choices };
  const draft = { place, path, token, zone, closed: 'closed' in place.dataset, addresses, flush: async () => {} };
  place.querySelector('[data-files]')?.addEventListener('change', async ({ currentTarget }) => {
    await draft.flush();
    currentTarget.submit();
  });
  place.querySelector('[data-take-back]')?.addEventListener('submit', async (event) => {
    event.preventDefault(); // what is on its way to the server arrives before it is taken back, not after
    await draft.flush();
    event.target.submit();
  });
  return draft;
}

// GET an address of the draft's: JSON, or an Error in words.
export async function ask(address) {
  return answered(await fetch(address, { headers: { Accept: 'application/json' } }));
}

// {"path", "text", "revision", "changed", "origin"} of the open file.
export function openFile(draft) {
  return ask(`${draft.addresses.file}?path=${encodeURIComponent(draft.path)}`);
}

// The other files of the draft: adds one that is not there yet; saves what is open before another is opened.
export function filesOf(draft) {
  return {
    async add(path, text) {
      await answered(await post(draft, draft.addresses.file, { path, text, revision: 0, origin: '' }));
    },
    async open(path) {
      await draft.flush();
      window.location.search = new URLSearchParams({ file: path });
    },
  };
}

// Keeps the open file saved. `editor` has read() → text or a promise of it, show(text) → draws another text, and
// found(findings) → is told what the server finds. Returns changed() to call after each change, and flush().
export function keepSaved(draft, opened, editor) {
  const { text, revision, origin } = opened; // origin: which published text is changed here
  const state = { text, revision, origin, edition: 0, saved: 0, timer: 0, wait: 0, busy: null, conflict: false };
  const line = draft.place.querySelector('[data-saved]');

  function say(words, grave = false) {
    line.textContent = words;
    line.classList.toggle('urgent', grave);
  }

  function later(wait) {
    clearTimeout(state.timer);
    state.timer = setTimeout(flush, wait);
  }

  function changed() {
    if (draft.closed) return;
    state.edition += 1;
    state.wait = 0;
    if (!state.conflict) later(PAUSE);
  }

  // Saves what is not saved yet; resolves when that is done or has failed.
  async function flush() {
    clearTimeout(state.timer);
    while (state.busy) await state.busy;
    if (state.edition === state.saved || state.conflict || draft.closed) return;
    state.busy = save();
    await state.busy;
    state.busy = null;
  }

  async function save() {
    const edition = state.edition;
    try {
      const text = await editor.read();
      if (text === state.text) return void (state.saved = edition); // undone: there is nothing to save
      say('Saving');
      const { revision, origin } = state;
      const sent = { path: draft.path, text, revision, origin, window: WINDOW, edition };
      const answer = await post(draft, draft.addresses.file, sent);
      const kept = await answered(answer);
      Object.assign(state, { text, revision: kept.revision, saved: edition, wait: 0 });
      say(`Saved ${clock(draft, kept.saved_at)}`);
      draft.place.querySelector('[data-take-back]').hidden = false;
      showOthers(draft, kept.others);
      editor.found(kept);
      if (state.edition !== edition) later(PAUSE);
    } catch (error) {
      if (error.said?.text === undefined) await failed(error);
      else meet(error.said);
    }
  }

  async function failed(error) {
    let why = (error instanceof TypeError ? 'the server cannot be reached' : error.message).replace(/\.$/, '');
    if (FINAL.has(error.status)) return say(`Not saved: ${why}`, true);
    state.text = null; // it may be kept all the same, its answer lost: whatever is drawn next is sent
    if (DOOR.has(error.status)) why = await renewToken(draft).catch(() => why);
    state.wait = Math.min(LONGEST_WAIT, state.wait * 2 || 2000);
    say(`Not saved: ${why}; tries again in ${state.wait / 1000} seconds`, true);
    later(state.wait);
  }

  // Somebody else saved in between: the person decides, nothing is lost before that.
  async function meet(theirs) {
    state.conflict = true;
    const who = theirs.own ? 'you, in another window,' : theirs.by;
    say(`Not saved: ${who} saved this file, too`, true);
    const choice = await decide(draft, theirs);
    state.revision = theirs.revision;
    state.conflict = false;
    if (choice === 'theirs') {
      state.text = theirs.text;
      state.origin = theirs.origin;
      await editor.show(theirs.text);
      state.saved = state.edition;
      say(`Shows what ${who} saved`.replace(/,( saved)$/, '$1'));
      ask(draft.addresses.findings).then(editor.found, () => {});
    } else {
      state.text = theirs.text;
      state.edition += 1;
      later(0);
    }
  }

  draft.flush = flush;
  const unsaved = () => state.edition !== state.saved && !draft.closed;
  leaveSaved(flush, unsaved);
  if (!draft.closed) stayPresent(draft);
  say(draft.closed ? 'This draft is closed: nothing is saved' : opened.changed ? 'Saved' : 'Nothing changed yet');
  return { changed, flush, unsaved };
}

// A link waits until all is saved; a closed window asks first, and what hides is saved at once.
function leaveSaved(flush, unsaved) {
  document.addEventListener('visibilitychange', () => document.hidden && flush());
  window.addEventListener('blur', flush);
  window.addEventListener('beforeunload', (event) => {
    if (!unsaved()) return;
    flush();
    event.preventDefault();
  });
  document.addEventListener('click', async (event) => {
    const link = event.target.closest?.('a[href]');
    const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey || event.defaultPrevented;
    if (!link || link.target || elsewhere || !unsaved()) return;
    event.preventDefault();
    await flush();
    link.click();
  });
}

function decide(draft, theirs) {
  const dialog = draft.place.querySelector('[data-conflict]');
  dialog.querySelector('[data-title]').textContent = theirs.own
    ? 'You changed this file in another window'
    : 'Two of you changed this file';
  dialog.querySelector('[data-by]').textContent = theirs.own ? 'You, in another window,' : theirs.by;
  dialog.querySelector('[data-at]').textContent = clock(draft, theirs.at);
  dialog.returnValue = '';
  dialog.showModal();
  return new Promise((resolve) => {
    // Escape decides nothing: the question stays until it is answered.
    dialog.onclose = () => (dialog.returnValue ? resolve(dialog.returnValue) : dialog.showModal());
  });
}

function stayPresent(draft) {
  const tell = async () => {
    try {
      const { others } = await answered(await post(draft, draft.addresses.presence, { path: draft.path }));
      showOthers(draft, others);
    } catch { /* who is there is good to know, and nothing depends on it: the next call tells it */ }
  };
  tell();
  setInterval(tell, PRESENCE);
  window.addEventListener('pagehide', () => {
    post(draft, draft.addresses.presence, { path: '' }, { keepalive: true }).catch(() => {}); // it fades by itself, too
  });
}

function showOthers(draft, others) {
  const banner = draft.place.querySelector('[data-others]');
  const names = [...new Set((others ?? []).filter((each) => each.path === draft.path).map((each) => each.name))];
  banner.hidden = !names.length;
  const words = names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${names.at(-1)} have` : `${names[0]} has`;
  const sentence = names.length ? `${words} this open, too. What either saves, the other is asked about.` : '';
  if (banner.textContent !== sentence) banner.textContent = sentence;
}

// POST JSON with the token that proves the page is ours.
export function post(draft, address, body, options = {}) {
  return fetch(address, {
    ...options,
    method: 'POST',
    headers: { Accept: 'application/json', 'Content-Type': 'application/json', 'X-CSRFToken': draft.token },
    body: JSON.stringify(body),
  });
}

// Who signs in anew has another token: the page, asked once more, carries it. Returns why nothing was saved yet.
async function renewToken(draft) {
  const page = new DOMParser().parseFromString(await (await fetch(window.location.href)).text(), 'text/html');
  const token = page.querySelector('[data-draft]')?.dataset.token;
  if (!token) return 'you are signed out. Sign in again in another window, this one keeps what you drew';
  draft.token = token;
  return 'you signed in anew';
}

// The JSON of an answer; anything but a success is an Error in words, with its `status` and what was `said`.
async function answered(answer) {
  if (answer.ok) return answer.json();
  const said = await answer.json().catch(() => null);
  const error = new Error(said?.detail ?? said?.title ?? `the server answered ${answer.status}`);
  throw Object.assign(error, { status: answer.status, said });
}

function clock(draft, instant) {
  const digits = { hour: '2-digit', minute: '2-digit', hour12: false };
  return new Date(instant).toLocaleTimeString([], { ...digits, timeZone: draft.zone });
}
