// Typing over a selection in CodeMirror within the policy: left to itself, the browser keeps the look of the replaced
// text in a style attribute, which the policy refuses with a complaint. So the editor replaces it itself.
import { EditorView } from '@codemirror/view';

export function typeOverWithoutStyles(container) {
  container.addEventListener('beforeinput', (event) => {
    const view = EditorView.findFromDOM(event.target);
    if (!view || event.inputType !== 'insertText' || !event.data || event.isComposing) return;
    const { from, to, empty } = view.state.selection.main;
    if (empty) return;
    event.preventDefault();
    const typed = () => view.state.update({ ...view.state.replaceSelection(event.data), userEvent: 'input.type', scrollIntoView: true });
    const handlers = view.state.facet(EditorView.inputHandler); // such as those that close brackets
    if (!handlers.some((handle) => handle(view, from, to, event.data, typed))) view.dispatch(typed());
  }, true);
}
