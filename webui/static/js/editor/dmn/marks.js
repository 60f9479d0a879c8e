// Rows with findings are marked by a sheet of their own: the table is drawn anew at every change, the sheet stays.
const SIGNS = { error: '⬣', warning: '▲' };
const COLOURS = { error: 'urgent', warning: 'late' };

export class RowMarks {
  constructor() {
    this.sheet = new CSSStyleSheet();
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, this.sheet];
  }

  show(findings) {
    const grave = new Map();
    for (const { element, severity } of findings) {
      if (element && grave.get(element) !== 'error') grave.set(element, severity);
    }
    this.sheet.replaceSync([...grave].map(([id, severity]) => rules(CSS.escape(id), severity)).join('\n'));
  }
}

function rules(id, severity) {
  const colour = COLOURS[severity];
  return `
    .tjs-table td[data-row-id="${id}"] { background: var(--${colour}-soft) !important; }
    .tjs-table td.rule-index[data-row-id="${id}"], .tjs-table td.rule-index[data-element-id="${id}"] { color: var(--${colour}) !important; font-weight: 700; }
    .tjs-table td.rule-index[data-row-id="${id}"]::before, .tjs-table td.rule-index[data-element-id="${id}"]::before { content: '${SIGNS[severity]} '; }
  `;
}
