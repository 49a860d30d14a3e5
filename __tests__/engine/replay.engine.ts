import { execFile, execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Dockerfile } from '../../src/dockerfile/index.js';
import { readHistory } from '../../src/ports/git.js';
import { NO_TIMINGS, replay } from '../../src/replay/index.js';
import { bodyText, readRawJson, stepText } from '../../src/replay/timings.js';
import { hasEngine } from './support/engine.js';

const run = promisify(execFile);
const id = randomBytes(4).toString('hex');
let folder: string;
let commits: readonly string[];

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'dfix-replay-'));
  commits = makeRepository(path.join(folder, 'repository'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Each entry is a commit: texts by path, null removes, `+x` makes executable. */
const history: readonly Readonly<Record<string, string | null>>[] = [
  {
    '.dockerignore': '.git\n',
    'package.json': `{ "name": "${id}" }\n`,
    'README.md': 'one\n',
    'docs/guide.md': 'one\n',
    'src/app.txt': '# a comment\napp\n',
    'src/lib/util.txt': 'util\n',
    'conf/a.conf': `a ${id}\n`,
    'conf/b.conf': 'b\n',
  },
  { 'README.md': 'two\n' },
  { 'src/app.txt': '# a comment\napp two\n' },
  { 'src/app.txt': '# another comment\napp two\n' },
  { '.dockerignore': '.git\ndocs\n**/*.md\n' },
  { 'docs/guide.md': 'two\n', 'README.md': 'three\n' },
  { 'package.json': `{ "name": "${id}-two" }\n`, 'conf/b.conf': null },
  { 'src/lib/util.txt': '+x' },
  { 'src/app.txt': '# a comment\napp\n', 'conf/c.conf': 'b\n' },
  { '.dockerignore': '.git\ndocs/*\n!docs/guide.md\nconf/a.conf\n' },
  { 'docs/guide.md': 'three\n', 'docs/more.md': 'one\n', 'src/app.txt': '# last\napp\n' },
];

function makeRepository(root: string): readonly string[] {
  const git = (...args: readonly string[]): string => execFileSync('git', args, { cwd: root, encoding: 'utf8' });
  mkdirSync(root, { recursive: true });
  git('init', '-q', '-b', 'main');
  git('config', 'user.name', 'Test');
  git('config', 'user.email', 'test@example.com');
  git('config', 'core.fileMode', 'true');
  return history.map((files, i) => {
    for (const [name, text] of Object.entries(files)) {
      const file = path.join(root, name);
      mkdirSync(path.dirname(file), { recursive: true });
      if (text === null) rmSync(file);
      else if (text === '+x') chmodSync(file, 0o755);
      else writeFileSync(file, text);
    }
    git('add', '-A');
    git('commit', '-q', '-m', `commit ${i}`);
    return git('rev-parse', 'HEAD').trim();
  });
}

interface Case {
  readonly name: string;
  readonly lines: readonly string[];
  /** No stage copies from another one's commands: what runs is known for certain. */
  readonly exact: boolean;
  readonly varying?: readonly string[];
  /** Commits (from 1) at which a copy between stages must, or must not, run again though a stage before it did. */
  readonly equal?: Readonly<Record<string, readonly number[]>>;
}

// Each FROM of an image is followed by a RUN with an id, so that this test shares no cache with another.
const FRESH = `RUN : ${id}`;
const BASE = ['FROM debian:bookworm-slim', FRESH];
const cases: readonly Case[] = [
  {
    name: 'one stage',
    exact: true,
    lines: [
      ...BASE,
      'WORKDIR /app',
      'RUN echo system > /system',
      'COPY package.json ./',
      'RUN echo install > /installed',
      '# a comment',
      'LABEL name=value',
      'COPY src src',
      'RUN ls -R src > /built',
      'CMD ["x"]',
    ],
  },
  {
    name: 'several stages',
    exact: false,
    lines: [
      'FROM debian:bookworm-slim AS build',
      FRESH,
      'COPY src /src',
      'RUN grep -hv "^#" /src/app.txt > /out.txt',
      'RUN echo constant > /constant',
      'FROM debian:bookworm-slim AS unused',
      'COPY . /unused',
      ...BASE,
      'COPY --from=build /constant /constant',
      'RUN echo after constant',
      'COPY --from=build /out.txt /out.txt',
      'RUN echo after out',
      'COPY --from=build /src/app.txt /app.txt',
      'RUN echo after app',
    ],
    equal: {
      'COPY /out.txt /out.txt': [2],
      'RUN echo after out': [2],
      'COPY /src/app.txt /app.txt': [2, 3, 10],
      'RUN echo after constant': [],
    },
  },
  {
    name: 'mounts',
    exact: true,
    lines: [
      'FROM debian:bookworm-slim AS conf',
      FRESH,
      'COPY conf /conf',
      ...BASE,
      'RUN --mount=type=bind,source=package.json,target=/package.json cat /package.json',
      'RUN --mount=type=cache,target=/cache echo cache',
      'RUN --mount=type=bind,source=src,target=/src ls /src',
      'RUN --mount=type=bind,from=conf,source=/conf,target=/conf ls /conf',
      'RUN --mount=type=tmpfs,target=/tmp/x echo tmpfs',
      'RUN --mount=target=/context echo all',
    ],
  },
  {
    name: 'an ignore file that changes',
    exact: true,
    lines: [...BASE, 'RUN echo first', 'COPY docs* /docs/', 'COPY . /all/', 'RUN ls -R /all'],
  },
  {
    name: 'an argument that changes',
    exact: true,
    varying: ['REVISION'],
    lines: [
      'ARG REVISION',
      ...BASE,
      'RUN echo before',
      'ARG REVISION',
      'COPY package.json /',
      'LABEL revision=$REVISION',
      'RUN echo unused',
      ...['FROM debian:bookworm-slim', FRESH],
      'RUN echo not declared here',
      'COPY --link package.json /linked/',
      'COPY --from=0 /package.json /copied.json',
    ],
  },
  {
    name: 'copies from stages that are built FROM others',
    exact: false,
    lines: [
      'FROM debian:bookworm-slim AS base',
      FRESH,
      'COPY package.json /app/',
      'RUN mkdir /app/deps && cp /app/package.json /app/deps/',
      'FROM base AS build',
      'COPY src /app/src',
      'RUN cp -r /app/src /app/out && rm /app/out/app.txt',
      'FROM build AS more',
      'COPY --link conf /conf',
      'RUN ls /conf',
      ...BASE,
      'COPY --from=build /app/deps /deps',
      'COPY --from=more /conf /conf/',
      'COPY --from=build /app/out /out',
      'COPY --from=more /app/package.json /',
    ],
    equal: { 'COPY /app/package.json /': [6, 7, 8, 9] },
  },
  {
    name: 'wildcards, modes, ADD and here-documents',
    exact: true,
    lines: [
      ...BASE,
      'COPY <<EOF /inline',
      'text',
      'EOF',
      'RUN <<EOF',
      'echo inline',
      'EOF',
      'COPY conf/?.conf package.jso[n] /etc/app/',
      'ADD conf /conf',
      'COPY --chmod=0644 src/lib /lib2',
      'ADD ["src/app.txt", "/app.txt"]',
    ],
  },
];

/** Really builds every commit; gives the steps that ran, by text. */
async function buildAll(
  text: string,
  name: string,
  varying: readonly string[],
): Promise<readonly ReadonlySet<string>[]> {
  const root = path.join(folder, 'repository');
  const file = path.join(folder, `Dockerfile.${name.replace(/\W+/g, '-')}`);
  writeFileSync(file, text);
  const ran: ReadonlySet<string>[] = [];
  for (const commit of commits) {
    await run('git', ['checkout', '-q', commit], { cwd: root });
    const given = varying.flatMap((one) => ['--build-arg', `${one}=${commit}`]);
    const args = ['buildx', 'build', '--progress=rawjson', '--output=type=cacheonly', '-f', file, ...given, '.'];
    const { stderr } = await run('docker', args, { cwd: root, maxBuffer: 64 * 1024 * 1024 });
    const steps = readRawJson(stderr).filter(({ cached, seconds }) => !cached && seconds !== undefined);
    ran.push(new Set(steps.flatMap((step) => stepText(step.name) ?? [])));
  }
  await run('git', ['checkout', '-q', 'main'], { cwd: root });
  return ran.slice(1);
}

(hasEngine ? describe : describe.skip).each(cases)('$name', ({ name, lines, exact, varying = [], equal = {} }) => {
  test('what BuildKit runs lies within the bounds at every commit', async () => {
    const text = `${lines.join('\n')}\n`;
    const file = Dockerfile.parse(text);
    const actual = await buildAll(text, name, varying);
    const source = await readHistory(path.join(folder, 'repository'), { commits: 100 });
    const steps: { lower: ReadonlySet<number>; upper: ReadonlySet<number> }[] = [];
    try {
      await replay(source, [{ file, inputs: { target: undefined, buildArgs: {} } }], {
        context: '',
        ignoreFiles: ['.dockerignore'],
        varying,
        timings: NO_TIMINGS,
        cloned: true,
        onBuild: (_arm, rebuilt) => void steps.push(rebuilt),
      });
    } finally {
      source.close();
    }
    const texts = (indexes: ReadonlySet<number>): readonly string[] =>
      [...indexes]
        .map((index) => bodyText(file.instructions[index]!))
        .filter((one) => !one.startsWith('COPY <<'))
        .sort();
    expect(actual).toHaveLength(history.length - 1);
    for (const [i, ran] of actual.entries()) {
      const { lower, upper } = steps[i + 1]!;
      const where = `commit ${i + 1}`;
      expect([where, ...texts(lower).filter((one) => !ran.has(one))]).toEqual([where]);
      expect([where, ...[...ran].filter((one) => !texts(upper).includes(one) && !one.startsWith('COPY <<'))]).toEqual([
        where,
      ]);
      if (exact) expect([where, ...texts(lower)]).toEqual([where, ...texts(upper)]);
    }
    for (const [step, wanted] of Object.entries(equal)) {
      const at = actual.flatMap((ran, i) => (ran.has(step) ? [i + 1] : []));
      expect([step, ...at]).toEqual([step, ...wanted]);
    }
  });
});
