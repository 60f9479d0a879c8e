// Which decision of the file is shown: a button each, with how much was found in it; the picture of all comes last.
const HEAD = 'dmn:Definitions';

export class Views {
  constructor(place, dmn) {
    this.place = place;
    this.dmn = dmn;
    this.numbers = new Map();
    dmn.on('views.changed', () => this.#draw());
  }

  // The first decision, not the picture: people come here to change a table.
  async openFirst() {
    const views = this.#inOrder();
    const kept = views.find(({ element }) => element.id === this.shown);
    await this.open(kept ?? views[0]);
  }

  // How many findings each decision holds; `holder` names the decision of a finding.
  count(findings, holder) {
    this.numbers = new Map();
    for (const finding of findings) {
      const id = holder(finding);
      this.numbers.set(id, [...(this.numbers.get(id) ?? []), finding.severity]);
    }
    this.#draw();
  }

  async open(view) {
    await this.dmn.open(view);
    if (view.type === 'drd') this.#fit();
  }

  // The whole picture, beside the palette.
  #fit() {
    const canvas = this.dmn.getActiveViewer().get('canvas');
    canvas.zoom('fit-viewport', 'auto');
    canvas.zoom(canvas.zoom() * 0.85, 'auto');
  }

  #inOrder() {
    const views = this.dmn.getViews();
    return [...views.filter(({ element }) => element.$type !== HEAD), ...views.filter(({ element }) => element.$type === HEAD)];
  }

  #draw() {
    const active = this.dmn.getActiveView()?.element.id;
    if (active) this.shown = active;
    const focused = this.place.contains(document.activeElement) ? document.activeElement.dataset.view : null;
    this.place.replaceChildren(...this.#inOrder().map((view) => this.#button(view, active)));
    if (focused) this.place.querySelector(`[data-view="${CSS.escape(focused)}"]`)?.focus();
  }

  #button(view, active) {
    const { element } = view;
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'chip';
    button.dataset.view = element.id;
    button.setAttribute('aria-pressed', String(element.id === active));
    button.append(element.$type === HEAD ? 'How they depend' : element.name || element.id, ...this.#found(element.id));
    button.addEventListener('click', () => this.open(view));
    return button;
  }

  #found(id) {
    const severities = this.numbers.get(id);
    if (!severities) return [];
    const errors = severities.includes('error');
    const number = document.createElement('b');
    number.className = `count dmn-found ${errors ? 'is-error' : 'is-warning'}`;
    number.textContent = `${errors ? '⬣' : '▲'} ${severities.length}`;
    number.title = `${severities.length} found here`;
    return [' ', number];
  }
}
