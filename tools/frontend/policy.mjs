// Which packages are built as what the content security policy lets them do: no style written into the page.
import path from 'node:path';

const STANDS_FOR = { 'style-mod': 'sheets.js', domify: 'markup.js' };

export function withinPolicy(folder) {
  return {
    name: 'within-policy',
    setup(build) {
      build.onResolve({ filter: /^(style-mod|domify)$/ }, (asked) => {
        if (asked.resolveDir === folder) return undefined; // ours stand on the packages' own
        return { path: path.join(folder, STANDS_FOR[asked.path]) };
      });
    },
  };
}
