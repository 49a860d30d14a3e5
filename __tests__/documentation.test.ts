import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { FORMATS } from '../src/commands/arguments.js';
import { helpPage } from '../src/transform/index.js';
import type { Config } from '../src/config/config.js';
import { checkOptions, type OptionsSpec } from '../src/config/options.js';
import { checkConfig } from '../src/config/schema.js';
import * as library from '../src/index.js';
import { root } from './support/paths.js';

const page = (name: string): string => readFileSync(path.join(root, 'docs', name), 'utf8');

test('docs/reports.md lists every format', () => {
  const listed = [...page('reports.md').matchAll(/^\| `(\w+)` +\|/gm)].map(([, name]) => name);
  expect(listed).toEqual([...FORMATS]);
});

test('the example of docs/library.md does what it says, and what the page names is exported', () => {
  const text = page('library.md');
  const [, input] = /optimize\('(.*)'\)/.exec(text)!;
  expect(library.optimize(input!.replaceAll('\\n', '\n')).changes.length).toBeGreaterThan(0);
  for (const name of ['readProject', 'memoryContext', 'fixesOf', 'withUnits', 'DockerfileError', 'transforms']) {
    expect(text).toContain(name);
    expect(library).toHaveProperty(name);
  }
});

test('the example of docs/writing-a-transform.md does what it says', () => {
  const code = /```ts\n\/\/ label-maintainer[^\n]*\nimport \{ defineTransform \} from 'dfix';\n([\s\S]*?)```/.exec(
    page('writing-a-transform.md'),
  )![1]!;
  const make = new Function('defineTransform', code.replace('export default', 'return')) as (
    define: typeof library.defineTransform,
  ) => library.AnyTransform;
  const transforms = [make(library.defineTransform)];
  const made = library.optimize('FROM a\nMAINTAINER Jo <jo@example.org>\n', { transforms });
  expect(made.output).toBe('FROM a\nLABEL org.opencontainers.image.authors="Jo <jo@example.org>"\n');
  expect(library.optimize('FROM a\nMAINTAINER "Jo"\n', { transforms })).toMatchObject({
    changes: [],
    refusals: [{ reason: 'the name is not plain text' }],
  });
});

test('the example of docs/configuration.md is one', () => {
  const [, example] = /```yaml\n([\s\S]*?)```/.exec(page('configuration.md'))!;
  const config = parse(example!) as Config;
  expect(checkConfig(config)).toEqual(config);
  for (const [name, options] of Object.entries(config.transforms ?? {})) {
    const { meta } = library.transforms.find((one) => one.meta.name === name)!;
    expect(checkOptions(meta.options as OptionsSpec, options as Readonly<Record<string, unknown>>).problems).toEqual(
      [],
    );
  }
});

test('each transform names a page that a pull request can send its reader to', () => {
  expect(library.transforms.filter(({ meta }) => helpPage(meta) === undefined)).toEqual([]);
});

test('each line of SECURITY.md names tests that are there', () => {
  const text = readFileSync(path.join(root, 'SECURITY.md'), 'utf8');
  const lines = text.split('\n').filter((line) => /^\| [a-z]/.test(line));
  expect(lines.length).toBeGreaterThan(8);
  for (const line of lines) {
    const named = [...line.matchAll(/`(__tests__\/[^`]+)`/g)].map(([, file]) => file!);
    expect(named).not.toEqual([]);
    for (const file of named) expect(existsSync(path.join(root, file))).toBe(true);
  }
});
