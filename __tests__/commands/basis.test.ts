import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { basisOf, touches } from '../../src/commands/basis.js';
import { planner } from '../../src/commands/plan.js';
import { readContext } from '../../src/ports/context-files.js';
import { ignoreGit } from '../cli/harness.js';

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'dfix-basis-')));
  for (const path of ['Dockerfile', 'b.Dockerfile', 'notes', 'sub/Dockerfile']) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), `FROM a\n# ${path}\n`);
  }
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const wrote = (path: string, created = false) => ({ path: join(folder, path), created });

test('a plan rests on its file, on what it read, and on which files there are', () => {
  const context = readContext(folder);
  context.read('b.Dockerfile');
  context.read('notes');
  context.read('.dockerignore');
  const basis = basisOf(join(folder, 'Dockerfile'), context);
  expect([...basis.asked].sort()).toEqual(
    ['.dockerignore', 'Dockerfile', 'b.Dockerfile'].map((name) => join(folder, name)),
  );
  for (const path of ['Dockerfile', 'b.Dockerfile', '.dockerignore']) expect(touches(wrote(path), basis)).toBe(true);
  expect(touches(wrote('sub/Dockerfile'), basis)).toBe(false);
  expect(touches(wrote('sub/.dockerignore', true), basis)).toBe(true);
  expect(touches(wrote('notes'), basis)).toBe(true);
  expect(touches({ path: `${folder}-2/.dockerignore`, created: true }, basis)).toBe(false);
});

test('links are followed to what is read and written', () => {
  symlinkSync('sub/Dockerfile', join(folder, 'c.Dockerfile'));
  const context = readContext(folder);
  context.read('c.Dockerfile');
  expect(touches(wrote('sub/Dockerfile'), basisOf(join(folder, 'Dockerfile'), context))).toBe(true);
  expect(touches(wrote('sub/Dockerfile'), basisOf(join(folder, 'c.Dockerfile'), undefined))).toBe(true);
});

test('what was written is read anew, in contexts that rest on it', async () => {
  const args = { config: undefined, only: [], skip: [], allow: undefined, context: folder, target: undefined } as const;
  const plans = planner([ignoreGit], { ...args, buildArgs: {} }, folder);
  const filesFor = async (path: string) => {
    const plan = await plans.plan(join(folder, path));
    return 'files' in plan ? plan.files! : undefined;
  };
  const first = await filesFor('Dockerfile');
  expect(first!.read('b.Dockerfile')).toBe('FROM a\n# b.Dockerfile\n');
  plans.wrote([wrote('sub/Dockerfile')]);
  expect(await filesFor('Dockerfile')).toBe(first);
  writeFileSync(join(folder, 'b.Dockerfile'), 'FROM b\n');
  plans.wrote([wrote('b.Dockerfile')]);
  expect((await filesFor('Dockerfile'))!.read('b.Dockerfile')).toBe('FROM b\n');
});
