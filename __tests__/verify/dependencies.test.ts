import { describe, expect, test } from '@jest/globals';
import type { Announcement } from '../../src/transform/index.js';
import { refusedBecause } from '../../src/verify/announcements.js';
import { compareImages } from '../../src/verify/compare.js';
import { NO_NOISE } from '../../src/verify/noise.js';
import type { Image, Tree, TreeEntry } from '../../src/verify/types.js';
import { file, folder, link, tree, withFolders } from './support.js';

const json = (value: unknown): TreeEntry => file('json', { text: JSON.stringify(value) });
const image = (files: Tree): Image => ({ config: {}, tree: files, size: 1, layers: 1, layerSizes: [] });
const without = (files: Tree, gone: (path: string) => boolean): Tree =>
  new Map([...files].filter(([path]) => !gone(path)));
/** What stays unexplained when files go. */
function unexplained(before: Tree, after: Tree, announcement: Announcement): readonly string[] {
  const claims = [{ by: 'x', announcement }];
  const options = { scope: 'all', claims, noise: NO_NOISE, copied: [] } as const;
  return compareImages(image(before), image(after), options).unexplained.map(({ effect, what }) => `${effect} ${what}`);
}
const packages = (
  manager: string,
  names: readonly string[],
  folders: readonly string[],
  kept: readonly string[],
): Announcement => ({
  kind: 'packages',
  effect: 'removed',
  manager,
  names,
  project: { folders, kept },
});

describe('packages of npm and Yarn', () => {
  const at = '/app/node_modules';
  const before = tree({
    '/app': folder,
    [at]: folder,
    [`${at}/.package-lock.json`]: file('lock'),
    [`${at}/.bin`]: folder,
    [`${at}/.bin/mocha`]: link('../mocha/bin.js'),
    [`${at}/.bin/common`]: link('../common/bin.js'),
    [`${at}/mocha`]: folder,
    [`${at}/mocha/bin.js`]: file('#!'),
    [`${at}/mocha/package.json`]: json({
      bin: { mocha: 'bin.js' },
      dependencies: { glob: '1', common: '1', nested: '2' },
      peerDependencies: { peer: '1', absent: '1' },
      peerDependenciesMeta: { maybe: { optional: true } },
    }),
    [`${at}/mocha/node_modules`]: folder,
    [`${at}/mocha/node_modules/nested`]: folder,
    [`${at}/mocha/node_modules/nested/package.json`]: json({ version: '2' }),
    [`${at}/nested/package.json`]: json({ version: '1' }),
    [`${at}/@types`]: folder,
    [`${at}/@types/node`]: folder,
    [`${at}/@types/node/package.json`]: json({}),
    [`${at}/glob`]: folder,
    [`${at}/glob/package.json`]: json({ optionalDependencies: { '@types/node': '1' } }),
    [`${at}/glob/lib/package.json`]: json({ type: 'module' }),
    [`${at}/peer`]: folder,
    [`${at}/peer/package.json`]: json({}),
    [`${at}/common`]: folder,
    [`${at}/common/bin.js`]: file('#!'),
    [`${at}/common/package.json`]: json({ bin: 'bin.js' }),
    [`${at}/express`]: folder,
    [`${at}/express/package.json`]: json({
      dependencies: { common: '1', nested: '1' },
      peerDependencies: { glob: '1' },
      peerDependenciesMeta: { glob: { optional: true } },
    }),
    '/app/lib.js': file('x'),
  });
  const announced = packages('npm', ['mocha'], [at], ['express']);
  const goes = (path: string): boolean => /\/(?:mocha|glob|@types|peer)(?:\/|$)/.test(path);

  test('that only the named ones need go with them: folders, programs, what is nested, the list', () => {
    const after = new Map([...without(before, goes), [`${at}/.package-lock.json`, file('other')]]);
    expect(unexplained(before, after, announced)).toEqual([]);
    expect(
      unexplained(
        before,
        without(after, (path) => path.endsWith('lock.json')),
        announced,
      ),
    ).toEqual([]);
  });
  test.each([
    ['a package that another one needs', `${at}/common/package.json`],
    ['its program', `${at}/.bin/common`],
    ['the other version of a package', `${at}/nested/package.json`],
    ['a package that is kept', `${at}/express/package.json`],
    ['a file beside', '/app/lib.js'],
  ])('do not explain that %s goes', (_what, path) => {
    expect(
      unexplained(
        before,
        without(before, (one) => one === path),
        announced,
      ),
    ).toEqual([`removed ${path}`]);
  });
  test('do not explain that a package which nobody named goes, nor that one changes', () => {
    const alone = new Map([...before, [`${at}/alone/package.json`, json({ dependencies: { glob: '1' } })]]);
    const less = without(alone, goes);
    const gone = unexplained(alone, less, announced).filter((one) => one.endsWith('package.json'));
    expect(gone).toEqual(['@types/node', 'glob/lib', 'glob'].map((name) => `removed ${at}/${name}/package.json`));
    const changed = new Map([...before, [`${at}/mocha/bin.js`, file('else')]]);
    expect(unexplained(before, changed, announced)).toEqual([`changed ${at}/mocha/bin.js`]);
    expect(
      unexplained(before, without(before, goes), packages('npm', ['mocha'], ['/srv/node_modules'], [])),
    ).not.toEqual([]);
  });
  test('are refused where the entry point opens a file of theirs', () => {
    const opened = { files: new Set([`${at}/glob/package.json`]), missing: [] };
    expect(refusedBecause(announced, opened, before)).toBe(
      `${at}/glob/package.json, which the entry point opens, goes with these packages`,
    );
    expect(refusedBecause(announced, { files: new Set([`${at}/common/bin.js`]), missing: [] }, before)).toBeUndefined();
  });
});

test('packages of pnpm go with their folders in the store and the links to them', () => {
  const at = '/app/node_modules';
  const store = `${at}/.pnpm`;
  const before = withFolders(
    tree({
      [at]: folder,
      [`${at}/.modules.yaml`]: file('x'),
      [store]: folder,
      [`${store}/lock.yaml`]: file('x'),
      [`${at}/mocha`]: link('.pnpm/mocha@1.0.0/node_modules/mocha'),
      [`${at}/express`]: link('.pnpm/express@1.0.0/node_modules/express'),
      [`${at}/.bin/mocha`]: file('sh'),
      [`${store}/node_modules/glob`]: link('../glob@1.0.0/node_modules/glob'),
      [`${store}/node_modules/debug`]: link('../debug@2.0.0/node_modules/debug'),
      [`${store}/mocha@1.0.0`]: folder,
      [`${store}/mocha@1.0.0/node_modules`]: folder,
      [`${store}/mocha@1.0.0/node_modules/mocha/package.json`]: json({
        bin: 'x',
        dependencies: { glob: '1', debug: '1' },
      }),
      [`${store}/mocha@1.0.0/node_modules/glob`]: link('../../glob@1.0.0/node_modules/glob'),
      [`${store}/mocha@1.0.0/node_modules/debug`]: link('../../debug@1.0.0/node_modules/debug'),
      [`${store}/glob@1.0.0/node_modules/glob/package.json`]: json({}),
      [`${store}/debug@1.0.0/node_modules/debug/package.json`]: json({}),
      [`${store}/debug@2.0.0/node_modules/debug/package.json`]: json({}),
      [`${store}/express@1.0.0/node_modules/debug`]: link('../../debug@2.0.0/node_modules/debug'),
      [`${store}/express@1.0.0/node_modules/express/package.json`]: json({ dependencies: { debug: '2' } }),
    }),
  );
  const goes = (path: string): boolean =>
    /\/\.pnpm\/(?:mocha|glob|debug@1)|\/\.pnpm\/node_modules\/glob|\/node_modules\/(?:\.bin\/)?mocha$/.test(path);
  const after = new Map([
    ...without(before, goes),
    [`${store}/lock.yaml`, file('y')],
    [`${at}/.modules.yaml`, file('y')],
  ]);
  const announced = packages('npm', ['mocha'], [at], ['express']);
  expect(unexplained(before, after, announced)).toEqual([]);
  for (const path of [
    `${store}/debug@2.0.0/node_modules/debug/package.json`,
    `${at}/express`,
    `${store}/node_modules/debug`,
  ]) {
    expect(
      unexplained(
        before,
        without(before, (one) => one === path),
        announced,
      ),
    ).toEqual([`removed ${path}`]);
  }
});

test('packages of Python go with the files that they list and what was compiled of these', () => {
  const at = '/app/.venv/lib/python3.11/site-packages';
  const metadata = (name: string, ...needs: readonly string[]): TreeEntry =>
    file(name, {
      text: `Name: ${name}\n${needs.map((need) => `Requires-Dist: ${need}\n`).join('')}\nRequires-Dist: flask\n`,
    });
  const record = (...paths: readonly string[]): TreeEntry =>
    file('record', { text: paths.map((path) => `${path},sha256=x,1\n`).join('') });
  const before = tree({
    [`${at}/pytest.dist-info/METADATA`]: metadata('PyTest', 'pluggy (>=1)', 'click; python_version < "3.12"'),
    [`${at}/pytest.dist-info/RECORD`]: record('pytest/a.py', '../../../bin/pytest'),
    [`${at}/pytest.dist-info/INSTALLER`]: file('x'),
    [`${at}/pytest/a.py`]: file('x'),
    [`${at}/pytest/__pycache__/a.cpython-311.pyc`]: file('x'),
    '/app/.venv/bin/pytest': file('x'),
    [`${at}/pluggy.dist-info/METADATA`]: metadata('pluggy'),
    [`${at}/pluggy.dist-info/RECORD`]: record('pluggy.py'),
    [`${at}/pluggy.py`]: file('x'),
    [`${at}/click.dist-info/METADATA`]: metadata('click'),
    [`${at}/click.dist-info/RECORD`]: record('click.py'),
    [`${at}/click.py`]: file('x'),
    [`${at}/Flask.dist-info/METADATA`]: metadata('Flask', 'Click'),
    [`${at}/Flask.dist-info/RECORD`]: record('flask.py'),
    [`${at}/flask.py`]: file('x'),
    '/app/.venv/bin/flask': file('x'),
  });
  const announced = packages('pip', ['pytest'], ['/app/.venv', '/nowhere'], ['flask']);
  const after = without(before, (path) => /pytest|pluggy/.test(path));
  expect(unexplained(before, after, announced)).toEqual([]);
  for (const path of [`${at}/click.py`, `${at}/flask.py`, '/app/.venv/bin/flask']) {
    expect(
      unexplained(
        before,
        without(before, (one) => one === path),
        announced,
      ),
    ).toEqual([`removed ${path}`]);
  }
  expect(unexplained(before, after, packages('pip', ['pytest'], ['/opt'], ['flask']))).not.toEqual([]);
});

test('gems go with their specifications, archives, native parts and programs', () => {
  const at = '/usr/local/bundle';
  const gem = (name: string, version: string, more: string): Readonly<Record<string, TreeEntry>> => ({
    [`${at}/specifications/${name}-${version}.gemspec`]: file(name, {
      text: `# -*- encoding: utf-8 -*-\n# stub: ${name} ${version} ruby lib\n${more}`,
    }),
    [`${at}/gems/${name}-${version}/lib/a.rb`]: file('x'),
    [`${at}/cache/${name}-${version}.gem`]: file('x'),
    [`${at}/extensions/x86_64-linux/3.3.0/${name}-${version}/gem_make.out`]: file('x'),
  });
  const before = tree({
    ...gem(
      'rspec',
      '3.0',
      '  s.executables = ["rspec".freeze, "tool".freeze]\n  s.add_runtime_dependency(%q<diff-lcs>.freeze, [">= 1"])\n  s.add_dependency(%q<rack>, [">= 1"])\n',
    ),
    ...gem('diff-lcs', '1.5', ''),
    ...gem('rack', '3.0', '  s.executables = ["tool".freeze]\n'),
    ...gem('rails', '7.0', '  s.add_runtime_dependency(%q<rack>.freeze, [">= 1"])\n'),
    [`${at}/bin/rspec`]: file('x'),
    [`${at}/bin/tool`]: file('x'),
  });
  const announced = packages('gem', ['rspec'], [at], ['rails']);
  expect(
    unexplained(
      before,
      without(before, (path) => /rspec|diff-lcs/.test(path)),
      announced,
    ),
  ).toEqual([]);
  for (const path of [`${at}/gems/rack-3.0/lib/a.rb`, `${at}/specifications/rails-7.0.gemspec`, `${at}/bin/tool`]) {
    expect(
      unexplained(
        before,
        without(before, (one) => one === path),
        announced,
      ),
    ).toEqual([`removed ${path}`]);
  }
});
