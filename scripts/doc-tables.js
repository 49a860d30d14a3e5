// Parts of docs/ that follow from the code: each stands between `<!-- NAME -->` and `<!-- /NAME -->` of its page.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const cell = (text) => String(text).replaceAll('|', '\\|').replaceAll('\n', ' ');
const table = (head, rows) =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.map(cell).join(' | ')} |`).join('\n');
const link = (name) => `[${name}](../transforms/${name}/README.md)`;

/** Text with the parts of these names replaced. */
export function withParts(text, parts) {
  for (const [name, part] of Object.entries(parts)) {
    const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
    const [from, to] = [text.indexOf(start), text.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`no part ${name}`);
    text = `${text.slice(0, from + start.length)}\n\n${part}\n\n${text.slice(to)}`;
  }
  return text;
}

/** The five families, in the order in which the README tells them; what is in none of the first four is in the last. */
const FAMILIES = [
  [
    'cache mounts',
    'downloads and compiler output stay with the builder, not in the image',
    ({ name }) => /^mount-/.test(name),
  ],
  ['layer order', 'what changes often comes after what takes long', ({ phase }) => phase === 'order'],
  ['stages', 'what only the build needs does not ship', ({ phase }) => phase === 'stages'],
  ['bases', 'a version that the project names, and the slim variant of it', ({ phase }) => phase === 'base'],
  ['strip and clean up', 'each layer holds only what it is for', () => true],
];

export function familyList(metas) {
  const left = new Set(metas);
  const items = FAMILIES.map(([family, what, isIn]) => {
    const own = [...left].filter(isIn);
    for (const meta of own) left.delete(meta);
    const names = own.map(({ name, preset }) => {
      return `[\`${name}\`](transforms/${name}/README.md)${preset === 'default' ? '' : ' (when named)'}`;
    });
    return `- **${family}**, ${what}: ${names.join(', ')}`;
  });
  return items.join('\n');
}

/** What the README tells of docs/results.md, of the newest versions there. */
export function figures(results) {
  const [, files, repositories, commits] = /^(\d+) Dockerfiles of (\d+) repositories, (\d+) commits/m.exec(results);
  const cells = (arm, at) =>
    [...results.matchAll(new RegExp(`^\\| dfix ${arm} \\| (.*) \\|$`, 'gm'))][at][1].split(' | ');
  const saved = (arm) => /\(−(\d+)\./.exec(cells(arm, 0)[1])[1];
  const [gain, without, , , worse] = cells('review', 1);
  const whole = (text) => Math.round(Number.parseFloat(text));
  return `What that saves, replayed by BuildKit's cache rules over the last ${commits} commits of ${files} Dockerfiles in ${repositories}
public repositories: **${saved('review')} % fewer needless installs** of dependencies (${saved('safe')} % with \`safe\` changes alone). Rebuilds take ${whole(gain)} %
less time on average where a cache mount halves an install, and ${whole(without)} % less if it saves nothing; ${worse} of the ${files} were made worse.
[docs/results.md](docs/results.md) has the method, each repository, and what a tool that only reorders could do.`;
}

/** The transforms by the highest level that their changes may have. */
export function levelList(levels, metas) {
  return levels
    .map((level) => {
      const own = metas.filter((meta) => meta.level === level);
      const names = own.map(({ name, preset }) => link(name) + (preset === 'default' ? '' : ' (when named)'));
      return `- \`${level}\`: ${names.join(', ')}`;
    })
    .join('\n');
}

export function configTable({ properties }) {
  const rows = Object.entries(properties).map(([key, value]) => [`\`${key}\``, typeOf(value), value.description]);
  const { files } = properties.overrides.items.properties;
  return table(['key', 'value', ''], [...rows, ['`overrides[].files`', typeOf(files), files.description]]);
}

function typeOf({ enum: words, type, items }) {
  if (words !== undefined) return words.map((word) => `\`${word}\``).join(', ');
  if (type === 'array') return items.type === 'string' ? 'list of texts' : 'list';
  return { string: 'text', object: 'map' }[type];
}

/** The options of all transforms. */
export function optionTable(metas) {
  const rows = metas.flatMap(({ name, options }) =>
    Object.entries(options).map(([key, { default: fallback, describe }]) => [
      link(name),
      `\`${key}\``,
      `\`${JSON.stringify(fallback)}\``,
      describe,
    ]),
  );
  return table(['transform', 'option', 'default', ''], rows);
}

/** Interfaces of a source file, with their comments. */
export function interfaces(source, names) {
  const blocks = names.map((name) => new RegExp(`^export interface ${name}\\b[^]*?^\\}`, 'm').exec(source)[0]);
  return ['```ts', ...blocks, '```'].join('\n');
}

/** The pages of a folder by their headings. */
export function pageList(folder) {
  const names = readdirSync(folder).filter((name) => name.endsWith('.md') && name !== 'README.md');
  const titles = names.map((name) => [/^# (.*)$/m.exec(readFileSync(path.join(folder, name), 'utf8'))[1], name]);
  return titles.map(([title, name]) => `- [${title}](${name})`).join('\n');
}
