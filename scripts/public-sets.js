// Writes a part of docs/results.md: what rewriting public sets of Dockerfiles changes and breaks.
//   node scripts/public-sets.js FOLDER [--engine N] [--jobs N] [--every N]
// FOLDER holds clones of the repositories named in SETS, bare or not, as owner+name or owner+name/repo. Nothing of them is
// built or copied. --engine asks the container engine's own parser about N of the rewritten files, before and after. --every
// takes every Nth file of each set but the experts'.
// PUBLIC_SETS_JSON names a file that what is found is added to, with texts. What an earlier run, broken off, has put there
// is not looked at again.
import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { isMainThread, threadId } from 'node:worker_threads';
import { importSource } from './bundle.js';
import { commentsOf, flagsOf, instructionsOf, lost } from './losses.js';
import { writeSection } from './section.js';

const SETS = [
  {
    name: 'Shipwright, builds that failed',
    repository: 'STAR-RG/shipwright',
    read: (clone) => blobs(clone, 'data/broken-dockerfiles', ({ file }) => file.endsWith('.Dockerfile')),
  },
  {
    name: 'DockerCleaner, from GitHub',
    repository: 'tuhh-softsec/DockerCleaner',
    read: (clone) => blobs(clone, 'dataset/smelly_dockerfiles_bianncle', () => true),
    repairs: {
      DockerCleaner: 'dataset/fixed_binnacle_dockerfiles',
      Parfum: 'dataset/fixed_binnacle_dockerfiles_parfum',
    },
  },
  {
    name: 'binnacle, written by experts',
    whole: true,
    repository: 'jjhenkel/binnacle-icse2020',
    read: (clone) => archived(clone, 'datasets/0b-deduplicated-dockerfile-sources/gold.tar.xz'),
  },
  {
    name: 'Docker Hub, 2020',
    repository: 'yinyuanzhang/dockerfiles',
    read: (clone) => blobs(clone, 'data', ({ id }) => parseInt(id.slice(0, 2), 16) % 2 === 0),
  },
];
const LEVELS = ['safe', 'review'];
const COUNTS = {
  invalid: 'newly invalid',
  restless: 'not idempotent',
  comments: 'comments lost',
  flags: 'flags lost',
  instructions: 'instructions lost',
  crashed: 'crashed',
};
const FOUND = process.env.PUBLIC_SETS_JSON;
/** A file that takes longer is a finding. */
const SLOW = 100;

const core = await importSource(
  `public-sets-${threadId}`,
  `export { Dockerfile, readKeyValues } from './src/dockerfile/index.js';
   export { decodeUtf8 } from './src/ports/utf8.js';
   export { inOrder, openWorkers, serve } from './src/ports/workers.js';
   export { runTransforms } from './src/transform/index.js';
   export { transforms } from './transforms/index.js';`,
);
if (isMainThread) await main();
else
  core.serve(() => ({
    answer: async ({ text, repairs }) => judge(text, repairs),
  }));

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      engine: { type: 'string', default: '0' },
      jobs: { type: 'string' },
      every: { type: 'string', default: '1' },
    },
  });
  if (positionals.length !== 1) {
    console.error('public-sets: node scripts/public-sets.js FOLDER [--engine N] [--jobs N] [--every N]');
    process.exit(2);
  }
  const every = Number(values.every);
  const items = SETS.flatMap((set) => readSet(set, positionals[0], every));
  const jobs = Number(values.jobs ?? availableParallelism());
  const known = readFound();
  const open = items.filter((item) => !known.has(keyOf(item)));
  const script = new URL(import.meta.url);
  const workers = core.openWorkers(script, undefined, { jobs });
  let at = 0;
  for await (const { result, failure } of core.inOrder(open, jobs, (one) => workers.run(() => one))) {
    const item = open[at++];
    const verdict = { ...item, ...(result ?? { crash: failure }) };
    known.set(keyOf(item), verdict);
    if (FOUND !== undefined) appendFileSync(FOUND, `${JSON.stringify(verdict)}\n`);
    if (at % 1000 === 0) console.error(`${at} of ${open.length}`);
  }
  workers.close();
  const verdicts = items.map((item) => known.get(keyOf(item)));
  timeAgain(verdicts);
  const engine = askEngine(verdicts, Number(values.engine));
  writeSection('scripts/public-sets.js', section(verdicts, engine, every));
}

// Reading

function keyOf({ set, file }) {
  return `${set}: ${file}`;
}

function readFound() {
  if (FOUND === undefined || !existsSync(FOUND)) return new Map();
  const lines = readFileSync(FOUND, 'utf8').trimEnd().split('\n');
  return new Map(lines.map((line) => JSON.parse(line)).map((verdict) => [keyOf(verdict), verdict]));
}

function readSet({ name, repository, read, whole = false, repairs = {} }, folder, every) {
  const base = path.join(folder, repository.replace('/', '+'));
  const clone = [path.join(base, 'repo'), base].find((one) => existsSync(one));
  if (clone === undefined) throw new Error(`no clone of ${repository} in ${folder}`);
  const repaired = Object.entries(repairs).map(([tool, below]) => [
    tool,
    new Map(blobs(clone, below, () => true).map(({ file, text }) => [path.basename(file), text])),
  ]);
  const texts = read(clone).filter((_, index) => whole || index % every === 0);
  return texts.map(({ file, text }) => ({
    set: name,
    file,
    text,
    repairs: Object.fromEntries(repaired.map(([tool, texts]) => [tool, texts.get(path.basename(file))])),
  }));
}

function git(clone, args, input) {
  const { stdout, stderr, status } = spawnSync('git', ['-C', clone, ...args], { input, maxBuffer: 1 << 30 });
  if (status !== 0) throw new Error(`git ${args[0]}: ${stderr}`);
  return stdout;
}

/** The texts below a folder of the newest commit, each once. */
function blobs(clone, below, wanted) {
  const found = new Map();
  for (const line of git(clone, ['ls-tree', '-r', '-z', 'HEAD', below]).toString('utf8').split('\0')) {
    const [, id, file] = /^\d+ blob (\w+)\t([^]*)$/.exec(line) ?? [];
    if (id !== undefined && wanted({ id, file }) && !found.has(id)) found.set(id, file);
  }
  const bytes = git(clone, ['cat-file', '--batch'], [...found.keys()].join('\n'));
  const texts = [];
  let at = 0;
  for (const file of found.values()) {
    const end = bytes.indexOf('\n', at);
    const size = Number(bytes.toString('latin1', at, end).split(' ')[2]);
    texts.push({ file, text: core.decodeUtf8(bytes.subarray(end + 1, end + 1 + size)) });
    at = end + 1 + size + 1;
  }
  return texts;
}

/** The texts of a compressed archive in the newest commit. */
function archived(clone, file) {
  const folder = mkdtempSync(path.join(tmpdir(), 'dfix-public-'));
  try {
    const input = git(clone, ['cat-file', 'blob', `HEAD:${file}`]);
    const { status, stdout } = spawnSync('tar', ['-xvJ', '--no-same-owner', '-C', folder], { input });
    if (status !== 0) throw new Error(`tar cannot read ${file}`);
    const names = stdout.toString('utf8').split('\n');
    return names
      .filter((name) => name.endsWith('.Dockerfile'))
      .map((name) => ({ file: name, text: core.decodeUtf8(readFileSync(path.join(folder, name))) }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

// Judging, in threads

function parsed(text) {
  try {
    return core.Dockerfile.parse(text);
  } catch (error) {
    if (error.name === 'DockerfileError') return undefined;
    throw error;
  }
}

function byDefault() {
  return core.transforms.filter(({ meta }) => meta.preset === 'default');
}

/** What both levels make of a text, and what repairs by others did to it. */
function judge(text, repairs) {
  const before = text === undefined ? undefined : parsed(text);
  if (before === undefined) return { rejected: true };
  return {
    levels: atLevels(before),
    repaired: Object.fromEntries(
      Object.entries(repairs).flatMap(([tool, after]) =>
        after === undefined ? [] : [[tool, { changed: after !== text, ...damage(before, after) }]],
      ),
    ),
  };
}

/** Where review needs nothing that is not safe, the safe rewrite is the same. */
function atLevels(before) {
  const review = rewrite(before, 'review');
  return { safe: review.safe ? review : rewrite(before, 'safe'), review };
}

function rewrite(before, allow) {
  const transforms = byDefault();
  const run = (text) => core.runTransforms(text, { transforms, allow });
  try {
    const start = performance.now();
    const { output, changes, faults, settled } = run(before.text);
    const milliseconds = performance.now() - start;
    const changed = output !== before.text;
    return {
      changed,
      safe: changes.every(({ level }) => level === 'safe') && faults.length === 0,
      ...(changed && {
        output,
        changes: changes.map(({ transform, level, line }) => `${transform} (${level}) ${line}`),
        ...damage(before, output),
      }),
      restless: !settled || (changed && run(output).output !== output),
      crashed: faults.map(({ transform, message }) => `${transform}: ${message}`),
      milliseconds,
    };
  } catch (error) {
    return { changed: false, crashed: [error.stack], milliseconds: 0 };
  }
}

/** Times anew, by processor time and alone, what took long in a thread that others may have held up. */
function timeAgain(verdicts) {
  const transforms = byDefault();
  for (const { text, levels } of verdicts) {
    for (const [allow, judged] of Object.entries(levels ?? {})) {
      for (let round = 0; round < 3 && judged.milliseconds > SLOW; round++) {
        const before = process.cpuUsage();
        core.runTransforms(text, { transforms, allow });
        const { user, system } = process.cpuUsage(before);
        judged.milliseconds = Math.min(judged.milliseconds, (user + system) / 1000);
      }
    }
  }
}

function damage(before, output) {
  const after = parsed(output);
  if (after === undefined) return { invalid: true };
  return {
    invalid: false,
    comments: lost(commentsOf(before), commentsOf(after)),
    flags: lost(flagsOf(before), flagsOf(after)),
    instructions: lost(...[before, after].map((file) => instructionsOf(file, core.readKeyValues))),
  };
}

// The engine

/** Whether the engine's own parser takes files as they were and as they became: a spread of those that review rewrites. */
function askEngine(verdicts, wanted) {
  // A frontend that a file names would have to be pulled.
  const rewritten = verdicts.filter(({ text, levels }) => levels?.review.changed && !/^#\s*syntax\s*=/im.test(text));
  const step = Math.max(1, rewritten.length / Math.max(1, wanted));
  const asked = { files: 0, taken: 0, newlyInvalid: [] };
  for (let i = 0; asked.files < Math.min(wanted, rewritten.length); i++) {
    const { file, text, levels } = rewritten[Math.floor(i * step)];
    asked.files++;
    if (!engineTakes(text)) continue;
    asked.taken++;
    if (!engineTakes(levels.review.output)) asked.newlyInvalid.push(file);
  }
  return asked;
}

function engineTakes(text) {
  const folder = mkdtempSync(path.join(tmpdir(), 'dfix-public-'));
  try {
    writeFileSync(path.join(folder, 'Dockerfile'), text);
    const { status, error } = spawnSync('docker', ['buildx', 'build', '--print=targets', folder], {
      env: { ...process.env, BUILDX_EXPERIMENTAL: '1' },
    });
    if (error !== undefined) throw error;
    return status === 0;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

// The page

function isFound(value) {
  return value === true || (Array.isArray(value) && value.length > 0);
}

function tally(judged) {
  return Object.keys(COUNTS).map((count) => judged.filter((one) => isFound(one[count])).length);
}

function rows(verdicts, { name, repairs = {} }) {
  const all = verdicts.filter(({ set }) => set === name);
  const valid = all.filter(({ rejected }) => !rejected);
  const row = (tool, judged, slowest) =>
    `| ${[name, tool, judged.length, judged.filter(({ changed }) => changed).length, ...tally(judged), slowest].join(' | ')} |`;
  return [
    ...LEVELS.map((level) => {
      const judged = valid.map(({ levels, crash }) => levels?.[level] ?? { crashed: [crash], milliseconds: 0 });
      const times = judged.map(({ milliseconds }) => milliseconds).sort((a, b) => b - a);
      report(level, valid);
      return row(`dfix ${level}`, judged, `${Math.round(times[0])} ms (${times.filter((one) => one > SLOW).length})`);
    }),
    ...Object.keys(repairs).map((tool) => {
      const judged = valid.flatMap(({ repaired }) => (repaired?.[tool] === undefined ? [] : [repaired[tool]]));
      return row(`${tool}’s own repair`, judged, '');
    }),
  ];
}

function report(level, verdicts) {
  for (const { set, file, levels, crash } of verdicts) {
    const judged = levels?.[level] ?? { crashed: [crash] };
    for (const [count, words] of Object.entries(COUNTS))
      if (isFound(judged[count])) console.log(`${words}: ${set} ${file} (${level}) ${JSON.stringify(judged[count])}`);
    if (judged.milliseconds > SLOW)
      console.log(`slow: ${set} ${file} (${level}) ${Math.round(judged.milliseconds)} ms`);
  }
}

function section(verdicts, { files, taken, newlyInvalid }, every) {
  for (const file of newlyInvalid) console.log(`newly invalid to the engine: ${file}`);
  const rejected = verdicts.filter((verdict) => verdict.rejected).length;
  const titles = ['set', 'tool', 'files', 'changed', ...Object.values(COUNTS), 'slowest'];
  return [
    '## Public sets',
    '',
    `Written by \`scripts/public-sets.js\`: all that is on by default over ${verdicts.length} files of ${SETS.map(({ repository }) => repository).join(', ')}`,
    `(of the last, those whose hash begins with an even byte${every === 1 ? '' : `; of each but the experts’, every ${every}th file`}), each without its build context. Left out: the`,
    `${rejected} that are no Dockerfile by BuildKit’s rules. Counts are of files: newly invalid by BuildKit’s rules as dfix knows them;`,
    'comments are compared as written, flags (`--platform`, `--mount`, `--chown` …) with their values; instructions are all but RUN and MAINTAINER, a copy made',
    `twice and ADD of an address, and the names of variables; slowest is processor time, in brackets, how many took over ${SLOW} ms. Repairs by others are those that the set itself brings.`,
    ...(files === 0
      ? []
      : [
          '',
          `The container engine’s own parser was asked about ${files} of the files that review rewrites, spread over all sets. It takes`,
          `${taken} as they were; newly invalid after dfix: ${newlyInvalid.length}.`,
        ]),
    '',
    `| ${titles.join(' | ')} |`,
    `| ${titles.map(() => '---').join(' | ')} |`,
    ...SETS.flatMap((set) => rows(verdicts, set)),
    '',
    'For comparison, Parfum as run for this project over other samples (newly invalid by dockerfile-utils):',
    '',
    '| set | files | changed | newly invalid | not idempotent | comments lost | crashed |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    '| 94 Dockerfiles of maintained repositories | 94 | 85 | 32 | 4 | 16 | 0 |',
    '| Shipwright, a sample | 2000 | 1671 | 9 | 35 | 33 | 8 |',
    '| Docker Hub, 2020, a sample | 3000 | 2292 | 16 | 66 | 29 | 2 |',
  ];
}
