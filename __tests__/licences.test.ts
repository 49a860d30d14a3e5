import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { root } from './support/paths.js';

interface LockedPackage {
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly license?: string;
}

/** Licences that may be shipped with an Apache-2.0 program; SPDX names. */
const ALLOWED = new Set(['MIT', 'Apache-2.0', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', '0BSD']);

test('what a user installs has a licence that goes with ours', () => {
  const { packages } = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')) as {
    packages: Readonly<Record<string, LockedPackage>>;
  };
  const shipped = Object.entries(packages).filter(([name, one]) => name !== '' && one.dev !== true);
  expect(shipped.length).toBeGreaterThan(10);
  expect(shipped.filter(([, { license }]) => license === undefined || !ALLOWED.has(license))).toEqual([]);
});
