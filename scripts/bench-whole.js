// Whole processes over a folder of Dockerfiles: how long, how much memory, and what became of the files.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { commentsOf, instructionsOf, lost } from './losses.js';

/** Writes texts to `N/Dockerfile` below a new folder. */
export function writeFolder(texts) {
  const folder = mkdtempSync(path.join(tmpdir(), 'dfix-bench-'));
  for (const [index, text] of texts.entries()) {
    mkdirSync(path.join(folder, String(index)));
    writeFileSync(path.join(folder, String(index), 'Dockerfile'), text);
  }
  return folder;
}

/** The texts of a folder that `writeFolder` wrote, as they are now. */
export function readFolder(folder, count) {
  return Array.from({ length: count }, (_, index) =>
    readFileSync(path.join(folder, String(index), 'Dockerfile'), 'utf8'),
  );
}

/** Runs a command; its seconds, and the peak memory of the process in MB where the system tells (Linux). */
export async function measure([command, ...args], cwd) {
  const start = performance.now();
  const child = spawn(command, args, { cwd, stdio: 'ignore' });
  let peak = 0;
  const look = setInterval(() => {
    try {
      const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
      peak = Math.max(peak, Number(/VmHWM:\s*(\d+)/.exec(status)?.[1] ?? 0) / 1024);
    } catch {
      // No /proc, or the process has just ended.
    }
  }, 20);
  try {
    await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  } finally {
    clearInterval(look);
  }
  return { seconds: (performance.now() - start) / 1000, memory: peak };
}

/** Runs a command over a folder: `{files}` stands for all Dockerfiles; one that holds `{file}` runs once a Dockerfile. */
async function runOver(folder, count, given) {
  const all = Array.from({ length: count }, (_, index) => path.join(String(index), 'Dockerfile'));
  const words = given.flatMap((word) => (word === '{files}' ? all : [word]));
  if (!words.some((word) => word.includes('{file}'))) return measure(words, folder);
  const sum = { seconds: 0, memory: 0 };
  for (const file of all) {
    const one = await measure(
      words.map((word) => word.replaceAll('{file}', file)),
      folder,
    );
    sum.seconds += one.seconds;
    sum.memory = Math.max(sum.memory, one.memory);
  }
  return sum;
}

/** Damage, file by file: what no longer parses, what lost instructions or comments. */
export function compare(before, after, { Dockerfile, readKeyValues }) {
  const found = { changed: 0, unparseable: 0, instructionsLost: 0, commentsLost: 0 };
  for (const [index, text] of before.entries()) {
    if (after[index] === text) continue;
    found.changed++;
    const old = Dockerfile.parse(text);
    let file;
    try {
      file = Dockerfile.parse(after[index]);
    } catch {
      found.unparseable++;
      continue;
    }
    const said = [old, file].map((one) => instructionsOf(one, readKeyValues));
    if (lost(...said).length > 0) found.instructionsLost++;
    if (lost(commentsOf(old), commentsOf(file)).length > 0) found.commentsLost++;
  }
  return found;
}

/** Runs contestants in turn, each time over files that nobody has touched, for a table of medians. */
export async function contest(contestants, texts, rounds, parser) {
  const rows = contestants.map(({ name, words }) => ({ name, words, runs: [], damage: undefined, again: 0 }));
  for (let round = 0; round < rounds; round++) {
    for (const row of rows) {
      const folder = writeFolder(texts);
      try {
        row.runs.push(await runOver(folder, texts.length, row.words));
        if (round > 0) continue;
        const after = readFolder(folder, texts.length);
        row.damage = compare(texts, after, parser);
        await runOver(folder, texts.length, row.words);
        const again = readFolder(folder, texts.length);
        row.again = again.filter((text, index) => text !== after[index]).length;
      } catch (error) {
        row.failed = error.message;
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    }
  }
  const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
  return [
    '| | files/s | peak memory | changed | unparseable | instructions lost | comments lost | not idempotent |',
    '| --- | --: | --: | --: | --: | --: | --: | --: |',
    ...rows.map(({ name, runs, damage, again, failed }) => {
      if (failed !== undefined) return `| ${name} | could not be run: ${failed} |`;
      const speed = texts.length / median(runs.map(({ seconds }) => seconds));
      const memory = median(runs.map((run) => run.memory));
      const cells = [damage.changed, damage.unparseable, damage.instructionsLost, damage.commentsLost, again];
      return `| ${name} | ${Math.round(speed)} | ${Math.round(memory)} MB | ${cells.join(' | ')} |`;
    }),
  ];
}
