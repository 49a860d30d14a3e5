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
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
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
const run = (text, chosen = defaults, allow = 'review') => {
  const start = performance.now();
  try {
    runTransforms(text, { transforms: chosen, allow });
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

/** Lines that no file before had, so that nothing of them is known. */
let first = 0;
const lines = (count, line) => Array.from({ length: count }, (_, index) => line(first + index));
const kinds = [
  (i) => `RUN echo ${i} && mkdir -p /srv/${i}`,
  (i) => `ENV NAME_${i}=value`,
  (i) => `# step ${i}\nCOPY file-${i} /srv/`,
  (i) => `LABEL step.${i}="x"`,
  (i) => `RUN npm install -g package-${i}`,
];
const stage = (i) =>
  `FROM node:20 AS s${i}\nCOPY ${i > first ? `--from=s${i - 1} ` : ''}/a /b\nRUN apt-get update && apt-get install -y curl\n`;
/** Long files of a given size below a FROM, by what is long in them: how many at most, and the lines of each. */
const long = {
  instructions: [10_000, 'node:20', (i) => kinds[i % kinds.length](i)],
  'installs below a COPY': [10_000, 'debian:12\nCOPY . .', (i) => `RUN apt-get update && apt-get install -y p${i}`],
  'RUNs of npm': [10_000, 'node:20', (i) => `RUN npm install -g p${i}`],
  'RUNs of npm on an unknown base': [10_000, 'registry.example/base', (i) => `RUN npm install -g p${i}`],
  'downloads that a later RUN unpacks': [
    3000,
    'debian:12',
    (i) => `RUN curl -fsSL -o /tmp/a${i}.tgz https://example.com/a-1.${i}.tgz\nRUN tar xzf /tmp/a${i}.tgz -C /opt`,
  ],
  'ADDs of archives': [
    3000,
    'debian:12',
    (i) => `ADD https://example.com/1.${i}/a${i}.tgz /tmp/\nRUN tar xf /tmp/a${i}.tgz -C /opt && rm /tmp/a${i}.tgz`,
  ],
  'chowns of folders': [3000, 'node:20', (i) => `RUN mkdir /app${i} && chown -R node:node /app${i}`],
  'removals far from what made the files': [10_000, 'debian:12', (i) => `RUN rm -rf /opt/d${i}`],
  'clean-ups of downloads': [
    3000,
    'debian:12',
    (i) => `RUN curl -o /a/b${i} https://example.com/b${i}\nRUN rm -rf /a/b${i}`,
  ],
  'compilers and builds': [10_000, 'alpine:3.19', (i) => `RUN apk add --no-cache gcc musl-dev && make -C /src/${i}`],
  'programs linked': [3000, 'gcc:13\nCOPY . .', (i) => `RUN gcc -o /bin/a${i} a${i}.c`],
  'clones built': [3000, 'debian:12', (i) => `RUN git clone https://example.com/a${i} /a${i} && make -C /a${i}`],
  variables: [10_000, 'node:20', (i) => `ENV A${i}=$A${i - 1}x`],
  'build arguments': [3000, 'debian:12', (i) => `ARG A${i}=x\nRUN echo $A${i} > /f${i}`],
  labels: [3000, 'debian:12', (i) => `LABEL l${i}="some text"`],
  users: [3000, 'debian:12', (i) => `RUN useradd -m u${i}\nUSER u${i}\nRUN pip install p${i}`],
  'COPYs of another stage': [
    3000,
    'golang:1.22 AS build\nRUN go build -o /app .\nFROM debian:12',
    (i) => `COPY --from=build /a${i} /b${i}`,
  ],
  'files in here-documents': [3000, 'debian:12', (i) => `COPY <<EOF /etc/f${i}.conf\nkey=${i}\nEOF`],
};
/** Those of another shape, by their sizes and text. */
const shapes = {
  stages: [[10, 100, 1000], (n) => lines(n, stage).join('')],
  'bytes of one RUN': [
    [50_000, 500_000, 5_000_000],
    (n) => `FROM debian:12\nRUN true${lines(n / 16, (i) => ` && echo ${String(i).padStart(7, '0')}`).join('\\\n')}\n`,
  ],
  'continuation lines': [
    [100, 1000, 10_000],
    (n) => `FROM debian:12\nRUN apt-get update && apt-get install -y \\\n${lines(n, (i) => `  p${i}`).join(' \\\n')}\n`,
  ],
  'comments in one RUN': [
    [100, 1000, 10_000],
    (n) =>
      `FROM debian:12\nRUN apt-get update && \\\n${lines(n, (i) => `  # ${i}\n`).join('')}  apt-get install -y curl\n`,
  ],
  'lines of one here-document': [
    [100, 1000, 10_000],
    (n) => `FROM debian:12\nRUN <<EOF\n${lines(n, (i) => `echo ${i} >> /etc/f`).join('\n')}\nEOF\n`,
  ],
  'commands of one RUN': [
    [30, 300, 3000],
    (n) => `FROM debian:12\nRUN ${lines(n, (i) => `cd /src/a${i} && make`).join(' && \\\n')}\n`,
  ],
  'global arguments': [
    [100, 1000, 10_000],
    (n) => `${lines(n, (i) => `ARG A${i}=x\n`).join('')}FROM debian:12\n${lines(n, (i) => `ARG A${i}\n`).join('')}`,
  ],
  'quotes in one word': [[100, 1000, 10_000], (n) => `FROM debian:12\nRUN echo ${`"a"'b'\\c${first}`.repeat(n)}\n`],
  'levels of nesting': [
    [100, 1000, 10_000],
    (n) => `FROM debian:12\nRUN ${'$('.repeat(n)}true ${first}${')'.repeat(n)}\n`,
  ],
  'levels of if': [
    [100, 1000, 10_000],
    (n) => `FROM debian:12\nRUN ${'if true; then '.repeat(n)}echo ${first}; ${'fi; '.repeat(n)}\n`,
  ],
};
for (const [what, [most, from, line]] of Object.entries(long))
  shapes[what] = [
    [most / 100, most / 10, most].filter((size) => size >= 100),
    (n) => `FROM ${from}\n${lines(n, line).join('\n')}\n`,
  ];
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc');
/**
 * Milliseconds of processor time that all transforms take: growth is no matter of what else the machine does, nor of what the
 * texts before have left in memory.
 */
const work = (make, size) => {
  first += 1_000_000;
  const text = make(size);
  collectGarbage();
  const before = process.cpuUsage();
  run(text, transforms, 'unsafe');
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
};
for (const [what, [sizes, make]] of Object.entries(shapes)) {
  const times = sizes.map((size) => {
    work(make, size);
    return median([work(make, size), work(make, size), work(make, size)]);
  });
  const steps = times.slice(1).map((time, index) => `${(time / times[index]).toFixed(1)} times`);
  console.log(
    `${sizes.join(', ')} ${what}: ${times.map((time) => time.toFixed(1)).join(', ')} ms of processor time; ${steps.join(' and ')} as much for 10 times the length`,
  );
}
