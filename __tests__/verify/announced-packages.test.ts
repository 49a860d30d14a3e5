import { expect, test } from '@jest/globals';
import { runTransforms } from '../../src/transform/index.js';
import { fixturesOf, loadTransform } from '../support/fixtures.js';

const transform = await loadTransform('install-production-only');
const fixtures = fixturesOf('install-production-only', 'changes');

/** What each change of a fixture announces. */
function announced(name: string) {
  const { input, project } = fixtures.find((one) => one.name === name)!;
  const result = runTransforms(input, { transforms: [transform], project });
  return result.changes.flatMap(({ announces }) => announces);
}

test.each([
  ['yarn', 'npm', '/node_modules'],
  ['uv', 'pip', '/.venv'],
  ['bundler', 'gem', '/vendor/bundle'],
])('%s names the packages that go, those that stay, and where they are', (name, manager, folder) => {
  const found = announced(name).find(({ kind }) => kind === 'packages');
  expect(found).toMatchObject({ kind: 'packages', effect: 'removed', manager });
  if (found?.kind !== 'packages') throw new Error('no packages');
  expect(found.names.length).toBeGreaterThan(0);
  expect(found.project!.kept.length).toBeGreaterThan(0);
  expect(found.project!.kept.filter((one) => found.names.includes(one))).toEqual([]);
  expect(found.project!.folders.some((one) => one.endsWith(folder))).toBe(true);
});

test('composer names each folder, and the lists that no longer hold the packages', () => {
  const paths = announced('composer').flatMap((one) => (one.kind === 'files' ? one.paths : []));
  const vendor = paths.find((path) => path.endsWith('/fakerphp/faker/**'))!.slice(0, -'/fakerphp/faker/**'.length);
  expect(paths).toEqual(expect.arrayContaining([`${vendor}/autoload.php`, `${vendor}/composer/installed.json`]));
  expect(paths.filter((path) => path.includes('slim') || path === `${vendor}/**`)).toEqual([]);
});
