import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readdirSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { argumentText } from '../../src/dockerfile/index.js';
import { type AnyTransform, type Announcement, defineTransform, type Level } from '../../src/transform/index.js';
import { dfix, type Folder, folderWith } from '../cli/harness.js';
import { root } from '../support/paths.js';
import { hasEngine } from './support/engine.js';

/** Replaces an instruction's text by another one; what a good or a bad transform does. */
function replacing(
  name: string,
  from: string,
  to: string,
  announces: readonly Announcement[] = [],
  level: Level = 'safe',
): AnyTransform {
  return defineTransform({
    meta: {
      name,
      summary: `Test ${name}`,
      why: 'Because.',
      phase: 'runtime',
      level,
      assumes: [],
      needs: [],
      preset: 'default',
      sameAs: [],
      references: [],
      options: {},
    },
    find(file, { propose }) {
      for (const { span } of file.instructions.filter((one) => file.slice(one.span) === from)) {
        propose({ at: span, edits: [{ span, text: to }], what: name, level, announces });
      }
    },
  });
}

const good = replacing('good', 'RUN echo one && echo two > /kept', 'RUN echo two > /kept');
const bad: readonly (readonly [AnyTransform, string])[] = [
  [
    replacing('loses-a-file', 'COPY data.txt /srv/x/data.txt', 'COPY data.txt /srv/y/data.txt'),
    '/srv/x/data.txt removed',
  ],
  [replacing('drops-env', 'ENV MODE=production', 'ENV OTHER=production'), 'Env.MODE removed'],
  [replacing('changes-user', 'USER 1000', 'USER 1001'), 'User changed'],
  [
    replacing('breaks-the-entry-point', 'RUN chmod 755 /srv/main.sh', 'RUN chmod 644 /srv/main.sh', [
      { kind: 'files', effect: 'changed', paths: ['/srv/main.sh'], why: 'x' },
    ]),
    'command: ',
  ],
  [replacing('does-not-build', 'RUN true', 'RUN false'), 'does not build'],
  [
    replacing('announces-all', 'RUN true && true', 'RUN true;  true', [
      { kind: 'files', effect: 'removed', paths: ['/usr/**'], why: 'x' },
    ]),
    'announcement is refused',
  ],
  [
    replacing(
      'builds-only-warm',
      'RUN echo made > /made',
      'RUN --mount=type=cache,id=dfix-test-warm,target=/w cp /w/made /made',
    ),
    'does not build',
  ],
];

const DOCKERFILE = `FROM debian:bookworm-slim
ENV MODE=production
COPY data.txt /srv/x/data.txt
COPY main.sh /srv/main.sh
RUN echo one && echo two > /kept
RUN true
RUN true && true
RUN echo made > /made
RUN chmod 755 /srv/main.sh
USER 1000
CMD ["/srv/main.sh"]
`;
const FILES = {
  Dockerfile: DOCKERFILE,
  'data.txt': 'data\n',
  'main.sh': '#!/bin/sh\necho "$MODE"\ncat /srv/x/data.txt 2>/dev/null\nid -u\n',
};

const docker = (...words: readonly string[]): string =>
  execFileSync('docker', words, { encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 });
/** What verify names after itself: containers, images, volumes, cache mounts, temporary folders. */
function leftovers(): readonly string[] {
  return [
    ...docker('ps', '-a', '--format', '{{.Names}}').split('\n'),
    ...docker('image', 'ls', '--format', '{{.Repository}}').split('\n'),
    ...docker('buildx', 'du', '--verbose').split('\n'),
    ...readdirSync(tmpdir()),
  ].filter((name) => name.includes('dfix-verify-'));
}
const volumes = (): string => docker('volume', 'ls', '-q');

(hasEngine ? describe : describe.skip)('verify', () => {
  let folder: Folder;
  let before: readonly [names: readonly string[], volumes: string];
  // What a test that was killed has left on this machine is not of the next one's making.
  beforeEach(() => void (before = [leftovers(), volumes()]));
  afterEach(() => {
    folder.remove();
    expect([leftovers(), volumes()]).toEqual(before);
  });

  test('an equal rewrite is proven and written', async () => {
    folder = folderWith(FILES);
    const { code, out, err } = await dfix(folder.root, ['verify', '--write', '--smoke', 'cat /kept'], {
      transforms: [good],
    });
    expect({ code, out, err }).toMatchObject({ code: 0 });
    expect(out).toContain('1 proven of 1 change, written');
    expect(out).toContain('built and run (command, cat /kept)');
    expect(folder.read('Dockerfile')).toBe(DOCKERFILE.replace('echo one && ', ''));
    expect(folder.read('main.sh')).toBe(FILES['main.sh']);
  });

  test('plain docker build will do, and its cache mounts are removed too', async () => {
    const run = 'RUN --mount=type=cache,target=/c date > /c/date; true';
    folder = folderWith({ Dockerfile: `FROM debian:bookworm-slim\n${run}\nRUN true\nCMD ["id", "-u"]\n` });
    const { code, out } = await dfix(folder.root, ['verify', '--engine', 'docker', '--smoke', 'ls /'], {
      transforms: [replacing('good', 'RUN true', 'RUN :')],
    });
    expect({ code, out }).toMatchObject({ code: 0 });
    expect(out).toContain('built and run (command, ls /)');
  });

  test('every bad transform is dropped, the good one is kept and written', async () => {
    folder = folderWith(FILES);
    const transforms = [good, ...bad.map(([transform]) => transform)];
    const { code, out } = await dfix(folder.root, ['verify', '--write', '--format', 'json'], { transforms });
    const report = JSON.parse(out) as {
      files: { outcome: string; changes: { transform: string; standing: string; reason: string }[] }[];
    };
    const { outcome, changes } = report.files[0]!;
    expect({ code, outcome }).toEqual({ code: 1, outcome: 'partly' });
    expect(changes.filter(({ standing }) => standing === 'proven').map(({ transform }) => transform)).toEqual(['good']);
    for (const [{ meta }, reason] of bad) {
      expect(changes.find(({ transform }) => transform === meta.name)).toMatchObject({
        standing: 'dropped',
        reason: expect.stringContaining(reason),
      });
    }
    expect(folder.read('Dockerfile')).toBe(DOCKERFILE.replace('echo one && ', ''));
  });

  test.each([
    ['glibc', 'FROM debian:bookworm-slim\nRUN cp /bin/true /program\n', 'debian:bookworm-slim', 'alpine:3.20'],
    [
      'musl',
      "FROM golang:1.19-bookworm\nRUN echo 'int main(void){return 0;}' > a.c && gcc a.c -o /program -Wl,--dynamic-linker=/lib/ld-musl-x86_64.so.1\n",
      'alpine:3.20',
      'debian:bookworm-slim',
    ],
  ])('a program of %s whose loader is gone is caught', async (_libc, made, base, other) => {
    folder = folderWith({ Dockerfile: `${made}FROM ${base}\nCOPY --from=0 /program /program\nCMD ["/program"]\n` });
    const swap = replacing('swap-base', `FROM ${base}`, `FROM ${other}`, [], 'review');
    const last: AnyTransform = {
      ...swap,
      meta: { ...swap.meta, phase: 'base' },
      find: (file, { propose }) => {
        const from = file.instructions.findLast(({ keyword }) => keyword === 'FROM')!;
        if (argumentText(from) === other) return;
        const edits = [{ span: from.span, text: `FROM ${other}` }];
        propose({ at: from.span, edits, what: 'another base', level: 'review' });
      },
    };
    const { code, out } = await dfix(folder.root, ['verify'], { transforms: [last] });
    expect(code).toBe(1);
    expect(out).toContain('the loader of /program');
  });

  test('a step that rests on a full cache mount is caught', async () => {
    const steps = [
      'RUN mkdir -p /w && echo made > /w/made',
      'COPY main.js /main.js',
      'RUN cp /w/made /made && rm -rf /w',
    ];
    folder = folderWith({ Dockerfile: `FROM debian:bookworm-slim\n${steps.join('\n')}\n`, 'main.js': '//\n' });
    const mount = 'RUN --mount=type=cache,target=/w';
    const group = 'together';
    const transform: AnyTransform = {
      ...good,
      find: (file, { propose }) => {
        for (const { span } of file.instructions.filter(({ span }) => file.slice(span).startsWith('RUN '))) {
          const text = file.slice(span);
          if (text.includes('--mount')) continue;
          const without = text.replace(' && rm -rf /w', '').slice('RUN'.length);
          propose({ at: span, edits: [{ span, text: mount + without }], what: text, level: 'safe', group });
        }
      },
    };
    const { code, out } = await dfix(folder.root, ['verify'], { transforms: [transform] });
    expect(code).toBe(1);
    expect(out).toContain('after main.js changed and the cache mounts were lost');
  });

  test('a container that hangs is stopped when the time is up', async () => {
    folder = folderWith({ Dockerfile: 'FROM debian:bookworm-slim\nVOLUME /data\nRUN true\nCMD ["sleep", "1000"]\n' });
    const { code, out } = await dfix(folder.root, ['verify', '--timeout', '2'], {
      transforms: [replacing('good', 'RUN true', 'RUN :')],
    });
    expect({ code, out }).toMatchObject({ code: 0 });
  });

  test('a server that answers otherwise is caught', async () => {
    const serve = (text: string): string =>
      `CMD ["node", "-e", "require('http').createServer((q,s)=>s.end('${text}')).listen(3000)"]`;
    folder = folderWith({ Dockerfile: `FROM node:20-slim\nEXPOSE 3000\n${serve('hi')}\n` });
    const other = replacing('other', serve('hi'), serve('ho'), [{ kind: 'config', field: 'Cmd', why: 'x' }]);
    const { code, out } = await dfix(folder.root, ['verify', '--http', '/'], { transforms: [other] });
    expect(code).toBe(1);
    expect(out).toContain('body of / changed');
  });

  test('a declared port that never opens is not waited for, and another one that does not open any more is caught', async () => {
    const serve = (port: number): string => `CMD ["node", "-e", "require('http').createServer().listen(${port})"]`;
    folder = folderWith({ Dockerfile: `FROM node:20-slim\nEXPOSE 3000 4000\nRUN true\n${serve(3000)}\n` });
    const good = replacing('good', 'RUN true', 'RUN :');
    const bad = replacing('bad', serve(3000), serve(4000), [{ kind: 'config', field: 'Cmd', why: 'x' }]);
    const started = Date.now();
    const { code, out } = await dfix(folder.root, ['verify', '--timeout', '200'], { transforms: [good, bad] });
    expect(code).toBe(1);
    expect(out).toContain('command: open ports changed (3000 -> 4000)');
    expect(out).toContain('good: proven');
    expect(Date.now() - started).toBeLessThan(200_000);
  });

  test('a server that is ready by a word in its log is not waited for longer', async () => {
    const serve = `CMD ["node", "-e", "console.log('here I am'); setTimeout(() => 0, 1e6)"]`;
    folder = folderWith({ Dockerfile: `FROM node:20-slim\nRUN true\n${serve}\n` });
    const transforms = [replacing('good', 'RUN true', 'RUN :')];
    const started = Date.now();
    const { code, out } = await dfix(folder.root, ['verify', '--ready', 'here I am', '--timeout', '60'], {
      transforms,
    });
    expect({ code, out }).toMatchObject({ code: 0 });
    expect(Date.now() - started).toBeLessThan(60_000);
    const never = await dfix(folder.root, ['verify', '--ready', 'there you are', '--timeout', '2'], { transforms });
    expect(never).toMatchObject({ code: 2, out: '' });
    expect(never.err).toContain('--ready there you are cannot be compared: the original is not ready within 2 s');
  });

  test('a smoke command that ends otherwise is caught', async () => {
    folder = folderWith({ Dockerfile: 'FROM debian:bookworm-slim\nRUN echo exit 0 > /check\n' });
    const path = { kind: 'files', effect: 'changed', paths: ['/check'], why: 'x' } as const;
    const transforms = [replacing('bad', 'RUN echo exit 0 > /check', 'RUN echo exit 3 > /check', [path])];
    const { code, out } = await dfix(folder.root, ['verify', '--smoke', 'sh /check'], { transforms });
    expect(code).toBe(1);
    expect(out).toContain('sh /check: exit code changed (0 -> 3)');
  });

  test('containers reach no network', async () => {
    folder = folderWith({ Dockerfile: 'FROM debian:bookworm-slim\nRUN true\nCMD ["sh", "-c", "ls /sys/class/net"]\n' });
    const { out } = await dfix(folder.root, ['verify', '--smoke', 'test "$(ls /sys/class/net)" = lo'], {
      transforms: [replacing('good', 'RUN true', 'RUN :')],
    });
    expect(out).not.toContain('exit code 1');
    expect(out).toContain('1 proven');
  });

  test('a large context is built, copied and touched', async () => {
    folder = folderWith({ Dockerfile: 'FROM debian:bookworm-slim\nCOPY main.js /main.js\nRUN true\nCMD ["true"]\n' });
    writeFileSync(path.join(folder.root, 'main.js'), '//\n');
    writeFileSync(path.join(folder.root, 'large.bin'), '');
    truncateSync(path.join(folder.root, 'large.bin'), Number(process.env['DFIX_TEST_CONTEXT_MB'] ?? 1000) * 1_000_000);
    const transforms = [replacing('good', 'RUN true', 'RUN :')];
    const { code, out } = await dfix(folder.root, ['verify', '--format', 'json'], { transforms });
    expect(code).toBe(0);
    expect(out).toContain('"source touched"');
  });

  test('an image with nothing to run is built, not run', async () => {
    folder = folderWith({ Dockerfile: 'FROM debian:bookworm-slim\nRUN true\n' });
    const { out } = await dfix(folder.root, ['verify'], {
      transforms: [replacing('good', 'RUN true', 'RUN :', [], 'review')],
    });
    expect(out).toContain('built, not run');
    expect(out).toContain('1 not testable');
  });

  test('an original that does not build is one error', async () => {
    folder = folderWith({ Dockerfile: 'FROM debian:bookworm-slim\nRUN false\nRUN true\n' });
    const { code, err } = await dfix(folder.root, ['verify', '--quiet'], {
      transforms: [replacing('good', 'RUN true', 'RUN :')],
    });
    expect(code).toBe(2);
    expect(err).toContain('Dockerfile: the original does not build');
  });

  test('an interruption while a container runs leaves nothing', async () => {
    folder = folderWith({
      Dockerfile:
        'FROM debian:bookworm-slim\nVOLUME /data\nRUN apt-get update && apt-get install -y less\nCMD ["sleep", "1000"]\n',
    });
    const child = spawn(process.execPath, [path.join(root, 'bin', 'dfix.js'), 'verify'], { cwd: folder.root });
    const code = new Promise((resolve) => child.on('close', resolve));
    const runs = (): boolean => docker('ps', '--format', '{{.Names}}').includes('dfix-verify-');
    while (!runs() && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 200));
    child.kill('SIGTERM');
    expect(await code).toBe(2);
  });

  test('an interruption in mid-build leaves nothing', async () => {
    folder = folderWith({
      Dockerfile:
        'FROM debian:bookworm-slim\nRUN --mount=type=cache,target=/c sleep 60; true\nRUN apt-get update && apt-get install -y less\n',
    });
    mkdirSync(path.join(folder.root, 'src'));
    const child = spawn(process.execPath, [path.join(root, 'bin', 'dfix.js'), 'verify'], { cwd: folder.root });
    let err = '';
    child.stderr.on('data', (text: Buffer) => (err += text.toString()));
    const code = new Promise((resolve) => child.on('close', resolve));
    await new Promise((resolve) => setTimeout(resolve, 6000));
    child.kill('SIGINT');
    expect(await code).toBe(2);
    expect(err).toContain('interrupted');
  });
});
