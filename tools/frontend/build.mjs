// Builds the front end from npm packages and webui/static into webui/static/dist, each file named by its content.
import { readFile, rm, mkdir, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import path from 'node:path';
import { build } from 'esbuild';
import { sprite } from './sprite.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const source = path.join(root, 'webui/static');
const dist = path.join(source, 'dist');

const entries = {
  app: path.join(source, 'js/app.js'),
  diagram: path.join(source, 'js/diagram.js'),
  style: path.join(source, 'css/style.css'),
  'diagram-style': path.join(source, 'css/diagram.css'),
};

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });

const built = await build({
  entryPoints: entries,
  outdir: dist,
  absWorkingDir: root,
  nodePaths: [path.join(root, 'node_modules')],
  bundle: true,
  minify: true,
  format: 'iife',
  target: ['chrome123', 'firefox120', 'safari17.5'], // the first with light-dark()
  entryNames: '[name]-[hash]',
  assetNames: '[name]-[hash]',
  loader: { '.woff2': 'file' },
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
await writeFile(path.join(dist, 'manifest.json'), JSON.stringify(manifest, null, 2) + '\n');

async function named(name, extension, content) {
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 8).toUpperCase();
  await writeFile(path.join(dist, `${name}-${hash}${extension}`), content);
  return `${name}-${hash}${extension}`;
}
