// Writes a part of docs/results.md: which files split-build-stage splits, by language, and why it leaves others.
//   node scripts/stages.js LIST.tsv CLONES [CORPUS.jsonl.gz]
// LIST.tsv has the columns repo and head_sha; CLONES holds a clone of each repository, bare or not, as owner+name or
// owner+name/repo. Nothing of a repository is built, run or copied. real-splits.json is a record of public files that are
// split, each read at its commit; a file of it that is at hand and split no more, or at another level, is an error.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import path from 'node:path';
import { importSource } from './bundle.js';
import { readCorpus } from './corpus.js';
import { madeProject } from './made-project.js';
import { contextAt, filesAt, spread } from './snapshots.js';
import { writeSection } from './section.js';

const [list, clones, given] = process.argv.slice(2);
const corpus = list === undefined ? undefined : readCorpus(given ?? null);
if (clones === undefined || corpus === undefined) {
  console.error('stages: node scripts/stages.js LIST.tsv CLONES [CORPUS.jsonl.gz]');
  process.exit(2);
}
const core = await importSource(
  'stages',
  `export { Dockerfile } from './src/dockerfile/index.js';
   export { readFacts } from './src/facts/index.js';
   export { memoryContext } from './src/project/context.js';
   export { readProject } from './src/project/project.js';
   export { runTransforms } from './src/transform/index.js';
   export { readCopiedFiles } from './src/runtime/index.js';
   export { default as split } from './transforms/split-build-stage/index.js';`,
);

/** The language of a file, by the base of the stage that ships, or by what its steps compile with. */
function stackOf(text) {
  const bases = [...text.matchAll(/^\s*FROM\s+(?:--\S+\s+)?(\S+)/gim)].map((match) =>
    match[1].replace(/^.*\//, '').replace(/[:@].*$/, ''),
  );
  const base = bases.at(-1) ?? '';
  if (/^(?:go|golang)$/.test(base)) return 'Go';
  if (base === 'node')
    return /\b(?:serve|http-server)\b/.test(/^\s*(?:CMD|ENTRYPOINT).*$/im.exec(text)?.[0] ?? '')
      ? 'static front ends'
      : 'Node';
  if (base === 'nginx' && bases.length === 1 && /\b(?:npm|yarn|pnpm)\s/.test(text)) return 'static front ends';
  const known = {
    rust: 'Rust',
    python: 'Python',
    ruby: 'Ruby',
    php: 'PHP',
    elixir: 'Elixir',
    maven: 'Java',
    gradle: 'Java',
    openjdk: 'Java',
    'eclipse-temurin': 'Java',
    sdk: '.NET',
    gcc: 'C and C++',
  };
  if (known[base] !== undefined) return known[base];
  return /^(?:debian|ubuntu|alpine)$/.test(base) &&
    /^\s*RUN[\s\S]*?\b(?:gcc|g\+\+|make|cmake)\s+(?!\\|&&|[a-z0-9-]+\s*\\)/m.test(text)
    ? 'C and C++'
    : undefined;
}

/** What the transform does with a text in a context; undefined where it sees no build of its kind. */
function answerOf(text, files, dockerfile) {
  let result;
  try {
    result = core.runTransforms(text, {
      transforms: [core.split],
      allow: 'unsafe',
      project: core.readProject(files),
      dockerfile,
    });
  } catch {
    return undefined;
  }
  const [change] = result.changes;
  if (change !== undefined) return { split: change.level, output: result.output };
  const [refusal] = result.refusals;
  return refusal === undefined ? undefined : { reason: refusal.reason };
}

/** Where the clone of a repository lies; undefined where there is none. */
function cloneOf(repo) {
  const base = path.join(clones, repo.replace('/', '+'));
  return [path.join(base, 'repo'), base].find((one) => existsSync(one));
}

/** Commits of each repository, from the first to the newest. */
const VERSIONS = 4;
const NONE = { seen: 0, review: 0, reasons: new Map() };
const tally = { corpus: new Map(), repositories: new Map() };
const examples = [];
function note(where, stack, id, answers) {
  const entry = tally[where].get(stack) ?? { ...NONE, reasons: new Map() };
  tally[where].set(stack, entry);
  entry.seen++;
  const best =
    answers.find(({ split }) => split === 'review') ??
    answers.find(({ split }) => split !== undefined) ??
    answers.at(-1);
  if (best.split !== undefined) {
    entry[best.split]++;
    examples.push({ where, stack, id, ...best });
  } else {
    const reason = plain(best.reason);
    entry.reasons.set(reason, (entry.reasons.get(reason) ?? 0) + 1);
    examples.push({ where, stack, id, reason: best.reason });
  }
}

/** A reason without the names and lines of one file. */
function plain(reason) {
  return reason
    .replace(/\bat line \d+/g, '…')
    .replace(/(?<=reads )\/.*(?= when)/, '…')
    .replace(/^[\w.-]+:[\w.-]+ (?=names no)/, '… ')
    .replace(/^(?:RUN|COPY|ADD) … runs \S+/, 'RUN … runs a program')
    .replace(/^(?:\.?\/|\S+\.\w+)\S* (?=starts|is none|opens|links|cannot)/, '… ')
    .replace(/^\S+ (?=is none of the programs)/, '… ')
    .replace(/\/[\w./-]+/g, '…');
}

for (const { id, text } of corpus) {
  const stack = stackOf(text);
  if (stack === undefined) continue;
  const answer = answerOf(text, core.memoryContext({ ...madeProject(text), Dockerfile: text }), 'Dockerfile');
  if (answer !== undefined) note('corpus', stack, id, [answer]);
}

const [header, ...rows] = readFileSync(list, 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => line.split('\t'));
const repositories = new Map(rows.map((row) => [row[header.indexOf('repo')], row[header.indexOf('head_sha')]]));
const missing = [];
for (const [repo, head] of repositories) {
  const folder = cloneOf(repo);
  if (folder === undefined) {
    missing.push(repo);
    continue;
  }
  const found = new Map();
  const seen = new Set();
  for (const commit of spread(folder, head, VERSIONS))
    for (const dockerfile of filesAt(
      folder,
      commit,
      /(?:^|\/)(?:Dockerfile(?:\.[\w-]+)?|[\w-]+\.Dockerfile|dockerfile)$/,
    )) {
      const whole = contextAt(folder, commit, '');
      const text = whole.read(dockerfile);
      const key = createHash('sha1')
        .update(`${dockerfile}\0${text ?? ''}`)
        .digest('hex');
      const stack = text === undefined || seen.has(key) ? undefined : stackOf(text);
      seen.add(key);
      if (stack === undefined) continue;
      const own = dockerfile.includes('/') ? dockerfile.slice(0, dockerfile.lastIndexOf('/')) : '';
      const answers = [...new Set([own, ''])].map((context) =>
        answerOf(
          text,
          context === '' ? whole : contextAt(folder, commit, context),
          context === '' ? dockerfile : dockerfile.slice(context.length + 1),
        ),
      );
      const answer = answers.find((one) => one?.split !== undefined) ?? answers.find((one) => one !== undefined);
      if (answer === undefined) continue;
      const name = `${stack}\0${dockerfile}`;
      found.set(name, [...(found.get(name) ?? []), { ...answer, commit }]);
    }
  for (const [name, answers] of found) {
    const [stack, dockerfile] = name.split('\0');
    note('repositories', stack, `${repo} ${dockerfile}`, answers);
  }
  console.error(repo);
}

const record = JSON.parse(readFileSync(new URL('real-splits.json', import.meta.url), 'utf8'));
const wrong = Object.values(record)
  .flat()
  .flatMap(({ repository, commit, dockerfile, context, level }) => {
    const folder = cloneOf(repository);
    if (folder === undefined) return [];
    const below = context === '.' ? '' : context;
    const files = contextAt(folder, commit, below);
    const inside = below === '' || dockerfile.startsWith(`${below}/`);
    const text = contextAt(folder, commit, '').read(dockerfile);
    const name = below !== '' && inside ? dockerfile.slice(below.length + 1) : dockerfile;
    const answer = text === undefined ? undefined : answerOf(text, files, inside ? name : undefined);
    return answer?.split === level
      ? []
      : [`${repository} ${dockerfile}: ${answer?.split ?? answer?.reason ?? 'not seen'}, recorded as ${level}`];
  });
if (wrong.length > 0) {
  console.error(wrong.join('\n'));
  process.exit(1);
}

const order = [
  'Go',
  'Rust',
  'Node',
  'static front ends',
  'Java',
  '.NET',
  'Python',
  'Ruby',
  'PHP',
  'Elixir',
  'C and C++',
];
const cell = (where, stack) => {
  const { seen, review } = tally[where].get(stack) ?? NONE;
  return `${seen} | ${review}`;
};
const proven = (stack) => `${record[stack].length} | ${record[stack].filter(({ built }) => built).length}`;
const recorded = order.flatMap((stack) =>
  record[stack].map(
    ({ repository, commit, dockerfile, kind, level, built }) =>
      `| ${stack} | ${kind} | ${repository} | \`${dockerfile}\` | ${commit.slice(0, 10)} | ${level} | ${built ? 'yes' : 'no'} |`,
  ),
);
const refused = order.flatMap((stack) => {
  const reasons = new Map();
  for (const where of ['corpus', 'repositories'])
    for (const [reason, times] of tally[where].get(stack)?.reasons ?? [])
      reasons.set(reason, (reasons.get(reason) ?? 0) + times);
  return [...reasons]
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .slice(0, 8)
    .map(([reason, times]) => `| ${stack} | ${reason.replaceAll('|', '\\|')} | ${times} |`);
});
writeSection('scripts/stages.js', [
  '## Build stages, by language',
  '',
  `Files whose last stage builds a program, by language: how many \`split-build-stage\` sees, and how many of these it splits at`,
  `the level review. The public files of 2020 come without their build contexts: each is given a made one, with the files that it`,
  `copies by name and a small project of its language, so that these figures say how far the Dockerfile itself allows a split.`,
  `The repositories are read at ${VERSIONS} commits spread over their histories, each file with its own context; a file is counted once,`,
  `by its best version (${repositories.size - missing.length} of ${repositories.size} repositories at hand).`,
  '',
  `Real files split are public files at a commit with their own context, of repositories of the list and others, each diff read;`,
  `built and run are those of them whose image was built before and after, and gave the same answers.`,
  '',
  '| language | public files seen | split | repositories’ files seen | split | real files split | built and run |',
  '| --- | --- | --- | --- | --- | --- | --- |',
  ...order.map(
    (stack) => `| ${stack} | ${cell('corpus', stack)} | ${cell('repositories', stack)} | ${proven(stack)} |`,
  ),
  '',
  'The real files that are split:',
  '',
  '| language | kind | repository | Dockerfile | commit | level | built and run |',
  '| --- | --- | --- | --- | --- | --- | --- |',
  ...recorded,
  '',
  'Why files are left, the most frequent reasons of each language:',
  '',
  '| language | reason | files |',
  '| --- | --- | --- |',
  ...refused,
]);
if (process.env.STAGES_JSON !== undefined)
  writeFileSync(process.env.STAGES_JSON, JSON.stringify(examples, undefined, 1));
