// Speed over a corpus, one file against bare Node, and growth with the length of a file. Figures are this machine's.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { importSource, root } from './bundle.js';
import { readCorpus } from './corpus.js';

const { runTransforms, transforms } = await importSource(
  'bench',
  `export { runTransforms } from './src/transform/index.js';
   export { transforms } from './transforms/index.js';`,
);
const run = (text) => {
  const start = performance.now();
  try {
    runTransforms(text, { transforms });
  } catch (error) {
    if (error.name !== 'DockerfileError') throw error;
  }
  return performance.now() - start;
};
const median = (times) => [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)];

const corpus = readCorpus();
if (corpus === undefined) console.log('corpus: skipped, none beside the repository');
else {
  for (const { text } of corpus) run(text);
  const start = performance.now();
  const times = corpus.map(({ text }) => run(text)).sort((a, b) => a - b);
  const seconds = (performance.now() - start) / 1000;
  const at = (share) => times[Math.min(times.length - 1, Math.floor(share * times.length))].toFixed(2);
  console.log(`corpus: ${corpus.length} files, ${Math.round(corpus.length / seconds)} files/s on one thread`);
  console.log(
    `a file: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, max ${at(1)} ms; peak RSS ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`,
  );
}

const wall = (args) => {
  const start = performance.now();
  spawnSync(process.execPath, args, { cwd: root, stdio: 'ignore' });
  return performance.now() - start;
};
const [bare, one] = [[], []];
for (let i = 0; i < 15; i++) {
  bare.push(wall(['-e', '0']));
  one.push(wall([path.join('bin', 'dfix.js'), path.join('examples', 'node-api', 'Dockerfile')]));
}
console.log(
  `one file: ${Math.round(median(one))} ms wall, node -e 0: ${Math.round(median(bare))} ms, difference ${Math.round(median(one) - median(bare))} ms`,
);

/** A Dockerfile of a given number of instructions, mixed as real ones are. */
const generated = (count) => {
  const kinds = [
    (i) => `RUN echo ${i} && mkdir -p /srv/${i}`,
    (i) => `ENV NAME_${i}=value`,
    (i) => `# step ${i}\nCOPY file-${i} /srv/`,
    (i) => `LABEL step.${i}="x"`,
    (i) => `RUN npm install -g package-${i}`,
  ];
  return `FROM node:20\n${Array.from({ length: count }, (_, i) => kinds[i % kinds.length](i)).join('\n')}\n`;
};
let before;
for (const count of [100, 1000, 10_000]) {
  const text = generated(count);
  run(text);
  const time = median([run(`${text}# a`), run(`${text}# b`), run(`${text}# c`)]);
  console.log(
    `${count} instructions: ${time.toFixed(1)} ms${before === undefined ? '' : `, ${(time / before).toFixed(1)} times the time for 10 times the length`}`,
  );
  before = time;
}
