// The slider, its buttons, and what is said of the moment that they stand at.
export class Time {
  constructor(place) {
    this.place = place;
    this.slider = place.querySelector('#when');
    this.start = Number(place.dataset.start);
    this.given = place.dataset.seq;
    this.moments = []; // [last entry, first entry, seconds]
  }

  async load(address) {
    const answer = await fetch(address);
    if (answer.ok) this.moments = (await answer.json()).moments;
  }

  // `act` is given the last entry of the moment that the slider stands at, and whether the hand has let go of it.
  onSlide(act) {
    for (const type of ['input', 'change']) {
      this.slider.addEventListener(type, () => {
        const seq = this.at(this.start + Number(this.slider.value) * 60);
        if (seq) act(seq, type === 'change');
      });
    }
  }

  onStep(act) {
    for (const button of this.place.querySelectorAll('[data-step]')) {
      button.addEventListener('click', (event) => {
        event.preventDefault();
        act(button.dataset.step);
      });
    }
  }

  // The last moment that had happened by then: they are in order of time.
  at(seconds) {
    let [low, high] = [0, this.moments.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.moments[middle][2] <= seconds) low = middle + 1;
      else high = middle;
    }
    return this.moments[Math.max(low - 1, 0)]?.[0];
  }

  show(now) {
    if (document.activeElement !== this.slider || this.at(this.start + Number(this.slider.value) * 60) !== now.seq) {
      this.slider.value = Math.ceil((now.seconds - this.start) / 60);
    }
    this.slider.setAttribute('aria-valuetext', now.instant);
    if (String(now.seq) !== this.given) this.place.querySelector('[data-quiet]')?.remove(); // it is said of one moment
    this.place.querySelector('[data-instant]').textContent = now.instant;
    this.place.querySelector('[data-sentence]').textContent = now.sentence;
    const on = this.place.querySelector('[name="on"]');
    if (document.activeElement !== on) on.value = now.on; // not from under the hand that writes a day
    const notes = now.notes.map((words) => Object.assign(document.createElement('li'), { textContent: words }));
    this.place.querySelector('[data-notes]').replaceChildren(...notes);
    for (const button of this.place.querySelectorAll('[data-step]')) this.point(button, now[button.dataset.step]);
  }

  point(button, seq) {
    if (!seq) {
      button.removeAttribute('href');
      button.setAttribute('aria-disabled', 'true');
      return;
    }
    const address = new URL(location.href);
    address.searchParams.set('seq', seq);
    button.href = address.pathname + address.search;
    button.removeAttribute('aria-disabled');
  }
}
