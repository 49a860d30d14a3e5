#!/usr/bin/env node
/**
 * Makes transforms/skip-recommended-packages/recommends.json from a package index of Debian.
 *
 *   apt-cache dumpavail > IN
 *   node scripts/make-recommends.js IN NAMES OUT
 *
 * NAMES: packages to look at, one a line; names that the index does not hold are left out.
 *
 * OUT: { source, recommends: { PACKAGE: NAMES }, brings: { NAME: NAMES } }. `recommends`: what an install of a package on
 * a bare Debian takes in only because it, or something that it depends on, recommends it. `brings`: such a package with all
 * that comes with it, where it may be left out. Lists are separated by spaces; of alternatives the first that the index holds counts.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { importSource } from './bundle.js';

const [input, wanted, output] = process.argv.slice(2);
if (output === undefined) {
  console.error('usage: node scripts/make-recommends.js IN NAMES OUT');
  process.exit(2);
}

const { kindOf } = await importSource(
  'recommends',
  `export { kindOf } from './transforms/skip-recommended-packages/kinds.js';`,
);
const packages = new Map();
const providers = new Map();
for (const stanza of readFileSync(input, 'utf8').split('\n\n')) {
  const fields = Object.fromEntries(
    [...stanza.matchAll(/^([A-Za-z-]+): (.*)$/gm)].map(([, key, value]) => [key, value]),
  );
  if (fields.Package === undefined || packages.has(fields.Package)) continue;
  packages.set(fields.Package, fields);
  for (const [name] of readList(fields.Provides)) providers.set(name, [...(providers.get(name) ?? []), fields.Package]);
}

/** A dependency field as alternatives, without versions and architectures. */
function readList(text = '') {
  return text
    .split(',')
    .filter((group) => group.trim() !== '')
    .map((group) => group.split('|').map((name) => name.replace(/\(.*?\)|:\w+/g, '').trim()));
}

/** The package that a group of alternatives takes in; undefined when one is there already. */
function pick(group, have) {
  const there = (name) => have.has(name) || (providers.get(name) ?? []).some((provider) => have.has(provider));
  if (group.some(there)) return undefined;
  return group.map((name) => (packages.has(name) ? name : providers.get(name)?.[0])).find((name) => name !== undefined);
}

/** What is there after an install of `roots`, with recommendations when asked for. */
function install(roots, base, fields) {
  const have = new Set(base);
  const queue = [...roots];
  for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
    if (have.has(name) || !packages.has(name)) continue;
    have.add(name);
    for (const field of fields)
      queue.push(...readList(packages.get(name)[field]).flatMap((group) => pick(group, have) ?? []));
  }
  return have;
}

const DEPENDS = ['Pre-Depends', 'Depends'];
const essential = [...packages.values()]
  .filter(({ Essential, Priority }) => Essential === 'yes' || Priority === 'required')
  .map(({ Package }) => Package);
const base = install([...essential, 'apt'], [], DEPENDS);
const recommends = {};
const brings = {};
for (const name of readFileSync(wanted, 'utf8').split('\n').sort()) {
  if (!packages.has(name)) continue;
  const have = install([name], base, DEPENDS);
  const groups = [...have].filter((one) => !base.has(one)).flatMap((one) => readList(packages.get(one).Recommends));
  const found = [...new Set(groups.flatMap((group) => pick(group, have) ?? []))].sort();
  recommends[name] = found.join(' ');
  for (const one of found) {
    if (['unknown', 'keep'].includes(kindOf(one).kind)) continue;
    const all = [...install([one], base, [...DEPENDS, 'Recommends'])].filter((other) => !base.has(other));
    brings[one] = all.sort().join(' ');
  }
}
const source = 'Debian 12 (bookworm), main, amd64: its package index';
const sorted = Object.fromEntries(Object.entries(brings).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(output, `${JSON.stringify({ source, recommends, brings: sorted }, null, 2)}\n`);
