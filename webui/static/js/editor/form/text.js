// A text area for a file: numbered lines, the line of an error marked, and Enter keeps the indentation.
export function textArea(place) {
  const area = place.querySelector('[data-form-text]');
  const numbers = place.querySelector('[data-form-numbers]');
  let wrong = null;

  function number() {
    const count = area.value.split('\n').length;
    numbers.replaceChildren(...Array.from({ length: count }, (_, index) => {
      const line = document.createElement('span');
      line.textContent = index + 1 === wrong ? `⬣ ${index + 1}\n` : `${index + 1}\n`;
      line.classList.toggle('is-wrong', index + 1 === wrong);
      return line;
    }));
    numbers.scrollTop = area.scrollTop;
  }

  area.addEventListener('input', number);
  area.addEventListener('scroll', () => { numbers.scrollTop = area.scrollTop; });
  area.addEventListener('keydown', keepIndentation);
  return {
    text: () => area.value,
    show(text) {
      area.value = text;
      number();
    },
    // As if it were typed, so that it can be undone.
    insert(text) {
      area.focus();
      area.select();
      document.execCommand('insertText', false, text);
      area.setSelectionRange(0, 0);
      area.scrollTop = 0;
    },
    mark(line) {
      if (wrong === line) return;
      wrong = line;
      number();
    },
    goTo(line) {
      if (!line) return area.focus();
      const lines = area.value.split('\n');
      const from = lines.slice(0, line - 1).join('\n').length + (line > 1 ? 1 : 0);
      area.focus();
      area.setSelectionRange(from, from + (lines[line - 1] ?? '').length);
      area.scrollTop = (line - 4) * (area.scrollHeight / lines.length);
    },
    onChange: (act) => area.addEventListener('input', act),
  };
}

// YAML says by indentation what belongs to what. Tab is left alone: it leads on through the page.
function keepIndentation(event) {
  if (event.key !== 'Enter' || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const { value, selectionStart } = event.target;
  const line = value.slice(value.lastIndexOf('\n', selectionStart - 1) + 1, selectionStart);
  const indent = /^ */.exec(line)[0];
  if (!indent) return;
  event.preventDefault();
  document.execCommand('insertText', false, `\n${indent}`);
}
