import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Planned, writeInOrder } from '../../src/commands/write-in-order.js';
import { readDockerfile, type Written } from '../../src/ports/files.js';

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'dfix-in-order-')));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string): string => join(folder, name);

/** A plan to write a file, begun before any was written. */
function planned(name: string, asked: readonly string[] = []): Planned<string> {
  const path = at(name);
  const identity = existsSync(path) ? readDockerfile(path).identity : undefined;
  const basis = { folder, asked: new Set([path, ...asked.map(at)]) };
  return { path: name, writes: [{ path, text: `new ${name}`, identity }], basis, after: 0, report: `wrote ${name}` };
}

async function run(plans: readonly Planned<string>[]): Promise<{ said: string[]; again: string[]; told: Written[] }> {
  const again: string[] = [];
  const told: Written[] = [];
  const written: Written[] = [];
  const all = writeInOrder(
    (async function* () {
      yield* plans;
    })(),
    {
      cwd: folder,
      written,
      again: (path) => {
        again.push(`${path} after ${told.map((one) => one.path.slice(folder.length + 1)).join(', ')}`);
        return Promise.resolve({ ...planned(path), after: written.length });
      },
      tell: (news) => told.push(...news),
      failed: (error, path) => `${path}: ${(error as Error).message}`,
    },
  );
  const said: string[] = [];
  for await (const one of all) said.push(one);
  return { said, again, told };
}

test('reports come in the order of the plans, and none is made again that rests on nothing written', async () => {
  const names = Array.from({ length: 40 }, (_, i) => `Dockerfile.${i}`);
  for (const name of names) writeFileSync(at(name), 'old');
  const { said, again } = await run(names.map((name) => planned(name)));
  expect(said).toEqual(names.map((name) => `wrote ${name}`));
  expect(again).toEqual([]);
  for (const name of names) expect(readFileSync(at(name), 'utf8')).toBe(`new ${name}`);
});

test('what rests on a file that is just being written is planned again when it is there', async () => {
  for (const name of ['Dockerfile', 'Dockerfile.b', 'Dockerfile.c']) writeFileSync(at(name), 'old');
  const { said, again } = await run([
    planned('Dockerfile'),
    planned('Dockerfile.b', ['Dockerfile']),
    planned('Dockerfile.c'),
  ]);
  expect(again).toEqual(['Dockerfile.b after Dockerfile']);
  expect(said).toEqual(['wrote Dockerfile', 'wrote Dockerfile.b', 'wrote Dockerfile.c']);
});

test('a new file makes all plans in its context old', async () => {
  writeFileSync(at('Dockerfile'), 'old');
  const { again } = await run([planned('Dockerfile.dockerignore'), planned('Dockerfile')]);
  expect(again).toEqual(['Dockerfile after Dockerfile.dockerignore']);
});

test('what cannot be written is said in its place, and the others are written', async () => {
  for (const name of ['Dockerfile', 'Dockerfile.b']) writeFileSync(at(name), 'old');
  const plans = [planned('Dockerfile'), planned('Dockerfile.b')];
  writeFileSync(at('Dockerfile'), 'edited meanwhile');
  const { said, told } = await run(plans);
  expect(said).toEqual(['Dockerfile: changed while dfix was running; nothing written', 'wrote Dockerfile.b']);
  expect(told).toEqual([{ path: at('Dockerfile.b'), created: false }]);
  expect(readFileSync(at('Dockerfile'), 'utf8')).toBe('edited meanwhile');
});
