// Markup of the diagram tools within the policy: what they write as a style attribute is set as the node's style.
import domify from 'domify';

const WRITTEN = /(<[^>]*\s)style="/g;

export default function withinPolicy(markup, ...rest) {
  const made = domify(typeof markup === 'string' ? markup.replaceAll(WRITTEN, '$1data-style="') : markup, ...rest);
  const nodes = made.querySelectorAll ? [made, ...made.querySelectorAll('[data-style]')] : [];
  for (const node of nodes) {
    if (!node.dataset?.style) continue;
    node.style.cssText = node.dataset.style;
    delete node.dataset.style;
  }
  return made;
}
