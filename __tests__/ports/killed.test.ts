import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { isDockerfileName } from '../../src/discovery/names.js';
import { root } from '../support/paths.js';

const KILLS = 200;
/** Long enough that a write takes several calls of the system. */
const texts = ['one', 'two'].map((word) => `FROM ${word}\n${`# ${word}\n`.repeat(20_000)}`);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dfix-killed-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A program that writes the two texts over one another, to two files at once, until it is killed. */
async function writer(): Promise<string> {
  const program = join(folder, 'writer.mjs');
  await build({
    stdin: {
      contents: `
        import { readDockerfile, writeAll } from './src/ports/files.js';
        const [folder, ...texts] = JSON.parse(process.argv[2]);
        const paths = ['Dockerfile', '.dockerignore'].map((name) => folder + '/' + name);
        process.stdout.write('ready');
        for (let turn = 0; ; turn++) {
          const text = texts.map((word) => 'FROM ' + word + '\\n' + ('# ' + word + '\\n').repeat(20_000))[turn % 2];
          await writeAll(paths.map((path) => ({ path, text, identity: readDockerfile(path).identity })), { root: folder });
        }`,
      resolveDir: root,
      loader: 'ts',
    },
    outfile: program,
    bundle: true,
    format: 'esm',
    platform: 'node',
    logLevel: 'error',
  });
  return program;
}

async function killedAfter(child: ChildProcess, milliseconds: number): Promise<void> {
  await once(child.stdout!, 'data');
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  child.kill('SIGKILL');
  await once(child, 'close');
}

test(`a process killed at ${KILLS} random points leaves no half file`, async () => {
  const program = await writer();
  const target = join(folder, 'target');
  mkdirSync(target);
  for (const name of ['Dockerfile', '.dockerignore']) writeFileSync(join(target, name), texts[0]!);
  let interrupted = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const child = spawn(process.execPath, [program, JSON.stringify([target, 'two', 'one'])], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await killedAfter(child, Math.random() * 20);
    for (const name of ['Dockerfile', '.dockerignore']) {
      expect(texts.indexOf(readFileSync(join(target, name), 'utf8'))).toBeGreaterThanOrEqual(0);
    }
    const left = readdirSync(target).filter((name) => name !== 'Dockerfile' && name !== '.dockerignore');
    if (left.length > 0) interrupted++;
    // What stays behind is nobody's Dockerfile.
    expect(left.filter(isDockerfileName)).toEqual([]);
    for (const name of left) rmSync(join(target, name));
  }
  // Some of the kills came in the middle of a write, or this shows nothing.
  expect(interrupted).toBeGreaterThan(KILLS / 20);
}, 900_000);

const small = join(tmpdir(), `dfix-full-${process.pid}`);
mkdirSync(small);
const canMount = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', small]).status === 0;
if (canMount) spawnSync('umount', [small]);
rmSync(small, { recursive: true });

(canMount ? test : test.skip)('a disk that is full is a clear error, and the file is as it was', async () => {
  const { readDockerfile, writeAtomically } = await import('../../src/ports/files.js');
  const { formatError } = await import('../../src/errors.js');
  expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder]).status).toBe(0);
  try {
    const file = join(folder, 'Dockerfile');
    writeFileSync(file, 'FROM a\n');
    const { identity } = readDockerfile(file);
    let error: unknown;
    try {
      await writeAtomically(file, texts[0]!, identity, { root: folder });
    } catch (thrown) {
      error = thrown;
    }
    expect(formatError(error)).toBe(
      `${file}: cannot write in its folder: no space left on the device (nothing written)`,
    );
    expect(readFileSync(file, 'utf8')).toBe('FROM a\n');
    expect(readdirSync(folder)).toEqual(['Dockerfile']);
  } finally {
    spawnSync('umount', [folder]);
  }
});

(canMount ? test : test.skip)('a file system that is read-only is a clear error', async () => {
  const { readDockerfile, writeAtomically } = await import('../../src/ports/files.js');
  const { formatError } = await import('../../src/errors.js');
  const file = join(folder, 'Dockerfile');
  expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder]).status).toBe(0);
  try {
    writeFileSync(file, 'FROM a\n');
    expect(spawnSync('mount', ['-o', 'remount,ro', folder]).status).toBe(0);
    const { identity } = readDockerfile(file);
    let error: unknown;
    try {
      await writeAtomically(file, 'FROM b\n', identity, { root: folder });
    } catch (thrown) {
      error = thrown;
    }
    expect(formatError(error)).toBe(`${file}: cannot write: the file system is read-only (nothing written)`);
    expect(readFileSync(file, 'utf8')).toBe('FROM a\n');
  } finally {
    spawnSync('umount', [folder]);
  }
});
