import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { ENGINE_NAMES } from '../../src/verify/commands.js';
import { CONFIG_FIELDS } from '../../src/verify/config.js';
import { KNOWN_NOISE } from '../../src/verify/noise.js';
import { jsonProofs } from '../../src/verify/report.js';
import { root } from '../support/paths.js';
import { report } from './support.js';

const page = readFileSync(path.join(root, 'docs/verify.md'), 'utf8');

test.each(KNOWN_NOISE.flatMap(({ paths, why }) => paths.map((glob) => [glob, why] as const)))(
  'noise in %s is documented: %s',
  (glob, why) => {
    const row = page.split('\n').find((line) => line.startsWith('|') && line.includes(`\`${glob}\``));
    expect(row).toContain(`| ${why}`);
  },
);
test.each([...CONFIG_FIELDS])('field %s is documented', (field) => {
  expect(page).toContain(`\`${field}\``);
});
test('every engine is in the table', () => {
  expect(page).toContain(`| | ${ENGINE_NAMES.join(' | ')} |`);
});
test('every field of the JSON report is documented, and every documented one is there', () => {
  const json = JSON.parse(jsonProofs([report], [], '0')) as Record<string, unknown> & {
    files: readonly Record<string, unknown>[];
  };
  const section = page.slice(page.indexOf('## JSON'));
  expect(Object.keys(json).filter((name) => !section.includes(`\`${name}`))).toEqual([]);
  const fields = Object.keys(json.files[0]!);
  expect(fields.filter((name) => !section.includes(`\`.${name}`))).toEqual([]);
  const cells = [...section.matchAll(/^\| ([^|]*) \|/gm)].map((match) => match[1]!);
  const documented = cells.flatMap((cell) => [...cell.matchAll(/`\.(\w+)/g)].map((match) => match[1]!));
  expect(documented.filter((name) => !fields.includes(name))).toEqual([]);
});
