import { mkdirSync, mkdtempSync, rmSync, writeFileSync, chmodSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { digestContext } from '../../src/ports/engine/context-digest.js';
import type { AppliedChange } from '../../src/transform/index.js';
import { jsonProofs } from '../../src/verify/report.js';
import { hashesOf, type ProofInputs, readProof } from '../../src/verify/saved-proof.js';
import { inputs, proof, report, result, text } from './support.js';

const saved = jsonProofs([report], [], '0');

describe('a saved proof', () => {
  test('holds for the inputs that it was made from, and takes the changes that were kept', () => {
    const check = readProof(saved, {
      ...inputs,
      settings: { ...inputs.settings, buildArgs: { B: '2', A: '1' } },
    });
    if (!check.holds) throw new Error(check.why);
    expect(result.changes.map((change: AppliedChange) => check.accepts(change))).toEqual([true, false]);
    expect(check.isProven(proof.output, 'x\n')).toBe(true);
    expect(check.isProven(text, 'x\n')).toBe(false);
    expect(check.isProven(proof.output, undefined)).toBe(false);
    expect(check.proof).toMatchObject({ engine: 'docker 1', before: { size: 2 }, after: { size: 1 } });
  });
  test.each<[string, Partial<ProofInputs>]>([
    ['no proof in it is about this Dockerfile', { dockerfile: 'FROM b\n' }],
    ['ignore file', { ignore: undefined }],
    ['build context', { context: 'd' }],
    ['another target', { settings: { ...inputs.settings, target: 'x' } }],
    ['build arguments', { settings: { ...inputs.settings, buildArgs: { A: '1' } } }],
  ])('does not hold: %s', (why, changed) => {
    const check = readProof(saved, { ...inputs, ...changed });
    expect(check).toEqual({ holds: false, why: expect.stringContaining(why) });
  });
  test.each(['', '[]', 'null', '{"schema":99,"files":[]}', '{"schema":1,"files":[{"path":1}]}'])(
    '%j is none',
    (file) => {
      expect(readProof(file, inputs).holds).toBe(false);
    },
  );
  test('tells no value of a build argument', () => {
    const secret = { ...inputs, settings: { ...inputs.settings, buildArgs: { TOKEN: 'hunter2hunter2' } } };
    expect(jsonProofs([{ ...report, inputs: hashesOf(secret) }], [], '0')).not.toContain('hunter2');
  });
});

describe('the digest of a build context', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'dfix-digest-'));
    mkdirSync(path.join(folder, 'src'));
    mkdirSync(path.join(folder, '.git'));
    for (const name of ['Dockerfile', 'a.txt', 'src/b.sh', '.git/HEAD']) writeFileSync(path.join(folder, name), name);
    symlinkSync('a.txt', path.join(folder, 'link'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const digest = (ignore?: string) => digestContext(folder, path.join(folder, 'Dockerfile'), ignore);

  test.each<[string, () => void]>([
    ['a content', () => writeFileSync(path.join(folder, 'src/b.sh'), 'other')],
    ['a new file', () => writeFileSync(path.join(folder, 'src/c'), '')],
    ['a removed file', () => rmSync(path.join(folder, 'a.txt'))],
    ['a program', () => chmodSync(path.join(folder, 'src/b.sh'), 0o755)],
    ['a link', () => (rmSync(path.join(folder, 'link')), symlinkSync('src', path.join(folder, 'link')))],
  ])('changes with %s', async (_name, change) => {
    const before = await digest();
    change();
    expect(await digest()).not.toBe(before);
  });
  test.each(['Dockerfile', '.dockerignore', '.git/HEAD', 'Dockerfile.dockerignore'])('leaves out %s', async (name) => {
    const before = await digest();
    writeFileSync(path.join(folder, name), 'other');
    expect(await digest()).toBe(before);
  });
  test('leaves out what the build does not see', async () => {
    const before = await digest('src\n!src/x\n');
    writeFileSync(path.join(folder, 'src/b.sh'), 'other');
    expect(await digest('src\n!src/x\n')).toBe(before);
  });
});
