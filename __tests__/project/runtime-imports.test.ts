import { describe, expect, test } from '@jest/globals';
import { memoryContext } from '../../src/project/context.js';
import { runtimeImports } from '../../src/project/runtime-imports.js';

const noDeadline = { deadline: () => false };
const from = (files: Record<string, string>, entry = 'src/index.ts', limits = noDeadline) =>
  runtimeImports(memoryContext(files), entry, '', limits);

test('follows modules of all kinds', async () => {
  const result = await from({
    'tsconfig.json': '{ "compilerOptions": { "baseUrl": ".", "paths": { "@/*": ["src/*"] } } }',
    'src/index.ts':
      "import express from 'express';\nimport { a } from './a.js';\nimport type { T } from 'only-types';\nimport { type U } from 'types-too';\n" +
      "export * from './b';\nimport fs from 'node:fs';\nconst l = require('lodash/fp');\nconst c = await import('@scope/pkg/deep');\n" +
      "import '@/aliased';\nimport 'src/bare';\nimport d = require('./data.json');\ntype X = import('type-query').Y;\n",
    'src/a.ts': "import './index';\nrequire.resolve('resolved');\n",
    'src/b/index.tsx': '',
    'src/aliased.ts': '',
    'src/bare.ts': '',
    'src/data.json': '{}',
    'src/unused.ts': "import 'unused';",
  });
  expect([...result.files].sort()).toEqual(['src/a.ts', 'src/aliased.ts', 'src/b/index.tsx', 'src/bare.ts', 'src/data.json', 'src/index.ts']); // prettier-ignore
  expect([...result.packages.keys()].sort()).toEqual(['@scope/pkg', 'express', 'lodash', 'resolved']);
  expect(result.packages.get('lodash')).toEqual({ path: 'src/index.ts', line: 7 });
  expect(result.unknown).toEqual([]);
});

test('literal reads', async () => {
  const result = await from({
    'src/index.ts':
      "fs.readFileSync(path.join(__dirname, '../views', 'a.html'));\nfs.createReadStream('./config/x.yml');\nreadFile(`${__dirname}/t.txt`);\n" +
      "app.use(express.static(path.resolve(__dirname, '..', 'public')));\nreadFile(new URL('./u.txt', import.meta.url));\n" +
      "readFile('/etc/hosts');\nreadFile(path.join(process.cwd(), 'data'));\nconst views = path.join(__dirname, 'v');\nnew Worker(new URL('./w.ts', import.meta.url));\n",
    'views/a.html': '',
    'config/x.yml': '',
    'src/t.txt': '',
    'public/i.html': '',
    'src/u.txt': '',
    'data/d': '',
    'src/v/x': '',
    'src/w.ts': "import 'worker-dep';",
  });
  expect(result.unknown).toEqual([]);
  expect(result.reads).toEqual([
    'config/x.yml',
    'data',
    'public',
    'src/t.txt',
    'src/u.txt',
    'src/v',
    'src/w.ts',
    'views/a.html',
  ]);
  expect([...result.packages.keys()]).toEqual(['worker-dep']);
});

describe('what cannot be followed is named with its line', () => {
  test.each([
    ['require(name)', 'a require() whose name is computed'],
    ['import(`./x/${y}`)', 'an import() whose name is computed'],
    ['fs.readFileSync(file)', 'a read of a computed path'],
    ['path.join(__dirname, name)', 'a read of a computed path'],
    ['eval(x)', 'code made from text'],
    ['new Function(x)', 'code made from text'],
    ['const r = require', 'require under another name'],
    ["import './gone'", 'a module that is not in the context: ./gone'],
    ["import '~/x'", 'an alias that is not known: ~/x'],
    ["import '#x'", 'an alias that is not known: #x'],
    ['fork(x)', 'a forked program whose path is not known'],
    ["import.meta.glob('./*.ts')", 'modules by a pattern'],
    ['createRequire(import.meta.url)', 'a require() of its own'],
  ])('%s', async (code, why) => {
    const { unknown } = await from({ 'src/index.ts': `const a = 1;\n${code};\n` });
    expect(unknown).toEqual([{ path: 'src/index.ts', line: 2, why }]);
  });

  test('an entry that is not there', async () => {
    expect((await from({})).unknown).toHaveLength(1);
  });
});

describe('limits', () => {
  const chain = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`src/m${i}.ts`, `import './m${i + 1}';`]));
  test.each([
    ['files', { ...noDeadline, files: 5 }, 'too many files'],
    ['size', { ...noDeadline, size: 50 }, 'too much source'],
    ['time', { deadline: () => true }, 'out of time'],
  ])('%s', async (_, limits, why) => {
    const { unknown } = await from(chain, 'src/m0.ts', limits);
    expect(unknown.map((item) => item.why)).toEqual([why]);
  });

  test('source nested too deep', async () => {
    const { unknown } = await from({ 'src/index.ts': '('.repeat(100_000) });
    expect(unknown).toHaveLength(1);
  });
});
