import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readProject } from '../../src/project/project.js';
import { memoryContext } from '../../src/project/context.js';
import { runTransforms } from '../../src/transform/index.js';
import { transforms } from '../../transforms/index.js';
import { differingPaths } from './support/compare-builds.js';
import { type Bench, hasEngine, openBench } from './support/engine.js';
import { integrityOf, openRegistry, type Registry, tarballOf } from './support/registry.js';

const run = promisify(execFile);
const suite = hasEngine ? describe : describe.skip;

/** What two builds of one file differ in by themselves. */
const NOISE =
  /^\.\/(var\/log(\/|$)|var\/cache\/(ldconfig|debconf)\/|etc\/(passwd-|group-|shadow|gshadow|subuid|subgid|machine-id|ld\.so\.cache|hostname|hosts|resolv\.conf|mtab)|root\/\.(npm|cache)(\/|$)|tmp(\/|$)|\.dockerenv)/;

/** Text that does not compress to nothing, some 2 MB. */
const payload = Array.from({ length: 30_000 }, (_, i) => createHash('sha256').update(String(i)).digest('hex')).join(
  '\n',
);

type Files = Readonly<Record<string, string>>;

function rewrite(name: string, text: string, files: Files, options: Readonly<Record<string, boolean>> = {}): string {
  const result = runTransforms(text, {
    transforms: transforms.filter(({ meta }) => meta.name === name),
    allow: 'review',
    options: { [name]: options },
    project: readProject(memoryContext(files)),
  });
  expect(result.faults).toEqual([]);
  expect(result.changes.map(({ transform }) => transform)).toContain(name);
  return result.output;
}

async function differences(bench: Bench, before: string, after: string): Promise<readonly string[]> {
  const [a, b] = [await bench.tree(before), await bench.tree(after)];
  return differingPaths(a, b, NOISE);
}

async function output(tag: string, ...command: readonly string[]): Promise<string> {
  const { stdout } = await run('docker', ['run', '--rm', '--network=none', tag, ...command]);
  return stdout;
}

const owned: readonly { readonly name: string; readonly text: string; readonly saves: number }[] = [
  {
    name: 'a folder that WORKDIR makes',
    text: 'FROM node:20-slim\nWORKDIR /app\nCOPY . .\nRUN chown -R node:node /app\nUSER node\nCMD ["node", "-e", ""]\n',
    saves: payload.length,
  },
  {
    name: 'a folder that COPY makes, with a link and folders in it',
    text: 'FROM node:20-slim\nCOPY . /app\nCOPY src /app/deep/er/src\nRUN chown -R node:node /app\nWORKDIR /app\nUSER node\n',
    saves: payload.length,
  },
  {
    name: 'a step that makes files in between',
    text: "FROM node:20-slim\nWORKDIR /app\nCOPY package.json ./\nRUN mkdir node_modules && node -e \"fs.writeFileSync('node_modules/a', 'a'.repeat(1e6))\"\nCOPY . .\nRUN chown -R node:node /app\nUSER node\n",
    saves: payload.length,
  },
  {
    name: 'a user who is made after the files, and folders for data',
    text: 'FROM debian:bookworm-slim\nWORKDIR /app\nCOPY . .\nRUN groupadd --system app && useradd --system --gid app app && chown -R app:app /app\nUSER app\n',
    saves: payload.length,
  },
  {
    name: 'no group, and folders for data',
    text: 'FROM debian:bookworm-slim\nRUN useradd --system app\nWORKDIR /app\nCOPY . .\nRUN mkdir -p var/log && chown -R app /app\nUSER app\n',
    saves: payload.length,
  },
  {
    name: 'the login group, and files of another stage',
    text: 'FROM debian:bookworm-slim AS build\nCOPY . /out\n\nFROM debian:bookworm-slim\nRUN groupadd -g 777 staff2 && useradd -g staff2 app\nCOPY --from=build /out /app/out\nRUN chown -R app: /app\n',
    saves: payload.length,
  },
];

suite.each(owned)('chown-while-copying: $name', ({ text, saves }) => {
  const files = {
    '.dockerignore': 'Dockerfile.test\n',
    'package.json': '{}',
    'data.txt': payload,
    'src/a/b.txt': 'b',
  };
  let bench: Bench;
  beforeAll(() => void (bench = openBench(files)));
  afterAll(() => bench.close());

  test('gives every file the same owner and mode, and writes it once', async () => {
    const before = await bench.build(text, 'one');
    const after = await bench.build(rewrite('chown-while-copying', text, files), 'one');
    expect(await differences(bench, before.tag, after.tag)).toEqual([]);
    expect(await bench.config(after.tag)).toEqual(await bench.config(before.tag));
    expect((await bench.size(before.tag)) - (await bench.size(after.tag))).toBeGreaterThan(saves * 0.9);
  });
});

suite('use-exec-form', () => {
  const files = {
    'server.js':
      "process.on('SIGTERM', () => { console.log('goodbye'); process.exit(0); });\nconsole.log(require('fs').readFileSync('/proc/1/cmdline', 'utf8').split('\\0').join(' ').trim());\nsetInterval(() => {}, 1000);\n",
  };
  const text = 'FROM node:20-slim\nWORKDIR /app\nCOPY server.js .\nCMD node server.js "two words"\n';
  let bench: Bench;
  beforeAll(() => void (bench = openBench(files)));
  afterAll(() => bench.close());

  async function stopped(tag: string): Promise<{ readonly code: number; readonly log: string }> {
    const { stdout } = await run('docker', ['run', '-d', '--network=none', tag]);
    const id = stdout.trim();
    try {
      for (let i = 0; i < 200; i++) {
        const logs = await run('docker', ['logs', id]);
        if (logs.stdout.includes('node')) break;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      await run('docker', ['stop', '-t', '5', id]);
      const state = await run('docker', ['inspect', id, '--format', '{{.State.ExitCode}}']);
      return { code: Number(state.stdout), log: (await run('docker', ['logs', id])).stdout };
    } finally {
      await run('docker', ['rm', '-f', id]);
    }
  }

  test('starts the same program as process 1, which ends itself when asked to', async () => {
    const before = await bench.build(text, 'one');
    const after = await bench.build(rewrite('use-exec-form', text, files), 'one');
    expect(await differences(bench, before.tag, after.tag)).toEqual([]);
    const { Cmd: cmd, ...rest } = (await bench.config(after.tag)) as Record<string, unknown>;
    const { Cmd: shell, ...same } = (await bench.config(before.tag)) as Record<string, unknown>;
    expect(shell).toEqual(['/bin/sh', '-c', 'node server.js "two words"']);
    expect(cmd).toEqual(['node', 'server.js', 'two words']);
    expect(rest).toEqual(same);
    expect(await stopped(after.tag)).toEqual({ code: 0, log: 'node server.js two words\ngoodbye\n' });
  });
});

suite('install-production-only', () => {
  let registry: Registry;
  let bench: Bench;
  let files: Files;
  beforeAll(async () => {
    registry = await openRegistry();
    const entry = (name: string): Readonly<Record<string, string>> => ({
      version: '1.0.0',
      resolved: `${registry.url}/npm/${name}/-/${name}-1.0.0.tgz`,
      integrity: integrityOf(tarballOf(name)),
    });
    const root = {
      name: 'app',
      version: '1.0.0',
      dependencies: { alpha: '1.0.0' },
      devDependencies: { beta: '1.0.0' },
    };
    files = {
      'package.json': JSON.stringify({ ...root, scripts: { start: 'node server.js', test: 'beta' } }),
      'package-lock.json': JSON.stringify({
        name: 'app',
        version: '1.0.0',
        lockfileVersion: 3,
        packages: {
          '': root,
          'node_modules/alpha': entry('alpha'),
          'node_modules/beta': { ...entry('beta'), dev: true },
        },
      }),
      'server.js': "console.log(require('alpha/package.json').name);\n",
    };
    bench = openBench(files);
  });
  afterAll(async () => {
    await bench.close();
    await registry.close();
  });

  test('leaves development dependencies out, and the program says the same', async () => {
    const text =
      'FROM node:20-slim\nWORKDIR /app\nCOPY package.json package-lock.json ./\nRUN npm ci && npm cache clean --force\nCOPY server.js .\nCMD ["node", "server.js"]\n';
    const before = await bench.build(text, 'one');
    const after = await bench.build(rewrite('install-production-only', text, files), 'one');
    const different = await differences(bench, before.tag, after.tag);
    expect(different.filter((path) => !/^\.\/app\/node_modules\/beta(\/|$)/.test(path))).toEqual([
      './app/node_modules/.package-lock.json',
    ]);
    const tree = await bench.tree(after.tag);
    expect([tree.has('./app/node_modules/alpha/package.json'), tree.has('./app/node_modules/beta')]).toEqual([
      true,
      false,
    ]);
    expect(await output(after.tag)).toBe(await output(before.tag));
    expect(await bench.config(after.tag)).toEqual(await bench.config(before.tag));
  });
});

suite('trim-go-paths', () => {
  const files = {
    'go.mod': 'module example.com/app\n\ngo 1.19\n',
    'main.go': 'package main\n\nimport "fmt"\n\nfunc main() { fmt.Println("hello") }\n',
  };
  const text =
    'FROM golang:1.19 AS build\nWORKDIR /where/it/is/built\nCOPY . .\nRUN CGO_ENABLED=0 go build -o /out/app .\n\nFROM debian:bookworm-slim\nCOPY --from=build /out/app /usr/local/bin/app\nCMD ["app"]\n';
  let bench: Bench;
  beforeAll(() => void (bench = openBench(files)));
  afterAll(() => bench.close());

  const namesPath = async (tag: string): Promise<boolean> =>
    (await output(tag, 'sh', '-c', 'grep -c /where/it/is/built /usr/local/bin/app || true')).trim() !== '0';

  test('leaves the path of the build out of the program, which says the same', async () => {
    const before = await bench.build(text, 'one');
    const after = await bench.build(rewrite('trim-go-paths', text, files), 'one');
    expect(await differences(bench, before.tag, after.tag)).toEqual(['./usr/local/bin/app']);
    expect([await namesPath(before.tag), await namesPath(after.tag)]).toEqual([true, false]);
    expect(await output(after.tag)).toBe('hello\n');
    expect(await bench.config(after.tag)).toEqual(await bench.config(before.tag));
    const stripped = await bench.build(rewrite('trim-go-paths', text, files, { strip: true }), 'one');
    expect(await differences(bench, before.tag, stripped.tag)).toEqual(['./usr/local/bin/app']);
    expect(await output(stripped.tag)).toBe('hello\n');
    expect((await bench.size(before.tag)) - (await bench.size(stripped.tag))).toBeGreaterThan(300_000);
  });
});

suite('strip-binaries', () => {
  const files = { 'main.c': '#include <stdio.h>\nint main(void) { puts("hello"); return 0; }\n' };
  const text =
    'FROM node:20 AS build\nCOPY main.c /src/\nRUN gcc -O2 -static -o /app /src/main.c\n\nFROM debian:bookworm-slim\nCOPY --from=build /app /usr/local/bin/app\nCMD ["app"]\n';
  let bench: Bench;
  beforeAll(() => void (bench = openBench(files)));
  afterAll(() => bench.close());

  test('leaves the symbols out of the program, which says the same', async () => {
    const before = await bench.build(text, 'one');
    const after = await bench.build(rewrite('strip-binaries', text, files), 'one');
    expect(await differences(bench, before.tag, after.tag)).toEqual(['./usr/local/bin/app']);
    expect([await output(before.tag), await output(after.tag)]).toEqual(['hello\n', 'hello\n']);
    expect((await bench.size(before.tag)) - (await bench.size(after.tag))).toBeGreaterThan(40_000);
    expect(await bench.config(after.tag)).toEqual(await bench.config(before.tag));
  });
});
