// Speed over a corpus, one file against bare Node, and growth with the length of a file. Figures are this machine's.
//   npm run bench                               the corpus, or the file of DFIX_CORPUS
//   npm run bench -- --compare DIRECTORY        against another copy of dfix, by whole processes
//   npm run bench -- --peers NAME=COMMAND …     against other fixers; each runs in a folder of Dockerfiles. `{files}` in a
//                                               command stands for all files, `{file}` for one: it then runs once a file. Of the tools named
//                                               in KNOWN the program is enough: tally=/opt/bin/tally. With --write
//                                               the table goes to docs/results.md
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { createRequire } from 'node:module';
import { contest, measure, writeFolder } from './bench-whole.js';
import { importSource, root } from './bundle.js';
import { readCorpus } from './corpus.js';
import { writeSection } from './section.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    compare: { type: 'string', multiple: true, default: [] },
    peers: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    files: { type: 'string', default: '1000' },
    rounds: { type: 'string', default: '3' },
  },
});

const { Dockerfile, readKeyValues, runTransforms, transforms } = await importSource(
  'bench',
  `export { Dockerfile, readKeyValues } from './src/dockerfile/index.js';
   export { runTransforms } from './src/transform/index.js';
   export { transforms } from './transforms/index.js';`,
);
const corpus = readCorpus((values.peers ? undefined : positionals[0]) ?? null);

/** How each tool is told to fix all that it calls safe. */
const KNOWN = {
  tally: ['lint', '--no-config', '--slow-checks', 'off', '--fix', '.'],
  'dockerfile-doctor': ['--fix', '--format', 'json', '-o', '/dev/null', '{files}'],
  parfum: ['repair', '-o', '{file}', '{file}'],
};
const dfix = (folder) => [process.execPath, path.resolve(folder, 'bin/dfix.js'), '--write', '--quiet', '.'];

if (values.compare.length > 0 || values.peers) {
  const contestants = [
    { name: 'dfix', words: dfix(root) },
    ...values.compare.map((folder) => ({ name: folder, words: dfix(folder) })),
    ...(values.peers ? positionals : []).map((given) => {
      const [, name, command] = /^([^=]+)=(.+)$/s.exec(given) ?? [undefined, path.basename(given), given];
      const words = command.split(/\s+/);
      return { name, words: words.length === 1 ? [...words, ...(KNOWN[name] ?? ['.'])] : words };
    }),
  ];
  const texts = (corpus ?? []).map(({ text }) => text).filter((text) => parses(text) && !text.includes('{{'));
  if (texts.length === 0) console.log('skipped: no corpus beside the repository');
  else {
    const some = texts.slice(0, Number(values.files));
    const table = await contest(contestants, some, Number(values.rounds), { Dockerfile, readKeyValues });
    console.log(table.join('\n'));
    if (values.write) writeSection('scripts/bench.js', againstPeers(some.length, table));
  }
  process.exit();
}

function againstPeers(files, table) {
  return [
    '## Against other fixers',
    '',
    `Written by \`npm run bench -- --peers --write\`: each tool fixes all that it calls safe in ${files} public Dockerfiles, in turn on the`,
    'same machine; dfix at its default level. Unparseable is what BuildKit’s rules reject afterwards; instructions lost counts files',
    'that have fewer of a kind of instruction (RUN, ADD and MAINTAINER left out) or of a variable; not idempotent, files that a second run changes again.',
    '',
    ...table,
  ];
}

function parses(text) {
  try {
    return Dockerfile.parse(text) !== undefined;
  } catch {
    return false;
  }
}

// As the command does for many files.
createRequire(import.meta.url)('../bin/long-run.js').prepareLongRun();

const defaults = transforms.filter(({ meta }) => meta.preset === 'default');
const firstTwo = transforms.filter(({ meta }) => ['mount-package-caches', 'clean-apt-lists'].includes(meta.name));
const run = (text, chosen = defaults) => {
  const start = performance.now();
  try {
    runTransforms(text, { transforms: chosen });
  } catch (error) {
    if (error.name !== 'DockerfileError') throw error;
  }
  return performance.now() - start;
};
const median = (times) => [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)];

if (corpus === undefined) console.log('corpus: skipped, none beside the repository');
else {
  for (const [name, chosen] of [
    ['all that run unasked', defaults],
    ['the two first', firstTwo],
  ]) {
    for (const { text } of corpus) run(text, chosen);
    const cpu = process.cpuUsage();
    const start = performance.now();
    const times = corpus.map(({ text }) => run(text, chosen)).sort((a, b) => a - b);
    const seconds = (performance.now() - start) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    const at = (share) => times[Math.min(times.length - 1, Math.floor(share * times.length))].toFixed(2);
    console.log(
      `${name}: ${corpus.length} files, ${Math.round(corpus.length / seconds)} files/s on one thread (${Math.round((corpus.length * 1e6) / (user + system))} a second of processor time)`,
    );
    console.log(
      `a file: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, max ${at(1)} ms; peak RSS ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`,
    );
  }
  const many = writeFolder(Array.from({ length: 10_000 }, (_, index) => corpus[index % corpus.length].text));
  for (const jobs of ['1', '2']) {
    const { seconds, memory } = await measure(
      [process.execPath, path.join(root, 'bin/dfix.js'), '--jobs', jobs, '--format', 'diff', '--quiet', '.'],
      many,
    );
    console.log(
      `10,000 files by the command, --jobs ${jobs}: ${seconds.toFixed(1)} s, ${Math.round(10_000 / seconds)} files/s, peak memory ${Math.round(memory)} MB`,
    );
  }
  rmSync(many, { recursive: true, force: true });
}

const wall = (args, cwd) => {
  const start = performance.now();
  spawnSync(process.execPath, args, { cwd, stdio: 'ignore' });
  return performance.now() - start;
};
const example = path.join(root, 'examples', 'node-api');
const small = mkdtempSync(path.join(tmpdir(), 'dfix-bench-'));
cpSync(example, small, { recursive: true });
mkdirSync(path.join(small, '.git'));
const [bare, one, here] = [[], [], []];
for (let i = 0; i < 15; i++) {
  bare.push(wall(['-e', '0'], small));
  one.push(wall([path.join(root, 'bin', 'dfix.js'), 'Dockerfile'], small));
  here.push(wall([path.join(root, 'bin', 'dfix.js'), path.join(example, 'Dockerfile')], root));
}
rmSync(small, { recursive: true, force: true });
const above = (times) => `${Math.round(median(times))} ms, ${Math.round(median(times) - median(bare))} ms above`;
console.log(
  `one file, wall against ${Math.round(median(bare))} ms of node -e 0: ${above(one)} in a repository of its own; ${above(here)} in this one, whose folders are all listed`,
);

/** Long files of a given size, by what is long in them. */
const lines = (count, line) => Array.from({ length: count }, (_, index) => line(index));
const kinds = [
  (i) => `RUN echo ${i} && mkdir -p /srv/${i}`,
  (i) => `ENV NAME_${i}=value`,
  (i) => `# step ${i}\nCOPY file-${i} /srv/`,
  (i) => `LABEL step.${i}="x"`,
  (i) => `RUN npm install -g package-${i}`,
];
const stage = (i) =>
  `FROM node:20 AS s${i}\nCOPY ${i > 0 ? `--from=s${i - 1} ` : ''}/a /b\nRUN apt-get update && apt-get install -y curl\n`;
const long = {
  instructions: [
    [100, 1000, 10_000],
    (n) => `FROM node:20\n${lines(n, (i) => kinds[i % kinds.length](i)).join('\n')}\n`,
  ],
  'installs below a COPY': [
    [100, 1000, 10_000],
    (n) =>
      `FROM debian:12\nCOPY . .\n${lines(n, (i) => `RUN apt-get update && apt-get install -y p${i}`).join('\n')}\n`,
  ],
  'RUNs of npm': [
    [100, 1000, 10_000],
    (n) => `FROM node:20\n${lines(n, (i) => `RUN npm install -g p${i}`).join('\n')}\n`,
  ],
  'RUNs of npm on an unknown base': [
    [100, 1000, 10_000],
    (n) => `FROM registry.example/base\n${lines(n, (i) => `RUN npm install -g p${i}`).join('\n')}\n`,
  ],
  'bytes of one RUN': [
    [50_000, 500_000, 5_000_000],
    (n) => `FROM debian:12\nRUN true${lines(n / 16, (i) => ` && echo ${String(i).padStart(7, '0')}`).join('\\\n')}\n`,
  ],
  'continuation lines': [
    [100, 1000, 10_000],
    (n) => `FROM debian:12\nRUN apt-get update && apt-get install -y \\\n${lines(n, (i) => `  p${i}`).join(' \\\n')}\n`,
  ],
  'levels of nesting': [[100, 1000, 10_000], (n) => `FROM debian:12\nRUN ${'$('.repeat(n)}true${')'.repeat(n)}\n`],
  stages: [[10, 100, 1000], (n) => lines(n, stage).join('')],
  'downloads that a later RUN unpacks': [
    [100, 1000],
    (n) =>
      `FROM debian:12\n${lines(n / 2, (i) => `RUN curl -fsSL -o /tmp/a${i}.tgz https://example.com/a-1.${i}.tgz\nRUN tar xzf /tmp/a${i}.tgz -C /opt`).join('\n')}\n`,
  ],
  'chowns of folders': [
    [100, 1000],
    (n) => `FROM node:20\n${lines(n, (i) => `RUN mkdir /app${i} && chown -R node:node /app${i}`).join('\n')}\n`,
  ],
  'removals far from what made the files': [
    [100, 1000, 10_000],
    (n) => `FROM debian:12\n${lines(n, (i) => `RUN rm -rf /opt/d${i}`).join('\n')}\n`,
  ],
  'compilers and builds': [
    [100, 1000, 10_000],
    (n) =>
      `FROM alpine:3.19\n${lines(n, (i) => `RUN apk add --no-cache gcc musl-dev && make -C /src/${i}`).join('\n')}\n`,
  ],
  variables: [[100, 1000, 10_000], (n) => `FROM node:20\n${lines(n, (i) => `ENV A${i}=$A${i - 1}x`).join('\n')}\n`],
};
/** Milliseconds of processor time: growth is no matter of what else the machine does. */
const work = (text) => {
  const before = process.cpuUsage();
  run(text);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
};
for (const [what, [sizes, make]] of Object.entries(long)) {
  const times = sizes.map((size) => {
    const text = make(size);
    run(text);
    return median([work(`${text}# a`), work(`${text}# b`), work(`${text}# c`)]);
  });
  const steps = times.slice(1).map((time, index) => `${(time / times[index]).toFixed(1)} times`);
  console.log(
    `${sizes.join(', ')} ${what}: ${times.map((time) => time.toFixed(1)).join(', ')} ms of processor time; ${steps.join(' and ')} as much for 10 times the length`,
  );
}
