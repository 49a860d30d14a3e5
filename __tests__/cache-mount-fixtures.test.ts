import { describe, expect, test } from '@jest/globals';
import type { CacheManager } from '../src/cache-mounts/index.js';
import { managers as buildManagers } from '../transforms/mount-build-caches/index.js';
import { managers as packageManagers } from '../transforms/mount-package-caches/index.js';
import { type FixtureCase, fixturesOf } from './support/fixtures.js';

/** What every manager of the tables must show: cases in which its folder is mounted, and cases that are left alone. */
const CHANGES = 3;
const KEEPS = 2;

const transforms = [
  ['mount-package-caches', packageManagers],
  ['mount-build-caches', buildManagers],
] as const;

describe.each(transforms)('%s', (transform, managers) => {
  const changes = fixturesOf(transform, 'changes');
  const keeps = fixturesOf(transform, 'keeps');

  test.each(managers.map(([manager]) => [manager.name, manager] as const))('shows %s', (_, manager) => {
    expect(changes.filter((fixture) => mounts(fixture, manager)).length).toBeGreaterThanOrEqual(CHANGES);
    expect(keeps.filter(({ name }) => isNamedAfter(name, manager)).length).toBeGreaterThanOrEqual(KEEPS);
  });
});

/** Whether the expected output mounts a folder of the manager that the input does not. */
function mounts({ input, output = '' }: FixtureCase, { folders }: CacheManager): boolean {
  return folders.some(({ name }) => {
    const ids = (text: string): readonly string[] => [...text.matchAll(/id=(dfix-[\w.-]+)/g)].map((match) => match[1]!);
    const own = ids(output).filter((id) => folderOf(id) === name);
    return own.some((id) => !ids(input).includes(id));
  });
}

/** All folder names, the longest first: `apt-lists` before `apt`. */
const folderNames = [...packageManagers, ...buildManagers]
  .flatMap(([manager]) => manager.folders.map(({ name }) => name))
  .sort((a, b) => b.length - a.length);

function folderOf(id: string): string | undefined {
  return folderNames.find((name) => id === `dfix-${name}` || id.startsWith(`dfix-${name}-`));
}

function isNamedAfter(fixture: string, { name, label }: CacheManager): boolean {
  const words = [name, name.split('-')[0]!, label.split(' ')[0]!.toLowerCase()];
  return words.some((word) => fixture.startsWith(`${word}-`));
}
