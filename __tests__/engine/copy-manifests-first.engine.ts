import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { memoryContext } from '../../src/project/context.js';
import { readProject } from '../../src/project/project.js';
import { runTransforms } from '../../src/transform/index.js';
import copyManifestsFirst from '../../transforms/copy-manifests-first/index.js';
import { differingPaths, isCached } from './support/compare-builds.js';
import { type Bench, hasEngine, openBench } from './support/engine.js';
import { integrityOf, openRegistry, type Registry, tarballOf } from './support/registry.js';

/** What two builds of one file differ in by themselves. */
const NOISE =
  /^\.\/(var\/(log|cache)(\/|$)|tmp(\/|$)|root(\/|$)|\.dockerenv|etc\/(hostname|hosts|resolv\.conf|mtab))|__pycache__|\/cache\/download/;

let registry: Registry;
beforeAll(async () => void (registry = await openRegistry()));
afterAll(() => registry.close());

interface Case {
  readonly name: string;
  readonly dockerfile: (url: string) => string;
  readonly files: () => Readonly<Record<string, string>>;
  /** The step that must be cached after an edit of `source`. */
  readonly install: string;
  readonly source: string;
}

const ignored = { '.dockerignore': 'Dockerfile.test\nnode_modules\n' };

const cases: readonly Case[] = [
  {
    name: 'npm, with a build in the same RUN',
    dockerfile: () => 'FROM node:20\nWORKDIR /app\nCOPY . .\nRUN npm ci && npm run build\nCMD ["node", "dist.js"]\n',
    files: () => ({
      ...ignored,
      'package.json': JSON.stringify({
        name: 'app',
        version: '1.0.0',
        scripts: { build: 'cp src/index.js dist.js' },
        dependencies: { alpha: '1.0.0' },
      }),
      'package-lock.json': lockfile(),
      'src/index.js': 'console.log(require("alpha"));\n',
    }),
    install: 'RUN npm ci',
    source: 'src/index.js',
  },
  {
    name: 'pip',
    dockerfile: (url) =>
      `FROM python:3.11-slim-bookworm\nENV PIP_INDEX_URL=${url}/simple PIP_TRUSTED_HOST=127.0.0.1 PIP_DISABLE_PIP_VERSION_CHECK=1\nWORKDIR /app\nCOPY . .\nRUN pip install --no-cache-dir --no-compile -r requirements.txt\nCMD ["python", "app.py"]\n`,
    files: () => ({
      ...ignored,
      'requirements.txt': '-r base.txt\n',
      'base.txt': 'alpha==1.0.0\n',
      'app.py': 'print(1)\n',
    }),
    install: 'RUN pip install',
    source: 'app.py',
  },
  {
    name: 'go, whose build downloads by itself',
    dockerfile: (url) =>
      `FROM golang:1.19 AS build\nENV GOPROXY=${url}/go GOFLAGS=-mod=mod GONOSUMDB=example.com GOSUMDB=off\nWORKDIR /src\nCOPY . .\nRUN CGO_ENABLED=0 go build -trimpath -o /app .\nFROM debian:bookworm-slim\nCOPY --from=build /app /app\nCMD ["/app"]\n`,
    files: () => ({
      ...ignored,
      'go.mod': 'module example.com/app\n\ngo 1.19\n\nrequire example.com/alpha v1.0.0\n',
      'main.go':
        'package main\n\nimport (\n\t"fmt"\n\n\t"example.com/alpha"\n)\n\nfunc main() { fmt.Println(alpha.Name) }\n',
    }),
    install: 'RUN go mod download',
    source: 'main.go',
  },
];

function lockfile(): string {
  const root = { name: 'app', version: '1.0.0', dependencies: { alpha: '1.0.0' } };
  const alpha = {
    version: '1.0.0',
    resolved: `${registry.url}/npm/alpha/-/alpha-1.0.0.tgz`,
    integrity: integrityOf(tarballOf('alpha')),
  };
  return JSON.stringify({
    name: 'app',
    version: '1.0.0',
    lockfileVersion: 3,
    requires: true,
    packages: { '': root, 'node_modules/alpha': alpha },
  });
}

(hasEngine ? describe : describe.skip).each(cases)('$name', ({ dockerfile, files, install, source }) => {
  let bench: Bench;
  let original: string;
  let rewritten: string;
  beforeAll(() => {
    bench = openBench(files());
    original = dockerfile(registry.url);
    const project = readProject(memoryContext(files()));
    const result = runTransforms(original, {
      transforms: [copyManifestsFirst],
      project,
      dockerfile: 'Dockerfile.test',
    });
    expect(result.faults).toEqual([]);
    expect(result.changes.length).toBe(1);
    rewritten = result.output;
  });
  afterAll(() => bench.close());

  test('gives the same image, and keeps the install when the source changes', async () => {
    const before = await bench.build(original, 'a');
    const after = await bench.build(rewritten, 'b');
    const [a, b] = [await bench.tree(before.tag), await bench.tree(after.tag)];
    expect(differingPaths(a, b, NOISE)).toEqual([]);
    bench.write(source, `${files()[source]!}\n`);
    const again = await bench.build(rewritten, 'b');
    expect(isCached(again.log, install)).toBe(true);
    expect(isCached(again.log, 'COPY . .')).toBe(false);
    const originalAgain = await bench.build(original, 'a');
    expect(isCached(originalAgain.log, install.startsWith('RUN go') ? 'RUN CGO' : install)).toBe(false);
  }, 300_000);
});
