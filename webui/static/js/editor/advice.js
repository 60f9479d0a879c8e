// What bpmnlint advises about the drawing itself. What the engine runs is the server's to judge, so its other rules
// stay out; none of these keeps a draft from being published.
import testRule from 'bpmnlint/lib/test-rule';
import fakeJoin from 'bpmnlint/rules/fake-join';
import labelRequired from 'bpmnlint/rules/label-required';
import noBpmndi from 'bpmnlint/rules/no-bpmndi';
import noDuplicateFlows from 'bpmnlint/rules/no-duplicate-sequence-flows';
import noJoinFork from 'bpmnlint/rules/no-gateway-join-fork';
import noOverlap from 'bpmnlint/rules/no-overlapping-elements';
import superfluousGateway from 'bpmnlint/rules/superfluous-gateway';

const RULES = {
  'fake-join': [fakeJoin, 'several flows come in here without a gateway', 'Join them with a gateway.'],
  'label-required': [labelRequired, 'has no name', 'Say in a few words what happens here.'],
  'no-bpmndi': [noBpmndi, 'is in the file, but not drawn', 'Draw it, or take it out of the file.'],
  'no-duplicate-sequence-flows': [noDuplicateFlows, 'two flows lead the same way', 'One is enough.'],
  'no-gateway-join-fork': [noJoinFork, 'this gateway joins and splits', 'Draw two gateways, one after the other.'],
  'no-overlapping-elements': [noOverlap, 'lies upon another element', 'Move them apart.'],
  'superfluous-gateway': [superfluousGateway, 'this gateway has one way in and one way out', 'Take it away.'],
};

// Findings like the server's, for the diagram as it stands in the browser.
export function advice(definitions, file) {
  return Object.entries(RULES).flatMap(([rule, [factory, message, hint]]) => {
    const reports = testRule({ moddleRoot: definitions, rule: factory(), config: {} });
    return reports.map(({ id }) => ({ file, element: id, rule, severity: 'warning', message, hint, line: null }));
  });
}
