// The timeline beside the diagram: which moment is shown is marked in it, and an element's entries are asked for.
const SETTLED = 350; // ms after which a page of the timeline that is not there is fetched

export class Timeline {
  constructor(page, base) {
    this.list = page.querySelector('#timeline');
    this.base = base;
    this.element = new URLSearchParams(location.search).get('element'); // only its entries are in the list
  }

  show(now, { follow, element }) {
    for (const each of this.list.querySelectorAll('.moment.is-now')) each.classList.remove('is-now');
    for (const each of this.list.querySelectorAll('.line.is-marked')) each.classList.remove('is-marked');
    const moment = this.list.querySelector(`#moment-${now.seq}`);
    clearTimeout(this.waiting);
    if (moment) {
      moment.classList.add('is-now');
      for (const line of moment.querySelectorAll('.line')) line.classList.toggle('is-marked', Boolean(element) && line.dataset.at === element);
      if (follow) this.reveal(moment);
    } else if (follow && !this.element) {
      this.waiting = setTimeout(() => this.load({ seq: now.seq }), SETTLED);
    }
  }

  // Opens what folds the moment away; only the list moves, and only where it scrolls beside the diagram.
  reveal(moment) {
    const fold = moment.closest('.fold > details');
    if (fold) fold.open = true;
    if (this.list.scrollHeight <= this.list.clientHeight) return;
    const [list, own] = [this.list.getBoundingClientRect(), moment.getBoundingClientRect()];
    if (own.top < list.top || own.bottom > list.bottom) this.list.scrollTop += own.top - list.top - list.height / 4;
  }

  filter(element, seq) {
    this.element = element;
    this.load({ element, ...(seq ? { seq } : {}) });
  }

  load(changed) {
    const order = new URLSearchParams(location.search).get('order');
    const asked = new URLSearchParams({ ...changed, ...(order ? { order } : {}) });
    document.dispatchEvent(new CustomEvent('load-part', { detail: { address: `${this.base}?${asked}`, target: '#timeline' } }));
  }
}
