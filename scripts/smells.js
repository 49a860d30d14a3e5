// Writes the section of docs/results.md that says how many files of a corpus each transform changes: counts, no times.
import { importSource } from './bundle.js';
import { readCorpus } from './corpus.js';
import { writeSection } from './section.js';

const corpus = readCorpus();
if (corpus === undefined) {
  console.error('smells: no corpus; name one: node scripts/smells.js FILE.jsonl.gz');
  process.exit(2);
}
const { runTransforms, transforms } = await importSource(
  'smells',
  `export { runTransforms } from './src/transform/index.js';
   export { transforms } from './transforms/index.js';`,
);

const LEVELS = ['safe', 'review', 'unsafe'];
const byDefault = transforms.filter(({ meta }) => meta.preset === 'default');
/** Runs transforms over the corpus: per transform the files that it changes, by the highest level that it needs. */
const count = (chosen, options) => {
  const found = new Map();
  for (const { text } of corpus) {
    let result;
    try {
      result = runTransforms(text, { transforms: chosen, allow: 'unsafe', ...options });
    } catch (error) {
      if (error.name !== 'DockerfileError') throw error;
      continue;
    }
    const least = new Map();
    for (const { transform, level } of result.changes)
      least.set(transform, Math.min(least.get(transform) ?? 2, LEVELS.indexOf(level)));
    for (const [name, level] of least) {
      const row = found.get(name) ?? [0, 0, 0];
      row[level]++;
      found.set(name, row);
    }
  }
  return found;
};
const alone = new Map(
  transforms.map((transform) => [transform.meta.name, count([transform]).get(transform.meta.name) ?? [0, 0, 0]]),
);
const together = count(byDefault);
const sum = (row) => row.reduce((a, b) => a + b, 0);
const rows = [...transforms]
  .sort((a, b) => (a.meta.name < b.meta.name ? -1 : 1))
  .map(({ meta: { name, preset } }) => {
    const row = alone.get(name);
    const all = preset === 'default' ? String(sum(together.get(name) ?? [0])) : 'when named';
    return `| \`${name}\` | ${row.join(' | ')} | ${sum(row)} | ${all} |`;
  });

writeSection('scripts/smells.js', [
  '## How many files each transform changes',
  '',
  `Written by \`node scripts/smells.js\` over ${corpus.length} public Dockerfiles of 2020, each without its build context and with`,
  'all levels allowed. A file counts by the surest change that a transform makes in it. Alone: the transform and no other;',
  'together: among all that are on by default, where a cache mount takes the place of many a clean-up.',
  '',
  '| transform | safe | review | unsafe | alone | together |',
  '| --- | --- | --- | --- | --- | --- |',
  ...rows,
]);
console.log(rows.join('\n'));
