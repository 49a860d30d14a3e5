import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { runTransforms } from '../../src/transform/index.js';
import { transforms } from '../../transforms/index.js';
import { type Bench, hasEngine, openBench } from './support/engine.js';
import { integrityOf, openRegistry, type Registry, tarballOf } from './support/registry.js';

/** What two builds of one file differ in by themselves: logs, caches of the loader, compiled Python, names of the run. */
const NOISE =
  /^\.\/(var\/log(\/|$)|var\/cache\/ldconfig\/|var\/lib\/dpkg\/(status|lock|triggers)|var\/lib\/apt\/(extended_states|lists)|etc\/(machine-id|ld\.so\.cache|hostname|hosts|resolv\.conf|mtab)|tmp(\/|$)|\.dockerenv)|\/__pycache__(\/|$)|\/_logs(\/|$)/;

let registry: Registry;
beforeAll(async () => void (registry = await openRegistry()));
afterAll(() => registry.close());

interface Case {
  readonly name: string;
  readonly dockerfile: (url: string) => string;
  readonly files: (packages: readonly string[]) => Readonly<Record<string, string>>;
  /** Downloads that a build log or the registry shows. */
  readonly downloads: (log: string) => readonly string[];
  /** A package without its version, as `downloads` names it. */
  readonly first: readonly string[];
  readonly added: string;
}

const fromRegistry = (): readonly string[] => registry.downloads();

const cases: readonly Case[] = [
  {
    name: 'npm',
    dockerfile: () =>
      'FROM node:20\nWORKDIR /app\nCOPY package.json package-lock.json ./\nRUN npm ci && npm cache clean --force\n',
    files: (packages) => ({ 'package.json': npmManifest(packages), 'package-lock.json': npmLock(packages) }),
    downloads: fromRegistry,
    first: ['alpha-1.0.0.tgz', 'beta-1.0.0.tgz'],
    added: 'gamma-1.0.0.tgz',
  },
  {
    name: 'pip',
    dockerfile: (url) =>
      `FROM python:3.11-slim-bookworm\nENV PIP_INDEX_URL=${url}/simple PIP_TRUSTED_HOST=127.0.0.1 PIP_DISABLE_PIP_VERSION_CHECK=1\nCOPY requirements.txt .\nRUN pip install --no-cache-dir -r requirements.txt\n`,
    files: (packages) => ({ 'requirements.txt': packages.map((name) => `${name}==1.0.0\n`).join('') }),
    downloads: fromRegistry,
    first: ['alpha-1.0.0-py3-none-any.whl', 'beta-1.0.0-py3-none-any.whl'],
    added: 'gamma-1.0.0-py3-none-any.whl',
  },
  {
    name: 'go',
    dockerfile: (url) =>
      `FROM golang:1.19 AS build\nENV GOPROXY=${url}/go GONOSUMDB=* GONOSUMCHECK=1 GOFLAGS=-mod=mod GONOSUMDB=example.com GOSUMDB=off\nWORKDIR /src\nCOPY go.mod ./\nRUN go mod download\nCOPY . .\nRUN CGO_ENABLED=0 go build -trimpath -o /app .\nFROM debian:bookworm-slim\nCOPY --from=build /app /app\nCMD ["/app"]\n`,
    files: (packages) => ({
      'go.mod': `module example.com/app\n\ngo 1.19\n\nrequire (\n${packages.map((name) => `\texample.com/${name} v1.0.0\n`).join('')})\n`,
      'main.go': `package main\n\nimport (\n\t"fmt"\n${packages.map((name) => `\t"example.com/${name}"\n`).join('')})\n\nfunc main() { fmt.Println(${packages.map((name) => `${name}.Name`).join(', ')}) }\n`,
    }),
    downloads: fromRegistry,
    first: ['alpha.zip', 'beta.zip'],
    added: 'gamma.zip',
  },
];

function npmManifest(packages: readonly string[]): string {
  const dependencies = Object.fromEntries(packages.map((name) => [name, '1.0.0']));
  return JSON.stringify({ name: 'app', version: '1.0.0', dependencies });
}

function npmLock(packages: readonly string[]): string {
  const entries = packages.map((name) => [
    `node_modules/${name}`,
    {
      version: '1.0.0',
      resolved: `${registry.url}/npm/${name}/-/${name}-1.0.0.tgz`,
      integrity: integrityOf(tarballOf(name)),
    },
  ]);
  const root = {
    name: 'app',
    version: '1.0.0',
    dependencies: Object.fromEntries(packages.map((name) => [name, '1.0.0'])),
  };
  return JSON.stringify({
    name: 'app',
    version: '1.0.0',
    lockfileVersion: 3,
    requires: true,
    packages: { '': root, ...Object.fromEntries(entries) },
  });
}

/** The rewrite, and the paths that its changes announce as removed. */
function rewrite(text: string): { readonly output: string; readonly removed: readonly string[] } {
  const result = runTransforms(text, { transforms });
  expect(result.faults).toEqual([]);
  expect(result.changes.length).toBeGreaterThan(0);
  const removed = result.changes.flatMap(({ announces }) =>
    announces.flatMap((one) => (one.kind === 'files' ? one.paths : [])),
  );
  return { output: result.output, removed };
}

/** Differences between two images that are neither noise nor announced. */
async function unexplained(
  bench: Bench,
  before: string,
  after: string,
  removed: readonly string[],
): Promise<readonly string[]> {
  const [a, b] = [await bench.tree(before), await bench.tree(after)];
  const announced = removed.map((glob) => `.${glob.replace(/\/\*\*$/, '')}`);
  const isAnnounced = (path: string): boolean =>
    announced.some((folder) => path === folder || path.startsWith(`${folder}/`));
  return [...new Set([...a.keys(), ...b.keys()])]
    .filter((path) => a.get(path) !== b.get(path) && !NOISE.test(path) && !isAnnounced(path))
    .map((path) => `${path}: ${a.get(path) ?? 'absent'} -> ${b.get(path) ?? 'absent'}`);
}

(hasEngine ? describe : describe.skip).each(cases)(
  '$name downloads only what is new',
  ({ dockerfile, files, downloads, first, added }) => {
    let bench: Bench;
    beforeAll(() => void (bench = openBench(files(['alpha', 'beta']))));
    afterAll(() => bench.close());

    test('same image, and the second build takes the rest from the mount', async () => {
      const text = dockerfile(registry.url);
      const { output, removed } = rewrite(text);
      const before = await bench.build(text, 'one');
      expect([...downloads(before.log)].sort()).toEqual(first);
      const after = await bench.build(output, 'one');
      expect([...downloads(after.log)].sort()).toEqual(first);
      expect(await unexplained(bench, before.tag, after.tag, removed)).toEqual([]);
      expect(await bench.config(after.tag)).toEqual(await bench.config(before.tag));

      const warm = await bench.build(output, 'two');
      expect(downloads(warm.log)).toEqual([]);
      expect(await unexplained(bench, after.tag, warm.tag, [])).toEqual([]);

      for (const [name, content] of Object.entries(files(['alpha', 'beta', 'gamma']))) bench.write(name, content);
      const changed = await bench.build(output, 'one');
      expect(downloads(changed.log)).toEqual([added]);
      const plain = await bench.build(text, 'one');
      expect([...downloads(plain.log)].sort()).toEqual([...first, added].sort());
      expect(await unexplained(bench, plain.tag, changed.tag, removed)).toEqual([]);
    });
  },
);

(hasEngine ? describe : describe.skip)('system packages', () => {
  const bench = openBench({});
  afterAll(() => bench.close());
  const fetched = (log: string): readonly string[] =>
    [...log.matchAll(/Get:\d+ \S+ \S+ \S+ (\S+) \S+ \S+ \[/g)]
      .map((match) => match[1]!)
      .filter((name) => !/^(InRelease|Packages|main|Release)$/.test(name));

  test('apt downloads only what is new, and docker-clean is back', async () => {
    const text = (names: string): string =>
      `FROM debian:bookworm-slim\nRUN apt-get update && apt-get install -y --no-install-recommends ${names} && rm -rf /var/lib/apt/lists/*\n`;
    const { output, removed } = rewrite(text('less'));
    const before = await bench.build(text('less'), 'one');
    const after = await bench.build(output, 'one');
    expect(fetched(after.log)).toContain('less');
    expect(await unexplained(bench, before.tag, after.tag, removed)).toEqual([]);
    expect((await bench.tree(after.tag)).has('./etc/apt/apt.conf.d/docker-clean')).toBe(true);
    const changed = await bench.build(rewrite(text('less ed')).output, 'one');
    expect(fetched(changed.log)).toContain('ed');
    expect(fetched(changed.log)).not.toContain('less');
  });

  test('a lone update is merged without a trace', async () => {
    const text = 'FROM debian:bookworm-slim\nRUN apt-get update\nRUN apt-get install -y --no-install-recommends ed\n';
    const { output, removed } = rewrite(text);
    const before = await bench.build(text, 'one');
    const after = await bench.build(output, 'one');
    expect(await unexplained(bench, before.tag, after.tag, removed)).toEqual([]);
  });

  test('apk leaves no link behind', async () => {
    const text = 'FROM alpine:3.20\nRUN apk add --no-cache ca-certificates tzdata\n';
    const { output } = rewrite(text);
    const before = await bench.build(text, 'one');
    const after = await bench.build(output, 'one');
    expect(await bench.config(after.tag)).toEqual(await bench.config(before.tag));
    const listing = await bench.build(
      `FROM ${after.tag}\nRUN test ! -e /etc/apk/cache && test ! -L /etc/apk/cache && test -s /etc/ssl/certs/ca-certificates.crt\n`,
      'one',
    );
    expect(listing.tag).not.toBe('');
  });
});
