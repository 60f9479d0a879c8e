// What was found at the selected element, with what to do about it; it changes while the element stays selected.
import { h } from '@bpmn-io/properties-panel/preact';
import { useEffect, useState } from '@bpmn-io/properties-panel/preact/hooks';

export function findingsHere(element, { marks }) {
  return { id: 'findings', component: Findings, marks };
}

function Findings({ element, marks }) {
  const [, again] = useState(0);
  useEffect(() => {
    const changed = () => again((times) => times + 1);
    marks.eventBus.on('marks.changed', changed);
    return () => marks.eventBus.off('marks.changed', changed);
  }, [marks]);
  const findings = marks.of(element);
  const label = 'Findings at this element';
  return findings.length ? h('ul', { class: 'findings-here', 'aria-label': label }, findings.map(line)) : null;
}

function line(finding) {
  return h(
    'li',
    { class: `finding is-${finding.severity}` },
    h('span', { class: 'finding-mark' }, finding.severity === 'error' ? 'Error' : 'Warning'),
    h('span', { class: 'finding-words' }, finding.message),
    finding.hint && h('span', { class: 'finding-hint muted' }, finding.hint),
  );
}
