import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { build } from 'esbuild';
import type { BatchRecord } from '../../src/batch/record.js';
import { type Entry, openLedger } from '../../src/ports/campaign/ledger.js';
import { root } from '../support/paths.js';

let base: string;
let folder: string;
beforeEach(() => {
  base = mkdtempSync(path.join(tmpdir(), 'dfix-ledger-'));
  folder = path.join(base, 'campaign');
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

function entry(repository: string, more: Partial<Entry> = {}): Entry {
  const at = '2026-01-01T00:00:00Z';
  return { repository, phase: 'plan', inputs: 'x', outcome: 'done', reason: '', texts: {}, at, ...more };
}

function record(repository: string): BatchRecord {
  const { texts: _texts, ...rest } = entry(repository);
  return { ...rest, artefacts: {} };
}

test('what was appended is there after opening again, without what a crash cut off', async () => {
  const first = openLedger(folder);
  await first.append(entry('a', { outcome: 'failed' }));
  await first.append(entry('a'));
  await first.close();
  appendFileSync(path.join(folder, 'ledger.jsonl'), '0123456789abcdef {"repository":"b"');
  const second = openLedger(folder);
  expect([...second.records.values()]).toEqual([record('a')]);
  await second.append(entry('c'));
  await second.close();
  const third = openLedger(folder);
  expect([...third.records.values()]).toEqual([record('a'), record('c')]);
  await third.close();
});

test('only one process works in a folder, and it is named', async () => {
  const first = openLedger(folder);
  expect(() => openLedger(folder)).toThrow(`process ${process.pid} on `);
  await first.close();
  await openLedger(folder).close();
  expect(readdirSync(folder).filter((name) => name.includes('lock'))).toHaveLength(1);
});

test('a lock whose number went to another process is stale; one of another machine is not', async () => {
  await openLedger(folder).close();
  const lock = path.join(
    folder,
    readdirSync(folder).find((name) => name.startsWith('lock.'))!,
  );
  const { pid } = process;
  writeFileSync(lock, JSON.stringify({ pid, host: 'another-machine', started: '1' }));
  expect(() => openLedger(folder)).toThrow(`process ${pid} on another-machine works in it`);
  writeFileSync(lock, JSON.stringify({ pid, host: hostname(), started: '1' }));
  await openLedger(folder).close();
});

test('a journal full of old records is written anew', async () => {
  const ledger = openLedger(folder);
  const all = Array.from({ length: 1010 }, (_, i) => ledger.append(entry('a', { inputs: String(i) })));
  await Promise.all(all);
  await ledger.close();
  await openLedger(folder).close();
  expect(readFileSync(path.join(folder, 'ledger.jsonl'), 'utf8').split('\n')).toHaveLength(2);
  const again = openLedger(folder);
  expect(again.find('a', 'plan')?.inputs).toBe('1009');
  await again.close();
});

test('artefacts stay in the folder whatever a repository is called', async () => {
  const ledger = openLedger(folder);
  const names = ['../../../etc/passwd', '..', '/', 'a/b', 'a-b', '\u001b[31m\n'];
  const kept = await Promise.all(names.map((name) => ledger.append(entry(name, { texts: { diff: name } }))));
  const paths = kept.map(({ artefacts }) => artefacts['diff']!);
  expect(new Set(paths).size).toBe(names.length);
  for (const [index, place] of paths.entries()) {
    expect(place).toMatch(/^artefacts\/[A-Za-z0-9-]+\.plan\.diff$/);
    expect(readFileSync(path.join(folder, place), 'utf8')).toBe(names[index]);
  }
  await ledger.close();
});

const WORKER = `
import { writeSync } from 'node:fs';
import { openLedger } from './src/ports/campaign/ledger.js';
const ledger = openLedger(process.argv[2]!);
for (let i = 0; i < 300; i++) {
  const repository = 'owner/repository-' + i;
  if (ledger.settledInputs(repository, 'plan') === 'x') continue;
  const at = '2026-01-01T00:00:00Z';
  const texts = { diff: repository };
  await ledger.append({ repository, phase: 'plan', inputs: 'x', outcome: 'done', reason: '', texts, at });
  writeSync(1, repository + '\\n');
}
await ledger.close();
`;

test('killed at any moment and started again, it goes on: nothing twice, nothing lost', async () => {
  const outfile = path.join(base, 'worker.mjs');
  const stdin = { contents: WORKER, resolveDir: root, loader: 'ts' } as const;
  const banner = { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" };
  await build({ stdin, outfile, banner, bundle: true, format: 'esm', platform: 'node', logLevel: 'error' });
  const acknowledged: string[] = [];
  let kills = 0;
  for (let code: number | null = null, round = 0; code !== 0; round++) {
    expect(round).toBeLessThan(40);
    const child = spawn(process.execPath, [outfile, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
    // A moment that differs from round to round: after so many records, or before the first one.
    const ran = await runUntil(child, round < 12 ? (round * 7) % 30 : Infinity);
    acknowledged.push(...ran.lines);
    if (ran.code !== 0) {
      expect(ran.signal).toBe('SIGKILL');
      kills++;
    }
    code = ran.code;
  }
  expect(kills).toBeGreaterThan(5);
  expect(new Set(acknowledged).size).toBe(acknowledged.length);
  const written = readFileSync(path.join(folder, 'ledger.jsonl'), 'utf8').trimEnd().split('\n');
  const names = written.map((line) => (JSON.parse(line.slice(17)) as BatchRecord).repository);
  expect(names).toHaveLength(300);
  expect(new Set(names).size).toBe(300);
  for (const name of acknowledged) expect(names).toContain(name);
}, 120_000);

interface Ended {
  readonly lines: readonly string[];
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

function runUntil(child: ChildProcess, records: number): Promise<Ended> {
  let text = '';
  const look = (): void => {
    if (text.split('\n').length - 1 >= records) child.kill('SIGKILL');
  };
  child.stdout!.setEncoding('utf8').on('data', (more: string) => {
    text += more;
    look();
  });
  look();
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) =>
      resolve({ lines: text.split('\n').filter((line) => line !== ''), code, signal }),
    );
  });
}
