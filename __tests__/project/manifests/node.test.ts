import { describe, expect, test } from '@jest/globals';
import { memoryContext } from '../../../src/project/context.js';
import { readNode, type NodeManager } from '../../../src/project/manifests/node.js';

const json = (value: unknown) => JSON.stringify(value, null, 2);

function node(files: Record<string, string>, folder = '', manager?: NodeManager) {
  const project = readNode(memoryContext(files), folder, manager);
  if (project === undefined) throw new Error('no project');
  return project;
}

test('no package.json, no project', () => {
  expect(readNode(memoryContext({ 'a/package.json': '{}' }), '')).toBeUndefined();
});

describe('manager', () => {
  test.each<[string, Record<string, string>, string, string]>([
    ['nothing', {}, 'npm', 'default'],
    ['package-lock.json', { 'package-lock.json': '{}' }, 'npm', 'lockfile'],
    ['yarn.lock', { 'yarn.lock': '' }, 'yarn', 'lockfile'],
    ['pnpm-lock.yaml', { 'pnpm-lock.yaml': '' }, 'pnpm', 'lockfile'],
    ['bun.lockb', { 'bun.lockb': '' }, 'bun', 'lockfile'],
    ['two lockfiles', { 'yarn.lock': '', 'package-lock.json': '{}' }, 'npm', 'several lockfiles'],
    ['the field', { 'package.json': json({ packageManager: 'pnpm@9.1.0+sha512.ab' }), 'yarn.lock': '' }, 'pnpm', 'packageManager'], // prettier-ignore
  ])('%s', (_, files, manager, from) => {
    expect(node({ 'package.json': '{}', ...files })).toMatchObject({ manager, managerFrom: from });
  });

  test('the install command has the last word', () => {
    const files = { 'package.json': '{}', 'yarn.lock': '', 'package-lock.json': '{}' };
    expect(node(files, '', 'yarn')).toMatchObject({ manifests: ['package.json', 'yarn.lock'], managerFrom: 'asked' });
  });
});

describe('manifests', () => {
  test('pnpm workspace with patches', () => {
    const project = node({
      'package.json': json({ pnpm: { patchedDependencies: { 'a@1': 'patches/a.patch' } } }),
      'pnpm-workspace.yaml': 'packages:\n  - "apps/*"\n  - "!apps/old"\npatchedDependencies:\n  b: patches/b.patch\n',
      'pnpm-lock.yaml': '',
      '.npmrc': '',
      'patches/a.patch': '',
      'patches/b.patch': '',
      'patches/unused.patch': '',
      'apps/web/package.json': '{}',
      'apps/old/package.json': '{}',
      'apps/web/node_modules/x/package.json': '{}',
      'apps/web/src/i.ts': '',
    });
    expect(project.workspaces).toEqual(['apps/web']);
    expect(project.manifests).toEqual([
      '.npmrc',
      'apps/web/package.json',
      'package.json',
      'patches/a.patch',
      'patches/b.patch',
      'pnpm-lock.yaml',
      'pnpm-workspace.yaml',
    ]);
    expect(project.readsSource).toEqual([]);
    expect(project.unreadable).toEqual([]);
  });

  test('yarn berry', () => {
    const project = node({
      'package.json': json({ workspaces: { packages: ['packages/{a,b}', './tools/**'] }, resolutions: { x: 'patch:x@npm%3A1.0.0#~/.yarn/patches/x.patch' } }), // prettier-ignore
      'yarn.lock': '__metadata:\n',
      '.yarnrc.yml': 'yarnPath: tools/yarn.cjs\nplugins:\n  - path: .yarn/plugins/p.cjs\n',
      'tools/yarn.cjs': '',
      '.yarn/plugins/p.cjs': '',
      '.yarn/releases/yarn-4.cjs': '',
      '.yarn/patches/x.patch': '',
      '.yarn/unplugged/z': '',
      'packages/a/package.json': '{}',
      'packages/c/package.json': '{}',
      'tools/deep/er/package.json': '{}',
    });
    expect(project.manifests).toEqual([
      '.yarn/patches/x.patch',
      '.yarn/plugins/p.cjs',
      '.yarn/releases/yarn-4.cjs',
      '.yarnrc.yml',
      'package.json',
      'packages/a/package.json',
      'tools/deep/er/package.json',
      'tools/yarn.cjs',
      'yarn.lock',
    ]);
  });

  test('a member knows its root and has the lockfile of it', () => {
    const files = {
      'package.json': json({ workspaces: ['packages/*'] }),
      'yarn.lock': '',
      'packages/a/package.json': '{}',
      'other/package.json': '{}',
    };
    expect(node(files, 'packages/a')).toMatchObject({ workspaceRoot: '', lockfiles: ['yarn.lock'], manager: 'yarn' });
    expect(node(files, 'other')).toMatchObject({ workspaceRoot: undefined, lockfiles: [] });
  });
});

describe('source that an install reads', () => {
  test.each<[string, unknown, string[]]>([
    ['husky', { scripts: { prepare: 'husky install || true' } }, []],
    ['only-allow', { scripts: { preinstall: 'npx only-allow pnpm' } }, []],
    ['patch-package', { scripts: { postinstall: 'patch-package' } }, []],
    ['yarn patch-package', { scripts: { postinstall: 'yarn patch-package' } }, []],
    ['a script called husky', { scripts: { postinstall: 'yarn husky', husky: 'node x.js' } }, ['']],
    ['npx prisma', { scripts: { postinstall: 'npx prisma generate' } }, ['prisma', 'schema.prisma']],
    ['a build', { scripts: { prepare: 'npm run build' } }, ['']],
    ['a script behind a harmless one', { scripts: { postinstall: 'husky && node tools/x.js' } }, ['']],
    ['husky from the folder above', { scripts: { prepare: 'cd .. && husky install ui/.husky' } }, []],
    ['ngcc', { scripts: { postinstall: 'ngcc --properties es2015 browser main' } }, []],
    ['a folder with source', { scripts: { postinstall: 'cd viz && npm ci' } }, ['']],
    ['a pipe', { scripts: { postinstall: 'echo a | sh' } }, ['']],
    ['prisma', { scripts: { postinstall: 'prisma generate' } }, ['prisma', 'schema.prisma']],
    [
      'prisma elsewhere',
      { scripts: { postinstall: 'prisma generate' }, prisma: { schema: './db/s.prisma' } },
      ['db/s.prisma'],
    ],
    ['not at install', { scripts: { build: 'tsc', prebuild: 'rm x' } }, []],
    ['file:', { dependencies: { a: 'file:./libs/a', b: '^1' } }, ['libs/a']],
    ['link:', { devDependencies: { a: 'link:libs/a' } }, ['libs/a']],
    ['a tarball', { dependencies: { a: './a.tgz' } }, ['a.tgz']],
    ['an override', { overrides: { x: { y: 'file:libs/y' } } }, ['libs/y']],
    ['workspace:', { dependencies: { a: 'workspace:*' } }, []],
  ])('%s', (_, manifest, paths) => {
    const project = node({ 'package.json': json(manifest), 'libs/a/package.json': '{}' });
    expect(project.readsSource.map(({ path }) => path)).toEqual(paths);
    expect(project.unreadable).toEqual([]);
  });

  test('patch-package makes the patches manifests', () => {
    const files = { 'package.json': json({ scripts: { postinstall: 'patch-package' } }), 'patches/a+1.patch': '' };
    expect(node(files).manifests).toContain('patches/a+1.patch');
  });

  test('scripts and local dependencies of members count', () => {
    const project = node({
      'package.json': json({ workspaces: ['p/*'] }),
      'p/a/package.json': json({ scripts: { postinstall: 'node x.js' }, dependencies: { b: 'file:../../libs/b' } }),
    });
    expect(project.readsSource.map(({ path }) => path)).toEqual(['libs/b', 'p/a']);
    expect(project.lifecycleScripts).toMatchObject([{ folder: 'p/a', name: 'postinstall', harmless: false }]);
  });

  test('a path outside the context cannot be told', () => {
    const project = node({ 'package.json': json({ dependencies: { a: 'file:../a' } }) });
    expect(project.unreadable).toHaveLength(1);
  });

  test('binding.gyp compiles at install', () => {
    expect(node({ 'package.json': '{}', 'binding.gyp': '' }).readsSource).toHaveLength(1);
  });
});

describe('native code', () => {
  test('package-lock.json', () => {
    const lock = {
      packages: {
        '': { hasInstallScript: true },
        'node_modules/esbuild': { hasInstallScript: true },
        'node_modules/a/node_modules/@img/x-linuxmusl': { libc: ['musl'] },
        'node_modules/plain': {},
      },
    };
    const project = node({ 'package.json': json({ dependencies: { bcrypt: '^5' } }), 'package-lock.json': json(lock) });
    expect(project.native.map(({ name, why }) => [name, why])).toEqual([
      ['bcrypt', 'known native package'],
      ['esbuild', 'install script'],
      ['@img/x-linuxmusl', 'restricted to a libc'],
    ]);
  });

  test.each([
    ['pnpm-lock.yaml', "packages:\n  /sharp/0.32.0:\n    requiresBuild: true\n  '@img/z@1.0.0':\n    libc: [musl]\n"],
    ['yarn.lock', '"sharp@npm:^0.32.0":\n  version: 0.32.0\n'],
    ['bun.lock', '{\n  "packages": {\n    "sharp": ["sharp@0.33.0", ""],\n  },\n}\n'],
  ])('%s', (name, text) => {
    const { native } = node({ 'package.json': '{}', [name]: text });
    expect(native.map((signal) => signal.name)).toContain('sharp');
  });
});

describe('framework', () => {
  test.each<[string, Record<string, string>, Record<string, string>, object]>([
    ['next', { next: '14' }, {}, { name: 'next', output: '.next', kind: 'server', standalone: false }],
    ['next standalone', { next: '14' }, { 'next.config.mjs': "export default { output: 'standalone' }" }, { standalone: true, output: '.next' }], // prettier-ignore
    [
      'a comment',
      { next: '14' },
      { 'next.config.js': "// output: 'standalone'\nmodule.exports = {}" },
      { standalone: false },
    ],
    [
      'next export',
      { next: '14' },
      { 'next.config.js': 'module.exports = { output: "export" }' },
      { output: 'out', kind: 'static' },
    ],
    [
      'computed',
      { next: '14' },
      { 'next.config.js': 'module.exports = { output: mode }' },
      { output: undefined, standalone: false },
    ],
    ['vite', { vite: '5' }, { 'vite.config.ts': "build: { outDir: 'build' }" }, { name: 'vite', output: 'build' }],
    ['vite in another root', { vite: '5' }, { 'vite.config.ts': "root: 'web', build: { outDir: './build/' }" }, { output: undefined }], // prettier-ignore
    ['sveltekit', { vite: '5', '@sveltejs/kit': '2', '@sveltejs/adapter-node': '5' }, {}, { name: 'sveltekit', output: 'build', kind: 'server' }], // prettier-ignore
    ['nest', { '@nestjs/core': '10' }, { 'tsconfig.json': '{ // c\n "compilerOptions": { "outDir": "./out", }, }' }, { name: 'nest', output: 'out' }], // prettier-ignore
    ['nuxt 2', { nuxt: '^2.15' }, {}, { output: '.nuxt' }],
    ['nuxt 3', { nuxt: '^3.1' }, {}, { output: '.output' }],
    ['angular', { '@angular/core': '17' }, { 'angular.json': json({ projects: { a: { architect: { build: { options: { outputPath: 'dist/a' } } } } } }) }, { output: 'dist/a' }], // prettier-ignore
  ])('%s', (_, dependencies, files, expected) => {
    expect(node({ 'package.json': json({ dependencies }), ...files }).framework).toMatchObject(expected);
  });
});

test('entry point, versions, module type', () => {
  const project = node({
    'package.json': json({ name: 'a', main: 'dist/i.js', bin: './cli.js', type: 'module', engines: { node: '>=18' }, scripts: { start: 'node .' } }), // prettier-ignore
    '.nvmrc': 'v20.1.0\n',
    '.tool-versions': 'nodejs 20.2.0\n',
  });
  expect(project).toMatchObject({ main: 'dist/i.js', moduleType: 'module', bin: new Map([['a', './cli.js']]) });
  expect(project.scripts.get('start')).toBe('node .');
  expect(project.versions.map(({ value }) => value)).toEqual(['v20.1.0', '20.2.0', '>=18']);
});

describe('bad input', () => {
  test.each<[string, string, number]>([
    ['{\n "a": 1,\n}', 'package.json', 3],
    ['', 'package.json', 1],
    ['{"a"', 'package.json', 1],
  ])('%j', (text, path, line) => {
    expect(node({ 'package.json': text }).unreadable).toEqual([{ path, line, why: 'not valid JSON' }]);
  });

  test.each(['null', '[]', '1', '{"scripts": 5, "workspaces": {"packages": 3}, "dependencies": ["a"], "bin": []}'])(
    '%s',
    (text) => {
      expect(node({ 'package.json': text }).readsSource).toEqual([]);
    },
  );

  test('keys of the prototype stay data', () => {
    const project = node({ 'package.json': '{"dependencies": {"__proto__": "file:./x", "constructor": "^1"}}' });
    expect(project.dependencies.get('__proto__')).toBe('file:./x');
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });

  test('a byte order mark is fine, broken YAML is named', () => {
    const project = node({ 'package.json': '\ufeff{}', 'pnpm-workspace.yaml': 'a: [1\nb: {\n', 'pnpm-lock.yaml': '' });
    expect(project.unreadable).toEqual([{ path: 'pnpm-workspace.yaml', line: 2, why: 'not valid YAML' }]);
  });

  test.each(['['.repeat(100_000), '- '.repeat(100_000), '{a: '.repeat(100_000)])(
    'YAML that nests without end is declined',
    (text) => {
      const project = node({ 'package.json': '{}', 'pnpm-workspace.yaml': text });
      expect(project.unreadable).toEqual([{ path: 'pnpm-workspace.yaml', line: 1, why: 'nested too deep' }]);
    },
  );

  test('workspace patterns beyond globs are not guessed', () => {
    expect(node({ 'package.json': json({ workspaces: ['+(a|b)'] }) }).unreadable).toHaveLength(1);
  });
});
