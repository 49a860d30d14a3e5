import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { memoryContext } from '../../src/project/context.js';
import { readProject } from '../../src/project/project.js';
import { runTransforms } from '../../src/transform/index.js';
import { transforms } from '../../transforms/index.js';
import { npmTarball } from './support/archives.js';
import { type Bench, hasEngine, openBench } from './support/engine.js';

/** What two builds of one file differ in by themselves. */
const NOISE =
  /^\.\/(root\/\.npm\/_logs\/|var\/log(\/|$)|var\/cache\/(ldconfig|debconf)\/|var\/lib\/(dpkg|apt\/extended_states)|etc\/(machine-id|ld\.so\.cache|hostname|hosts|resolv\.conf|mtab)|\.dockerenv)/;

/** Text that does not compress to nothing. */
const program = Array.from({ length: 60_000 }, (_, i) => createHash('sha256').update(String(i)).digest('hex')).join(
  '\n',
);
const archive = npmTarball({ 'tool.txt': program });

/** A package of npm with one large file. */
function packageNamed(name: string): Buffer {
  return npmTarball({ 'package.json': JSON.stringify({ name, version: '1.0.0' }), 'tool.txt': program });
}

let server: Server;
let url: string;
beforeAll(async () => {
  server = createServer((request, response) => {
    response.setHeader('Last-Modified', 'Tue, 02 Jan 2024 03:04:05 GMT');
    const name = /\/npm\/(\w+)-/.exec(request.url ?? '')?.[1];
    if (name !== undefined) response.end(packageNamed(name));
    else response.end(request.url?.endsWith('.tgz') === true ? archive : program);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());

interface Case {
  readonly name: string;
  readonly transform: string;
  readonly dockerfile: () => string;
  readonly files?: () => Readonly<Record<string, string>>;
  /** Paths that may go; announced ones come on top. */
  readonly gone?: RegExp;
  /** Paths that may change. */
  readonly changed?: RegExp;
  readonly stays: readonly string[];
  /** Bytes that the image loses at least. */
  readonly saves: number;
}

const cases: readonly Case[] = [
  {
    name: 'a clean-up in a layer of its own',
    transform: 'merge-cleanup-into-layer',
    dockerfile: () =>
      `FROM node:20\nWORKDIR /opt\nRUN curl -fsSL -o /opt/a-1.0.tgz ${url}/a-1.0.tgz\nRUN tar xzf a-1.0.tgz\nENV A=b\nRUN mkdir /made && cp /opt/package/tool.txt /made/tool.txt\n# tidy\nRUN rm -rf /made\nRUN rm a-1.0.tgz\n`,
    stays: ['./opt/package/tool.txt'],
    saves: program.length,
  },
  {
    name: 'an archive that stays',
    transform: 'fetch-remote-files-well',
    dockerfile: () =>
      `FROM node:20\nRUN curl -fsSL -o /tmp/a-1.0.tgz ${url}/a-1.0.tgz\nRUN tar xzf /tmp/a-1.0.tgz -C /opt\nCMD ["cat", "/opt/package/tool.txt"]\n`,
    stays: ['./opt/package/tool.txt'],
    saves: archive.length,
  },
  {
    name: 'an added archive',
    transform: 'fetch-remote-files-well',
    dockerfile: () =>
      `FROM node:20\nADD ${url}/a-1.0.tgz /srv/in/\nRUN tar xzf /srv/in/a-1.0.tgz -C /opt && rm /srv/in/a-1.0.tgz\nCMD ["cat", "/opt/package/tool.txt"]\n`,
    stays: ['./opt/package/tool.txt', './srv/in'],
    saves: archive.length,
  },
  {
    name: 'a downloaded program and its mode',
    transform: 'fetch-remote-files-well',
    dockerfile: () => `FROM node:20\nADD ${url}/tool-1.0 /usr/local/bin/tool\nRUN chmod +x /usr/local/bin/tool\n`,
    stays: ['./usr/local/bin/tool'],
    saves: program.length,
  },
  {
    name: 'build packages',
    transform: 'drop-build-packages',
    dockerfile: () =>
      'FROM debian:bookworm-slim\nCOPY Makefile /src/\nRUN apt-get update && apt-get install -y --no-install-recommends make libyaml-dev && make -C /src && rm -rf /var/lib/apt/lists/*\nCMD ["cat", "/usr/local/share/made"]\n',
    files: () => ({ Makefile: 'made:\n\techo made > /usr/local/share/made\n' }),
    gone: /^\.\/(usr\/(bin|include|lib|share)(\/|$)|var\/(cache|lib)\/)/,
    stays: ['./usr/local/share/made', './usr/lib/x86_64-linux-gnu/libyaml-0.so.2'],
    saves: 500_000,
  },
  {
    name: 'package lists',
    transform: 'clean-apt-lists',
    dockerfile: () =>
      'FROM debian:bookworm-slim\nRUN apt-get update && apt-get install -y --no-install-recommends make\nCMD ["make", "--version"]\n',
    stays: ['./usr/bin/make', './var/lib/apt/lists'],
    saves: 5_000_000,
  },
  {
    name: 'files held twice by chown',
    transform: 'chown-while-copying',
    dockerfile: () =>
      'FROM node:20\nRUN useradd -m app\nCOPY data /srv/data/\nRUN chown -R app:app /srv/data\nUSER app\nCMD ["cat", "/srv/data/program.txt"]\n',
    files: () => ({ 'data/program.txt': program }),
    stays: ['./srv/data/program.txt'],
    saves: program.length,
  },
  {
    name: 'the cache of npm',
    transform: 'clean-npm-cache',
    dockerfile: () =>
      `FROM node:20\nWORKDIR /app\nRUN npm install --no-package-lock ${url}/npm/alpha-1.0.0.tgz\nCMD ["cat", "node_modules/alpha/tool.txt"]\n`,
    stays: ['./app/node_modules/alpha/tool.txt'],
    saves: archive.length,
  },
  {
    name: 'packages for development',
    transform: 'install-production-only',
    dockerfile: () =>
      'FROM node:20\nWORKDIR /app\nCOPY package.json ./\nRUN npm install --no-package-lock && npm cache clean --force\nCOPY server.js ./\nCMD ["node", "server.js"]\n',
    files: () => ({
      'package.json': JSON.stringify({
        name: 'app',
        version: '1.0.0',
        dependencies: { alpha: `${url}/npm/alpha-1.0.0.tgz` },
        devDependencies: { beta: `${url}/npm/beta-1.0.0.tgz` },
      }),
      'server.js': "require('alpha/package.json');\n",
    }),
    gone: /^\.\/app\/node_modules\/beta(\/|$)/,
    changed: /^\.\/app\/node_modules\/\.package-lock\.json$/,
    stays: ['./app/node_modules/alpha/tool.txt'],
    saves: program.length,
  },
  {
    name: 'recommended packages',
    transform: 'skip-recommended-packages',
    dockerfile: () =>
      'FROM debian:bookworm-slim\nRUN apt-get update && apt-get install -y zip && rm -rf /var/lib/apt/lists/*\nCMD ["zip", "-v"]\n',
    gone: /^\.\/usr\/(bin|lib\/mime|share\/(doc|man|lintian))(\/|$)/,
    stays: ['./usr/bin/zip'],
    saves: 300_000,
  },
];

(hasEngine ? describe : describe.skip).each(cases)(
  '$name',
  ({ transform, dockerfile, files, gone, changed, stays, saves }) => {
    let bench: Bench;
    beforeAll(() => void (bench = openBench(files?.() ?? {})));
    afterAll(() => bench.close());

    test('goes, all else is the same, and the image is smaller', async () => {
      const text = dockerfile();
      const result = runTransforms(text, {
        transforms: transforms.filter(({ meta }) => meta.name === transform),
        allow: 'review',
        ...(files === undefined ? {} : { project: readProject(memoryContext(files())) }),
      });
      expect(result.faults).toEqual([]);
      expect(result.changes.length).toBeGreaterThan(0);
      const before = await bench.build(text, 'one');
      const after = await bench.build(result.output, 'one');
      const [a, b] = [await bench.tree(before.tag), await bench.tree(after.tag)];
      const announced = result.changes.flatMap(({ announces }) =>
        announces.flatMap((one) => (one.kind === 'files' ? one.paths.map((path) => `.${path}`) : [])),
      );
      const below = (path: string, one: string): boolean =>
        one.endsWith('/**') ? `${path}/`.startsWith(one.slice(0, -2)) : path === one;
      const holds = (tree: ReadonlyMap<string, string>, one: string): boolean =>
        [...tree].some(([path, entry]) => !entry.startsWith('|d|') && below(path, one));
      for (const one of announced) expect([one, holds(a, one), holds(b, one)]).toEqual([one, true, false]);
      const unexplained = [...new Set([...a.keys(), ...b.keys()])]
        .filter(
          (path) => a.get(path) !== b.get(path) && !NOISE.test(path) && !announced.some((one) => below(path, one)),
        )
        .filter((path) => changed?.test(path) !== true || !a.has(path) || !b.has(path))
        .filter((path) => !(gone?.test(path) === true && (!b.has(path) || /cache/.test(path))))
        .map((path) => `${path}: ${a.get(path) ?? 'absent'} -> ${b.get(path) ?? 'absent'}`);
      expect(unexplained).toEqual([]);
      for (const path of stays) expect([path, b.get(path)]).toEqual([path, a.get(path)]);
      expect(await bench.config(after.tag)).toEqual(await bench.config(before.tag));
      expect((await bench.size(before.tag)) - (await bench.size(after.tag))).toBeGreaterThan(saves * 0.9);
    });
  },
);
