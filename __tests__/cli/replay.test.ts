import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { sparkline } from '../../src/report/replay.js';
import { transforms as all } from '../../transforms/index.js';
import { dfix, type Folder, folderWith } from './harness.js';

const transforms = all.filter(({ meta }) => meta.name === 'mount-package-caches');
let folder: Folder | undefined;
afterEach(() => folder?.remove());

const git = (args: readonly string[], input?: string): string =>
  execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', ...args], {
    cwd: folder!.root,
    encoding: 'utf8',
    ...(input === undefined ? {} : { input }),
  });

/** A repository with one commit for each list of files. */
function repository(...commits: readonly Readonly<Record<string, string>>[]): Folder {
  folder = folderWith({});
  git(['init', '-q', '-b', 'main']);
  for (const [i, files] of commits.entries()) {
    for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder.root, name), text);
    git(['add', '-A']);
    git(['commit', '-q', '--allow-empty', '-m', `commit ${i}`]);
  }
  return folder;
}

const NODE = 'FROM node:20\nWORKDIR /app\nCOPY package.json .\nRUN npm install\nCOPY . .\nRUN npm run build\n';
const start = { Dockerfile: NODE, '.dockerignore': '.git\n', 'package.json': '{}', 'a.js': '1' };

describe('dfix replay', () => {
  test('says what each commit costs, before and after', async () => {
    repository(start, { 'a.js': '2' }, { 'package.json': '{ "name": "x" }' }, {});
    const { code, out, err } = await dfix(folder!.root, ['replay', '--format', 'json'], { transforms });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const { version, replays, errors } = JSON.parse(out) as {
      version: number;
      errors: unknown[];
      replays: { [name: string]: unknown; commits: { subject: string; before: unknown; after: unknown }[] }[];
    };
    expect({ version, errors }).toEqual({ version: 1, errors: [] });
    const [report] = replays;
    expect(report).toMatchObject({
      path: 'Dockerfile',
      context: '.',
      target: null,
      gain: 0.2113,
      transforms: ['mount-package-caches'],
      before: {
        totalSeconds: { lower: 106.5, upper: 106.5 },
        installs: { dependency: { runs: { lower: 1, upper: 1 }, needless: { lower: 0, upper: 0 } } },
        unbuildable: 0,
      },
      after: { totalSeconds: { lower: 84, upper: 84 } },
    });
    expect(report!.commits.map(({ subject, before, after }) => [subject, before, after])).toEqual([
      ['commit 1', { lower: 30.5, upper: 30.5 }, { lower: 30.5, upper: 30.5 }],
      ['commit 2', { lower: 76, upper: 76 }, { lower: 53.5, upper: 53.5 }],
      ['commit 3', { lower: 0, upper: 0 }, { lower: 0, upper: 0 }],
    ]);
  });

  test('as text: totals, a line of bars, steps, and what is assumed', async () => {
    repository(start, { 'a.js': '2' }, { 'package.json': '{ "name": "x" }' });
    const { code, out } = await dfix(folder!.root, ['replay', 'Dockerfile', '--commits', '50'], { transforms });
    expect(code).toBe(0);
    expect(out).toContain('Dockerfile: 2 commits up to ');
    expect(out).toMatch(/rebuild time +1\.8 min +84 s {2}\(−21 %\)/);
    expect(out).toMatch(/line 6 +RUN npm run build\n +2 runs \(100 %\), ~30 s each/);
    expect(out).toContain('estimated, not measured: system-install 20 s');
    expect(out).toContain('0.5 of the time, an assumption');
  });

  test('takes times from a build log', async () => {
    repository(start, { 'a.js': '2' });
    writeFileSync(
      path.join(folder!.root, 'log'),
      '#5 [5/6] COPY . .\n#5 DONE 1.0s\n#6 [6/6] RUN npm run build\n#6 DONE 100.0s\n',
    );
    const { out } = await dfix(folder!.root, ['replay', '--timings', 'log', '--no-color'], { transforms });
    expect(out).toContain('1 runs (100 %), 1.7 min each');
    expect(out).toContain('the times of 2 steps in the log');
    writeFileSync(path.join(folder!.root, 'log'), 'hello\n');
    const wrong = await dfix(folder!.root, ['replay', '--timings', 'log']);
    expect(wrong.code).toBe(2);
    expect(wrong.err).toMatch(/^log: holds no times of build steps/);
  });

  test('takes an argument that a workflow fills in to change with each commit, unless it is given', async () => {
    const compose = 'services:\n  a:\n    build:\n      context: .\n      args:\n        GIT_SHA: ${GIT_SHA}\n';
    repository({ Dockerfile: 'FROM a\nARG GIT_SHA\nRUN x\n', 'compose.yaml': compose }, {}, {});
    const replay = async (...more: readonly string[]): Promise<string> =>
      (await dfix(folder!.root, ['replay', ...more], { transforms: [] })).out;
    expect(await replay()).toMatch(/2 runs \(100 %\)[^]*another value at each commit: GIT_SHA/);
    expect(await replay('--build-arg', 'GIT_SHA=1')).toContain('none runs again');
  });

  test.each([
    ['--commits takes a number', ['--commits', '0']],
    ['--commits takes a number', ['--commits', 'x']],
    ['--format takes text, json, not "diff"', ['--format', 'diff']],
  ])('%s', async (message, more) => {
    folder = folderWith({ Dockerfile: NODE });
    const { code, err } = await dfix(folder.root, ['replay', ...more]);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });

  test('outside of a repository it says so', async () => {
    folder = folderWith({ Dockerfile: NODE });
    const { code, err } = await dfix(folder.root, ['replay']);
    expect(code).toBe(2);
    expect(err).toBe('Dockerfile: lies in no git repository\n');
  });

  test('200 commits of 5,000 files take less than 5 seconds', async () => {
    repository({ Dockerfile: `${NODE}FROM node:20\nCOPY --from=0 /app/dist /app\n`, 'package.json': '{}' });
    git(['fast-import', '--quiet', '--force'], largeHistory());
    git(['reset', '-q', '--hard', 'main']);
    const begin = process.cpuUsage();
    const { code, out } = await dfix(folder!.root, ['replay', '--format', 'json'], { transforms });
    // The time of this process: the machine may be busy with other things.
    expect(process.cpuUsage(begin).user / 1e6).toBeLessThan(5);
    expect(code).toBe(0);
    const { replays } = JSON.parse(out) as { replays: { commits: unknown[] }[] };
    expect(replays[0]!.commits).toHaveLength(200);
  }, 30_000);
});

/** 201 commits for `git fast-import`: 5,000 files, then 20 changes each, now and then of the ignore file. */
function largeHistory(): string {
  const lines: string[] = [];
  for (let i = 0; i <= 200; i++) {
    lines.push('commit refs/heads/main', `committer T <t@example.com> ${1_700_000_000 + i} +0000`, 'data 1', 'x');
    if (i === 0) lines.push('from refs/heads/main^0');
    const file = (name: string, text: string): unknown =>
      lines.push(`M 100644 inline ${name}`, `data ${Buffer.byteLength(text)}`, text);
    for (let j = 0; j < (i === 0 ? 5000 : 20); j++) {
      const at = i === 0 ? j : (i * 37 + j * 211) % 5000;
      file(`src/folder${at % 97}/file${at}.js`, `${i}`);
    }
    if (i % 10 === 0) file('.dockerignore', `.git\n**/*.md\nsrc/folder${i}\n`);
  }
  return `${lines.join('\n')}\n`;
}

test('bars are eighths of the highest, and averages where there are many', () => {
  expect(sparkline([0, 4, 8], 8)).toBe('▁▅█');
  expect(sparkline([0, 0], 0)).toBe('▁▁');
  expect([
    ...sparkline(
      Array.from({ length: 200 }, () => 1),
      1,
    ),
  ]).toHaveLength(50);
});
