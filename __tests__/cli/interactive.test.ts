import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { main } from '../../src/cli.js';
import { type AnyTransform, defineTransform } from '../../src/transform/index.js';
import { transforms } from '../../transforms/index.js';

const TWO = 'FROM debian:12-slim\nRUN pip install flask\nRUN npm ci\n';
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'dfix-i-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A transform that writes one word for another. */
function replacing(name: string, from: string, to: string) {
  return defineTransform({
    meta: {
      name,
      summary: `Write ${to}`,
      why: 'For a test.',
      phase: 'runtime',
      level: 'safe',
      assumes: [],
      needs: [],
      preset: 'default',
      sameAs: [],
      references: [],
      options: {},
    },
    find(file, { propose }) {
      for (const instruction of file.instructions) {
        const at = file.slice(instruction.span).indexOf(`echo ${from}`);
        const start = instruction.span.start + at + 5;
        const edit = { span: { start, end: start + from.length }, text: to };
        if (at >= 0) propose({ at: instruction.span, edits: [edit], what: `write ${to}`, level: 'safe' });
      }
    },
  });
}

async function review(
  answers: string,
  files: Record<string, string> = { Dockerfile: TWO },
  options: string[] = [],
  own?: readonly AnyTransform[],
) {
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
  let [out, err] = ['', ''];
  const untouched: string[] = [];
  let open = true;
  const stdin = (async function* () {
    try {
      for (const answer of answers) {
        // Nothing is written before the last answer was read.
        for (const [name, text] of Object.entries(files)) {
          untouched.push(String(readFileSync(path.join(folder, name), 'utf8') === text));
        }
        yield `${answer}\n`;
      }
    } finally {
      open = false;
    }
  })();
  const io = {
    stdin,
    stdout: { write: (text: string) => (out += text) },
    stderr: { write: (text: string) => (err += text) },
    cwd: folder,
    env: {},
    isTTY: false,
  };
  const allow = own === undefined ? ['--allow', 'unsafe', '--only', 'mount-package-caches'] : [];
  const code = await main(['-i', ...allow, ...options], io, own ?? transforms);
  expect(untouched).not.toContain('false');
  return { code, out, err, open, text: (name: string): string => readFileSync(path.join(folder, name), 'utf8') };
}

const mounts = (text: string): number => text.split('--mount=type=cache').length - 1;

describe('dfix -i', () => {
  test('takes what is answered with y and leaves what is answered with n', async () => {
    const { code, out, text, open } = await review('yn');
    expect(open).toBe(false);
    expect(code).toBe(0);
    expect(mounts(text('Dockerfile'))).toBe(1);
    expect(out.split('Make this change [y,n,a,s,q,?]?')).toHaveLength(3);
    expect(out).toContain('wrote Dockerfile');
  });
  test('a takes all of the file, and asks again at the next', async () => {
    const { text, out } = await review('aq', { Dockerfile: TWO, 'Dockerfile.x': TWO });
    expect(mounts(text('Dockerfile'))).toBe(2);
    expect(text('Dockerfile.x')).toBe(TWO);
    expect(out.split('Make this change')).toHaveLength(3);
  });
  test('s leaves the rest of the file, q all of the rest, and both keep what was taken', async () => {
    const { text } = await review('ysyq', { Dockerfile: TWO, 'Dockerfile.x': TWO });
    expect(mounts(text('Dockerfile'))).toBe(1);
    expect(mounts(text('Dockerfile.x'))).toBe(1);
  });
  test('the end of the input is q, and nothing taken is nothing written', async () => {
    const { text, out, code } = await review('');
    expect(text('Dockerfile')).toBe(TWO);
    expect(out).toContain('nothing written');
    expect(code).toBe(0);
  });
  test('? and what is no answer explain, and ask again', async () => {
    const { text, out } = await review('?zyy');
    expect(out.split('y - make this change')).toHaveLength(3);
    expect(mounts(text('Dockerfile'))).toBe(2);
  });
  test('its own lines fit 80 columns and have no colour unless asked', async () => {
    const { out } = await review('nn');
    expect(out).not.toContain('\u001b');
    const own = out.split('\n').filter((line) => !/^[-+ @\\]/.test(line));
    for (const line of own) expect(line.length).toBeLessThanOrEqual(80);
    const coloured = await review('nn', undefined, ['--color']);
    expect(coloured.out).toContain('\u001b[');
  });
  describe('of a change that stands on another', () => {
    const steps = [replacing('first-step', 'one', 'two'), replacing('second-step', 'two', 'three')];
    test('names it where that was left out', async () => {
      const { out, text } = await review('n', { Dockerfile: 'FROM a\nRUN echo one\n' }, [], steps);
      expect(out).toMatch(/left out: write three: it stands\s+on a change that you left out/);
      expect(text('Dockerfile')).toBe('FROM a\nRUN echo one\n');
    });
    test('says so where that was taken', async () => {
      const { out, text } = await review('yy', { Dockerfile: 'FROM a\nRUN echo one\n' }, [], steps);
      expect(out).toContain('It stands on changes that you took before.');
      expect(text('Dockerfile')).toBe('FROM a\nRUN echo three\n');
    });
  });
});

test('-i with standard input, --check or --format is wrong usage', async () => {
  for (const words of [['-'], ['--check'], ['--format', 'json']]) {
    const { code, err } = await review('', {}, words);
    expect(code).toBe(2);
    expect(err).toMatch(/-i|stands alone/);
  }
});
