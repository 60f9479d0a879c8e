// One SVG sprite from the icons that the pages name: a symbol each, drawn in the colour of the text around it.
import { readFile } from 'node:fs/promises';
import path from 'node:path';

export async function sprite(folder, listFile) {
  const names = JSON.parse(await readFile(listFile, 'utf8'));
  const symbols = [];
  for (const [id, icon] of Object.entries(names)) {
    const svg = await readFile(path.join(folder, `${icon}.svg`), 'utf8').catch(() => {
      throw new Error(`${listFile}: lucide-static has no icon '${icon}' (for '${id}')`);
    });
    const inner = svg.slice(svg.indexOf('>', svg.indexOf('<svg')) + 1, svg.lastIndexOf('</svg>')).trim();
    symbols.push(`<symbol id="${id}" viewBox="0 0 24 24">${inner}</symbol>`);
  }
  return (
    '<svg xmlns="http://www.w3.org/2000/svg" fill="none" stroke="currentColor" stroke-width="2" ' +
    `stroke-linecap="round" stroke-linejoin="round">${symbols.join('')}</svg>\n`
  );
}
