import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { memoryContext } from '../../src/project/context.js';
import { readProject } from '../../src/project/project.js';
import { runTransforms } from '../../src/transform/index.js';
import splitBuildStage from '../../transforms/split-build-stage/index.js';
import { root } from '../support/paths.js';
import { type Bench, hasEngine, openBench } from './support/engine.js';
import { integrityOf, openRegistry, type Registry, tarballOf } from './support/registry.js';
import { has, start } from './support/start.js';

let registry: Registry;
beforeAll(async () => void (registry = await openRegistry()));
afterAll(() => registry.close());

function rewrite(dockerfile: string, files: Readonly<Record<string, string | Buffer>>) {
  const texts = Object.fromEntries(Object.entries(files).map(([name, data]) => [name, data.toString()]));
  return runTransforms(dockerfile, {
    transforms: [splitBuildStage],
    allow: 'review',
    project: readProject(memoryContext(texts)),
  });
}

/** A server that asks itself, prints the answer and ends with a code of its own. */
const ASKS_ITSELF =
  "server.listen(3000, () => http.get('http://127.0.0.1:3000/shop', (r) => r.on('data', (d) => { console.log(r.statusCode, String(d)); process.exit(3); })));\n";

(hasEngine ? describe : describe.skip)('plain JavaScript', () => {
  let bench: Bench;
  afterAll(() => bench.close());

  test('ships without development dependencies, and answers the same', async () => {
    const entry = (name: string, dev: boolean) => ({
      version: '1.0.0',
      resolved: `${registry.url}/npm/${name}/-/${name}-1.0.0.tgz`,
      integrity: integrityOf(tarballOf(name)),
      ...(dev ? { dev } : {}),
    });
    const manifest = {
      name: 'shop',
      version: '1.0.0',
      scripts: { start: 'node server.js' },
      dependencies: { alpha: '1.0.0' },
      devDependencies: { beta: '1.0.0' },
    };
    const files = {
      'package.json': JSON.stringify(manifest),
      'package-lock.json': JSON.stringify({
        name: 'shop',
        version: '1.0.0',
        lockfileVersion: 3,
        requires: true,
        packages: {
          '': manifest,
          'node_modules/alpha': entry('alpha', false),
          'node_modules/beta': entry('beta', true),
        },
      }),
      'pages/index.html': 'hello\n',
      'server.js': `const http = require('http');\nconst fs = require('fs');\nconst alpha = require('alpha');\nconst page = process.env.PAGE || 'index';\nconst server = http.createServer((q, s) => s.end(alpha + q.url + fs.readFileSync('pages/' + page + '.html') + fs.statSync('data').uid));\n${ASKS_ITSELF}`,
    };
    const dockerfile =
      'FROM node:20\nRUN useradd -m shop\nWORKDIR /srv/shop\nCOPY package*.json ./\nRUN npm ci\nCOPY . .\nRUN mkdir data && chown shop data\nENV PORT=3000\nUSER shop\nEXPOSE 3000\nCMD ["npm", "start", "--silent"]\n';
    bench = openBench(files);
    const result = rewrite(dockerfile, files);
    expect(result.refusals).toEqual([]);
    expect(result.output).toContain('RUN npm prune --omit=dev\n\nFROM node:20-slim\n');
    const [before, after] = [await bench.build(dockerfile, 'plain'), await bench.build(result.output, 'plain')];
    const first = await start(before.tag);
    expect(first.stdout).toMatch(/^200 alpha\/shophello\n\d{4}\n$/);
    expect(first.code).toBe(3);
    expect(await start(after.tag)).toEqual(first);
    expect(await bench.config(after.tag)).toEqual(await bench.config(before.tag));
    expect(await has(before.tag, '/srv/shop/node_modules/beta')).toBe(true);
    expect(await has(after.tag, '/srv/shop/node_modules/beta')).toBe(false);
    expect(await has(after.tag, 'gcc')).toBe(false);
    await smaller(bench, before.tag, after.tag, 'plain JavaScript');

    const stages = dockerfile
      .replace('FROM node:20\n', 'FROM node:20 AS build\n')
      .replace(
        'ENV PORT',
        'FROM node:20-slim\nRUN useradd -m shop\nWORKDIR /srv/shop\nCOPY --from=build /srv/shop ./\nENV PORT',
      );
    const pruned = rewrite(stages, files);
    expect(pruned.refusals).toEqual([]);
    expect(pruned.output).toContain('RUN npm prune --omit=dev\nFROM node:20-slim\n');
    const [whole, least] = [await bench.build(stages, 'stages'), await bench.build(pruned.output, 'stages')];
    expect(await start(whole.tag)).toEqual(first);
    expect(await start(least.tag)).toEqual(first);
    expect(await has(whole.tag, '/srv/shop/node_modules/beta')).toBe(true);
    expect(await has(least.tag, '/srv/shop/node_modules/beta')).toBe(false);
  });
});

(hasEngine ? describe : describe.skip)('TypeScript with a bundler', () => {
  let bench: Bench;
  afterAll(() => bench.close());

  test('ships the bundle, and answers the same', async () => {
    const platform = `linux-${process.arch}`;
    const manifest = {
      name: 'shop',
      version: '1.0.0',
      scripts: { build: 'esbuild src/main.ts --bundle --platform=node --outfile=dist/main.js' },
      devDependencies: { esbuild: 'file:vendor/esbuild.tgz', [`@esbuild/${platform}`]: 'file:vendor/platform.tgz' },
    };
    const version = (JSON.parse(packed('esbuild', 'package.json').toString()) as { version: string }).version;
    const files = {
      'package.json': JSON.stringify(manifest),
      'package-lock.json': JSON.stringify({
        name: 'shop',
        version: '1.0.0',
        lockfileVersion: 3,
        requires: true,
        packages: {
          '': manifest,
          'node_modules/esbuild': {
            version,
            resolved: 'file:vendor/esbuild.tgz',
            dev: true,
            hasInstallScript: true,
            bin: { esbuild: 'bin/esbuild' },
          },
          [`node_modules/@esbuild/${platform}`]: { version, resolved: 'file:vendor/platform.tgz', dev: true },
        },
      }),
      'vendor/esbuild.tgz': packed('esbuild'),
      'vendor/platform.tgz': packed(`@esbuild/${platform}`),
      'views/page.html': 'hello\n',
      'src/main.ts': `import http from 'node:http';\nimport { readFileSync } from 'node:fs';\nconst name: string = 'shop';\nconst server = http.createServer((q, s) => void s.end(name + q.url + readFileSync('views/page.html', 'utf8')));\n${ASKS_ITSELF}`,
    };
    const dockerfile =
      'FROM node:20-bookworm\nWORKDIR /app\nCOPY package.json package-lock.json ./\nCOPY vendor vendor\nRUN npm ci\nCOPY src src\nCOPY views views\nRUN npm run build\nEXPOSE 3000\nENTRYPOINT ["node", "dist/main.js"]\n';
    bench = openBench(files);
    const result = rewrite(dockerfile, files);
    expect(result.refusals).toEqual([]);
    expect(result.output).toContain('\nFROM node:20-bookworm-slim\n');
    const [before, after] = [await bench.build(dockerfile, 'bundle'), await bench.build(result.output, 'bundle')];
    const first = await start(before.tag);
    expect(first).toEqual({ stdout: '200 shop/shophello\n\n', code: 3 });
    expect(await start(after.tag)).toEqual(first);
    expect(await bench.config(after.tag)).toEqual(await bench.config(before.tag));
    expect(await has(before.tag, '/app/node_modules/esbuild')).toBe(true);
    expect(await has(after.tag, '/app/node_modules/esbuild')).toBe(false);
    await smaller(bench, before.tag, after.tag, 'TypeScript with a bundler');
  });
});

test('a native module ships on the Debian release that its build is given', () => {
  const files = {
    'package.json': JSON.stringify({
      name: 'shop',
      dependencies: { bcrypt: '5.1.0' },
      devDependencies: { jest: '29.0.0' },
    }),
    'package-lock.json': JSON.stringify({
      lockfileVersion: 3,
      packages: { 'node_modules/bcrypt': { version: '5.1.0', hasInstallScript: true } },
    }),
    'server.js': "require('bcrypt');\n",
  };
  const dockerfile = 'FROM node:20\nWORKDIR /app\nCOPY . .\nRUN npm ci\nCMD ["node", "server.js"]\n';
  const result = rewrite(dockerfile, files);
  expect(result.output.match(/^FROM .*$/gm)).toEqual(['FROM node:20-bookworm AS build', 'FROM node:20-bookworm-slim']);
});

/** A package of this project's own node_modules as npm packs it, or one of its files. */
function packed(name: string, file?: string): Buffer {
  const folder = path.join(root, 'node_modules', name);
  const what = file === undefined ? ['-cz', '--transform', 's,^\\.,package,', '.'] : ['-c', file];
  const archive = execFileSync('tar', ['-C', folder, ...what], { maxBuffer: 64 * 1024 * 1024 });
  return file === undefined ? archive : execFileSync('tar', ['-xO'], { input: archive });
}

async function smaller(bench: Bench, before: string, after: string, what: string): Promise<void> {
  const [a, b] = [await bench.size(before), await bench.size(after)];
  process.stderr.write(`${what}: ${Math.round(a / 1e6)} MB before, ${Math.round(b / 1e6)} MB after\n`);
  expect(b).toBeLessThan(a);
}
