// Builds the front end from npm packages and webui/static into webui/static/dist, each file named by its content.
import { existsSync } from 'node:fs';
import { readFile, rename, rm, mkdir, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import path from 'node:path';
import { build } from 'esbuild';
import { withinPolicy } from './policy.mjs';
import { sprite } from './sprite.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const source = path.join(root, 'webui/static');
const dist = path.join(source, 'dist');
// Built beside it and put in its place when it is whole: a server that runs meanwhile misses nothing.
const building = `${dist}-building`;
const replaced = `${dist}-replaced`;

const entries = {
  app: path.join(source, 'js/app.js'),
  diagram: path.join(source, 'js/diagram.js'),
  trace: path.join(source, 'js/trace.js'),
  style: path.join(source, 'css/style.css'),
  'diagram-style': path.join(source, 'css/diagram.css'),
  editor: path.join(source, 'js/editor/bpmn.js'),
  'editor-style': path.join(source, 'css/editor.css'),
  compare: path.join(source, 'js/compare.js'),
  'compare-style': path.join(source, 'css/compare.css'),
  'dmn-editor': path.join(source, 'js/editor/dmn.js'),
  'dmn-editor-style': path.join(source, 'css/dmn_editor.css'),
  'form-editor': path.join(source, 'js/editor/form.js'),
  'form-editor-style': path.join(source, 'css/form_editor.css'),
};

await rm(building, { recursive: true, force: true });
await mkdir(building, { recursive: true });

const built = await build({
  entryPoints: entries,
  outdir: building,
  absWorkingDir: root,
  nodePaths: [path.join(root, 'node_modules')],
  bundle: true,
  minify: true,
  format: 'iife',
  target: ['chrome123', 'firefox120', 'safari17.5'], // the first with light-dark()
  entryNames: '[name]-[hash]',
  assetNames: '[name]-[hash]',
  loader: { '.woff2': 'file' },
  plugins: [withinPolicy(path.join(source, 'js/policy'))],
  legalComments: 'linked',
  metafile: true,
  logLevel: 'warning',
});

const manifest = {};
for (const [file, made] of Object.entries(built.metafile.outputs)) {
  const entry = Object.entries(entries).find(([, from]) => made.entryPoint && path.resolve(root, made.entryPoint) === from);
  if (entry) manifest[`${entry[0]}${path.extname(file)}`] = path.basename(file);
}

const icons = await sprite(path.join(root, 'node_modules/lucide-static/icons'), path.join(root, 'tools/frontend/icons.json'));
manifest['icons.svg'] = await named('icons', '.svg', icons);
manifest['favicon.svg'] = await named('favicon', '.svg', await readFile(path.join(source, 'favicon.svg')));
// Last: what has a manifest is whole.
await writeFile(path.join(building, 'manifest.json'), JSON.stringify(manifest, null, 2) + '\n');
await rm(replaced, { recursive: true, force: true });
if (existsSync(dist)) await rename(dist, replaced);
await rename(building, dist);
await rm(replaced, { recursive: true, force: true });

async function named(name, extension, content) {
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 8).toUpperCase();
  await writeFile(path.join(building, `${name}-${hash}${extension}`), content);
  return `${name}-${hash}${extension}`;
}
